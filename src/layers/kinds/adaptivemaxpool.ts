/** `adaptivemaxpool`: the largest entry of each cell of a grid, whatever the input's size (PyTorch's AdaptiveMaxPool2d). */

import type { Pair } from '../../tensor/index.ts';
import { adaptiveParams, cells, cellWindow, largestCell } from '../cells.ts';
import { mapOf } from '../geometry.ts';
import { layer, plain } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int, ints } from '../onnx.ts';
import { call } from '../python.ts';
import { bothOf, one } from '../torch.ts';

/** The pixels of all cells in a row, each cell filled up with its last pixel to the size of the largest. */
const filled = (n: number, m: number): readonly number[] =>
  cells(n, m).flatMap(([from, to]) => Array.from({ length: largestCell(n, m) }, (_, i) => Math.min(from + i, to - 1)));

export const adaptivemaxpool = defineLayer({
  kind: 'adaptivemaxpool',
  role: 'pool',
  doc: 'Adaptive max pooling: the largest entries of a grid of cells, so that the output has the given height × width.',
  params: adaptiveParams,
  brief: (p) => p.size.join('×'),
  takes: 'map',
  shape: (p, xs) => [mapOf(xs)[0], ...p.size],
  window: (p, xs) => cellWindow(p.size, mapOf(xs)),
  run: (k, p, [x]) => k.adaptivepool(x, { kind: 'max', size: p.size }),
  export: {
    // ONNX has no adaptive pools: cells are made equal, which a maximum does not notice, and become windows.
    onnx(g, p, [x], _w, { xs }) {
      const [c, h, w] = mapOf(xs);
      const [toH, toW] = p.size;
      const cell: Pair = [largestCell(h, toH), largestCell(w, toW)];
      const spread = (v: string, axis: 2 | 3, n: number, m: number, shape: readonly [number, number, number]): string => {
        if (n % m === 0) return v;
        const pixels = filled(n, m);
        return g.node('Gather', [v, g.constant([pixels.length], pixels, 'int64')], { axis: int(axis) }, shape);
      };
      const rows = spread(x, 2, h, toH, [c, toH * cell[0], w]);
      const all = spread(rows, 3, w, toW, [c, toH * cell[0], toW * cell[1]]);
      return g.node('MaxPool', [all], { kernel_shape: ints(cell), strides: ints(cell) });
    },
    pytorch: (p) => one('adaptivemaxpool', call('nn.AdaptiveMaxPool2d', bothOf(p.size))),
    keras: { form: (p) => plain(layer('AdaptiveMaxPooling2D', bothOf(p.size))) },
  },
});
