/** `adaptiveavgpool`: the mean of each cell of a grid, whatever the input's size (PyTorch's AdaptiveAvgPool2d). */

import type { Pair } from '../../tensor/index.ts';
import { adaptiveParams, cells, cellWindow } from '../cells.ts';
import { mapOf } from '../geometry.ts';
import { layer, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { ints, type OnnxWriter } from '../onnx.ts';
import { call } from '../python.ts';
import { bothOf, one } from '../torch.ts';

/** The means of cells along one axis as a matrix, m × n. */
const means = (n: number, m: number): readonly (readonly number[])[] =>
  cells(n, m).map(([from, to]) => Array.from({ length: n }, (_, i) => (i >= from && i < to ? 1 / (to - from) : 0)));

const matrix = (g: OnnxWriter, rows: readonly (readonly number[])[]): string =>
  g.constant([rows.length, rows[0]?.length ?? 0], rows.flat());
const transpose = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] as number));

export const adaptiveavgpool = defineLayer({
  kind: 'adaptiveavgpool',
  role: 'pool',
  doc: 'Adaptive average pooling: the means of a grid of cells, so that the output has the given height × width.',
  params: adaptiveParams,
  brief: (p) => p.size.join('×'),
  takes: 'map',
  shape: (p, xs) => [mapOf(xs)[0], ...p.size],
  window: (p, xs) => cellWindow(p.size, mapOf(xs)),
  run: (k, p, [x]) => k.adaptivepool(x, { kind: 'avg', size: p.size }),
  export: {
    // ONNX has no adaptive pools: equal cells are windows; others are a matrix product on each side.
    onnx(g, p, [x], _w, { xs }) {
      const [c, h, w] = mapOf(xs);
      const [toH, toW] = p.size;
      const cell: Pair = [h / toH, w / toW];
      if (cell.every(Number.isInteger)) return g.node('AveragePool', [x], { kernel_shape: ints(cell), strides: ints(cell) });
      const rows = g.node('MatMul', [matrix(g, means(h, toH)), x], {}, [c, toH, w]);
      return g.node('MatMul', [rows, matrix(g, transpose(means(w, toW)))]);
    },
    pytorch: (p) => one('adaptiveavgpool', call('nn.AdaptiveAvgPool2d', bothOf(p.size))),
    keras: { form: (p) => plain(layer('AdaptiveAveragePooling2D', bothOf(p.size))) },
  },
});
