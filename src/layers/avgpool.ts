/** `avgpool`: the mean of each window. */
import { mapOf } from './geometry.ts';
import { defineLayer } from './layer.ts';
import { int, ints } from './onnx.ts';
import { bool } from './params.ts';
import { poolParams, poolShape, poolWindow } from './pools.ts';

export const avgpool = defineLayer({
  kind: 'avgpool',
  role: 'pool',
  doc: 'Average pooling: the mean of each window, channel by channel.',
  params: { ...poolParams, count_include_pad: bool('Counts the padding as zeros in the mean.', { default: true }) },
  takes: 'map',
  shape: (p, xs) => poolShape('avgpool', p, mapOf(xs)),
  window: poolWindow,
  run: (k, p, [x]) => k.pool(x, { ...poolWindow(p), kind: { of: 'avg', countIncludePad: p.count_include_pad } }),
  export: {
    onnx(g, p, [x]) {
      const w = poolWindow(p);
      return g.node('AveragePool', [x], {
        kernel_shape: ints(w.kernel),
        strides: ints(w.stride),
        pads: ints(w.pads),
        ceil_mode: int(p.ceil ? 1 : 0),
        count_include_pad: int(p.count_include_pad ? 1 : 0),
      });
    },
  },
});
