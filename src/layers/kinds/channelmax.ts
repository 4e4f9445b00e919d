/** `channelmax`: the largest of all channels at each pixel, as spatial attention pools them (Woo et al. 2018, CBAM, section 3.2). */

import { mapOf } from '../geometry.ts';
import { keras, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { reduced } from '../onnx.ts';
import { kw, method, pyBool, pyNum } from '../python.ts';
import { inline } from '../torch.ts';

export const channelmax = defineLayer({
  kind: 'channelmax',
  role: 'pool',
  doc: 'The largest of all channels at each pixel: C×H×W becomes 1×H×W, as spatial attention (CBAM) pools.',
  params: {},
  takes: 'map',
  shape: (_p, xs) => [1, mapOf(xs)[1], mapOf(xs)[2]],
  run: (k, _p, [x]) => k.channelpool(x, 'max'),
  export: {
    onnx: (g, _p, [x], _w, { y }) => reduced(g, 'ReduceMax', x, [1], y),
    pytorch: () => inline((x) => method(x, 'amax', pyNum(1), kw('keepdim', pyBool(true)))),
    keras: { form: () => of((x) => keras('ops.max', x, kw('axis', pyNum(-1)), kw('keepdims', pyBool(true)))) },
  },
});
