/** `lppool`: the p-norm of each window (Boureau et al. 2010). */

import { mapOf } from '../geometry.ts';
import { defineLayer } from '../layer.ts';
import { int as attrInt } from '../onnx.ts';
import { int } from '../params.ts';
import { onnxPool, poolParams, poolShape, poolWindow, powerTorch } from '../pools.ts';
import { powerKeras } from '../pools-keras.ts';

export const lppool = defineLayer({
  kind: 'lppool',
  role: 'pool',
  doc: 'Power-average pooling: (Σ|x|^p)^(1/p) over each window, channel by channel.',
  params: { ...poolParams, p: int('The power.', { default: 2, min: 1 }) },
  takes: 'map',
  shape: (p, xs) => poolShape('lppool', p, mapOf(xs)),
  window: (p, xs) => poolWindow(p, mapOf(xs)),
  run: (k, p, [x]) => k.pool(x, { ...poolWindow(p, k.dims(x)), kind: { of: 'lp', p: p.p } }),
  export: {
    onnx(g, p, [x], _w, { xs, y }) {
      const pool = onnxPool(g, p, x, mapOf(xs), mapOf([y]), { fill: 0 });
      return g.node('LpPool', [pool.x], { ...pool.attributes, p: attrInt(p.p) });
    },
    pytorch: (p, place) => powerTorch(p, place),
    keras: { form: (p, place) => powerKeras(p, place) },
  },
});
