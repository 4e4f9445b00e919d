/** `avgpool`: the mean of each window. */

import type { Pads } from '../../tensor/index.ts';
import { mapOf } from '../geometry.ts';
import { defineLayer } from '../layer.ts';
import { int } from '../onnx.ts';
import { bool, type PadWord } from '../params.ts';
import { averageTorch, onnxPool, poolParams, poolShape, poolWindow } from '../pools.ts';
import { averageKeras } from '../pools-keras.ts';
import { knownOf } from '../torch.ts';

/** TensorFlow's SAME is never counted. */
const counts = (p: { readonly pad: PadWord | Pads; readonly count_include_pad: boolean }): boolean => p.pad !== 'tf' && p.count_include_pad;

export const avgpool = defineLayer({
  kind: 'avgpool',
  role: 'pool',
  doc: 'Average pooling: the mean of each window, channel by channel.',
  params: {
    ...poolParams,
    count_include_pad: bool('Counts the padding as zeros in the mean; that of `tf` is never counted.', { default: true }),
  },
  takes: 'map',
  shape: (p, xs) => poolShape('avgpool', p, mapOf(xs)),
  window: (p, xs) => poolWindow(p, mapOf(xs)),
  run: (k, p, [x]) => k.pool(x, { ...poolWindow(p, k.dims(x)), kind: { of: 'avg', countIncludePad: counts(p) } }),
  export: {
    onnx(g, p, [x], _w, { xs, y }) {
      const pool = onnxPool(g, p, x, mapOf(xs), mapOf([y]), { fill: 0, counted: counts(p) });
      return g.node('AveragePool', [pool.x], { ...pool.attributes, count_include_pad: int(pool.counted ? 1 : 0) });
    },
    pytorch: (p, place) => {
      const counted = knownOf(p.count_include_pad, 'avgpool') && p.pad.known !== 'tf';
      return averageTorch(p, place, counted);
    },
    keras: { form: (p, place) => averageKeras(p, place, knownOf(p.count_include_pad, 'avgpool') && p.pad.known !== 'tf') },
  },
});
