/** `channelmean`: the mean of all channels at each pixel, as spatial attention pools them (Woo et al. 2018, CBAM, section 3.2). */

import { mapOf } from '../geometry.ts';
import { keras, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { reduced } from '../onnx.ts';
import { kw, method, pyBool, pyNum } from '../python.ts';
import { inline } from '../torch.ts';

export const channelmean = defineLayer({
  kind: 'channelmean',
  role: 'pool',
  doc: 'The mean of all channels at each pixel: C×H×W becomes 1×H×W, as spatial attention (CBAM) pools.',
  params: {},
  takes: 'map',
  shape: (_p, xs) => [1, mapOf(xs)[1], mapOf(xs)[2]],
  run: (k, _p, [x]) => k.channelpool(x, 'avg'),
  export: {
    onnx: (g, _p, [x], _w, { y }) => reduced(g, 'ReduceMean', x, [1], y),
    pytorch: () => inline((x) => method(x, 'mean', pyNum(1), kw('keepdim', pyBool(true)))),
    keras: { form: () => of((x) => keras('ops.mean', x, kw('axis', pyNum(-1)), kw('keepdims', pyBool(true)))) },
  },
});
