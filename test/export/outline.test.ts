/** The outline of a target, and its first reader: `.cnn` with loops, conditions and parameters as they were written. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { outlineToCnn } from '../../src/export/cnn/outline.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { formatText } from '../../src/language/editor/formatter.ts';
import { analyse, targetOf } from '../support/cnn.ts';

const folder = new URL('../../examples/', import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder)
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => [f, readFileSync(new URL(f, folder), 'utf8')]),
);

/** What a graph computes, wherever it stands. */
const plain = (g: Graph): unknown => g.nodes.map(({ kind, path, inputs, params, shape }) => ({ kind, path, inputs, params, shape }));

const written = async (text: string, name: string, others: Readonly<Record<string, string>> = files): Promise<string> => {
  const { outline } = await targetOf(text, name, others);
  assert.ok(outline, name);
  return outlineToCnn(outline);
};

const SYNTAX = `# A comment
# of two lines.
let base = 8
fn half(x, by=2) = if x % by == 0 then x // by else x - 1
block Unit(c, act=relu) { conv(c, 3x3) -> act }
block All(c=2 * base, sizes=[1, 2], act=leakyrelu(0.1)) on size(3, 16, 16) versus Unit(16) {
  stem: Unit(c, act=act)
  let k = -half(c)**2 + (1 + 2) * 3
  kept = identity
  repeat len(sizes) as i {
    conv(c + i, 1x1)
  }
  for [j, s] in enumerate(sizes) {
    if s == 1 and not (j > 3 or c != 16) {
      relu
    } else if here.c >= in.c + k {
      sigmoid
    } else {
      tanh
    }
  }
  concat {
    | kept -> relu
    | conv(17->c, 3x3, pad=[1, 1, 1, 1])
      bn(eps=1e-5)
  }
  expect params <= 1e6
  output side = gap -> flatten
  upsample(mode="bilinear") -> slice(from=0, to=sizes[-1] + 6)
}
`;

const COMMENTED = `# The block.
block B(n=2) on 8x8x8 {
  # Above a stage,
  # on two lines.
  conv(8, 3x3) -> bn # behind: "#" is in a string
  add { # of the merge
    # Of a branch.
    | repeat n { conv(8, 1x1) } # told once
      relu # under it
    | identity
  }
  relu -> relu # pointwise-ignore repeated-activation
}
`;

describe('outline', () => {
  it('ignores inside a loop what was ignored on its line', async () => {
    const text = await written(
      `block B on 3x8x8 {
  repeat 2 { conv(8, 3x3) -> bn } # pointwise-ignore bias-before-norm: as published
  # pointwise-ignore bias-before-norm
  for c in [8, 16] { conv(c, 3x3) -> bn }
  s = add { | conv(16, 3x3) -> bn | identity } # pointwise-ignore bias-before-norm, unused-name
}
`,
      'B',
    );
    assert.deepEqual((await analyse(text)).problems, []);
    assert.equal(text.match(/as published/g)?.length, 1);
    assert.equal(await written(text, 'B'), text);
  });

  it('keeps the comments of statements, each once and above what it was beside', async () => {
    const text = await written(COMMENTED, 'B');
    assert.deepEqual(
      text.match(/#.*/g)?.map((c) => c.slice(2)),
      [
        'The block.',
        'Above a stage,',
        'on two lines.',
        'behind: "#" is in a string',
        'of the merge',
        'Of a branch.',
        'told once',
        'under it',
        'pointwise-ignore repeated-activation',
      ],
    );
    assert.match(text, /# told once\n {4}\| repeat n/);
    assert.match(text, /# pointwise-ignore repeated-activation\n {2}relu -> relu/);
    // What was ignored is, in what was written too, and its own outline says the same.
    const again = await analyse(text);
    assert.deepEqual(
      again.problems.filter((p) => p.code === 'repeated-activation'),
      [],
    );
    assert.equal(await written(text, 'B'), text);
    assert.equal(formatText(text, again.services), text);
  });

  it('of every target of the examples is text again that means the same', async () => {
    let checked = 0;
    for (const [name, text] of Object.entries(files)) {
      const { [name]: _own, ...others } = files;
      const { analysis, services } = await analyse(text, others, name);
      for (const t of analysis.targets) {
        const outline = analysis.outline(t);
        assert.ok(outline, t.name);
        const back = outlineToCnn(outline);
        // Lines that are too long are broken where the text is handed out.
        if (!/^[^#\n]{101}/m.test(back)) assert.equal(formatText(back, services), back, `the layout of ${t.name}`);
        assert.deepEqual(plain((await targetOf(back, t.name, {})).graph), plain(analysis.target(t)?.graph as Graph), t.name);
        checked++;
      }
    }
    assert.ok(checked > 15, String(checked));
  });

  it('keeps every form of the language', async () => {
    const back = await written(SYNTAX, 'All');
    assert.deepEqual(plain((await targetOf(back, 'All')).graph), plain((await targetOf(SYNTAX, 'All')).graph));
    assert.equal(await written(back, 'All'), back);
    for (const kept of [
      '# A comment\n# of two lines.',
      'versus Unit(16)',
      '} else if here.c >= in.c + k {',
      '-half(c)**2 + (1 + 2) * 3',
      'act=leakyrelu(0.1)',
    ])
      assert.ok(back.includes(kept), `${kept}\n${back}`);
  });

  it('is written as one would: what is made of other things behind them, a line a statement', async () => {
    assert.equal(
      await written(
        `network Base(c=8) on 3x16x16 { U(c=c) repeat 2 { relu } for s in [1] { tanh } if in.c == 3 { if true { bn } relu } else { bn
if true { relu } } if in.c == 5 { bn } else { if true { bn } -> relu } if in.c != 3 { bn } else { a: relu } concat { | relu
 bn | u: mul { | tanh | k = identity } } expect here.c <= 32 and not false output o = end: identity }
# The one.
#
# There is no other.
network N = Base(c=twice(4)) on size(3, 8, 8)
let tiny = 1e-7
let big = 1e21
# Doubles.
fn twice(x) = if tiny < big then 2 * x else -x**2
block U(c, k=3x3, on_=true) versus Base(c) { conv(3->c, k, bias=on_) }`,
        'N',
      ),
      `let tiny = 1e-7

let big = 1e21

# Doubles.
fn twice(x) = if tiny < big then 2 * x else -x**2

block U(c, k=3x3, on_=true) versus Base(c) {
  conv(3->c, k, bias=on_)
}

network Base(c=8) on 3x16x16 {
  U(c=c)
  repeat 2 {
    relu
  }
  for s in [1] {
    tanh
  }
  if in.c == 3 {
    if true {
      bn
    }
    relu
  } else {
    bn
    if true {
      relu
    }
  }
  if in.c == 5 {
    bn
  } else {
    if true {
      bn
    } -> relu
  }
  if in.c != 3 {
    bn
  } else {
    a: relu
  }
  concat {
    | relu
      bn
    | u: mul {
        | tanh
        | k = identity
      }
  }
  expect here.c <= 32 and not false
  output o = end: identity
}

# The one.
#
# There is no other.
network N = Base(c=twice(4)) on size(3, 8, 8)
`,
    );
  });

  it('has what a thing is made of before it, and first of all the constants and functions', async () => {
    const text = `block A on 3x8x8 { B(3) }
block B(n) { C(f(n)) -> D(2) }
block D(n) { C(n) -> relu }
block C(n) { conv(n, 1x1) }
fn f(x) = g(x) + b
let b = a + 1
fn g(x) = x + a
let a = 1`;
    const back = await written(text, 'A');
    assert.deepEqual(
      [...back.matchAll(/^\w+ (\w+)/gm)].map(([, name]) => name),
      ['a', 'g', 'b', 'f', 'C', 'D', 'B', 'A'],
    );
  });

  it('brings what other files declare, and tells names apart that two files have', async () => {
    const one = 'block Unit(c) { conv(c, 3x3) }\nblock One(c) { Unit(c) }\n';
    const two = 'let width = 4\nblock Unit(c) { conv(c, 1x1) }\nblock Two(c) { Unit(c) -> Unit(width) }\n';
    const main = 'import One from "./one.cnn"\nimport Two as Second from "./two.cnn"\nnetwork N on 3x8x8 { One(8) -> Second(16) }\n';
    const back = await written(main, 'N', { 'one.cnn': one, 'two.cnn': two });
    const kernels = (await targetOf(back, 'N')).graph.nodes.slice(1).map((n) => JSON.stringify(n.params.kernel));
    assert.deepEqual(kernels, ['[3,3]', '[1,1]', '[1,1]']);
  });

  it('is not made where a name of another file would mean what a block names itself', async () => {
    const lib = { 'lib.cnn': 'block Unit(c) { conv(c, 1x1) }\n' };
    const of = async (name: string, block: string) =>
      (await targetOf(`import Unit as ${name} from "./lib.cnn"\nblock B${block}`, 'B', lib)).outline;
    for (const [name, block] of [
      // The name that the file gives to the import, behind which another thing may stand.
      ['i', ' on 3x8x8 { i(3) repeat 2 as i { conv(i + 1, 1x1) } }'],
      ['i', ' on 3x8x8 { i(3) for [i, j] in [[1, 2]] { conv(i + j, 1x1) } }'],
      ['stem', ' on 3x8x8 { stem(3) -> stem: relu }'],
      ['stem', ' on 3x8x8 { stem(3) stem = relu }'],
      ['n', ' on 3x8x8 { n(3) let n = 3 conv(n, 1x1) }'],
      ['n', '(k=3) on 3x8x8 { n(k) -> for n in [k] { conv(n, 1x1) } }'],
      // The name that it has in its own.
      ['Other', '(Unit=3) on 3x8x8 { Other(Unit) }'],
      ['Other', ' on 3x8x8 { Unit: relu -> Other(3) }'],
    ] as const)
      assert.equal(await of(name, block), undefined, block);
    for (const [name, block] of [
      ['Other', '(n=3) on 3x8x8 { stem: Other(n) -> repeat 2 as i { conv(i + 1, 1x1) } }'],
      ['Unit', '(Unit=Unit) on 3x8x8 { Unit(3) }'],
    ] as const)
      assert.ok(await of(name, block), block);
  });

  it('tells the instances of a block', async () => {
    const { outline } = await targetOf('block U(c) { conv(c, 1x1) }\nnetwork N on 3x8x8 { U(4) -> U(8) -> U(8) }\n', 'N');
    const unit = outline?.declarations.find((d) => d.name === 'U');
    const said = unit?.kind === 'block' ? unit.instances.map(({ arguments: a, inputs, output }) => ({ arguments: a, inputs, output })) : [];
    assert.deepEqual(said, [
      { arguments: { c: '4' }, inputs: [[3, 8, 8]], output: [4, 8, 8] },
      { arguments: { c: '8' }, inputs: [[4, 8, 8]], output: [8, 8, 8] },
      { arguments: { c: '8' }, inputs: [[8, 8, 8]], output: [8, 8, 8] },
    ]);
  });

  it('tells what each stage made, in each round', async () => {
    const { outline } = await targetOf('block U(c) { conv(c, 1x1) -> relu }\nnetwork N on 3x8x8 { repeat 2 as i { U(4 + i) } }\n', 'N');
    const [unit, net] = outline?.declarations ?? [];
    const [target] = outline?.targets ?? [];
    const root = net?.kind === 'network' ? net.instances[0] : undefined;
    assert.equal(root?.id, target?.root);
    const units = unit?.kind === 'block' ? unit.instances : [];
    assert.deepEqual(
      root?.items.map((i) => [i.segment, i.instance]),
      [
        ['U[0]', units[0]?.id],
        ['U[1]', units[1]?.id],
      ],
    );
    assert.deepEqual(
      units[1]?.items.map((i) => i.layer),
      ['conv', 'relu'],
    );
    const loop = net?.kind === 'network' && net.body[0]?.kind === 'pipeline' ? net.body[0].value[0] : undefined;
    const call = loop?.stage.kind === 'repeat' && loop.stage.body[0]?.kind === 'pipeline' ? loop.stage.body[0].value[0] : undefined;
    assert.deepEqual(
      root?.traces.filter((t) => t.at === call?.at).map((t) => t.output[0]),
      [4, 5],
    );
  });

  it('is not made of a broken text, nor where it would mean something else', async () => {
    const broken = await analyse('block A on 3x8x8 { conv(8, 3x3 }\n');
    for (const t of broken.analysis.targets) assert.equal(broken.analysis.outline(t), undefined);
    const lib = 'let c = 1\nblock L() { conv(c, 1x1) }\n';
    const main = 'import L from "./lib.cnn"\nlet c = 3\nblock A(d=c) on 3x8x8 { L -> conv(c, 1x1) }\n';
    const back = await written(main, 'A', { 'lib.cnn': lib });
    assert.deepEqual(
      (await targetOf(back, 'A')).graph.nodes.map((n) => n.shape[0]),
      [3, 1, 3],
    );
  });
});
