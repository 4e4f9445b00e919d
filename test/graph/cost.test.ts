/** Cost and memory where layers share what they are made of, or work in place. */
import assert from 'node:assert/strict';
import { analyse } from '../../src/graph/analyse.ts';
import { targetOf } from '../support/cnn.ts';

describe('cost', () => {
  it('of one layer is another for another input, though its parameters are the same', async () => {
    // One instance of the outer loop's body stands for both rounds; its convolution reads 8, then 16 channels.
    const { facts } = await targetOf('block U { conv(16, 3x3, bias=false) }\nnetwork N on 8x4x4 { U -> U }', 'N');
    assert.deepEqual(
      facts.nodes.slice(1).map((n) => n.weights),
      [8 * 16 * 9, 16 * 16 * 9],
    );
  });

  it('of a graph with shared parameters is asked of each node', async () => {
    const { graph } = await targetOf('network N on 8x4x4 { conv(16, 3x3, bias=false) -> conv(16, 3x3, bias=false) }', 'N');
    const [, first] = graph.nodes;
    assert.ok(first);
    const shared = { ...graph, nodes: graph.nodes.map((n) => (n.id === 2 ? { ...n, params: first.params } : n)) };
    assert.deepEqual(
      analyse(shared).nodes.map((n) => n.weights),
      [0, 8 * 16 * 9, 16 * 16 * 9],
    );
  });

  it('of an inverted bottleneck against its naive form counts each at its own input', async () => {
    const text =
      'block B on 64x14x14 { add { | conv(32, 1x1, bias=false) -> conv(32, 3x3, bias=false) -> conv(64, 1x1, bias=false) | identity } }';
    const { comparison } = await targetOf(text, 'B');
    assert.equal(comparison?.this.totals.weights, 64 * 32 + 32 * 32 * 9 + 32 * 64);
    assert.equal(comparison?.other.totals.weights, 2 * 64 * 64 * 9);
  });
});

describe('peak memory', () => {
  const peak = async (body: string): Promise<number> => (await targetOf(`block B on 8x16x16 { ${body} }`, 'B')).facts.totals.memory;
  const map = 8 * 16 * 16 * 4;

  it('is input and output of a layer that writes elsewhere', async () => {
    assert.equal(await peak('conv(8, 3x3)'), 2 * map);
    assert.equal(await peak('conv(8, 3x3) -> conv(8, 3x3) -> conv(8, 3x3)'), 2 * map);
  });

  it('does not grow by what works in place, nor by what does nothing', async () => {
    assert.equal(await peak('conv(8, 3x3) -> relu -> dropout(0.5) -> identity -> relu'), 2 * map);
    assert.equal(await peak('identity'), map);
  });

  it('grows by an activation whose input is still needed', async () => {
    assert.equal(await peak('a: conv(8, 3x3)\nadd { | relu | a }'), 3 * map);
  });

  /** How many maps of the input's size are there at once. */
  for (const [body, maps] of [
    ['relu', 1],
    ['conv(8, 3x3) -> bn', 2],
    ['a: conv(8, 3x3)\nadd { | dropout -> identity | a }', 2],
    ['conv(8, 3x3) -> bn -> relu -> bn', 2],
    // What two read is there until the second has read it, under whatever name.
    ['a: identity\nconv(8, 3x3) -> conv(8, 3x3)\nadd { | identity | a }', 3],
    ['conv(8, 3x3)\na: identity\nconv(8, 3x3) -> conv(8, 3x3)\nadd { | identity | a }', 3],
    ['a: identity\nrelu -> conv(8, 3x3)\nadd { | identity | a }', 3],
    ['a: conv(8, 3x3)\nconv(8, 3x3) -> conv(8, 3x3)\nadd { | conv(8, 3x3) | a }', 3],
    // The two branches, then what they make of them.
    ['concat { | conv(8, 3x3) | conv(8, 1x1) }', 4],
    ['concat { | conv(8, 3x3) | conv(8, 1x1) } -> conv(8, 1x1)', 4],
    ['add { | conv(8, 3x3) | conv(8, 1x1) }', 3],
    // A further output stays until the end.
    ['output early = bn\nconv(8, 3x3) -> conv(8, 3x3)', 3],
    ['output early = conv(16, 3x3)\nconv(8, 3x3) -> conv(8, 3x3)', 4],
    ['output early = relu\nrelu', 2],
    ['conv(32, 3x3) -> conv(8, 3x3)', 5],
    ['maxpool(2x2) -> conv(8, 3x3)', 1.25],
    ['flatten -> relu -> dropout', 1],
  ] as const)
    it(`is that of ${maps} maps: ${body.replaceAll('\n', ', ')}`, async () => assert.equal(await peak(body), maps * map));
});
