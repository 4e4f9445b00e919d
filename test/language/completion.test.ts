/** Completion place by place: what is offered at a cursor, what is not, and what comes first. */
import assert from 'node:assert/strict';
import { URI } from 'langium';
import { NodeFileSystem } from 'langium/node';
import type { CompletionItem } from 'vscode-languageserver-types';
import { createCnnServices } from '../../src/language/services.ts';
import { layers } from '../../src/layers/index.ts';
import { analyse, cursor } from '../support/cnn.ts';
import { filledIn } from '../support/snippets.ts';

type Files = Readonly<Record<string, string>>;

/** The items at the place of `$0`, in the order in which an editor shows them. */
async function items(marked: string, others: Files = {}): Promise<readonly CompletionItem[]> {
  const { text, position } = cursor(marked);
  const { services, document } = await analyse(text, others);
  const list = await services.lsp.CompletionProvider?.getCompletion(document, { position, textDocument: { uri: document.uri.toString() } });
  const key = (i: CompletionItem): string => i.sortText ?? i.label;
  return [...(list?.items ?? [])].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

const labels = async (marked: string, others: Files = {}): Promise<readonly string[]> => (await items(marked, others)).map((i) => i.label);

async function offers(marked: string, wanted: readonly string[], unwanted: readonly string[] = []): Promise<void> {
  const found = await labels(marked);
  for (const name of wanted) assert.ok(found.includes(name), `${name} is not offered at ${marked}: ${found}`);
  for (const name of unwanted) assert.ok(!found.includes(name), `${name} is offered at ${marked}`);
  assert.equal(new Set(found).size, found.length, `offered twice at ${marked}: ${found}`);
}

const starts = async (marked: string, first: readonly string[]): Promise<void> =>
  assert.deepEqual((await labels(marked)).slice(0, first.length), first, marked);

const inserted = async (marked: string, label: string): Promise<string | undefined> =>
  (await items(marked)).find((i) => i.label === label)?.insertText;

const DECLARATIONS = ['block', 'network', 'let', 'fn', 'import'];
const FILE = 'let size = 32x32\nlet classes = 10\nfn twice(n) = 2 * n\nblock Unit(width, act=relu) { conv(width, 3x3) -> act }\n';

describe('completion in a declaration head', () => {
  it('offers declarations where one may begin, and nowhere else', async () => {
    for (const marked of [
      '$0',
      'blo$0',
      'let a = 3\n$0',
      'block A { relu }\n$0',
      'network B on 3x8x8 { relu } $0',
      'import A from "./a.cnn"\n$0',
    ])
      await offers(marked, DECLARATIONS);
    for (const marked of [
      'block A(c=8) $0',
      'block A on $0',
      'block A versus $0',
      'network N = $0',
      'let x = $0',
      'fn f(x) = $0',
      'let a = 3 $0',
    ])
      await offers(marked, [], DECLARATIONS);
  });
  it('offers `on` and `versus` as far as the grammar goes on with them', async () => {
    assert.deepEqual(await labels('block A(c=8) $0'), ['takes', 'on', 'versus', '{']);
    assert.deepEqual(await labels('block A o$0'), ['takes', 'on', 'versus', '{']);
    assert.deepEqual(await labels('block A on 3x8x8 $0'), ['versus', '{']);
    assert.deepEqual(await labels('block A on 3x8x8 versus B(2) $0'), ['{']);
    assert.deepEqual(await labels('block A(c=8) $0 {\n}'), ['takes', 'on', 'versus']);
    assert.deepEqual(await labels('block A(c=8) $0 on 3x8x8 {\n}'), ['takes', 'versus', '{']);
    assert.deepEqual(await labels('network N(c=8) $0'), ['takes', 'on']);
    assert.deepEqual(await labels('block B { relu }\nnetwork N = B() $0'), ['on']);
  });
  it('offers inputs behind `on`', async () => {
    assert.deepEqual(await labels('let image = 3x64x64\nlet n = 3\nblock A on $0'), [
      '3x224x224',
      '3x32x32',
      '64x56x56',
      '256x28x28',
      'image',
    ]);
  });
  it('offers nothing for a new name', async () => {
    for (const marked of [
      'block $0',
      'network N$0',
      'let $0',
      'fn $0',
      'fn f($0',
      'block Inception(c$0',
      'block A(b=1, $0) { relu }',
      'import A as $0',
    ])
      assert.deepEqual(await labels(marked), [], marked);
  });
  it('offers what a default can see: constants, functions, earlier parameters', async () => {
    await offers(`${FILE}block A(b=1, c=$0) { relu }`, ['classes', 'twice', 'max', 'b'], ['A', 'c', 'Unit', 'relu', 'in', 'here']);
  });
  it('offers layers for a default as soon as a letter is typed', async () => {
    await offers(`${FILE}block A(act=re$0) { act }`, ['relu', 'Unit', 'classes'], ['A', 'here']);
  });
  it('offers the other blocks and networks behind `versus`', async () => {
    assert.deepEqual(await labels(`${FILE}block A on 3x8x8 versus $0 { relu }`), ['Unit']);
    assert.equal(await inserted(`${FILE}block A on 3x8x8 versus $0 { relu }`, 'Unit'), `Unit(\${1:64})`);
  });
  it('offers what a network can be made of, with all parameters to fill in', async () => {
    const marked = `${FILE}network Net(classes=10) on 3x8x8 { gap }\nnetwork N = $0`;
    assert.deepEqual(await labels(marked), ['Net', 'Unit']);
    assert.equal(await inserted(marked, 'Net'), `Net(\${1:classes=10})`);
    assert.equal(await inserted(marked, 'Unit'), `Unit(\${1:64}, \${2:act=relu})`);
  });
  it('offers what the value of a constant or function can see', async () => {
    await offers(`${FILE}let x = $0`, ['size', 'classes', 'twice', 'sqrt'], ['x', 'in', 'here', 'Unit']);
    await offers(`${FILE}fn f(depth) = $0`, ['classes', 'twice', 'depth', 'max'], ['in', 'here']);
    await offers(`${FILE}fn f(depth) = 2 *\n  $0`, ['depth']);
  });
});

describe('completion in an import', () => {
  const others = {
    'other.cnn': 'block A { relu }\nblock B { relu }\nnetwork C on 3x8x8 { relu }\nlet d = 1',
    'units/deep.cnn': 'block Deep { relu }',
  };
  it('offers the names that the file has and that are not imported yet', async () => {
    assert.deepEqual(await labels('import $0 from "./other.cnn"', others), ['A', 'B', 'C', 'd']);
    assert.deepEqual(await labels('import A, $0 from "./other.cnn"', others), ['B', 'C', 'd']);
    assert.deepEqual(await labels('import $0, B from "./other.cnn"', others), ['A', 'C', 'd']);
    assert.deepEqual(await labels('import A as Z, C from "./other.cnn"\nimport $0 from "./other.cnn"', others), ['B', 'd']);
    assert.deepEqual(await labels('import $0 from "./missing.cnn"', others), []);
  });
  it('offers `as` and `from` behind a name', async () => {
    assert.deepEqual(await labels('import A $0'), ['as', 'from']);
    assert.deepEqual(await labels('import A as B $0'), ['from']);
  });
  it('does not come up by itself where a quote ends a string, or a slash divides', async () => {
    for (const [triggerCharacter, marked] of [
      ['"', 'import A from "./other.cnn"$0'],
      ['/', 'let x = 4 /$0'],
    ] as const) {
      const { text, position } = cursor(marked);
      const { services, document } = await analyse(text, others);
      const list = await services.lsp.CompletionProvider?.getCompletion(document, {
        position,
        textDocument: { uri: document.uri.toString() },
        context: { triggerKind: 2, triggerCharacter },
      });
      assert.equal(list, undefined);
    }
  });
  it('finds files on disk', async () => {
    const { shared, cnn } = createCnnServices(NodeFileSystem);
    const uri = URI.parse(new URL('../../examples/new.cnn', import.meta.url).href);
    const document = shared.workspace.LangiumDocumentFactory.fromString('import Inception from "', uri);
    const list = await cnn.lsp.CompletionProvider?.getCompletion(document, {
      position: { line: 0, character: 23 },
      textDocument: { uri: uri.toString() },
    });
    assert.ok(list?.items.some((i) => i.label === './inception.cnn'));
  });
  it('offers the files in the folder and below, in place of all between the quotes', async () => {
    assert.deepEqual(await labels('import A from "$0"', others), ['./other.cnn', './units/deep.cnn']);
    const [item] = await items('import A from "./o$0x.cnn"', others);
    assert.deepEqual(item?.textEdit, {
      range: { start: { line: 0, character: 15 }, end: { line: 0, character: 23 } },
      newText: './other.cnn',
    });
    assert.equal((await items('import A from $0', others))[0]?.insertText, '"./other.cnn"');
  });
});

describe('completion of a stage', () => {
  it('leaves out the block itself and numbers, which no stage can be', async () => {
    const text = `${FILE}block Me(width=8, act=relu, unit) on 3x8x8 { let n = 2\n relu -> $0 }`;
    await offers(text, ['conv', 'Unit', 'act', 'unit', 'concat'], ['Me', 'width', 'n', 'classes', 'size', 'twice', 'let']);
    const found = await labels(text);
    assert.ok(found.indexOf('act') < found.indexOf('conv'), 'a layer by its default comes before the layers');
    assert.ok(found.indexOf('unit') > found.indexOf('upsample'), 'what may be a layer comes after them');
  });
  it('offers the block itself where a condition ends that', async () => {
    await offers('block Level(depth=1) on 3x8x8 { if depth > 0 { $0 } }', ['Level']);
    await offers('block Level(depth=1) on 3x8x8 { if depth > 0 { relu } $0 }', ['else'], ['Level']);
  });
  it('offers named values where a pipeline may start, and only there', async () => {
    const before = 'block A on 3x8x8 { x: relu\n y = conv(8, 3x3)\n ';
    for (const start of ['$0', 'z = $0', 'z: $0', 'output o = $0', 'relu\n $0', 'add { | $0', 'if in.c > 3 { $0', 'repeat 2 { $0'])
      await offers(`${before}${start}`, ['x', 'y', 'relu']);
    await offers(`${before}relu -> $0`, ['relu'], ['x', 'y']);
  });
  it('sees a label behind its stage, and a named value behind its pipeline', async () => {
    await offers('block A on 3x8x8 { x: relu -> add { | $0', ['x']);
    await offers('block A on 3x8x8 { x: add { | $0', [], ['x']);
    await offers('block A on 3x8x8 { x = relu -> add { | $0', [], ['x']);
    await offers('block A on 3x8x8 { add { | x: relu | $0', [], ['x']);
    await offers('block A on 3x8x8 { relu\n $0\n late: relu }', ['relu'], ['late']);
  });
  it('offers `|` first where a branch is due, and again behind one', async () => {
    assert.deepEqual(await labels('block A on 3x8x8 { concat {$0'), ['|', 'for', 'if', 'let', 'repeat']);
    assert.deepEqual(await labels('block A on 3x8x8 { add { $0 } }'), ['|', 'for', 'if', 'let', 'repeat']);
    await starts('block A on 3x8x8 { mul { | relu\n $0', ['|']);
    await offers('block A on 3x8x8 { mul { | $0', ['conv'], ['|']);
  });
  it('offers no stages where a count or a condition goes on', async () => {
    assert.deepEqual(await labels('block A on 3x8x8 { repeat 3 $0'), ['as', '{']);
    assert.deepEqual(await labels('block A on 3x8x8 { repeat 3 as i $0'), ['{']);
    assert.deepEqual(await labels('block A on 3x8x8 { if in.c $0'), ['in', 'and', 'or', '{', 'not']);
    assert.deepEqual(await labels('block A on 3x8x8 { for x $0'), ['in']);
    assert.deepEqual(await labels('block A on 3x8x8 { for x in [1] $0'), ['{']);
    assert.deepEqual(await labels('block A on 3x8x8 { if in.c == 3 { relu } else $0'), ['{', 'if']);
    assert.deepEqual(await labels('block A on 3x8x8 { let n = if in.c == 3 $0'), ['then']);
  });
  it('offers numbers where a count or a condition is due', async () => {
    const before = 'block A(n=2, act=relu) on 3x8x8 { x: relu\n ';
    for (const head of ['repeat $0', 'if $0', 'if not $0', 'let m = 2 * $0'])
      await offers(`${before}${head}`, ['n', 'in', 'here', 'x', 'max'], ['act', 'conv', 'A']);
    await offers('block A on 3x8x8 { repeat 2 as i { conv(8 * $0', ['i']);
    await offers('block A on 3x8x8 { for [i, n] in enumerate([1, 2]) { conv($0', ['i', 'n']);
    assert.deepEqual(await labels('block A on 3x8x8 { x: relu\n repeat x.$0'), ['c', 'h', 'w']);
    assert.deepEqual(await labels('block A on 3x8x8 { x: relu\n x.$0'), []);
  });
  it('knows that a name given again hides the first, however far above', async () => {
    await offers('block A(x=relu) on 3x8x8 { bn\n relu -> $0', ['x']);
    await offers('block A(x=relu) on 3x8x8 { x: bn\n bn\n relu -> $0', ['conv'], ['x']);
    await offers('block A(x=relu) on 3x8x8 { add { | x: bn\n bn\n relu -> $0', ['x']);
    await offers('block A on 3x8x8 { let x = relu\n let x = 1\n add { | bn | bn\n relu -> $0', ['conv'], ['x']);
  });
  it('takes no name for what JavaScript knows by it', async () => {
    await offers('block A(toString=8, constructor) on 3x8x8 { valueOf: relu\n $0', ['valueOf', 'constructor', 'relu'], ['toString']);
    await offers('block A(constructor) on 3x8x8 { constructor($0', ['relu', 'max']);
  });
  it('holds on to a block that is half typed above', async () => {
    await offers('block A { conv(8, \nblock B(act=relu) on 3x8x8 { x: relu\n $0', ['x', 'act', 'A', 'conv'], ['B']);
    await offers('block B on 3x8x8 { relu -> # a comment (\n $0', ['conv'], ['let']);
  });
});

describe('completion where shapes are known', () => {
  /** The first items, each with what it would make. */
  const made = async (marked: string, count: number): Promise<readonly string[]> =>
    (await items(marked)).slice(0, count).map((i) => [i.label, i.labelDetails?.description ?? ''].join(' '));

  it('shows what each layer would make of what arrives', async () => {
    for (const [body, ...shapes] of [
      ['$0', 'conv 64×28×28', 'add 64×28×28', 'concat 128×28×28', 'maxpool 64×14×14', 'gap 64×1×1', 'flatten 50176'],
      ['conv(32, 3x3, stride=2)\n $0', 'conv 32×14×14', 'avgpool 32×7×7'],
      ['concat { | conv(16, 1x1) -> $0 }', 'relu 16×28×28'],
      ['concat { | conv(16, 1x1) | $0 }', 'relu 64×28×28'],
      ['concat { | conv(16, 1x1) for n in [1, 2] { | $0 } }', 'relu 64×28×28'],
      ['concat { | conv(16, 1x1) | relu }\n $0', 'relu 80×28×28'],
      ['conv(16, 1x1)\n repeat 2 { $0 }', 'relu 16×28×28'],
      ['conv(16, 1x1)\n if in.c > 3 { bn } else { $0 }', 'relu 16×28×28'],
      ['x: conv(16, 1x1)\n relu\n output o = gap -> flatten\n $0', 'relu 16×28×28'],
      ['x: conv(16, 1x1)\n conv(8, 1x1)\n x -> $0', 'relu 16×28×28'],
      ['y = conv(16, 1x1) -> $0', 'relu 16×28×28'],
      ['expect 64x28x28 -> $0', 'relu 64×28×28'],
    ] as const) {
      const found = await made(`block A on 64x28x28 { ${body}\n}`, 99);
      for (const shape of shapes) assert.ok(found.includes(shape), `${shape} at ${body}: ${found}`);
    }
  });
  it('knows the inputs of a block that takes several, and what is read inside a call', async () => {
    const relu = async (body: string): Promise<string | undefined> => {
      const text = `block B on 64x28x28 { y: conv(4, 1x1) -> relu }\nblock A takes x, g on 64x28x28, 8x28x28 { ${body}\n}`;
      return (await items(text)).find((i) => i.label === 'relu')?.labelDetails?.description;
    };
    assert.equal(await relu('shared s = conv(16, 1x1)\n $0'), '64×28×28');
    assert.equal(await relu('g -> $0'), '8×28×28');
    assert.equal(await relu('b: B\n b.y -> $0'), '4×28×28');
    assert.equal(await relu('let xs = [here]\n gap\n xs[0] -> $0'), '64×28×28');
  });
  it('shows what a block makes of what it is previewed on, and has networks behind the layers', async () => {
    const marked = 'block U(c=8) on 64x28x28 { conv(c, 1x1) }\nnetwork N on 64x28x28 { gap }\nblock A on 64x28x28 { $0 }';
    const found = await items(marked);
    assert.deepEqual(await made(marked, 1), ['U 8×28×28']);
    assert.ok(found.findIndex((i) => i.label === 'N') > found.findIndex((i) => i.label === 'conv'));
    assert.deepEqual(await made(marked.replace('{ $0', '{ gap -> $0'), 1), ['U ']);
  });
  it('goes on from text that is newer than the analysis', async () => {
    const { services, document } = await analyse('block A(c=16) on 64x28x28 {\n  conv(32, 3x3)\n}\n');
    const text = 'block A(c=16) on 64x28x28 {\n  conv(32, 3x3) -> conv(c, 3x3, stride=2) -> \n}\n';
    const newer = services.shared.workspace.LangiumDocumentFactory.fromString(text, document.uri);
    const list = await services.lsp.CompletionProvider?.getCompletion(newer, {
      position: newer.textDocument.positionAt(text.indexOf(' \n}') + 1),
      textDocument: { uri: document.uri.toString() },
    });
    assert.equal(list?.items.find((i) => i.label === 'relu')?.labelDetails?.description, '16×14×14');
  });
  it('shows what each value would make', async () => {
    assert.deepEqual(await made('block A(c=8) on 64x28x28 { conv(c, $0 }', 3), ['1x1 8×28×28', '3x3 8×28×28', '5x5 8×28×28']);
    assert.deepEqual(await made('block A on 64x28x28 { conv(8, 3x3, stride=$0 }', 2), ['1 8×28×28', '2 8×14×14']);
    assert.deepEqual(await made('block A on 24x28x28 { gn($0 }', 3), ['8 24×28×28', '4 24×28×28', '1 24×28×28']);
    assert.deepEqual(await made('block A on 24x28x28 { gn(7 * $0 }', 1), ['here ']);
  });
  it('has what is common first, and what mostly follows before that', async () => {
    const first = async (body: string) => (await labels(`block A on 64x28x28 { ${body} }`)).slice(0, 3);
    assert.deepEqual(await first('$0'), ['conv', 'relu', 'bn']);
    assert.deepEqual(await first('conv(8, 3x3) -> $0'), ['bn', 'relu', 'conv']);
    assert.deepEqual(await first('conv(8, 3x3) -> bn -> $0'), ['relu', 'gelu', 'silu']);
    assert.deepEqual((await first('gap -> $0'))[0], 'flatten');
    assert.deepEqual((await first('gap -> flatten -> $0'))[0], 'linear');
    const all = await labels('block A on 64x28x28 { a$0 }');
    assert.ok(all.indexOf('avgpool') < all.indexOf('adaptiveavgpool') && all.indexOf('add') < all.indexOf('avgpool'));
  });
  it('has activations first for a parameter that is one', async () => {
    const before = 'block U(c, act=gelu) { conv(c, 1x1) -> act }\nblock A on 64x28x28 { U(8, ';
    const found = await labels(`${before}act=$0) }`);
    assert.ok(found.indexOf('softmax') < found.indexOf('conv'));
  });
  it('has what does not fit last, and says so', async () => {
    const found = await items('block A on 64x28x28 { gap -> flatten -> $0 }');
    const conv = found.find((i) => i.label === 'conv');
    assert.equal(conv?.labelDetails?.description, 'not on 64');
    assert.ok(found.findIndex((i) => i.label === 'conv') > found.findIndex((i) => i.label === 'repeat'));
  });
  it('inserts the shape that arrives behind `expect`', async () =>
    assert.equal(await inserted('block A on 64x28x28 { gap\n $0 }', 'expect'), `expect \${0:64x1x1}`));

  it('inserts nothing that is an error', async () => {
    const units = `block U(width, kernel, act) { conv(2 * width, kernel) -> act }
      block V(unit, n) { repeat n { unit } }
      block W(of, n=f(2)) { if n > 0 { U(of, 3x3, relu) } }
      fn f(n) = 2 * n`;
    for (const [input, least] of [
      ['64x28x28', 60],
      ['3x1x1', 50],
      ['7x5x1', 50],
      ['512', 30],
    ] as const)
      for (const [before, after] of [
        ['', ''],
        ['relu -> ', ''],
        ['conv(', ')'],
        ['maxpool(1x1, stride=', ')'],
      ] as const) {
        // Of what does not fit it is said, names are of any size, and what is to be typed behind an item cannot be there yet.
        const wanted = (i: CompletionItem): boolean => {
          const insert = i.insertText ?? i.label;
          if (i.labelDetails?.description?.startsWith('not') || /=$|\$0$|\{\n {2}\$0\n\}$/.test(insert)) return false;
          return before === '' || before.endsWith('> ') ? !(input === '512' && /^[UVW]$/.test(i.label)) : i.labelDetails !== undefined;
        };
        const found = (await items(`${units}\nblock A on ${input} { ${before}$0${after} }`)).filter(wanted);
        const blocks = found.map((i, n) => `block A${n} on ${input} { ${before}${filledIn(i.insertText ?? i.label)}${after} }`);
        const { problems, document } = await analyse([units, ...blocks].join('\n'));
        const wrong = problems
          .filter((p) => p.severity === 'error')
          .map((p) => document.textDocument.getText().split('\n')[p.location.range.start.line]);
        assert.deepEqual(wrong, [], `${before} on ${input}`);
        if (before === '') assert.ok(found.length >= least, `${found.length} on ${input}`);
      }
  });
});

describe('completion of an expectation', () => {
  const METRICS = ['params', 'weights', 'macs', 'total_macs', 'memory', 'layers', 'depth'];
  it('offers the budgets, then the shape that arrives', async () => {
    await starts('block A on 3x8x8 { conv(16, 3x3)\n expect $0\n}', [...METRICS, '16x8x8']);
    await starts('block A on 3x8x8 { expect $0', [...METRICS, '3x8x8']);
    await starts('block A { expect $0', [...METRICS, '3x224x224']);
    await offers('block A on 3x8x8 { conv(16, 3x3)\n expect params < 7 and $0', METRICS, ['16x8x8']);
  });
  it('offers the shape of the innermost stage that ends before it', async () => {
    const shapes = async (marked: string) => (await labels(marked)).filter((l) => /^\d+x\d+x\d+$/.test(l));
    for (const [body, shape] of [
      ['concat { | conv(16, 3x3)\n expect $0\n | relu }', '16x8x8'],
      ['concat { | conv(16, 3x3) | relu }\n expect $0', '19x8x8'],
      ['concat { | conv(16, 3x3) -> add { | maxpool(2x2)\n expect $0\n | maxpool(2x2) } | relu }', '16x4x4'],
      ['repeat 2 { conv(16, 3x3)\n expect $0\n }', '16x8x8'],
      ['repeat 2 { conv(16, 3x3) }\n # behind it\n expect $0', '16x8x8'],
      ['conv(16, 3x3) -> maxpool(2x2) -> expect $0', '16x4x4'],
    ] as const)
      assert.deepEqual(await shapes(`block A on 3x8x8 { ${body}\n}`), [shape], body);
  });
  it('offers the shapes of three uses at most, each once', async () => {
    const calls = (...widths: readonly number[]) =>
      labels(`block U(c) { conv(c, 3x3)\n expect $0\n}\nnetwork N on 3x8x8 { ${widths.map((w) => `U(${w})`).join(' ')} }`);
    const shapes = (found: readonly string[]) => found.filter((l) => /^\d+x8x8$/.test(l));
    assert.deepEqual(shapes(await calls(4, 5, 4)), ['4x8x8', '5x8x8']);
    assert.deepEqual(shapes(await calls(4, 5, 6, 7)), ['4x8x8', '5x8x8', '6x8x8']);
  });
  it('offers what `expect` knows', async () => {
    for (const metric of METRICS) {
      const { problems } = await analyse(`block A on 3x8x8 { conv(16, 3x3)\n expect ${metric} >= 0 }`);
      assert.deepEqual(problems, []);
    }
  });
  it('offers the next statement on the next line', async () => {
    await offers('block A on 3x8x8 { expect 3x8x8 $0', ['and'], ['conv']);
    await offers('block A on 3x8x8 { expect 3x8x8\n $0', ['conv', 'let']);
  });
});

describe('completion of an argument', () => {
  const before = `${FILE}network N(width=8, act=relu) on 3x8x8 { `;
  it('offers the values that are mostly given first, then numbers, never the network itself', async () => {
    for (const [argument, first] of [
      ['conv(8, kernel=$0', ['1x1', '3x3', '5x5', '7x7']],
      ['conv(8, $0', ['1x1', '3x3', '5x5', '7x7', 'kernel=']],
      ['conv(8, 3x3, stride=$0', ['1', '2']],
      ['conv(8, 3x3, groups=$0', ['1', 'here.c']],
      ['maxpool($0', ['2x2', '1x1', '3x3']],
      ['conv(8, 3x3, pad=$0', ['same']],
      ['conv(8, 3x3, bias=$0', ['true', 'false']],
    ] as const) {
      await starts(before + argument, first);
      await offers(before + argument, ['width', 'classes', 'here', 'max'], ['N', 'act', 'relu', 'Unit']);
    }
    await offers(`${before}conv(8, 3x3, groups=2 * $0`, ['width', 'in'], ['1', 'here.c']);
  });
  it('offers layers first for a parameter that is one by its default', async () => {
    await offers(`${before}Unit(8, act=$0`, ['act', 'relu', 'gelu'], ['width', 'classes', 'N']);
    await starts(`${before}Unit(8, act=$0`, ['act']);
    assert.equal(await inserted(`${before}Unit(8, act=$0`, 'conv'), 'conv');
  });
  it('offers both for a parameter of which only the call decides', async () => {
    const found = await labels(`${before}Unit($0`);
    assert.equal(found[0], 'width=');
    assert.ok(found.indexOf('classes') < found.indexOf('relu') && !found.includes('N'));
  });
  it('knows the values of a conditional', async () => {
    await starts(`${before}conv(8, 3x3, stride=if in.c > 3 then $0`, ['1', '2']);
    await offers(`${before}conv(if in.c > 3 then $0`, ['width'], ['channels=', 'act']);
    await offers(`${before}Unit(8, act=if in.c > 3 then relu else $0`, ['act', 'gelu'], ['width', 'act=']);
  });
  it('knows keywords as the names of arguments', async () => {
    await offers(`${before}slice(from=0, $0`, ['to='], ['from=']);
  });
  it('offers nothing in a string', async () => assert.deepEqual(await labels(`${before}upsample(mode="$0`), []));
});

describe('completion in the midst of half-typed text', () => {
  const before = 'block A(n=2, act=relu) on 3x8x8 { x: relu\n ';
  it('goes on where something above is not finished', async () => {
    for (const above of [
      'let m =',
      'let m = 1 +',
      'conv(8, )',
      'conv(8 8)',
      'foo = = 3',
      'output = relu',
      'repeat n as { relu }',
      'relu ]',
    ])
      await offers(`${before}${above}\n relu -> $0\n}`, ['conv', 'act', 'concat'], ['n', 'let', 'x']);
  });
  it('goes on behind a comma', async () => {
    await offers(`${before}conv([1, $0`, ['n', 'max']);
    await offers(`${before}for [a, b] in [1, $0`, ['n', 'max']);
    await offers(`${before}conv(8, 3x3, bias=false, $0`, ['stride=', 'n'], ['bias=']);
    await offers('let xs = [1, $0', ['max']);
    assert.deepEqual(await labels('fn f(a, $0'), []);
    assert.deepEqual(await labels('block A(a=1, $0'), []);
  });
  it('offers nothing behind half a sign', async () => {
    for (const half of ['if n =', 'relu -', 'let m = n !', 'expect n =', 'x.'])
      assert.deepEqual(await labels(`${before}${half}$0`), [], half);
  });
  it('knows what the calls give to a parameter', async () => {
    const call = '\nnetwork N on 3x8x8 { B(8, relu) }';
    await offers(`block B(width, unit) { $0 }${call}`, ['unit', 'conv'], ['width']);
    await offers(`block B(width, unit) { conv($0) }${call}`, ['width'], ['unit']);
    await offers(`${'block B(width, unit) { relu }'}${call.replace('relu)', 'unit=$0')}`, ['relu', 'gelu']);
  });
  // What the tree of half-typed text does not have.
  it('sees nothing of what stands behind the cursor, and no call whose arguments are broken', async () => {
    await offers(`${before}$0\n late: relu }`, ['x'], ['late']);
    assert.deepEqual(await labels(`${before}conv(8 8, $0`), []);
  });
});

describe('signature help of a function', () => {
  const help = async (marked: string) => {
    const { text, position } = cursor(marked);
    const { services, document } = await analyse(text);
    const found = await services.lsp.SignatureHelp?.provideSignatureHelp(document, { position, textDocument: { uri: '' } });
    const active = found?.signatures[found.activeSignature ?? 0];
    return [active?.label, active?.parameters?.[found?.activeParameter ?? 0]?.label];
  };
  it('shows the parameters of the built-in ones', async () => {
    assert.deepEqual(await help('let x = max($0'), ['max(a, b, …)', 'a']);
    assert.deepEqual(await help('let x = max(1,$0)'), ['max(a, b, …)', 'b']);
    assert.deepEqual(await help('let x = max(1, 2, 3, 4, $0)'), ['max(a, b, …)', '…']);
    assert.deepEqual(await help('block A on 3x8x8 { conv(max(1, $0'), ['max(a, b, …)', 'b']);
  });
  it('shows nothing of what is no function', async () => {
    assert.deepEqual(await help('let x = constructor($0'), [undefined, undefined]);
    assert.deepEqual(await help('block A(c$0'), [undefined, undefined]);
    assert.deepEqual(await help('let x = (1 + $0'), [undefined, undefined]);
  });
  it('chooses among the ways to call one', async () => {
    assert.deepEqual(await help('let x = range($0'), ['range(stop)', 'stop']);
    assert.deepEqual(await help('let x = range(1, $0'), ['range(start, stop, step=1)', 'stop']);
    assert.deepEqual(await help('let x = size(1, 2, $0'), ['size(c, h, w)', 'w']);
  });
  it('shows the parameters of the file’s own', async () => {
    assert.deepEqual(await help('fn scaled(n, by=2) = n * by\nlet x = scaled(1, $0)'), ['scaled(n, by=2)', 'by=2']);
    assert.deepEqual(await help('fn scaled(n, by=2) = n * by\nblock A on 3x8x8 { conv(scaled(1, by=(3 + $0'), ['scaled(n, by=2)', 'by=2']);
  });
});

describe('signature help of what a name may mean', () => {
  const UNITS = 'block Basic(width, stride=1) { relu }\nblock Bottleneck(width=64, groups=1) { relu }\n';
  const help = async (marked: string): Promise<readonly string[]> => {
    const { text, position } = cursor(UNITS + marked);
    const { services, document } = await analyse(text);
    const found = await services.lsp.SignatureHelp?.provideSignatureHelp(document, { position, textDocument: { uri: '' } });
    return (found?.signatures ?? []).map((s) => {
      const active = s.parameters?.[s.activeParameter ?? -1]?.label;
      return typeof active === 'string' ? s.label.replace(active, `<${active}>`) : s.label;
    });
  };
  const [basic, bottleneck] = ['Basic(width, <stride=1>)', 'Bottleneck(width=64, <groups=1>)'];
  it('shows what a layer-valued parameter may be: its default, and what the calls give', async () => {
    assert.deepEqual(await help('network N(unit=Bottleneck) on 3x8x8 { unit(8, $0'), [bottleneck]);
    assert.deepEqual(await help('network N(unit=Bottleneck) on 3x8x8 { unit(8, $0) }\nnetwork M = N(unit=Basic)'), [bottleneck, basic]);
    assert.deepEqual(await help('block U(unit) { repeat 2 { unit(8, $0\n}\nnetwork M on 3x8x8 { U(Basic) }'), [basic]);
  });
  it('counts the arguments that a constant has already', async () =>
    assert.deepEqual(await help('block A on 3x8x8 { let narrow = Basic(8) narrow($0'), [basic]));
  it('passes over what does not fit', async () => {
    const [pad] = await help('let pad = 1\nblock A on 3x8x8 { pad($0');
    assert.match(pad ?? '', /^pad\(</);
    assert.deepEqual(await help('fn max(k) = k\nblock A(max=1) on 3x8x8 { conv(max($0'), ['max(<k>)']);
  });
  it('goes by the name that an import or a network gives', async () =>
    assert.deepEqual(await help('network Wide = Bottleneck(width=256)\nnetwork N on 3x8x8 { Wide(8, $0'), ['Wide(width=64, <groups=1>)']));
  it('knows the argument in the midst of half-typed text', async () => {
    for (const before of [
      'let x = relu -> ',
      'conv(8 8) ',
      'repeat n as { ',
      'if in.c { relu } else if 2 { ',
      'concat { | x: relu -> relu | ',
    ])
      assert.deepEqual(await help(`block A(n=2) on 3x8x8 { ${before} Basic(8, $0`), [basic], before);
  });
});

describe('completion everywhere', () => {
  it('answers at each position of a text, and never offers a declaration inside another', async () => {
    const text = `${FILE}block B(n=2, act=relu) on 3x8x8 versus Unit(8) {
  let m = if n > 1 then [1, 2][0] else max(n, 3)
  x: conv(3->8, 3x3, pad=[0, 1, 0, 1], groups=1) -> act
  y = concat { | x -> relu | for [i, k] in enumerate([1, m]) { conv(i + k, 1x1) } }
  if here.c == 3 { relu } else if not (m < 2) { Unit(8, act=gelu) } else { identity }
  repeat n as i { Unit(8 + i) }
  output o = x -> gap
  expect ?x8x8
  expect params <= 7e6
}
network N = Unit(width=8) on 3x8x8
`;
    const { services, document } = await analyse(text);
    const inside = (at: number): boolean => at > text.indexOf('{', text.indexOf('versus')) && at <= text.indexOf('}\nnetwork');
    for (let at = 0; at <= text.length; at++) {
      const position = document.textDocument.positionAt(at);
      const list = await services.lsp.CompletionProvider?.getCompletion(document, { position, textDocument: { uri: '' } });
      const found = list?.items.map((i) => i.label) ?? [];
      assert.equal(new Set(found).size, found.length, `twice at ${text.slice(0, at)}`);
      if (inside(at)) assert.ok(!['block', 'network', 'fn', 'import'].some((word) => found.includes(word)), text.slice(0, at));
      if (found.includes('conv')) for (const l of layers.values()) assert.ok(l.merge || found.includes(l.kind));
    }
  });
});
