/** The layers as a tree: what holds what, sums that add up, and what is seen of it folded, filtered, sorted and written. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { analyse } from '../../src/graph/analyse.ts';
import type { Facts } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { type Arrangement, arrange, READABLE } from '../../src/graph/tree/arrange.ts';
import type { ColumnName } from '../../src/graph/tree/columns.ts';
import type { Row, RunFigures } from '../../src/graph/tree/row.ts';
import { leavesOf, pathTree, tableTree, totalOf } from '../../src/graph/tree/tree.ts';
import { csv, markdown, written } from '../../src/graph/tree/written.ts';
import { broken, inception } from '../diagram/fixtures.ts';
import { targetOf } from '../support/cnn.ts';

const example = (file: string): string => readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8');
const AS_IS: Arrangement = { flat: false, filter: '', sort: undefined, folds: READABLE };

interface Made {
  readonly tree: readonly Row[];
  readonly total: Row;
}
const made = (graph: Graph, facts: Facts, run?: readonly (RunFigures | undefined)[]): Made => {
  const tree = tableTree(graph, facts, run);
  return { tree, total: totalOf(graph, tree) };
};
const of = async (text: string, name: string) => {
  const target = await targetOf(text, name, { 'inception.cnn': example('inception.cnn') });
  return { ...target, ...made(target.graph, target.facts) };
};
/** What is seen: names indented, `▾` open and `▸` folded. */
const seen = ({ tree, total }: Made, a: Partial<Arrangement> = {}): readonly string[] =>
  arrange(tree, total, { ...AS_IS, ...a }).lines.map(
    (l) =>
      `${'  '.repeat(l.level - 1)}${l.open === undefined ? '' : l.open ? '▾ ' : '▸ '}${l.name}${l.row.times > 1 ? ` ×${l.row.times}` : ''}`,
  );
/** The same rows, and how often anything of them was looked at. */
function watched(rows: readonly Row[]): { readonly rows: readonly Row[]; count(): number } {
  let looks = 0;
  const watch = (r: Row): Row => {
    const children = r.children.map(watch);
    return new Proxy(r, {
      get(row, key) {
        looks++;
        return key === 'children' ? children : Reflect.get(row, key);
      },
    });
  };
  return { rows: rows.map(watch), count: () => looks };
}
function* all(rows: readonly Row[]): Generator<Row> {
  for (const r of rows) {
    yield r;
    yield* all(r.children);
  }
}

describe('layers as a tree', () => {
  let [block, resnet]: [Made, Awaited<ReturnType<typeof of>>] = [] as never;
  before(async () => {
    const { graph } = inception();
    block = made(graph, analyse(graph));
    resnet = await of(example('resnet.cnn'), 'ResNet50');
  });

  it('holds a block as it is written, each branch with the sum of what is in it', () => {
    assert.deepEqual(seen(block).slice(0, 8), ['▾ branch1', '  conv', '  relu', '▾ branch2', '  conv', '  relu', '  conv_2', '  relu_2']);
    const { figures, tones } = block.tree[1] as Row;
    assert.deepEqual([figures.layers, figures.params, figures.weights, figures.field], [4, 128 + 110_592 + 96 + 18_432, 129_024, [3, 3]]);
    assert.deepEqual(tones.weights, { conv: 110_592, pointwise: 18_432, linear: 0, other: 0 });
    assert.equal(block.total.figures.params, 163_696);
  });

  it('has sums that are those of what is in a row, and of the whole those of the analysis', async () => {
    for (const [file, name] of [
      ['resnet.cnn', 'ResNet50'],
      ['googlenet.cnn', 'GoogLeNet'],
      ['densenet.cnn', 'DenseNet201'],
    ] as const) {
      const { tree, total, facts, graph } = await of(example(file), name);
      for (const r of all([total, ...tree])) {
        if (r.type === 'layer') continue;
        for (const f of ['layers', 'params', 'weights', 'macs', 'memory', 'buffers'] as const)
          assert.equal(
            r.figures[f],
            r.children.reduce((s, c) => s + c.figures[f], 0),
            `${f} of ${r.path}`,
          );
        assert.equal(
          Object.values(r.tones.weights).reduce((a, b) => a + b),
          r.figures.weights,
        );
      }
      const { params, weights, totalMacs, buffers } = facts.totals;
      assert.deepEqual(
        [total.figures.params, total.figures.weights, total.figures.macs, total.figures.buffers],
        [params, weights, totalMacs, buffers],
      );
      assert.deepEqual(
        total.nodes.toSorted((a, b) => a - b),
        graph.nodes.slice(1).map((n) => n.id),
      );
      const paths = [...all(tree)].map((r) => r.path);
      assert.equal(new Set(paths).size, paths.length, 'paths are unique');
      // The command line cuts the same tree, as it is before rounds are put together.
      assert.deepEqual(
        leavesOf(pathTree(graph, facts)).map((r) => r.path),
        leavesOf(tree).map((r) => r.path),
      );
    }
  });

  it('puts the rounds of a loop into one row, and joins what holds but one thing', () => {
    assert.deepEqual(seen(resnet), [
      '▾ stem',
      '  conv',
      '  bn',
      '  relu',
      'maxpool',
      '▾ Bottleneck[0…2] ×3',
      '  ▸ Bottleneck[0]',
      '  ▸ Bottleneck[1]',
      '  ▸ Bottleneck[2]',
      '▾ Bottleneck_2[0…3] ×4',
      ...[0, 1, 2, 3].map((i) => `  ▸ Bottleneck_2[${i}]`),
      '▾ Bottleneck_3[0…5] ×6',
      ...[0, 1, 2, 3, 4, 5].map((i) => `  ▸ Bottleneck_3[${i}]`),
      '▾ Bottleneck_4[0…2] ×3',
      ...[0, 1, 2].map((i) => `  ▸ Bottleneck_4[${i}]`),
      ...seen(resnet).slice(-3),
    ]);
    const [, , first] = resnet.tree as readonly [Row, Row, Row];
    assert.deepEqual(
      [first.type, first.kind, first.figures.layers, first.figures.weights],
      ['rounds', 'Bottleneck', 38, 73_728 + 2 * 69_632],
    );
    // `branch2` of a round without projection holds an identity alone.
    const inner = seen(resnet, { folds: { base: 'folded', rows: { [first.path]: true, 'Bottleneck[1]': true } } });
    assert.deepEqual(inner.slice(2, 10), [
      '▾ Bottleneck[0…2] ×3',
      '  ▸ Bottleneck[0]',
      '  ▾ Bottleneck[1]',
      '    ▸ branch1',
      '    branch2/identity',
      '    add',
      '    relu',
      '  ▸ Bottleneck[2]',
    ]);
  });

  it('counts what is shared once, with its first use', async () => {
    const { tree, total, facts } = await of(
      `block Siamese takes a, b on 4x8x8, 4x8x8 {
        shared tower = conv(8, 3x3)
        sub { | a -> tower -> relu | b -> tower -> relu }
      }`,
      'Siamese',
    );
    const rows = leavesOf(tree).filter((r) => r.kind === 'conv');
    assert.deepEqual(
      rows.map((r) => r.figures.params),
      [296, 0],
    );
    assert.ok(rows.every((r) => r.shared !== undefined && r.figures.macs === 288 * 64));
    assert.deepEqual([total.figures.params, facts.totals.params], [296, 296]);
  });

  it('knows of what is in a row that it does not fit', () => {
    const { graph } = broken();
    const { total, tree } = made(graph, analyse(graph));
    assert.equal(total.failed, true);
    assert.ok([...all(tree)].some((r) => r.failed) && ![...all(tree)].every((r) => r.failed));
  });

  it('has the time of a block from a run, and no more than that where a layer was not run by itself', () => {
    const { graph } = inception();
    const none = { clock: undefined, min: undefined, max: undefined, mean: undefined, std: undefined, zeros: undefined };
    const run = graph.nodes.map((n) => ({ ...none, ms: n.kind === 'conv' ? 2 : undefined, min: -n.id, max: n.id, zeros: n.id / 100 }));
    const { tree, total } = made(graph, analyse(graph), run);
    const { figures } = tree[1] as Row;
    assert.deepEqual([figures.ms, figures.min, figures.max, figures.zeros, figures.mean], [4, -6, 6, 0.06, undefined]);
    assert.equal(total.figures.ms, 12);
  });

  it('opens and folds: all, nothing, and single rows', () => {
    const layers = block.total.figures.layers;
    assert.equal(seen(block, { folds: { base: 'open', rows: {} } }).length, layers + 4);
    assert.deepEqual(seen(block, { folds: { base: 'folded', rows: { branch4: true } } }), [
      '▸ branch1',
      '▸ branch2',
      '▸ branch3',
      '▾ branch4',
      '  maxpool',
      '  conv',
      '  relu',
      'concat',
    ]);
  });

  it('finds by path, kind, shape and kernel, in what holds it, and sums what is found', () => {
    const find = (filter: string) => arrange(block.tree, block.total, { ...AS_IS, filter });
    assert.deepEqual(seen(block, { filter: 'CONV 3x3', folds: { base: 'folded', rows: {} } }), ['branch2/conv_2']);
    assert.deepEqual(seen(block, { filter: 'branch2/conv', folds: { base: 'folded', rows: {} } }), ['▾ branch2', '  conv', '  conv_2']);
    assert.deepEqual(
      find('conv 3x3').found?.map((r) => r.figures.weights),
      [110_592],
    );
    assert.equal(find('conv 3x3').lines[0]?.row.figures.weights, 110_592);
    // What is found brings all that is in it.
    assert.deepEqual(seen(block, { filter: 'branch4', folds: { base: 'open', rows: {} } })[0], '▾ branch4');
    assert.ok((find('branch4').found?.length ?? 0) >= 2);
    assert.deepEqual(find('nowhere'), { lines: [], found: [] });
    assert.equal(find(' ').found, undefined);
    // `x` is a letter too.
    assert.equal(find('maxpool').found?.length, 1);
    const line = (block.tree[1]?.children[2]?.source.range.start.line ?? 0) + 1;
    assert.deepEqual(seen(block, { filter: `:${line}` }), ['branch2/conv_2']);
  });

  it('sorts within each block, or all layers as one list; empty cells come last', () => {
    const sort = { column: 'weights', down: true } as const;
    const tree = seen(block, { sort });
    assert.deepEqual(tree.slice(0, 5), ['▾ branch2', '  conv_2', '  conv', '  relu', '  relu_2']);
    assert.equal(tree.at(-1), 'concat');
    assert.deepEqual(seen(block, { sort, flat: true }).slice(0, 3), ['branch2/conv_2', 'branch2/conv', 'branch3/conv_2']);
    const up = seen(block, { sort: { column: 'weights', down: false }, flat: true });
    assert.deepEqual([up[0], up.at(-1)], ['branch3/conv', 'concat']);
    const named = seen(resnet, { sort: { column: 'layer', down: true }, folds: { base: 'folded', rows: {} } });
    assert.ok(named.indexOf('▸ stem') < named.indexOf('maxpool'));
  });

  it('writes what is seen, so that the lines add up to the whole', () => {
    const names: readonly ColumnName[] = ['layer', 'output', 'weights', 'weightsShare', 'macs'];
    const { lines } = arrange(block.tree, block.total, { ...AS_IS, folds: { base: 'folded', rows: { branch2: true } } });
    const write = (format: 'csv' | 'markdown' | 'tabs') => written(lines, names, block.total, block.total, format).split('\n');
    assert.deepEqual(write('csv').slice(0, 4), [
      'layer,output,weights,share of weights,MACs',
      'branch1,64×28×28,12288,0.0752351,9633792',
      'branch2/conv,96×28×28,18432,0.112853,14450688',
      'branch2/relu,96×28×28,0,0,0',
    ]);
    assert.equal(
      write('csv')
        .slice(1)
        .reduce((s, l) => s + Number(l.split(',')[2]), 0),
      163_328,
    );
    const table = write('markdown');
    assert.deepEqual(table.slice(0, 3), [
      '| layer | output | weights | share of weights | MACs |',
      '|---|--:|--:|--:|--:|',
      '| branch1 | 64×28×28 | 12,288 | 7.5 % | 9,633,792 |',
    ]);
    assert.equal(table.at(-1), '| **total** | **256×28×28** | **163,328** | **100.0 %** | **128,049,152** |');
    assert.equal(write('tabs')[1], 'branch1\t64×28×28\t12288\t0.0752351\t9633792');
  });

  it('writes names that would break a table so that they do not', () => {
    const rows = [['a,"b"', 'c|d']];
    const heads = [{ head: 'x' }, { head: 'y' }];
    assert.equal(csv(heads, rows), 'x,y\n"a,""b""",c|d');
    assert.equal(markdown(heads, rows).split('\n').at(-1), '| a,"b" | c\\|d |');
  });

  it('looks at each of many layers no more often than at each of few', async () => {
    const text = 'block Unit { conv(8, 3x3) -> bn -> relu }\nnetwork Long on 8x8x8 { for i in range(N) { Unit -> conv(8, 1x1) } }';
    for (const sort of [undefined, { column: 'macs', down: true }] as const) {
      const looks = async (rounds: number): Promise<number> => {
        const { tree, total } = await of(text.replace('N', String(rounds)), 'Long');
        const { rows, count } = watched(tree);
        const { found } = arrange(rows, total, { ...AS_IS, sort, filter: 'conv', folds: { base: 'open', rows: {} } });
        assert.equal(found?.length, 2 * rounds);
        return count();
      };
      const [few, many] = [await looks(100), await looks(1000)];
      assert.ok(many <= 10.1 * few, `${few} looks for 400 layers, ${many} for 4,000`);
    }
  });
});
