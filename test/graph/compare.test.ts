/** Comparisons: what is said where two graphs do not have the same ends, and the sum over blocks where naive blocks do not fit each other. */
import assert from 'node:assert/strict';
import { compareGraphs, compareVariants } from '../../src/graph/compare.ts';
import { analyse, targetOf } from '../support/cnn.ts';

const graphs = async (text: string) => Promise.all(['A', 'B'].map(async (name) => (await targetOf(text, name)).graph));

describe('a comparison with another graph', () => {
  it('has the ratios, other over this, and no notes where both ends agree', async () => {
    const [a, b] = await graphs('block A on 8x4x4 { conv(8, 1x1) } block B on 8x4x4 { conv(8, 3x3) -> relu }');
    assert.ok(a && b);
    const c = compareGraphs(a, b, 'B');
    assert.deepEqual([c.target, c.otherName, c.ratio, c.notes], ['A', 'B', { weights: 9, macs: 9 }, []]);
    assert.deepEqual([c.this.formula, c.other.formula], ['1×1×8×8', '3×3×8×8']);
    assert.deepEqual(compareGraphs(b, a, 'A').ratio, { weights: 1 / 9, macs: 1 / 9 });
  });

  it('says where inputs and outputs differ', async () => {
    const [a, b] = await graphs('block A on 8x4x4 { conv(8, 1x1) } block B on 16x4x4 { conv(4, 1x1) }');
    assert.ok(a && b);
    assert.deepEqual(compareGraphs(a, b, 'B').notes, [
      'The inputs differ: 8×4×4 here, 16×4×4 in B.',
      'The outputs differ: 8×4×4 here, 4×4×4 in B.',
    ]);
    const [same, wide] = await graphs('block A on 8x4x4 { conv(8, 1x1) } block B on 8x4x4 { conv(9, 1x1) }');
    assert.ok(same && wide);
    assert.deepEqual(compareGraphs(same, wide, 'B').notes, ['The outputs differ: 8×4×4 here, 9×4×4 in B.']);
  });

  it('of graphs without weights has ratios of one', async () => {
    const [a, b] = await graphs('block A on 8x4x4 { relu } block B on 8x4x4 { bn }');
    assert.ok(a && b);
    assert.deepEqual(compareGraphs(a, b, 'B').ratio, { weights: 1, macs: 1 });
  });
});

describe('the naive form of a network', () => {
  const nested = `
    block Inner on 64x8x8 { concat { | conv(16, 1x1) -> conv(32, 3x3) | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) } }
    block Outer on 64x8x8 { conv(16, 1x1) -> conv(64, 3x3) -> Inner }
    network N on 64x8x8 { Outer -> conv(64, 1x1) -> Outer -> conv(4, 3x3) }`;

  it('sums over its blocks where they give other channels: what is in none of them, and each without those within it', async () => {
    const { graph } = await targetOf(nested, 'N');
    const c = compareVariants(graph);
    assert.ok(c);
    const [outer, inner] = [3 * 3 * 64 * 64, 3 * 3 * 64 * 32];
    const rest = 40 * 64 + 3 * 3 * 40 * 4;
    assert.equal(c.other.totals.weights, rest + 2 * (outer + inner));
    assert.equal(c.other.formula, 'rest 4,000 + Outer 36,864 + Outer/Inner 18,432 + Outer_2 36,864 + Outer_2/Inner 18,432');
    // Each Outer loses its reduction, each Inner its reduction and its pool projection.
    assert.deepEqual([c.this.totals.layers, c.other.totals.layers], [12, 12 - 2 * 3]);
    assert.deepEqual([c.other.totals.depth, c.other.output], [6, [4, 8, 8]]);
    // A 3×3 in each Outer and each Inner, and the last: as in the original.
    assert.deepEqual(
      [c.this.receptiveField, c.other.receptiveField],
      [
        [11, 11],
        [11, 11],
      ],
    );
    // Per pixel a MAC for each weight; each convolution that goes takes its biases with it.
    assert.deepEqual(
      [c.other.totals.macs, c.other.totals.params],
      [64 * c.other.totals.weights, c.other.totals.weights + 2 * (64 + 32) + 64 + 4],
    );
    assert.equal(c.graphs, undefined);
    assert.deepEqual(
      c.parts.map((p) => [p.path, p.name, p.weights.this, p.macs.this, p.macs.other]),
      // Each Outer with its Inner as it is: 10,240 weights of its own reduction, or 36,864 without it.
      [
        ['Outer', 'Outer', 16_384, 64 * 16_384, 64 * (36_864 + 6_144)],
        ['Outer/Inner', 'Inner', 6_144, 64 * 6_144, 64 * 18_432],
        ['Outer_2', 'Outer', 16_384, 64 * 16_384, 64 * (36_864 + 6_144)],
        ['Outer_2/Inner', 'Inner', 6_144, 64 * 6_144, 64 * 18_432],
      ],
    );
    assert.deepEqual(c.notes, [
      'In the naive form Outer/Inner gives 96×8×8 instead of 40×8×8, Outer_2/Inner gives 96×8×8 instead of 40×8×8: its pool branch keeps all channels.',
      'Each block is derived at the input that it has in the original, so the figures are sums over blocks and only blocks run.',
    ]);
  });

  it('names three of the blocks that give other channels, and shortens a long sum in the middle', async () => {
    const text = `
      block Inner on 64x8x8 { concat { | conv(16, 1x1) -> conv(32, 3x3) | maxpool(3x3, stride=1, pad=1) -> conv(32, 1x1) } }
      network N on 64x8x8 { ${'Inner '.repeat(12)} }`;
    const c = compareVariants((await targetOf(text, 'N')).graph);
    assert.match(
      c?.notes[0] ?? '',
      /^In the naive form Inner gives 96×8×8 instead of 64×8×8, Inner_2 .*, Inner_3 gives .* and 9 more blocks have other channels:/,
    );
    // Where 32 and all 64 channels are joined, twice of each live; in the original the pool is where most do.
    const planes = (n: number): number => 4 * n * 8 * 8;
    assert.deepEqual([c?.this.totals.memory, c?.other.totals.memory], [planes(64 + 32 + 64), planes(2 * (32 + 64))]);
    const each = (n: string): string => `Inner${n} 18,432`;
    assert.equal(c?.other.formula, [...['', '_2', '_3', '_4', '_5'].map(each), '…', each('_11'), each('_12')].join(' + '));
  });

  it('counts running statistics by block too', async () => {
    const text = `
      block Inner on 64x8x8 { concat { | conv(16, 1x1) -> bn -> conv(32, 3x3) | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) -> bn } }
      network N on 64x8x8 { bn -> Inner -> Inner }`;
    const c = compareVariants((await targetOf(text, 'N')).graph);
    assert.deepEqual([c?.graphs, c?.this.totals.buffers, c?.other.totals.buffers], [undefined, 2 * (64 + 2 * (16 + 8)), 2 * 64]);
  });

  it('leaves a block as it is whose naive form does not fit together, and says so', async () => {
    const joined = 'concat { | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) | relu }';
    const odd = `block Odd { add { | ${joined} | conv(72, 1x1) } -> conv(64, 3x3) }`;
    const text = `${odd} block Narrow { conv(16, 1x1) -> conv(64, 3x3) } network N on 64x8x8 { first: Odd -> Narrow }`;
    const c = compareVariants((await targetOf(text, 'N')).graph);
    assert.deepEqual(c?.notes, ['first is left as it is: its naive form does not fit together.']);
    assert.deepEqual(
      c?.parts.map((p) => p.path),
      ['Narrow'],
    );
    // By itself there is nothing to compare it with.
    assert.equal(compareVariants((await targetOf(odd.replace('Odd', 'Odd on 64x8x8'), 'Odd')).graph), undefined);
  });

  it('takes a reduction that is read in another block for one of the network', async () => {
    const text = `
      block First { conv(64, 3x3) -> conv(16, 1x1) -> relu }
      block Second { conv(64, 3x3) -> conv(64, 3x3) }
      network N on 64x8x8 { First -> Second -> conv(8, 1x1) }`;
    const c = compareVariants((await targetOf(text, 'N')).graph);
    assert.deepEqual(
      c?.parts.map((p) => [p.path, p.name]),
      [['', 'N']],
    );
    assert.equal(c?.other.formula, '3×3×64×64×3 + 1×1×64×8');
  });

  it('derives a block of several inputs at those that it has', async () => {
    const text = `
      block Fuse takes x, g { add { | x -> conv(16, 1x1) -> conv(32, 3x3) | g -> conv(32, 1x1) -> upsample(2) } }
      network N on 64x8x8 { s: identity d: conv(8, 2x2, stride=2, pad=0) Fuse { | s | d } }`;
    const c = compareVariants((await targetOf(text, 'N')).graph);
    const [part] = c?.parts ?? [];
    assert.deepEqual(
      part?.this.nodes.filter((n) => n.kind === 'input').map((n) => n.shape),
      [
        [64, 8, 8],
        [8, 4, 4],
      ],
    );
    assert.deepEqual(part?.weights, { this: 64 * 16 + 9 * 16 * 32 + 8 * 32, other: 9 * 64 * 32 + 8 * 32 });
    assert.equal(c?.other.totals.weights, 4 * 64 * 8 + 9 * 64 * 32 + 8 * 32);
  });

  it('leaves shared layers as they are', async () => {
    const naive = async (body: string): Promise<number | undefined> =>
      compareVariants((await targetOf(`block A on 64x8x8 { ${body} }`, 'A')).graph)?.other.totals.weights;
    const twice = 'shared r = conv(16, 1x1) shared c = conv(64, 3x3) r -> c -> r -> c';
    assert.equal(await naive(twice), undefined);
    assert.equal(await naive(`${twice} conv(16, 1x1) -> conv(32, 3x3)`), 64 * 16 + 9 * 16 * 64 + 9 * 64 * 32);
    // A variant that would need other weights of one does not fit; one that leaves its input alone does.
    const pool = 'concat { | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) | conv(8, 1x1) }';
    assert.equal(await naive(`shared c = conv(16, 3x3) ${pool} -> c -> c`), undefined);
    assert.equal(await naive(`shared c = conv(16, 3x3) conv(8, 1x1) -> conv(16, 3x3) -> c -> c`), 9 * 64 * 16 + 9 * 16 * 16);
  });

  it('leaves a block with an error as it is', async () => {
    const narrow = 'block Narrow { conv(16, 1x1) -> gn(3) -> conv(64, 3x3) } block Sound { conv(16, 1x1) -> conv(64, 3x3) }';
    const { analysis } = await analyse(`${narrow} network N on 64x8x8 { Narrow -> Sound }`);
    const [target] = analysis.targets;
    assert.deepEqual(target && analysis.comparison(target)?.parts.map((p) => p.path), ['Sound']);
  });

  it('sees more where bottlenecks become two convolutions, though its blocks do not fit each other', async () => {
    const text = `
      block Inner on 64x8x8 { concat { | conv(16, 1x1) -> conv(56, 3x3) | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) } }
      block Narrow on 64x8x8 { add { | conv(16, 1x1) -> conv(16, 3x3) -> conv(64, 1x1) | identity } }
      network N on 64x8x8 { Inner -> Narrow -> Narrow }`;
    const c = compareVariants((await targetOf(text, 'N')).graph);
    assert.equal(c?.graphs, undefined);
    assert.deepEqual(
      [c?.this.receptiveField, c?.other.receptiveField],
      [
        [7, 7],
        [11, 11],
      ],
    );
  });

  it('counts the MACs of further outputs apart where it sums', async () => {
    const text = `
      block Inner on 64x8x8 { concat { | conv(16, 1x1) -> conv(56, 3x3) | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) } }
      network N on 64x8x8 { output aux = Inner -> conv(4, 1x1) Inner -> conv(64, 1x1) }`;
    const { macs, totalMacs } = compareVariants((await targetOf(text, 'N')).graph)?.other.totals ?? {};
    const naive = 9 * 64 * 56;
    assert.deepEqual([macs, totalMacs], [64 * (naive + 64 * 64), 64 * (2 * naive + 64 * 4 + 64 * 64)]);
  });

  it('is one graph where all blocks fit each other', async () => {
    const text = `
      block Narrow on 64x8x8 { conv(16, 1x1) -> conv(64, 3x3) }
      network N on 64x8x8 { repeat 2 { Narrow } }`;
    const c = compareVariants((await targetOf(text, 'N')).graph);
    assert.deepEqual(
      c?.graphs?.other.nodes.map((n) => [n.kind, n.shape[0]]),
      [
        ['input', 64],
        ['conv', 64],
        ['conv', 64],
      ],
    );
    assert.deepEqual([c?.notes, c?.other.formula], [[], '3×3×64×64×2']);
  });
});
