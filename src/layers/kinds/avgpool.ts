/** `avgpool`: the mean of each window. */
import { mapOf } from '../geometry.ts';
import { defineLayer } from '../layer.ts';
import { int } from '../onnx.ts';
import { bool } from '../params.ts';
import { onnxPool, poolParams, poolShape, poolWindow } from '../pools.ts';

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
    onnx(g, p, [x], _w, { xs, y }) {
      const pool = onnxPool(g, p, x, mapOf(xs), mapOf([y]), { fill: 0, counted: p.count_include_pad });
      return g.node('AveragePool', [pool.x], { ...pool.attributes, count_include_pad: int(pool.counted ? 1 : 0) });
    },
  },
});
