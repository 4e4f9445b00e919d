/** `gap`: global average pooling (Lin et al. 2013, Network in Network, section 3.2). */

import { mapOf } from '../geometry.ts';
import { layer, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { call, kw, pyBool, pyNum } from '../python.ts';
import { one } from '../torch.ts';

export const gap = defineLayer({
  kind: 'gap',
  role: 'pool',
  doc: 'Global average pooling: the mean of each channel, C×1×1.',
  params: {},
  takes: 'map',
  shape: (_p, xs) => [mapOf(xs)[0], 1, 1],
  window: () => 'all',
  run: (k, _p, [x]) => k.adaptivepool(x, { kind: 'avg', size: [1, 1] }),
  export: {
    onnx: (g, _p, [x]) => g.node('GlobalAveragePool', [x]),
    pytorch: () => one('gap', call('nn.AdaptiveAvgPool2d', pyNum(1))),
    keras: { form: () => plain(layer('GlobalAveragePooling2D', kw('keepdims', pyBool(true)))) },
  },
});
