/** Merges beside sums, products and concatenation: what they compute, what they count, and what they object to. */
import assert from 'node:assert/strict';
import { analyse } from '../../src/graph/analyse.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { dimsOf } from '../../src/graph/record.ts';
import { isFault, saying } from '../../src/layers/fault.ts';
import { layerOf } from '../../src/layers/index.ts';
import { infer } from '../../src/layers/infer.ts';
import type { Inputs, Shape } from '../../src/layers/shape.ts';
import { type Kernels, reference } from '../../src/tensor/index.ts';
import { Builder } from '../diagram/fixtures.ts';
import { difference, outputs } from '../support/onnxruntime.ts';
import { wasmKernels } from '../tensor/compare.ts';

/** A graph on 6×9×7 whose last value is what `make` makes of its input. */
function graphOf(make: (b: Builder) => number): Graph {
  const b = new Builder('Merge', [6, 9, 7]);
  return b.done(make(b)).graph;
}
const size = (...dims: readonly number[]) => ({ type: 'size', dims }) as const;
const positive = (b: Builder, x: number): number => b.layer('plus', [b.layer('sigmoid', [x])], { value: 0.5 });

const GRAPHS: Readonly<Record<string, (b: Builder) => number>> = {
  'sub of two maps': (b) => b.layer('sub', [0, b.conv(0, 6, 3)]),
  'sub of a mean from its map': (b) => b.layer('relu', [b.layer('sub', [0, b.layer('gap', [0])])]),
  'sub of a map from its mean': (b) => b.layer('sub', [b.layer('channelmean', [0]), 0]),
  'div by a map of one channel': (b) => b.layer('div', [0, positive(b, b.conv(0, 1, 1))]),
  'div of a vector': (b) => b.layer('div', [b.layer('flatten', [0]), positive(b, b.layer('flatten', [0]))]),
  'max of three': (b) => b.layer('max', [0, b.conv(0, 6, 3), b.layer('gmp', [b.layer('times', [0], { factor: 0.1 })])]),
  'min of three': (b) => b.layer('min', [b.layer('channelmean', [0]), 0, b.conv(0, 6, 1)]),
  'max of one': (b) => b.layer('max', [b.conv(0, 3, 1)]),
  'matmul by the transposed': (b) => b.layer('matmul', [0, b.layer('transpose', [0], { axes: 'cwh' })]),
  // Non-local attention (Wang et al. 2018, figure 2): scores of each place against each, then a weighted sum over places.
  'matmul of places by places': (b) => {
    const places = (c: number): number => b.layer('reshape', [b.conv(0, c, 1)], { size: size(1, c, 63) });
    const scores = b.layer('matmul', [b.layer('transpose', [places(4)], { axes: 'cwh' }), places(4)]);
    const shares = b.layer('softmax', [b.layer('transpose', [scores], { axes: 'wch' })]);
    return b.layer('reshape', [b.layer('matmul', [places(5), b.layer('transpose', [shares], { axes: 'hcw' })])], { size: size(5, 9, 7) });
  },
};

describe('merges', () => {
  let wasm: Kernels;
  before(async function () {
    this.timeout(120_000);
    wasm = (await wasmKernels()).relaxed;
  });

  for (const [name, make] of Object.entries(GRAPHS))
    it(`${name}: ran to the shape that was inferred, as onnxruntime does, within 1e-5`, async () => {
      const graph = graphOf(make);
      const shape = graph.nodes[graph.outputs[0]?.node ?? 0]?.shape ?? [0];
      for (const kernels of [reference, wasm]) {
        const { ours, dims, onnx, onnxDims } = await outputs(graph, kernels);
        assert.deepEqual([dims, onnxDims], [dimsOf(shape), shape]);
        assert.ok(difference(ours, onnx) < 1e-5, `${kernels.name} differs by ${difference(ours, onnx)}`);
      }
    });

  it('count the multiply–accumulates of a matmul: C·H·K·W', () => {
    const { nodes } = analyse(graphOf((b) => b.layer('matmul', [0, b.layer('transpose', [0], { axes: 'cwh' })])));
    assert.deepEqual([nodes.at(-1)?.macs, nodes.at(-1)?.params], [6 * 9 * 7 * 9, 0]);
  });

  it('see the whole input behind a matmul, and what their branches see otherwise', () => {
    const field = (make: (b: Builder) => number): unknown => analyse(graphOf(make)).nodes.at(-1)?.receptiveField;
    assert.deepEqual(
      field((b) => b.layer('sub', [0, b.conv(0, 6, 3)])),
      [3, 3],
    );
    assert.deepEqual(
      field((b) => b.layer('matmul', [0, b.layer('transpose', [0], { axes: 'cwh' })])),
      [9, 7],
    );
  });

  const FAULTS: readonly (readonly [kind: string, xs: Inputs<Shape>, says: string])[] = [
    ['sub', [[6, 9, 7]], '`sub` joins two branches, but has 1: write `sub { | a | b }`.'],
    [
      'div',
      [
        [6, 9, 7],
        [6, 9, 7],
        [6, 9, 7],
      ],
      '`div` joins two branches, but has 3: write `div { | a | b }`.',
    ],
    ['matmul', [[6, 9, 7]], '`matmul` joins two branches, but has 1: write `matmul { | a | b }`.'],
    [
      'sub',
      [
        [6, 9, 7],
        [5, 9, 7],
      ],
      '`sub` joins equal shapes, but branch 2 gives 5×9×7 where branch 1 gives 6×9×7 (5 against 6 channels): make them equal, for example with a 1×1 convolution.',
    ],
    [
      'max',
      [[6, 9, 7], [54]],
      '`max` joins equal shapes, but branch 2 gives 54 where branch 1 gives 6×9×7: a vector cannot be joined with a feature map. Keep 1×1 maps, with `gap` and 1×1 convolutions and no `flatten`, or flatten all branches.',
    ],
    [
      'matmul',
      [
        [6, 9, 7],
        [6, 9, 7],
      ],
      '`matmul` sums over the width of branch 1 and the height of branch 2, but they give 6×9×7 and 6×9×7 (7 against 9): put `transpose("cwh")` behind branch 2.',
    ],
    [
      'matmul',
      [
        [6, 9, 7],
        [6, 5, 4],
      ],
      '`matmul` sums over the width of branch 1 and the height of branch 2, but they give 6×9×7 and 6×5×4 (7 against 5): make them equal, with `transpose` or `reshape`.',
    ],
    [
      'matmul',
      [
        [6, 9, 7],
        [3, 7, 9],
      ],
      '`matmul` multiplies channel by channel, but branch 1 gives 6×9×7 and branch 2 3×7×9 (6 against 3 channels): give both as many.',
    ],
    [
      'matmul',
      [[6, 9, 7], [54]],
      '`matmul` multiplies feature maps, but branch 2 gives a vector of 54: put `reshape(1x54x1)` behind it, a column, or a row.',
    ],
  ];
  for (const [kind, xs, says] of FAULTS)
    it(`${kind} of ${xs.map((x) => x.join('×')).join(' and ')} says why not`, () => {
      const y = infer(layerOf(kind), {}, xs);
      assert.ok(isFault(y));
      assert.equal(saying(y), says);
    });

  it('give no shape that cannot be counted', () => {
    const y = infer(layerOf('matmul'), {}, [
      [2 ** 20, 2 ** 20, 2 ** 10],
      [2 ** 20, 2 ** 10, 2 ** 12],
    ]);
    assert.ok(isFault(y) && y.code === 'size-too-large');
  });
});
