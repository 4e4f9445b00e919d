/** `maxpool`: the largest entry of each window. */

import { mapOf } from '../geometry.ts';
import { defineLayer } from '../layer.ts';
import { ints } from '../onnx.ts';
import { size } from '../params.ts';
import { onnxPool, poolParams, poolShape, poolTorch, poolWindow } from '../pools.ts';
import { maxKeras } from '../pools-keras.ts';
import { pyNum } from '../python.ts';
import { unlessOne } from '../torch.ts';

export const maxpool = defineLayer({
  kind: 'maxpool',
  role: 'pool',
  doc: 'Max pooling: the largest entry of each window, channel by channel.',
  params: { ...poolParams, dilation: size('Distance between the taps of the window.', { default: [1, 1], defaultText: '1' }) },
  takes: 'map',
  shape: (p, xs) => poolShape('maxpool', p, mapOf(xs)),
  window: (p, xs) => poolWindow(p, mapOf(xs)),
  run: (k, p, [x]) => k.pool(x, { ...poolWindow(p, k.dims(x)), kind: { of: 'max' } }),
  export: {
    onnx(g, p, [x], _w, { xs, y }) {
      const pool = onnxPool(g, p, x, mapOf(xs), mapOf([y]), { fill: Number.NEGATIVE_INFINITY });
      return g.node('MaxPool', [pool.x], { ...pool.attributes, dilations: ints(p.dilation) });
    },
    pytorch: (p, place) =>
      poolTorch('maxpool', 'nn.MaxPool2d', p, place, { fill: pyNum(Number.NEGATIVE_INFINITY), more: unlessOne('dilation', p.dilation) }),
    keras: { form: (p, place) => maxKeras(p, place) },
  },
});
