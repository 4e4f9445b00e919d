/** Parameters, multiply–accumulates and formulas of layers whose figures are not those of a plain convolution. */
import assert from 'node:assert/strict';
import { cells, largestCell } from '../../src/layers/cells.ts';
import { targetOf } from '../support/cnn.ts';

const TABLE: readonly (readonly [
  layer: string,
  input: string,
  shape: string,
  weights: number,
  params: number,
  macs: number,
  formula: string,
])[] = [
  // MACs over input pixels: each of the 28×28 pixels adds 2·2·512 products to each of its 1,024 channels.
  ['deconv(512, 2x2, stride=2)', '1024x28x28', '512x56x56', 2_097_152, 2_097_664, 2_097_152 * 28 * 28, '2×2×1024×512'],
  ['deconv(8, 4x4, stride=2, pad=1, groups=4, bias=false)', '16x5x5', '8x10x10', 512, 512, 512 * 25, '4×4×16×2'],
  ['upsample(3)', '16x5x5', '16x15x15', 0, 0, 0, ''],
  ['prelu', '64x9x9', '64x9x9', 0, 1, 0, ''],
  ['prelu(64)', '64x9x9', '64x9x9', 0, 64, 0, ''],
  ['ln', '64x9x9', '64x9x9', 0, 128, 0, ''],
  ['gn(8)', '64x9x9', '64x9x9', 0, 128, 0, ''],
  ['instancenorm', '64x9x9', '64x9x9', 0, 0, 0, ''],
  ['instancenorm(affine=true)', '64x9x9', '64x9x9', 0, 128, 0, ''],
  ['scale', '64x9x9', '64x9x9', 0, 64, 0, ''],
  ['scale(init=1e-6, bias=true)', '64x9x9', '64x9x9', 0, 128, 0, ''],
  ['scale(channels=1)', '64x9x9', '64x9x9', 0, 1, 0, ''],
  ['scale(bias=true, channels=1)', '64x9x9', '64x9x9', 0, 2, 0, ''],
  ['times(0.17)', '64x9x9', '64x9x9', 0, 0, 0, ''],
  // A generator's first layer (the decoder of an autoencoder): 100·12,544 + 12,544.
  ['linear(7*7*256)', '100', '12544', 1_254_400, 1_266_944, 1_254_400, '100×12544'],
  ['reshape(256x7x7)', '12544', '256x7x7', 0, 0, 0, ''],
  ['transpose("whc")', '64x9x7', '7x9x64', 0, 0, 0, ''],
  ['grn', '64x9x9', '64x9x9', 0, 128, 0, ''],
  ['blur', '64x9x9', '64x5x5', 0, 0, 0, ''],
  ['blur(4, stride=1)', '64x9x9', '64x9x9', 0, 0, 0, ''],
  ['plus(1)', '64x9x9', '64x9x9', 0, 0, 0, ''],
];

describe('costs', () => {
  it('knows the largest cell of an adaptive pool without listing cells', () => {
    for (let n = 1; n < 24; n++)
      for (let m = 1; m < 24; m++) assert.equal(largestCell(n, m), Math.max(...cells(n, m).map(([from, to]) => to - from)), `${n} in ${m}`);
  });

  it('takes sizes that no machine could hold', async () => {
    const { facts } = await targetOf('block B on 1x9x9 { adaptivemaxpool(1000000007x2000003) -> upsample(to=2000000001x3) }', 'B');
    assert.equal(facts.nodes.at(-1)?.activationBytes, 4 * 2_000_000_001 * 3);
  });

  for (const [layer, input, shape, weights, params, macs, formula] of TABLE)
    it(`${layer} on ${input}`, async () => {
      const { graph, facts } = await targetOf(`block B on ${input} { ${layer} }`, 'B');
      const of = facts.nodes.at(-1);
      assert.equal(graph.nodes.at(-1)?.shape.join('x'), shape);
      assert.deepEqual([of?.weights, of?.params, of?.macs, of?.formula], [weights, params, macs, formula]);
    });
});
