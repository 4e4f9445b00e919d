/** `maxpool`: the largest entry of each window. */
import { mapOf } from './geometry.ts';
import { defineLayer } from './layer.ts';
import { int, ints } from './onnx.ts';
import { size } from './params.ts';
import { poolParams, poolShape, poolWindow } from './pools.ts';

export const maxpool = defineLayer({
  kind: 'maxpool',
  role: 'pool',
  doc: 'Max pooling: the largest entry of each window, channel by channel.',
  params: { ...poolParams, dilation: size('Distance between the taps of the window.', { default: [1, 1], defaultText: '1' }) },
  takes: 'map',
  shape: (p, xs) => poolShape('maxpool', p, mapOf(xs)),
  window: poolWindow,
  run: (k, p, [x]) => k.pool(x, { ...poolWindow(p), kind: { of: 'max' } }),
  export: {
    onnx(g, p, [x]) {
      const w = poolWindow(p);
      return g.node('MaxPool', [x], {
        kernel_shape: ints(w.kernel),
        strides: ints(w.stride),
        pads: ints(w.pads),
        dilations: ints(w.dilation),
        ceil_mode: int(p.ceil ? 1 : 0),
      });
    },
  },
});
