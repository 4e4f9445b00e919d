/** What layers give of a few numbers that one can check by hand, on both kernels: where entries come from, and constants. */
import assert from 'node:assert/strict';
import { record } from '../../src/graph/record.ts';
import { initialise, reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { wasmKernels } from '../tensor/compare.ts';

/** The input counts from 0 in the order channels, rows, columns. */
const TABLE: readonly (readonly [layer: string, input: string, output: readonly number[]])[] = [
  ['crop(2x2)', '1x4x4', [5, 6, 9, 10]],
  ['crop(2x2, at=0x0)', '1x4x4', [0, 1, 4, 5]],
  ['crop(2x1, at=1x3)', '1x4x4', [7, 11]],
  ['crop(1x2, at=2x0)', '2x3x3', [6, 7, 15, 16]],
  ['transpose("hwc")', '2x2x3', [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]],
  ['transpose("cwh")', '2x2x3', [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]],
  ['reshape(3x2x2) -> slice(1, 2)', '2x2x3', [4, 5, 6, 7]],
  ['channelmean', '4x1x3', [4.5, 5.5, 6.5]],
  ['channelmax', '4x1x3', [9, 10, 11]],
  ['times(-2) -> plus(1)', '1x2x2', [1, -1, -3, -5]],
  ['scale(0.5, channels=1)', '2x1x2', [0, 0.5, 1, 1.5]],
  ['grn', '2x1x3', [0, 1, 2, 3, 4, 5]],
  // 1/4 1/2 1/4 along the row: of 1 0 1 2 3 2, with its edge mirrored.
  ['blur(1x3, stride=1)', '1x1x4', [0.5, 1, 2, 2.5]],
  ['blur(1x3, stride=1x2)', '1x1x4', [0.5, 2]],
  // 1/2 1/2, the odd pixel behind.
  ['blur(1x2, stride=1)', '1x1x4', [0.5, 1.5, 2.5, 2.5]],
  ['maxpool(2x2, stride=1, pad=tf)', '1x2x2', [3, 3, 3, 3]],
  ['avgpool(2x2, stride=1, pad=tf)', '1x2x2', [1.5, 2, 2.5, 3]],
  ['avgpool(1x3, stride=1, pad=same)', '1x1x3', [1 / 3, 1, 1]],
];

describe('by hand', () => {
  for (const [layer, input, expected] of TABLE)
    it(`${layer} of ${input}`, async () => {
      const { graph } = await targetOf(`block B on ${input} { ${layer} }`, 'B');
      const { program } = record(graph);
      const numbers = Float32Array.from({ length: graph.nodes[0]?.shape.reduce((a, b) => a * b, 1) ?? 0 }, (_, i) => i);
      for (const kernels of [reference, (await wasmKernels()).relaxed]) {
        const [y] = kernels.plan(program, initialise(program.weights, 1), { exact: true }).run([numbers]);
        assert.deepEqual([...(y ?? [])], [...Float32Array.from(expected)], kernels.name);
      }
    });

  it('softmax over pixels sums to one in each channel, over channels in each group', async () => {
    for (const [layer, ones] of [
      ['softmax(over="pixels")', 6],
      ['softmax(groups=3)', 3 * 20],
    ] as const) {
      const { graph } = await targetOf(`block B on 6x4x5 { ${layer} }`, 'B');
      const { program } = record(graph);
      for (const kernels of [reference, (await wasmKernels()).relaxed]) {
        const [y] = kernels.plan(program, []).run([Float32Array.from({ length: 120 }, (_, i) => Math.sin(i))]);
        assert.ok(Math.abs([...(y ?? [])].reduce((a, b) => a + b, 0) - ones) < 1e-4, `${layer}, ${kernels.name}`);
      }
    }
  });
});
