/** `gmp`: global max pooling (Oquab et al. 2015). */

import { mapOf } from '../geometry.ts';
import { layer, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { call, kw, pyBool, pyNum } from '../python.ts';
import { one } from '../torch.ts';

export const gmp = defineLayer({
  kind: 'gmp',
  role: 'pool',
  doc: 'Global max pooling: the largest entry of each channel, C×1×1.',
  params: {},
  takes: 'map',
  shape: (_p, xs) => [mapOf(xs)[0], 1, 1],
  window: () => 'all',
  run: (k, _p, [x]) => k.adaptivepool(x, { kind: 'max', size: [1, 1] }),
  export: {
    onnx: (g, _p, [x]) => g.node('GlobalMaxPool', [x]),
    pytorch: () => one('gmp', call('nn.AdaptiveMaxPool2d', pyNum(1))),
    keras: { form: () => plain(layer('GlobalMaxPooling2D', kw('keepdims', pyBool(true)))) },
  },
});
