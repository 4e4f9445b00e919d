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
});
