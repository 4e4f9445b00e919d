/** `pad=tf` is TensorFlow's SAME, figure by figure; an average leaves it out. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { record } from '../../src/graph/record.ts';
import { reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { wasmKernels } from '../tensor/compare.ts';

/** Rows before and behind, as TensorFlow's documentation of tf.nn works them out. */
const TABLE: readonly (readonly [layer: string, size: number, rows: number, before: number, behind: number])[] = [
  ['conv(8, 3x3, stride=2, pad=tf)', 224, 112, 0, 1],
  ['conv(8, 3x3, stride=2, pad=tf)', 225, 113, 1, 1],
  ['conv(8, 7x7, stride=2, pad=tf)', 224, 112, 2, 3],
  ['conv(8, 3x3, pad=tf)', 28, 28, 1, 1],
  ['conv(8, 4x4, pad=tf)', 28, 28, 1, 2],
  ['conv(8, 3x3, dilation=2, pad=tf)', 28, 28, 2, 2],
  ['conv(8, 3x3, stride=4, pad=tf)', 10, 3, 0, 1],
  ['conv(8, 1x1, stride=2, pad=tf)', 7, 4, 0, 0],
  ['conv(8, 2x2, stride=5, pad=tf)', 11, 3, 0, 1],
  ['conv(8, 2x2, stride=5, pad=tf)', 14, 3, 0, 0],
  ['dwconv(5x5, stride=2, pad=tf)', 14, 7, 1, 2],
  ['maxpool(3x3, stride=2, pad=tf)', 112, 56, 0, 1],
  ['maxpool(2x2, pad=tf)', 7, 4, 0, 1],
  ['avgpool(3x3, stride=1, pad=same)', 7, 7, 1, 1],
  ['maxpool(3x3, stride=1, dilation=2, pad=same)', 7, 7, 2, 2],
];

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

describe('padding', () => {
  for (const [layer, size, rows, before, behind] of TABLE)
    it(`${layer} of ${size} rows: ${rows}, with ${before} before and ${behind} behind`, async () => {
      const { graph } = await targetOf(`block B on 4x${size}x${size} { ${layer} }`, 'B');
      const [op] = record(graph).program.ops;
      assert.deepEqual(graph.nodes.at(-1)?.shape.slice(1), [rows, rows]);
      assert.deepEqual(op && 'pads' in op && op.pads, [before, before, behind, behind]);
    });

  it('tf gives ceil(n / stride) of any size, whatever the kernel, and rounding up changes nothing', () =>
    fc.assert(
      fc.asyncProperty(upTo(40), upTo(9), upTo(9), upTo(3), async (n, k, s, d) => {
        const layers = [
          `conv(1, ${k}, stride=${s}, dilation=${d}, pad=tf)`,
          `maxpool(${k}, stride=${s}, dilation=${d}, pad=tf, ceil=true)`,
        ];
        for (const layer of layers) {
          const { graph } = await targetOf(`block B on 1x${n}x${n} { ${layer} }`, 'B');
          assert.equal(graph.nodes.at(-1)?.shape[1], Math.ceil(n / s), layer);
        }
      }),
      { numRuns: 40, seed: 3 },
    ));

  it('tf leaves the padding out of a mean, and of a maximum', async () => {
    for (const layer of ['avgpool(3x3, stride=2, pad=tf)', 'maxpool(5x4, stride=2, pad=tf)'])
      for (const kernels of [reference, (await wasmKernels()).relaxed]) {
        const { graph } = await targetOf(`block B on 3x8x7 { ${layer} }`, 'B');
        const [y] = kernels.plan(record(graph).program, []).run([new Float32Array(3 * 8 * 7).fill(-2)]);
        assert.deepEqual(y?.slice(), new Float32Array(3 * 4 * 4).fill(-2), `${layer}, ${kernels.name}`);
      }
  });
});
