/** Two versions of a network, layer by layer: what is the same, what changed, what came and went. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../src/graph/analyse.ts';
import type { GraphDiff, Measured, NodePair, ScopePair } from '../../src/graph/diff/data.ts';
import { diffGraphs } from '../../src/graph/diff/diff.ts';
import { type Entry, entriesOf } from '../../src/graph/diff/entries.ts';
import { type Row, rowsOf } from '../../src/graph/diff/rows.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { Builder } from '../diagram/fixtures.ts';
import * as cnn from '../support/cnn.ts';
import { anyGraph } from '../support/graphs.ts';

const MARKS = { added: '+', gone: '-', changed: '~', follows: '>', moved: '^', equal: '=' } as const;

/** `~ block/conv kernel -> params +1152`: a row in short. */
function rowText({ status, depth, entry, name, times, layers, delta }: Row): string {
  const indent = '  '.repeat(depth);
  if (!entry) return `${indent}${MARKS[status]} ${layers}`;
  const edits = entry.edits.map((e) => (e.what === 'params' ? e.names.join(' ') : e.what));
  return [
    `${indent}${MARKS[status]} ${name}${times > 1 ? ` ×${times}` : ''}`,
    ...(entry.type === 'scope' ? [`(${layers})`] : []),
    ...edits,
    ...(delta.params === 0 ? [] : [`${delta.params > 0 ? '+' : ''}${delta.params}`]),
  ].join(' ');
}

const measured = (graph: Graph): Measured => ({ graph, facts: analyse(graph) });
const target = async (text: string, name: string): Promise<Measured> => measured((await cnn.targetOf(text, name)).graph);

/** The rows between the last targets of two texts. */
async function rows(before: string, after: string, name = 'A'): Promise<string> {
  const [a, b] = [await target(before, name), await target(after, name)];
  return rowsOf(entriesOf(diffGraphs(a, b), a, b))
    .map(rowText)
    .join('\n');
}
const text = (lines: TemplateStringsArray): string => {
  const all = (lines[0] ?? '').split('\n').slice(1, -1);
  const margin = Math.min(...all.map((l) => l.length - l.trimStart().length));
  return all.map((l) => l.slice(margin)).join('\n');
};
const flat = (body: string): string => `block A on 3x32x32 { ${body} }`;

describe('the difference of two graphs', () => {
  it('takes a layer that is put in for one that is added, though the paths behind it move', async () => {
    assert.equal(
      await rows(
        flat('conv(8, 3x3) -> relu -> conv(8, 3x3) -> relu -> conv(16, 3x3) -> relu'),
        flat('conv(8, 3x3) -> relu -> conv(8, 1x1) -> conv(8, 3x3) -> relu -> conv(16, 3x3) -> relu'),
      ),
      text`
        = 2
        + conv_2 +72
        = 4
      `,
    );
  });

  it('tells a layer with other arguments from one that is another layer', async () => {
    assert.equal(
      await rows(flat('conv(8, 3x3) -> bn -> relu -> gap'), flat('conv(8, 5x5) -> bn -> silu -> dropout -> gap')),
      text`
        ~ conv kernel +384
        = 1
        ~ silu kind
        + dropout
        = 1
      `,
    );
  });

  it('tells what an edit changes behind it from the edit', async () => {
    assert.equal(
      await rows(flat('conv(8, 3x3) -> relu -> conv(8, 3x3)'), flat('conv(16, 3x3) -> relu -> conv(8, 3x3)')),
      text`
        ~ conv channels +224
        > relu
        > conv_2 +576
      `,
    );
  });

  it('has one row for a block that is added to a repeat, and for those of a loop that change alike', async () => {
    const net = (n: number, width: number): string => `
      block Unit(width) { add { | conv(width, 3x3) -> bn -> relu -> conv(in.c, 3x3) | identity } }
      block A on 8x32x32 { repeat ${n} { Unit(${width}) } }`;
    assert.equal(
      await rows(net(3, 8), net(4, 8)),
      text`
        = 18
        + Unit[3] (6) +1184
      `,
    );
    assert.equal(
      await rows(net(3, 8), net(5, 8)),
      text`
        = 18
        + Unit[3…4] ×2 (12) +2368
      `,
    );
    assert.equal(
      await rows(net(3, 8), net(3, 16)),
      text`
        ~ Unit[0…2] ×3 (18) +3528
          ~ branch1/conv channels +1752
          > branch1/bn +48
          > branch1/relu
          > branch1/conv_2 +1728
          = 6
      `,
    );
  });

  it('has no row for a block in which one thing alone has changed', async () => {
    const net = (eps: string): string => `
      block Norm { bn(${eps}) -> relu }
      block Unit { conv(8, 3x3) -> Norm -> conv(8, 3x3) }
      block A on 8x32x32 { stem: Unit repeat 2 { Unit } }`;
    assert.equal(
      await rows(net(''), net('eps=0.1')),
      text`
        ~ stem/Norm/bn eps
        ~ Unit[0…1]/Norm/bn ×2 eps
      `,
    );
  });

  it('folds blocks that only follow', async () => {
    const net = (width: number): string => `
      block Unit { conv(here.c, 3x3) -> relu }
      block A on 3x32x32 { stem: conv(${width}, 3x3) -> Unit }`;
    assert.equal(
      await rows(net(8), net(16)),
      text`
        ~ stem channels +224
        ~ Unit (2) +1736
          ~ conv channels +1736
          > relu
      `,
    );
    const side = (n: number): string => `
      block Unit { conv(8, 3x3) -> relu }
      block A on 3x${n}x${n} { Unit -> gap }`;
    assert.equal(
      await rows(side(32), side(64)),
      text`
        > input
        > Unit (2)
        = 1
      `,
    );
  });

  it('holds to labels, also where the layer is another', async () => {
    assert.equal(
      await rows(flat('a: conv(8, 3x3) -> b: conv(8, 3x3) -> act: relu'), flat('b: conv(8, 3x3) -> act: upsample(2)')),
      text`
        - a -224
        > b -360
        ~ act kind scale to mode
      `,
    );
    assert.equal(
      await rows(flat('a: conv(8, 3x3) -> relu'), flat('stem: conv(8, 3x3) -> relu')),
      text`
        ~ stem label
        = 1
      `,
    );
  });

  it('pairs by labels what would be the same without them', async () => {
    assert.equal(
      await rows(flat('a: conv(8, 3x3) -> b: conv(8, 1x1)'), flat('a: conv(8, 1x1) -> b: conv(8, 3x3)')),
      text`
        ~ a kernel -192
        ~ b kernel +512
      `,
    );
  });

  it('does not take many equal paths for more than a few equal layers', async () => {
    const tail = ' -> conv(8, 3x3)'.repeat(30);
    assert.equal(
      await rows(flat(`conv(3, 1x1)${tail} -> gap`), flat(`conv(3, 5x5) -> conv(3, 1x1)${tail} -> gmp`)),
      text`
        + conv +228
        = 31
        ~ gmp kind
      `,
    );
  });

  it('finds one layer among thousands, where the ends differ too', async () => {
    const net = (first: number, middle: string, last: string): string =>
      flat(`conv(${first}, 1x1) -> repeat 500 { conv(3, 3x3) -> relu } -> ${middle}repeat 500 { conv(3, 3x3) -> silu } -> ${last}`);
    assert.equal(
      await rows(net(3, '', 'gap'), net(4, 'bn -> ', 'gmp')),
      text`
        ~ conv channels +4
        > conv_2[0] +27
        = 999
        + bn +6
        = 1000
        ~ gmp kind
      `,
    );
  });

  it('takes a block with other layers for another block', async () => {
    const net = (name: string, body: string): string => `block ${name} { ${body} } ${flat(`${name} -> gap`)}`;
    assert.equal(
      await rows(net('Unit', 'conv(8, 3x3) -> bn -> relu'), net('Stem', 'maxpool(2) -> conv(8, 7x7)')),
      text`
        - Unit (3) -240
        + Stem (2) +1184
        = 1
      `,
    );
  });

  it('tells the rounds of a loop by themselves where they differ', async () => {
    const net = (width: number): string => `block Unit { conv(${width}, 3x3) -> bn } ${flat('repeat 3 { Unit }')}`;
    assert.equal(
      await rows(net(8), net(16)),
      text`
        ~ Unit[0] (2) +240
          ~ conv channels +224
          > bn +16
        ~ Unit[1…2] ×2 (4) +3504
          ~ conv channels +3472
          > bn +32
      `,
    );
  });

  it('finds blocks in the block that was put around them', async () => {
    const units = 'block Unit { conv(8, 3x3) -> bn -> relu }';
    assert.equal(
      await rows(`${units} ${flat('Unit -> Unit -> gap')}`, `${units} block Stage { Unit -> Unit } ${flat('Stage -> gap')}`),
      text`
        + Stage (6)
          ^ 6
        = 1
      `,
    );
  });

  it('tells where something is gone, though what stood behind it is in front now', async () => {
    assert.equal(
      await rows(flat('relu -> tanh -> bn -> a: conv(3, 3x3)'), flat('a: conv(3, 3x3) -> relu -> bn')),
      text`
        ^ a place
        = 1
        - tanh
        = 1
      `,
    );
  });

  it('knows a block by what it holds, when its name is another', async () => {
    const net = (name: string): string => `
      block ${name} { conv(8, 3x3) -> bn -> relu }
      block A on 3x32x32 { ${name} -> ${name} }`;
    assert.equal(
      await rows(net('ConvBN'), net('Unit')),
      text`
        ~ Unit (3) kind
        ~ Unit_2 (3) kind
      `,
    );
  });

  it('finds layers in the block that was put around them, and where that is dissolved', async () => {
    const plain = flat('conv(8, 3x3) -> bn -> relu -> conv(8, 3x3) -> bn -> relu -> gap');
    const wrapped = `block Unit { conv(8, 3x3) -> bn -> relu } ${flat('Unit -> Unit -> gap')}`;
    assert.equal(
      await rows(plain, wrapped),
      text`
        + Unit (3)
          ^ 3
        + Unit_2 (3)
          ^ 3
        = 1
      `,
    );
    assert.equal(
      await rows(wrapped, plain),
      text`
        ^ conv place
        ^ bn place
        ^ relu place
        ^ conv_2 place
        ^ bn_2 place
        ^ relu_2 place
        - Unit (0)
        - Unit_2 (0)
        = 1
      `,
    );
  });

  it('finds what passed others', async () => {
    assert.equal(
      await rows(flat('conv(8, 3x3) -> bn -> relu -> conv(8, 3x3)'), flat('bn -> relu -> conv(8, 3x3) -> conv(8, 3x3)')),
      text`
        > bn -10
        > relu
        ^ conv place
        = 1
      `,
    );
  });

  it('sees another wiring of the same layers', async () => {
    const net = (skip: string): string => flat(`a: conv(8, 3x3) -> b: relu -> c: conv(8, 3x3) -> add { | relu | ${skip} }`);
    assert.equal(
      await rows(net('a'), net('b')),
      text`
        = 4
        ~ add inputs
      `,
    );
  });

  it('tells of outputs', async () => {
    const before = await target(flat('conv(8, 3x3) -> gap'), 'A');
    const after = await target(flat('conv(8, 3x3) output aux = relu gap'), 'A');
    assert.deepEqual(diffGraphs(before, after).outputs, [
      { name: 'output', before: [8, 1, 1], after: [8, 1, 1], changed: false },
      { name: 'aux', before: undefined, after: [8, 32, 32], changed: true },
    ]);
    const named = await target(flat('conv(8, 3x3) output aux = relu output top'), 'A');
    assert.deepEqual(diffGraphs(after, named).outputs, [
      { name: 'top', before: [8, 1, 1], after: [8, 32, 32], changed: true },
      { name: 'aux', before: [8, 32, 32], after: [8, 32, 32], changed: false },
    ]);
  });
});

/** What a step of a chain makes of its input. */
interface Link {
  readonly kind: 'conv' | 'bn' | 'relu' | 'block';
  readonly width: number;
  readonly label: string | undefined;
}
const anyLink: fc.Arbitrary<Link> = fc.record({
  kind: fc.constantFrom('conv' as const, 'bn' as const, 'relu' as const, 'block' as const),
  width: fc.integer({ min: 1, max: 3 }),
  label: fc.option(fc.constantFrom('a', 'b', 'stem'), { nil: undefined }),
});

/** A chain of layers and blocks, some of them with a label of their own. */
function chain(links: readonly Link[]): Measured {
  const b = new Builder('Chain', [4, 8, 8]);
  let x = 0;
  for (const { kind, width, label: name } of links) {
    if (kind === 'block') x = b.call('Unit', x, (v) => b.relu(b.conv(v, width, 1)), name);
    else x = kind === 'conv' ? b.conv(x, width, 3, {}, name) : b.layer(kind, [x], {}, name);
  }
  return measured(b.done(x).graph);
}

/** Ids that a list of pairs, what is gone and what is added tell of, on both sides. */
const sides = ({ pairs, gone, added }: GraphDiff['nodes'] | GraphDiff['scopes']) => ({
  before: [...pairs.map((p) => p.before), ...gone].sort((x, y) => x - y),
  after: [...pairs.map((p) => p.after), ...added].sort((x, y) => x - y),
});
const leaves = (entries: readonly Entry[]): readonly Entry[] => entries.flatMap((e) => (e.type === 'node' ? [e] : leaves(e.children)));

describe('the difference of any two graphs', () => {
  /** Strangers, and a chain with another that was made of it. */
  const two: fc.Arbitrary<readonly [Measured, Measured]> = fc.oneof(
    fc.tuple(anyGraph, anyGraph).map(([a, b]) => [measured(a), measured(b)] as const),
    fc
      .tuple(fc.array(anyLink), fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.array(anyLink, { maxLength: 3 })), { maxLength: 4 }))
      .map(([links, edits]) => {
        const edited = edits.reduce((all, [at, gone, added]) => all.toSpliced(at % (all.length + 1), gone, ...added), links);
        return [chain(links), chain(edited)] as const;
      }),
  );

  it('is none where both are one', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const diff = diffGraphs(measured(graph), measured(structuredClone(graph)));
        assert.ok(diff.equal);
        assert.equal(diff.nodes.pairs.length, graph.nodes.length);
      }),
    );
  });

  it('has every layer and block in one place', () => {
    fc.assert(
      fc.property(two, ([a, b]) => {
        const diff = diffGraphs(a, b);
        const ids = ({ graph }: Measured) => graph.nodes.map((n) => n.id);
        assert.deepEqual(sides(diff.nodes), { before: ids(a), after: ids(b) });
        const inner = ({ graph }: Measured) => graph.scopes.slice(1).map((s) => s.id);
        assert.deepEqual(sides(diff.scopes), { before: inner(a), after: inner(b) });
        const told = leaves(entriesOf(diff, a, b));
        assert.deepEqual(
          told.flatMap((e) => e.before?.id ?? []).sort((x, y) => x - y),
          ids(a),
        );
        assert.deepEqual(
          told.flatMap((e) => e.after?.id ?? []).sort((x, y) => x - y),
          ids(b),
        );
      }),
    );
  });

  it('is the same the other way round', () => {
    fc.assert(
      fc.property(two, ([a, b]) => {
        const turn = <P extends { readonly before: number; readonly after: number }>(pairs: readonly P[]) =>
          pairs.map((p) => ({ ...p, before: p.after, after: p.before })).sort((x, y) => x.after - y.after);
        const [there, back] = [diffGraphs(a, b), diffGraphs(b, a)];
        for (const what of ['nodes', 'scopes'] as const) {
          assert.deepEqual([back[what].added, back[what].gone], [there[what].gone, there[what].added]);
          // Of a layer of another kind, parameters are told in the order of the kinds.
          const plain = (pairs: readonly unknown[]) => JSON.stringify(pairs).replaceAll(/"names":\[[^\]]*\]/g, '');
          assert.equal(plain(turn<NodePair | ScopePair>(back[what].pairs)), plain(there[what].pairs));
        }
      }),
    );
  });

  it('adds up in its rows, folded or not', () => {
    fc.assert(
      fc.property(two, fc.boolean(), ([a, b], all) => {
        const rows = rowsOf(entriesOf(diffGraphs(a, b), a, b), all);
        const sum = (of: (r: Row) => number) => rows.filter((r) => r.depth === 0).reduce((n, r) => n + of(r), 0);
        assert.equal(
          sum((r) => r.delta.params),
          b.facts.totals.params - a.facts.totals.params,
        );
        // And so do the rows that stand under another.
        for (const [i, r] of rows.entries()) {
          const behind = rows.slice(i + 1);
          const next = behind.findIndex((x) => x.depth <= r.depth);
          const inner = behind.slice(0, next < 0 ? behind.length : next).filter((x) => x.depth === r.depth + 1);
          if (inner.length > 0)
            assert.equal(
              inner.reduce((n, x) => n + x.delta.params, 0),
              r.delta.params,
            );
        }
        assert.equal(
          sum((r) => r.delta.macs),
          b.facts.totals.totalMacs - a.facts.totals.totalMacs,
        );
      }),
    );
  });

  it('is one layer where one is put into a chain', () => {
    fc.assert(
      fc.property(
        fc.array(anyLink, { maxLength: 40 }),
        fc.nat(),
        fc.constantFrom('conv' as const, 'bn' as const, 'relu' as const),
        (links, n, kind) => {
          const at = n % (links.length + 1);
          const a = chain(links);
          const b = chain(links.toSpliced(at, 0, { kind, width: 4, label: undefined }));
          const { nodes, scopes } = diffGraphs(a, b);
          assert.deepEqual([nodes.added.length, nodes.gone, scopes.added, scopes.gone], [1, [], [], []]);
          assert.ok([...nodes.pairs, ...scopes.pairs].every((p) => p.edits.length === 0));
        },
      ),
    );
  });
});
