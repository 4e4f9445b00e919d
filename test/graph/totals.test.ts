/** What is counted of a layer and of a whole: kernels, biases, what training changes, running statistics; the main output and the further ones. */
import assert from 'node:assert/strict';
import { targetOf } from '../support/cnn.ts';

/** The facts of the last layer of a text. */
const last = async (text: string) => (await targetOf(`block B ${text}`, 'B')).facts.nodes.at(-1);

describe('what is counted', () => {
  it('kernels are weights; params are what training changes; running statistics are buffers', async () => {
    const { facts } = await targetOf('block B on 4x8x8 { conv(8, 3x3) -> bn -> prelu(8) -> scale -> flatten -> linear(10) }', 'B');
    const [conv, linear] = [3 * 3 * 4 * 8, 512 * 10];
    assert.deepEqual(
      facts.nodes.map((n) => [n.weights, n.biases, n.params, n.buffers]),
      [
        [0, 0, 0, 0],
        [conv, 8, conv + 8, 0],
        [0, 0, 16, 16],
        [0, 0, 8, 0],
        [0, 0, 8, 0],
        [0, 0, 0, 0],
        [linear, 10, linear + 10, 0],
      ],
    );
    const { weights, params, buffers } = facts.totals;
    assert.deepEqual([weights, params, buffers], [conv + linear, conv + 8 + 16 + 8 + 8 + linear + 10, 16]);
  });

  for (const [text, formula] of [
    ['on 192x28x28 { conv(64, 1x1) }', '1×1×192×64'],
    ['on 192x28x28 { conv(64, 3x1, pad=0) }', '3×1×192×64'],
    ['on 192x28x28 { conv(64, 3x3, groups=4) }', '3×3×48×64'],
    ['on 192x28x28 { dwconv(3x3) }', '3×3×192'],
    ['on 192x28x28 { deconv(64, 2x2, stride=2) }', '2×2×192×64'],
    ['on 1x28x28 { conv(8, 3x3) }', '3×3×8'],
    ['on 784 { linear(10) }', '784×10'],
    ['on 1 { linear(10) }', '1×10'],
    ['on 8x4x4 { bn }', ''],
  ] as const)
    it(`${text}: ${formula || 'no formula'}`, async () => assert.equal((await last(text))?.formula, formula));

  it('multiply–accumulates of the main output are counted apart from those of the further ones, params together', async () => {
    const text = `block B on 4x8x8 {
      stem: conv(8, 3x3)
      output side = conv(2, 1x1) -> gap
      stem -> conv(4, 1x1)
    }`;
    const { totals } = (await targetOf(text, 'B')).facts;
    const [stem, side, head] = [3 * 3 * 4 * 8, 8 * 2, 8 * 4];
    assert.deepEqual([totals.macs, totals.totalMacs], [64 * (stem + head), 64 * (stem + head + side)]);
    assert.deepEqual([totals.weights, totals.layers, totals.depth], [stem + side + head, 3, 2]);
  });

  it('counts what the main output needs, and all; where the main output needs nothing, all', async () => {
    const heads = 'conv(2, 1x1, bias=false)\n  output b = x -> conv(3, 1x1, bias=false)';
    const none = await targetOf(`network N on 4x8x8 {\n  x: identity\n  output a = ${heads}\n}`, 'N');
    assert.deepEqual([none.facts.totals.macs, none.facts.totals.totalMacs], [64 * 20, 64 * 20]);
    const some = await targetOf(
      `network N on 4x8x8 {\n  x: conv(4, 1x1, bias=false)\n  output a = ${heads}\n  expect macs == 1024 and total_macs == 2304\n}`,
      'N',
    );
    assert.deepEqual([some.facts.totals.macs, some.facts.totals.totalMacs], [64 * 16, 64 * 36]);
  });
});
