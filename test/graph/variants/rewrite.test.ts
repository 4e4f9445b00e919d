/** A block cut out of its network, and a network whose layers were rewritten: graphs by themselves, calls and outputs in their places. */
import assert from 'node:assert/strict';
import { compareVariants } from '../../../src/graph/compare.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { extract, rewrite } from '../../../src/graph/variants/rewrite.ts';
import { hasVariant } from '../../../src/graph/variants/units.ts';
import { targetOf } from '../../support/cnn.ts';

/** A line for each node, with what it reads and the call that it is in, and one for each call with what is in it. */
const told = (g: Graph | undefined) =>
  g && {
    name: g.name,
    nodes: g.nodes.map((n) => `${n.id} ${n.path}(${n.inputs}) in ${g.scopes[n.scope]?.path || 'all'}: ${n.kind} ${n.shape.join('x')}`),
    calls: g.scopes.map(
      (s) => `${s.id} ${s.name} ${s.path || 'all'} in ${s.parent}: ${s.from} to ${s.to}, of ${s.input} makes ${s.output}`,
    ),
    outputs: g.outputs.map((o) => `${o.name} ${o.node}`),
  };

const NETWORK = `
  block Inner { conv(8, 1x1) -> conv(8, 3x3) }
  block Pair { Inner -> relu -> second: Inner -> bn }
  network N on 16x8x8 { conv(16, 3x3) -> first: Pair -> Pair output side = Inner tanh }`;
const network = async (): Promise<Graph> => (await targetOf(NETWORK, 'N')).graph;
const scope = (g: Graph, path: string): number => g.scopes.findIndex((s) => s.path === path);

describe('a block cut out of its network', () => {
  it('has an input of its own, and paths and calls as it has them by itself', async () => {
    const g = await network();
    const alone = await targetOf(NETWORK.replace('block Pair', 'block Pair on 8x8x8'), 'Pair');
    assert.deepEqual(told(extract(g, scope(g, 'Pair'))), told(alone.graph));
    assert.deepEqual(told(extract(g, scope(g, 'first'))), {
      name: 'Pair',
      nodes: [
        '0 input() in all: input 16x8x8',
        '1 Inner/conv(0) in Inner: conv 8x8x8',
        '2 Inner/conv_2(1) in Inner: conv 8x8x8',
        '3 relu(2) in all: relu 8x8x8',
        '4 second/conv(3) in second: conv 8x8x8',
        '5 second/conv_2(4) in second: conv 8x8x8',
        '6 bn(5) in all: bn 8x8x8',
      ],
      calls: [
        '0 Pair all in undefined: 0 to 7, of 0 makes 6',
        '1 Inner Inner in 0: 1 to 3, of 0 makes 2',
        '2 Inner second in 0: 4 to 6, of 3 makes 5',
      ],
      outputs: ['output 6'],
    });
  });

  it('is the network where it is all of it, and nothing where there is no such call', async () => {
    const g = await network();
    assert.equal(extract(g, 0), g);
    assert.equal(extract(g, 99), undefined);
  });

  it('is none where it reads what is outside', async () => {
    const g = await network();
    const reads = (node: number, input: number): Graph => ({
      ...g,
      nodes: g.nodes.map((n) => (n.id === node ? { ...n, inputs: [input] } : n)),
    });
    const first = scope(g, 'first');
    assert.ok(extract(reads(4, 1), first), 'its input may be read by any of its layers');
    assert.equal(extract(reads(4, 0), first), undefined);
  });

  it('may give what it is given', async () => {
    const { graph } = await targetOf('block Nothing { identity }\nblock B on 8x4x4 { relu -> Nothing -> tanh }', 'B');
    const through = { ...graph, scopes: graph.scopes.map((s) => (s.path === 'Nothing' ? { ...s, output: s.input } : s)) };
    assert.deepEqual(extract(through, 1)?.outputs, [{ name: 'output', node: 0 }]);
  });
});

describe('a graph whose layers are rewritten', () => {
  it('keeps calls and outputs around what is left', async () => {
    const g = await network();
    assert.deepEqual(told(compareVariants(g)?.graphs?.other), {
      name: 'N, naive',
      nodes: [
        '0 input() in all: input 16x8x8',
        '1 conv(0) in all: conv 16x8x8',
        '2 first/Inner/conv_2(1) in first/Inner: conv 8x8x8',
        '3 first/relu(2) in first: relu 8x8x8',
        '4 first/second/conv(3) in first/second: conv 8x8x8',
        '5 first/second/conv_2(4) in first/second: conv 8x8x8',
        '6 first/bn(5) in first: bn 8x8x8',
        '7 Pair/Inner/conv(6) in Pair/Inner: conv 8x8x8',
        '8 Pair/Inner/conv_2(7) in Pair/Inner: conv 8x8x8',
        '9 Pair/relu(8) in Pair: relu 8x8x8',
        '10 Pair/second/conv(9) in Pair/second: conv 8x8x8',
        '11 Pair/second/conv_2(10) in Pair/second: conv 8x8x8',
        '12 Pair/bn(11) in Pair: bn 8x8x8',
        '13 Inner/conv(12) in Inner: conv 8x8x8',
        '14 Inner/conv_2(13) in Inner: conv 8x8x8',
        '15 tanh(12) in all: tanh 8x8x8',
      ],
      calls: [
        '0 N all in undefined: 0 to 16, of 0 makes 15',
        '1 Pair first in 0: 2 to 7, of 1 makes 6',
        '2 Inner first/Inner in 1: 2 to 3, of 1 makes 2',
        '3 Inner first/second in 1: 4 to 6, of 3 makes 5',
        '4 Pair Pair in 0: 7 to 13, of 6 makes 12',
        '5 Inner Pair/Inner in 4: 7 to 9, of 6 makes 8',
        '6 Inner Pair/second in 4: 10 to 12, of 9 makes 11',
        '7 Inner Inner in 0: 13 to 15, of 12 makes 14',
      ],
      outputs: ['output 15', 'side 14'],
    });
  });

  it('has another layer in the place of one, and is none where they do not fit each other', async () => {
    const { graph } = await targetOf('block B on 8x4x4 { conv(8, 1x1) -> add { | conv(8->8, 1x1) | identity } }', 'B');
    const by = (out: number) => {
      const { params = {} } = graph.nodes[1] ?? {};
      return rewrite(graph, new Map([[1, { kind: 'conv', params: { ...params, channels: { in: null, out } } }]]), 'Wide');
    };
    assert.equal(by(12), undefined);
    assert.deepEqual(told(by(8)), told({ ...graph, name: 'Wide' }));
  });

  it('asks for no input channels that were written for the original', async () => {
    const { graph } = await targetOf('block B on 8x4x4 { conv(8, 1x1) -> conv(8->3, 1x1) }', 'B');
    const { params = {} } = graph.nodes[1] ?? {};
    const wide = rewrite(graph, new Map([[1, { kind: 'conv', params: { ...params, channels: { in: null, out: 12 } } }]]), 'Wide');
    assert.deepEqual(
      wide?.nodes.map((n) => n.shape[0]),
      [8, 12, 3],
    );
  });
});

describe('whether there is a variant', () => {
  /** The network that a body makes of a block that, without its projection, has 16 channels, which 12 groups do not divide. */
  const of = async (body: string): Promise<Graph> => {
    const block = 'block B(g) { concat { | relu | maxpool(3x3, stride=1, pad=1) -> conv(4, 1x1) } gn(g) -> conv(8, 3x3) }';
    return (await targetOf(`${block}\nnetwork N on 8x8x8 { ${body} }`, 'N')).graph;
  };
  /** Counts the calls that are cut out to be tried: each asks a node for its path. */
  function tries(g: Graph): number {
    let paths = 0;
    const counted = g.nodes.map((n) => ({ ...n }));
    for (const n of counted) Object.defineProperty(n, 'path', { enumerable: true, get: () => `${paths++}` });
    hasVariant({ ...g, nodes: counted });
    return paths;
  }

  it('is told by any of its calls, be others of the same block without one', async () => {
    const found = [];
    for (const body of ['B(12) -> B(12)', 'B(12) -> B(4)', 'B(4) -> B(12)', 'B(12) -> conv(4, 3x3) -> B(4)']) {
      const g = await of(body);
      assert.equal(hasVariant(g), compareVariants(g) !== undefined);
      found.push(hasVariant(g));
    }
    assert.deepEqual(found, [false, true, true, false]);
  });

  it('takes one try of calls that are alike, however often they stand there', async () => {
    const [few, many] = [await of('B(12) -> B(6)'), await of('repeat 50 { B(12) -> B(6) }')];
    assert.equal(tries(many), tries(few));
    assert.ok(tries(few) > 0);
  });
});
