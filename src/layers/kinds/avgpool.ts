/** `avgpool`: the mean of each window. */
import { mapOf } from '../geometry.ts';
import { defineLayer } from '../layer.ts';
import { int } from '../onnx.ts';
import { bool } from '../params.ts';
import { onnxWindow, poolParams, poolShape, poolWindow } from '../pools.ts';

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
    onnx: (g, p, [x], _w, { xs, y }) =>
      g.node('AveragePool', [x], { ...onnxWindow(p, xs[0], y), count_include_pad: int(p.count_include_pad ? 1 : 0) }),
  },
});
