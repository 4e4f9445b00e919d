/** The editor's features at a cursor: hover, hints, lenses, completion, signature help. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { URI } from 'langium';
import { SymbolKind } from 'vscode-languageserver-types';
import type { ModelOptions } from '../../src/export/exporter.ts';
import { exportTarget } from '../../src/language/editor/exports.ts';
import { heatOf } from '../../src/language/editor/heat.ts';
import { DEFAULT_HINTS } from '../../src/language/editor/hint-lines.ts';
import { CnnInlayHints } from '../../src/language/editor/inlay-hints.ts';
import { statusOf } from '../../src/language/editor/status.ts';
import { decodeModel } from '../../src/onnx/schema.ts';
import { COMMANDS } from '../../src/protocol/commands.ts';
import { type Analysed, analyse, cursor } from '../support/cnn.ts';

const inception = readFileSync(new URL('../../examples/inception.cnn', import.meta.url), 'utf8');
const everything = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

async function hover(marked: string, others: Readonly<Record<string, string>> = {}): Promise<string> {
  const { text, position } = cursor(marked);
  const { services, document } = await analyse(text, others);
  const h = await services.lsp.HoverProvider?.getHoverContent(document, { position, textDocument: { uri: document.uri.toString() } });
  return h && typeof h.contents === 'object' && 'value' in h.contents ? h.contents.value : '';
}

async function labels(marked: string): Promise<readonly string[]> {
  const { text, position } = cursor(marked);
  const { services, document } = await analyse(text);
  const list = await services.lsp.CompletionProvider?.getCompletion(document, { position, textDocument: { uri: document.uri.toString() } });
  return list?.items.map((i) => i.label) ?? [];
}

describe('hover', () => {
  it('on a layer: weights with their formula, MACs, shape, receptive field, share', async () => {
    const text = await hover(inception.replace('conv(c3, 3x3)', 'co$0nv(c3, 3x3)'));
    for (const part of [
      '3×3×96×128 = 110,592',
      '86,704,128',
      '96×28×28 → 128×28×28',
      '3×3, stride 1, padding 1, centre 0',
      '392 KiB',
      '67.7 %',
    ])
      assert.ok(text.includes(part), `${part} in\n${text}`);
  });
  it('on a block: totals', async () => {
    const text = await hover(inception.replace('block Inception', 'block Incep$0tion'));
    for (const part of ['163,328', '163,696', '128,049,152', '1.8 MiB', 'The Inception module'])
      assert.ok(text.includes(part), `${part} in\n${text}`);
  });
  it('on a parameter: its value in each call', async () => {
    const text = await hover('block B(wi$0dth) { conv(width, 1x1) }\nnetwork N on 3x8x8 { a: B(8) b: B(16) }');
    assert.match(text, /a \| `8`/);
    assert.match(text, /b \| `16`/);
  });
  it('on a layer of other parameters than weights and biases: how many, and its buffers', async () => {
    const rows = async (marked: string): Promise<readonly string[]> =>
      (await hover(marked)).match(/^\| (weights|biases|params|buffers) .*$/gm) ?? [];
    assert.deepEqual(await rows('block B on 8x4x4 { b$0n }'), ['| params | 16 |', '| buffers | 16 |']);
    assert.deepEqual(await rows('block B on 8x4x4 { pre$0lu }'), ['| params | 1 |']);
    assert.deepEqual(await rows('block B on 8x4x4 { co$0nv(2, 1x1) }'), ['| weights | 1×1×8×2 = 16 |', '| biases | 2 |']);
    assert.deepEqual(await rows('block B on 8x4x4 { co$0nv(2, 1x1, bias=false) }'), ['| weights | 1×1×8×2 = 16 |']);
    assert.deepEqual(await rows('block B on 8x4x4 { re$0lu }'), []);
  });
  it('inside a block: a row for each call', async () => {
    const text = await hover('block B(width) { co$0nv(width, 1x1) }\nnetwork N on 3x8x8 { a: B(8) b: B(16) }');
    assert.match(text, /\| b \| 8×8×8 → 16×8×8 \| 128 \| 8,192 \|/);
  });
});

describe('hover on a name', () => {
  const cnn = (text: string): string => `\`\`\`cnn\n${text}\n\`\`\``;
  for (const [what, marked, wanted] of [
    ['a constant and its comment', '# Of it.\nlet a$0 = 3 * 4 * 5', `${cnn('let a = 3 * 4 * 5')}\n\n= \`60\`\n\nOf it.`],
    ['a constant of a block', 'block B on 3x8x8 { let a$0 = 3 * 4 * 5 conv(a, 1x1) }', `${cnn('let a = 3 * 4 * 5')}\n\n= \`60\``],
    ['where a constant of a block is read', 'block B on 3x8x8 { let a = 3 conv(a$0, 1x1) }', cnn('let a = 3')],
    ['the word that begins a function', '# Twice.\nf$0n f(x) = 2 * x', `${cnn('fn f(x) = 2 * x')}\n\nTwice.`],
    ['a parameter of a function', 'fn f(x$0=3) = 2 * x', `${cnn('x=3')}\n\nParameter of \`f\`.`],
    ['a parameter of a block that nothing calls', 'block B(x$0) { conv(x, 1x1) }', `${cnn('x')}\n\nParameter of \`B\`.`],
    ['a loop variable', 'block B on 3x8x8 { repeat 2 as i { conv(i$0 + 1, 1x1) } }', '`i` is a loop variable.\n\n= `0`, `1`'],
    ['a function of the language', 'let a = ma$0x(1, 2)', `${cnn('max(a, b, …)')}\n\nThe largest of its arguments, or of a list.`],
    ['a layer as a value', 'block B(act=re$0lu) { act }', `${cnn('relu()')}\n\nRectified linear unit: max(0, x).`],
    [
      'a parameter of a layer with a default',
      'block B on 3x8x8 { conv(8, 3x3, str$0ide=2) }',
      '`stride`: Step of the window. *size*\n\nDefault: `1`',
    ],
    [
      'a parameter of a layer without one',
      'block B on 3x8x8 { conv(chan$0nels=8, kernel=3x3) }',
      '`channels`: Output channels; `192->64` also checks the input channels. *integer*',
    ],
    ['nothing', 'block B on 3x8x8 { conv(missi$0ng, 1x1) }', ''],
    ['a word', 'block B o$0n 3x8x8 { relu }', '**on** The input: channels × height × width.'],
    [
      'what is shared',
      'block B on 3x8x8 { shared a$0 = conv(3, 3x3) a -> a }',
      `${cnn('shared a = conv(3, 3x3)')}\n\nAll its uses in this body have one set of weights.`,
    ],
    [
      'an input of a block',
      'block G takes x, g$0 { x }\nnetwork N on 3x8x8 { y: conv(4, 3x3) G { | identity | y } }',
      '**g** an input of `G`\n\n| call | shape |\n|---|---|\n| G | 4×8×8 |',
    ],
    ['a number where no figures are known', 'block B(c) { conv(c, 1x1$0) }', ''],
  ] as const)
    it(`tells of ${what}`, async () => assert.equal(await hover(marked), wanted));

  it('tells what is imported, by its name there and its name here', async () => {
    const lib = { 'lib.cnn': '# Rounds up.\nfn up(v) = ceil(v)\nblock A(c=8) on 3x8x8 { conv(c, 1x1) }' };
    const fn = `${cnn('fn up(v) = ceil(v)')}\n\nRounds up.`;
    assert.equal(await hover('import u$0p from "./lib.cnn"', lib), fn);
    assert.equal(await hover('import up as ab$0ove from "./lib.cnn"', lib), fn);
    assert.match(
      await hover('import A as B$0 from "./lib.cnn"\nnetwork N on 3x8x8 { B }', lib),
      /block A\(c=8\)[\s\S]*\| 3×8×8 → 8×8×8 \|/,
    );
  });

  it('gives the figures of a label, and of the network to compare with', async () => {
    assert.match(await hover('block B on 3x8x8 { a$0: conv(8, 3x3) }'), /^\*\*a\*\*\n\n[\s\S]*\| weights \| 3×3×3×8 = 216 \|/);
    assert.match(
      await hover('block B on 3x8x8 { a: conv(8, 3x3) relu -> conv(a$0.c, 1x1) }'),
      /^\*\*a\*\* a named value\n\n[\s\S]*= 216 \|/,
    );
    assert.match(
      await hover('block A { conv(8, 3x3) }\nblock B on 3x8x8 versus A$0 { relu }'),
      /^```cnn\nblock A\(\)[\s\S]*\| params \| 224 \|/,
    );
  });
});

describe('hover inside a stage that holds others', () => {
  const at = (marked: string): Promise<string> =>
    hover(
      `block B on 3x8x8 {
      concat { | conv(8, 3x3) -> add { | relu | repeat 2 { conv(8, 1x1) } } | tanh }
    }`.replace(marked.replace('$0', ''), marked),
    );
  for (const [marked, shape] of [
    ['con$0cat', '3×8×8 → 11×8×8'],
    ['ad$0d', '8×8×8 → 8×8×8'],
    ['{$0 | relu |', '8×8×8 → 8×8×8'],
    ['repe$0at', '8×8×8 → 8×8×8'],
    ['ta$0nh', '3×8×8 → 3×8×8'],
  ] as const)
    it(`tells of the inner one: ${marked}`, async () => assert.match(await at(marked), new RegExp(`\\| shape \\| ${shape} \\|`)));
  it('sums what the inner one holds', async () => {
    assert.match(await at('repe$0at'), /\| weights \| 1×1×8×8×2 = 128 \|/);
  });
});

describe('hover on what has values', () => {
  const B = 'block B(n=2) on 3x8x8 {\n  let c = 4 * n\n  conv(c, 1x1)\n}\n';
  it('tells the value of a constant', async () => {
    assert.equal(await hover('let a = 2\nlet b$0 = 3 * a'), '```cnn\nlet b = 3 * a\n```\n\n= `6`');
    assert.equal(await hover('# why\nlet a$0 = 2'), '```cnn\nlet a = 2\n```\n\nwhy');
    assert.match(await hover('let a = [x * x for x in range(3)]\nblock A on 3x8x8 { conv(len(a$0), 1x1) }'), /= `\[0, 1, 4\]`$/);
    assert.match(await hover(B.replace('let c', 'let c$0')), /= `8`$/);
    assert.match(await hover(B.replace('conv(c', 'conv(c$0')), /= `8`$/);
    assert.equal(await hover('let a$0 = nothing'), '```cnn\nlet a = nothing\n```\n\n= `?`');
  });
  it('tells it for each use of its block', async () => {
    const text = `${B.replace('let c', 'let c$0')}network N on 3x8x8 { x: B(3) y: B(5) }`;
    assert.ok(
      (await hover(text)).endsWith('| call | value |\n|---|---|\n| preview | `8` |\n| x | `12` |\n| y | `20` |'),
      await hover(text),
    );
  });
  it('tells the values of a constant and of a loop’s variables in its rounds', async () => {
    const loop = 'block A on 3x8x8 {\n  let c = 1\n  repeat 3 as i {\n    let c = 2 * c\n    conv(c, 1x1)\n  }\n}';
    assert.match(await hover(loop.replace('let c = 2', 'let c$0 = 2')), /= `2`, `4`, `8`$/);
    assert.match(await hover(loop.replace('as i', 'as i$0')), /loop variable.\n\n= `0`, `1`, `2`$/);
    assert.match(await hover(loop.replace('3 as i', '36 as i$0').replace('2 * c', '3')), /= `0`, `1`, `2`, … `35` in 36 rounds$/);
    const pairs = 'block A on 3x8x8 {\n  for [i, [n, m]] in enumerate([[1, 2], [3, 4]]) {\n    conv(n + m, 1x1)\n  }\n}';
    assert.match(await hover(pairs.replace('[n, m]', '[n, m$0]')), /= `2`, `4`$/);
    assert.match(await hover(pairs.replace('(n +', '(n$0 +')), /= `1`, `3`$/);
  });
  it('tells what an expectation finds, in each use', async () => {
    const text = 'block U(c) {\n  conv(c, 1x1)\n  expect params <= 20\n}\nnetwork N on 3x8x8 { a: U(4) b: U(5) }';
    const figures = '| a | 4×8×8 | ✓ 16 ≤ 20 |\n| b | 5×8×8 | ✗ 25 ≤ 20 |';
    assert.ok((await hover(text.replace('expect', 'exp$0ect'))).endsWith(`|---|---|---|\n${figures}`));
    assert.ok(
      (await hover(text.replace('expect params', 'expect par$0ams'))).endsWith('| call | params |\n|---|--:|\n| a | 16 |\n| b | 25 |'),
    );
    assert.match(
      await hover('block A on 3x8x8 {\n  exp$0ect 3x8x8\n}'),
      /must hold\.\n\n\| call \| arrives \|\n\|---\|---\|\n\| preview \| 3×8×8 \|$/,
    );
  });
});

describe('hover in a file of several targets', () => {
  const text = `
    block Unit(width, act=relu) { conv(width, 3x3) -> act }
    block Pair(width=8) on 3x8x8 { Unit(width) -> Unit(width) }
    network Net(classes=10) on 3x8x8 {
      body = Pair(16) -> repeat 3 { Pair(width=32) }
      output aux = gap -> flatten -> linear(classes)
      gap -> flatten -> fc: linear(classes)
    }
    network Large = Net(classes=1000)`;
  const at = (part: string, marked: string): Promise<string> => hover(text.replace(part, marked));

  it('names each target by which a network goes', async () => {
    const found = await at('fc: linear(classes)', 'fc: lin$0ear(classes)');
    assert.match(found, /\| preview \| 32 → 10 \| 320 \| 320 \|/);
    assert.match(found, /\| Large \| 32 → 1000 \| 32,000 \| 32,000 \|/);
  });
  it('gives the whole path of a call inside a call', async () => {
    const found = await at('conv(width, 3x3)', 'co$0nv(width, 3x3)');
    for (const call of ['| Unit |', '| Unit_2 |', '| Pair/Unit |', '| Pair/Unit_2 |', '| Pair_2[0]/Unit |'])
      assert.ok(found.includes(call), `${call} in\n${found}`);
  });
  it('sums a named value and an output over their pipelines', async () => {
    const body = await at('body =', 'bo$0dy =');
    assert.match(body, /\*\*body\*\* a named value/);
    assert.match(body, /shape \| 3×8×8 → 32×8×8/);
    assert.match(body, /\| Large \|/);
    assert.match(await at('output aux', 'output au$0x'), /one more output[\s\S]*32×10 = 320/);
  });
  it('writes equal kernels once', async () => {
    assert.match(await at('repeat 3 {', 'rep$0eat 3 {'), /3×3×16×32 \+ 3×3×32×32×5 = 50,688/);
  });
  it('tells of the parameter that an argument fills, and of one that is called', async () => {
    assert.match(await at('Pair(width=32)', 'Pair(wid$0th=32)'), /Parameter of `Pair`/);
    assert.match(await at('-> act', '-> a$0ct'), /\*\*act\*\* parameter of `Unit`/);
  });
  it('tells of what a name means at its place', async () => {
    const layer = await hover('let pad = 1\nblock A on 3x8x8 { p$0ad(2) -> conv(8, 3x3, pad=pad) }');
    assert.match(layer, /^\*\*pad\*\* \w/);
    assert.match(layer, /3×8×8 → 3×12×12/);
    assert.match(await hover('let pad = 1\nblock A on 3x8x8 { pad(2) -> conv(8, 3x3, pad=p$0ad) }'), /let pad = 1/);
    assert.match(await hover('fn f(f) = f(f$0)'), /Parameter of `f`/);
    assert.match(await hover('fn f(f) = f$0(f)'), /fn f\(f\) = f\(f\)/);
  });
  it('tells of keywords, words and figures', async () => {
    assert.match(await hover('block A on 3x8x8 { rep$0eat 2 { relu } }'), /^\*\*repeat\*\* The body n times/);
    assert.match(await hover('block A on 3x8x8 { ad$0d { | relu | relu } }'), /^\*\*add\*\* \w/);
    assert.match(await hover('block A on 3x8x8 { conv(8, 3x3, pad=sa$0me) }'), /^\*\*same\*\* The padding/);
    assert.match(await hover('block A on 3x8x8 { expect mem$0ory < 7e6 }'), /^\*\*memory\*\* The peak/);
  });
  it('tells of all that a name may mean, depending on the calls', async () => {
    const either = await hover('block A(pad) { p$0ad }\nblock B on 3x8x8 { A(relu) -> A(1) }');
    assert.match(either, /parameter of `A`\n\n---\n\n\*\*pad\*\*/);
    const units = await hover(
      'block S(c, d=1) { relu }\nblock L(c=8, d=2) { relu }\nblock A(unit) { unit(8, d$0=3) }\nblock B on 3x8x8 { A(S) -> A(L) }',
    );
    assert.match(units, /Parameter of `S`[\s\S]*---[\s\S]*Parameter of `L`/);
  });
  it('tells of the network that another is made from', async () => {
    assert.match(await at('Net(classes=1000)', 'N$0et(classes=1000)'), /\| params \| /);
  });
});

/** A hint without what moves it below the others. */
const bare = (label: unknown): string => String(label).trim().replaceAll(/ +/g, ' ');

describe('inlay hints', () => {
  it('show what the settings choose', async () => {
    const { services, document } = await analyse('block B on 3x8x8 {\n  conv(8, 3x3) -> relu\n}');
    const provider = services.lsp.InlayHintProvider;
    assert.ok(provider instanceof CnnInlayHints);
    const shown = async (shapes: boolean, params: boolean, macs: boolean) => {
      provider.settings = { ...DEFAULT_HINTS, shapes, params, macs };
      const hints = await provider.getInlayHints(document, { range: everything });
      return hints.map((h) => h.label);
    };
    assert.deepEqual(await shown(true, true, true), ['8×8×8 · 224 params · 13.82k MACs']);
    assert.deepEqual(await shown(false, true, false), ['224 params']);
    assert.deepEqual(await shown(false, false, true), ['13.82k MACs']);
    assert.deepEqual(await shown(false, false, false), []);
  });
  it('stand at the end of each pipeline line', async () => {
    const { services, document } = await analyse(inception);
    const hints = await services.lsp.InlayHintProvider?.getInlayHints(document, { range: everything, textDocument: { uri: '' } });
    const byLine = [...(hints ?? [])].sort((x, y) => x.position.line - y.position.line);
    assert.deepEqual(
      byLine.map((h) => bare(h.label)),
      [
        '64×28×28 · 12,352 params',
        '128×28×28 · 129,248 params',
        '32×28×28 · 15,920 params',
        '32×28×28 · 6,176 params',
        '256×28×28 · 163,696 params',
      ],
    );
  });

  /** What the end of each line says, by its number. */
  async function lines(text: string, range = everything): Promise<readonly (readonly [number, string])[]> {
    const { services, document } = await analyse(text);
    const hints = await services.lsp.InlayHintProvider?.getInlayHints(document, { range, textDocument: { uri: '' } });
    return (hints ?? []).map((h) => [h.position.line, bare(h.label)] as const).sort(([a], [b]) => a - b);
  }

  it('tell of what ends a line, not of what it holds', async () => {
    assert.deepEqual(await lines('block B on 3x8x8 {\n  concat { | conv(8, 3x3) -> bn | add { | relu | tanh } }\n}'), [
      [1, '11×8×8 · 240 params'],
    ]);
    assert.deepEqual(await lines('block B on 3x8x8 {\n  repeat 2 { conv(3, 3x3) }\n}'), [[1, '3×8×8 · 168 params']]);
    assert.deepEqual(await lines('block B on 3x8x8 {\n  concat {\n    | relu\n    | conv(8, 1x1) } -> conv(4, 1x1)\n}'), [
      [2, '3×8×8'],
      // The whole of the concat ends on this line, with the branch inside it.
      [3, '4×8×8 · 80 params'],
    ]);
  });
  it('sum what stands in one line, and tell the shape of the last', async () => {
    assert.deepEqual(await lines('block B on 3x8x8 {\n  a: conv(8, 1x1) b: conv(4, 1x1) -> relu\n}'), [[1, '4×8×8 · 68 params']]);
  });
  it('are those of all rounds of a loop: how many are alike, or the first and the last', async () => {
    const loop = (body: string) => lines(`block B on 3x8x8 {\n  repeat 4 as i {\n    ${body}\n  }\n}`);
    assert.deepEqual(await loop('conv(3, 3x3)'), [
      [2, '3×8×8 · 84 params ×4'],
      [3, '3×8×8 · 336 params'],
    ]);
    assert.deepEqual(await loop('conv(4 * (i + 1), 1x1) -> relu'), [
      [2, '4×8×8 … 16×8×8 · 16 … 208 params'],
      [3, '16×8×8 · 372 params'],
    ]);
    assert.deepEqual(await loop('conv(8, 1x1)'), [
      [2, '8×8×8 · 32 … 72 params'],
      [3, '8×8×8 · 248 params'],
    ]);
    assert.deepEqual(await loop('relu -> bn(affine=false)')?.then((l) => l[0]), [2, '3×8×8 ×4']);
  });
  it('tell the figures of a budget, and nothing of a shape that is expected', async () => {
    const budget = async (condition: string) => (await lines(`block B on 3x8x8 {\n  conv(8, 3x3)\n  expect ${condition}\n}`)).slice(1);
    assert.deepEqual(await budget('params <= 7e6'), [[2, '✓ 224 ≤ 7,000,000']]);
    assert.deepEqual(await budget('params <= 200'), [[2, '✗ 224 ≤ 200']]);
    assert.deepEqual(await budget('100 < params <= 2 * in.c * 100 and not depth == 2'), [[2, '✓ 100 < 224 ≤ 600 and not 1 = 2']]);
    assert.deepEqual(await budget('?x8x8'), []);
    assert.deepEqual(await budget('in.c == 3'), []);
    assert.deepEqual(await budget('params <= nothing'), []);
    const many = 'block B on 3x8x8 {\n  repeat 3 {\n    conv(3, 1x1)\n    expect params <= 40\n  }\n}';
    assert.deepEqual((await lines(many))[1], [3, '✓ 36 ≤ 40']);
    assert.deepEqual((await lines(many.replace('<= 40', '!= 24')))[1], [3, '✗ 24 ≠ 24']);
    const used = 'block U(c=4) on 3x8x8 {\n  conv(c, 1x1)\n  expect params <= 20\n}\nnetwork N on 3x8x8 { wide: U(9) }';
    assert.deepEqual((await lines(used))[1], [2, '✗ 36 ≤ 20 in wide']);
  });
  it('stretch for no range of rounds', async () => {
    const text = 'block B on 3x8x8 {\n  repeat 2 as i { conv(4 * (i + 1), 1x1) }\n  relu -> conv(1024, 1x1)\n}';
    const { services, document } = await analyse(text.replace('i { conv', 'i {\n    conv').replace(') }', ')\n  }'));
    const hints = await services.lsp.InlayHintProvider?.getInlayHints(document, { range: everything, textDocument: { uri: '' } });
    assert.deepEqual(
      hints?.map((h) => String(h.label).trim()),
      ['4×8×8 … 8×8×8 · 16 … 40 params', '8×8×8    ·    56 params', '1024×8×8 · 9,216 params'],
    );
  });
  it('stand one below the other, in columns', async () => {
    const { services, document } = await analyse(
      'block B on 3x8x8 {\n  conv(128, 3x3)\n  conv(8, 3x3) -> bn -> relu\n  relu # why\n  expect params <= 7e6\n\n  gap\n  concat { | conv(8, 1x1) -> relu -> conv(8, 1x1) -> relu | relu }\n}',
    );
    const provider = services.lsp.InlayHintProvider;
    assert.ok(provider instanceof CnnInlayHints);
    const shown = async (range = everything) =>
      (await provider.getInlayHints(document, { range })).map((h) => `${' '.repeat(h.position.character)}${h.label}`);
    const aligned = [
      '                            128×8×8 · 3,584 params',
      '                            8×8×8   · 9,240 params',
      '      8×8×8',
      '                            ✓ 12,824 ≤ 7,000,000',
      '     8×1×1',
      '                                                                  16×1×1 · 144 params',
    ];
    assert.deepEqual(await shown(), aligned);
  });
  it('are only those of the lines that are asked for, at the ends of them', async () => {
    const text = '# A block.\nblock B on 3x8x8 {\n  relu\n  conv(8, 3x3)\n  bn\n}';
    const from = (start: number, end: number) => ({ start: { line: start, character: 0 }, end: { line: end, character: 0 } });
    assert.deepEqual(await lines(text), [
      [2, '3×8×8'],
      [3, '8×8×8 · 224 params'],
      [4, '8×8×8 · 16 params'],
    ]);
    assert.deepEqual(await lines(text, from(3, 3)), [[3, '8×8×8 · 224 params']]);
    assert.deepEqual(await lines(text, from(4, 9)), [[4, '8×8×8 · 16 params']]);
  });
  it('are of what imported files say now, also through another file', async () => {
    const { services, document } = await analyse('import M from "./between.cnn"\nnetwork N on 8x8x8 {\n  M -> relu\n}', {
      'lib.cnn': 'block A { conv(8, 1x1) }',
      'between.cnn': 'import A from "./lib.cnn"\nblock M { A }',
    });
    const documents = services.shared.workspace.LangiumDocuments;
    const hints = async (): Promise<unknown> =>
      (await services.lsp.InlayHintProvider?.getInlayHints(document, { range: everything, textDocument: { uri: '' } }))?.map(
        (h) => h.label,
      );
    assert.deepEqual(await hints(), ['8×8×8 · 72 params']);
    const lib = URI.parse('file:///test/lib.cnn');
    documents.deleteDocument(lib);
    documents.addDocument(services.shared.workspace.LangiumDocumentFactory.fromString('block A { conv(16, 1x1) }', lib));
    assert.deepEqual(await hints(), ['16×8×8 · 144 params']);
  });
  it('mark a shape that is assumed', async () => {
    assert.deepEqual(await lines('block B on 3x8x8 {\n  linear(9)\n  conv(8, 1x1)\n}'), [
      [1, '9'],
      [2, '≈ 9'],
    ]);
  });
  it('say of which call they tell, and of how many more there are', async () => {
    const tips = async (calls: string) => {
      const { services, document } = await analyse(`block U(c) {\n  conv(c, 1x1)\n}\nblock B on 3x8x8 { ${calls} }`);
      const hints = await services.lsp.InlayHintProvider?.getInlayHints(document, { range: everything, textDocument: { uri: '' } });
      return hints?.map((h) => h.tooltip);
    };
    assert.deepEqual(await tips('U(4)'), ['U, the call U on 3×8×8', 'B, preview on 3×8×8']);
    assert.deepEqual(await tips('U(4) -> U(5)'), ['U, the call U on 3×8×8; used in 1 more way, hover for all', 'B, preview on 3×8×8']);
    assert.match(String((await tips('U(4) -> U(5) -> U(6)'))?.[0]), /; used in 2 more ways, hover for all$/);
  });
});

describe('lenses', () => {
  const lensesOf = async ({ services, document }: Analysed) =>
    (await services.lsp.CodeLensProvider?.provideCodeLens(document, { textDocument: { uri: '' } })) ?? [];

  it('run, draw and compare', async () => {
    const lenses = await lensesOf(await analyse(inception));
    assert.deepEqual(
      lenses.map((l) => l.command?.title),
      ['▷ Run', 'Diagram', '163.3k vs naive 387.1k weights · 2.4× fewer', 'Copy as PyTorch'],
    );
  });
  it('offer a template where nothing is written yet', async () => {
    const titles = async (text: string): Promise<readonly unknown[]> => (await lensesOf(await analyse(text))).map((l) => l.command?.title);
    assert.deepEqual(await titles(' \n\n'), ['Begin with a template …']);
    assert.deepEqual(await titles('# A thought.\n'), []);
  });
  it('of several targets each tell their own comparison', async () => {
    const analysed = await analyse(`
      block Narrow on 64x8x8 { conv(16, 1x1) -> conv(64, 3x3) }
      block Plain on 64x8x8 { conv(64, 3x3) }
      block Wide on 64x8x8 { conv(32, 1x1) -> conv(64, 3x3) }
      block Large on 64x8x8 versus Narrow { conv(64, 5x5) }`);
    const lenses = (await lensesOf(analysed)).filter((l) => l.command?.command === COMMANDS.compare);
    assert.deepEqual(
      lenses.map((l) => [l.range.start.line, l.command?.title]),
      [
        [1, '10.24k vs naive 36.86k weights · 3.6× fewer'],
        [3, '20.48k vs naive 36.86k weights · 1.8× fewer'],
        [4, '102.4k vs Narrow 10.24k weights · 10.0× more'],
      ],
    );
  });
  it('name the variant with which a block is compared', async () => {
    const analysed = await analyse(`
      block Separable on 32x8x8 { dwconv(3x3) -> conv(64, 1x1) }
      block Grouped on 64x8x8 { conv(64, 3x3, groups=4) }`);
    const lenses = (await lensesOf(analysed)).filter((l) => l.command?.command === COMMANDS.compare);
    assert.deepEqual(
      lenses.map((l) => l.command?.title),
      ['2.34k vs full 18.43k weights · 7.9× fewer', '9.22k vs ungrouped 36.86k weights · 4.0× fewer'],
    );
  });
  const pool = 'maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1)';
  for (const [what, text] of [
    ['in which no rule applies', 'block B on 8x8x8 { conv(8, 3x3) }'],
    ['whose variants do not fit together', `block B on 64x8x8 { add { | concat { | ${pool} | relu } | conv(72, 1x1) } }`],
  ] as const)
    it(`a block ${what} has no comparison`, async () => {
      const analysed = await analyse(text);
      assert.equal((await lensesOf(analysed)).length, 3);
      const [target] = analysed.analysis.targets;
      assert.ok(target);
      assert.equal(analysed.analysis.comparison(target), undefined);
    });
});

describe('the status bar', () => {
  const said = async (text: string, name = 'B') => {
    const { services, document } = await analyse(text);
    return statusOf(document, services, name);
  };
  it('tells the params and MACs of a target', async () => {
    assert.deepEqual(await said(inception, 'Inception'), {
      text: '163.7k params · 128.0M MACs',
      tooltip: 'Inception, 192×28×28 → 256×28×28: 163,696 params, 128,049,152 MACs',
    });
    const heads = 'block B on 3x8x8 {\n  conv(8, 1x1)\n  output side = conv(4, 1x1)\n  relu\n}';
    assert.match((await said(heads))?.tooltip ?? '', /: 68 params, 1,536 MACs \(3,584 with further outputs\)$/);
  });
  it('says where they are not sure, and nothing of what cannot stand alone or is too large', async () => {
    assert.equal((await said('block B on 3x8x8 { linear(9) -> conv(8, 1x1) }'))?.text.slice(0, 2), '≈ ');
    assert.equal(await said('block B(c) { conv(c, 1x1) }'), undefined);
    assert.equal(await said('block B on 3x8x8 { relu }', 'C'), undefined);
    assert.equal(await said('block B on 3x8x8 { repeat 50001 { relu } }'), undefined);
  });
});

describe('the heat in the margin', () => {
  const lines = async (text: string, name: string, metric: 'weights' | 'macs' = 'weights', others = {}) => {
    const { services, document } = await analyse(text, others);
    const heat = await heatOf(document, services, name, metric);
    return heat?.lines.map(({ line, share, level }) => [line + 1, Math.round(1000 * share), Math.round(1000 * level)]);
  };
  it('tells what each line costs, over all uses of its block', async () => {
    const text = 'block Unit(c) {\n  conv(c, 3x3, bias=false)\n  relu\n}\nnetwork N on 8x8x8 {\n  Unit(8) -> Unit(8)\n  conv(8, 1x1)\n}';
    // 576 twice, and 64.
    assert.deepEqual(await lines(text, 'N'), [
      [2, Math.round((1000 * 1152) / 1216), 1000],
      [7, Math.round((1000 * 64) / 1216), Math.round((1000 * 64) / 1152)],
    ]);
  });
  it('tells what another file costs at the call', async () => {
    const text = 'import Unit from "./lib.cnn"\nnetwork N on 8x8x8 {\n  Unit(8)\n  conv(8, 3x3, stride=2)\n}';
    const lib = { 'lib.cnn': 'block Unit(c) { conv(c, 3x3) -> conv(c, 3x3) }' };
    assert.deepEqual(await lines(text, 'N', 'macs', lib), [
      [3, Math.round(8000 / 9), 1000],
      [4, Math.round(1000 / 9), 125],
    ]);
  });
  it('says nothing of what has an error, costs nothing or cannot stand alone', async () => {
    assert.equal(await lines('block B on 3x8x8 { linear(9) -> conv(8, 1x1) }', 'B'), undefined);
    assert.equal(await lines('block B on 3x8x8 { relu }', 'B'), undefined);
    assert.equal(await lines('block B(c) { conv(c, 1x1) }', 'B'), undefined);
  });
});

describe('outline', () => {
  it('holds declarations, and in them labels, named values and outputs', async () => {
    const { services, document } = await analyse(
      'let n = 8\nfn twice(x) = 2 * x\nblock B on 3x8x8 { a: relu }\nnetwork N on 3x8x8 { x = B output o = relu }',
    );
    const found = await services.lsp.DocumentSymbolProvider?.getSymbols(document, { textDocument: { uri: '' } });
    assert.deepEqual(
      found?.map((s) => [s.name, s.detail, s.children?.map((c) => c.name)]),
      [
        ['n', 'let', []],
        ['twice', 'fn', []],
        ['B', 'block', ['a']],
        ['N', 'network', ['x', 'o']],
      ],
    );
  });
});

describe('the outline tells what each thing in a block is', () => {
  it('a label by its stage, an output as one, and where their names stand', async () => {
    const { services, document } = await analyse(
      'block B on 3x8x8 {\n  a: concat {\n    | c: relu\n    | tanh\n  }\n  x = bn\n  output o = gap\n  if in.c > 2 { y = relu }\n}',
    );
    const found = await services.lsp.DocumentSymbolProvider?.getSymbols(document, { textDocument: { uri: '' } });
    assert.deepEqual(
      found?.[0]?.children?.map(({ name, detail, kind, selectionRange: { start } }) => [name, detail, kind, start.line, start.character]),
      [
        ['a', 'concat {', SymbolKind.Field, 1, 2],
        ['c', 'relu', SymbolKind.Field, 2, 6],
        ['x', '', SymbolKind.Variable, 5, 2],
        ['o', 'output', SymbolKind.Event, 6, 9],
        ['y', '', SymbolKind.Variable, 7, 16],
      ],
    );
  });
});

describe('a file of another kind', () => {
  it('is refused with the reason', async () => {
    for (const [text, target, refused] of [
      ['block B on 3x8x8 { relu }', 'C', 'There is no `C` that can stand alone.'],
      ['block B(c) { conv(c, 1x1) }', 'B', 'There is no `B` that can stand alone.'],
      ['block B on 3x8x8 { conv(4->8, 1x1) }', 'B', '`conv` has an error: correct it first.'],
      ['block B on 3x8x8 { relu }\nblock C on 3x8x8 { relu', 'B', 'The file has a syntax error: correct it first.'],
      ['block B on 3x8x8 { relu }', 'B', undefined],
    ] as const) {
      const { services, document } = await analyse(text);
      const result = await exportTarget(document, services, { target, to: 'cnn', seed: 1 }, undefined);
      assert.equal('refused' in result ? result.refused : undefined, refused, text);
    }
  });
  it('is a model as the settings have it', async () => {
    const { services, document } = await analyse('block B on 3x8x8 { conv(8, 3x3) }');
    const written = async (options: ModelOptions): Promise<string> => {
      const result = await exportTarget(document, services, { target: 'B', to: 'onnx', seed: 1, options }, undefined);
      if ('refused' in result) return result.refused;
      const model = decodeModel(Buffer.from(result.base64, 'base64'), 100);
      assert.ok(typeof model !== 'number');
      const [batch] = model.graph?.input[0]?.type?.tensorType?.shape?.dim ?? [];
      return `batch ${batch?.dimParam || batch?.dimValue}, opset ${model.opsetImport[0]?.version}`;
    };
    assert.equal(await written({}), 'batch 1, opset 18');
    assert.equal(await written({ batch: 4, opset: 21 }), 'batch 4, opset 21');
    assert.equal(await written({ batch: 'dynamic' }), 'batch N, opset 18');
    assert.match(await written({ opset: 12 }), /^Opset 12 is not written/);
  });
  it('writes text of the language in its layout', async () => {
    const block =
      'block B on 3x8x8 {\n  repeat 3 {\n    add {\n      | identity\n      | conv(here.c, 3x3) -> bn -> relu -> conv(here.c, 3x3) -> bn -> relu\n';
    const text = `${block}          -> conv(here.c, 3x3) -> bn\n    }\n  }\n}\n`;
    const { services, document } = await analyse(text);
    const result = await exportTarget(document, services, { target: 'B', to: 'cnn', seed: 1 }, undefined);
    assert.equal('base64' in result && Buffer.from(result.base64, 'base64').toString(), text);
  });
});

describe('completion', () => {
  it('offers layers, blocks and merges after an arrow', async () => {
    const found = await labels('block A on 3x8x8 { relu }\nblock B on 3x8x8 { conv(8, 3x3) -> $0 }');
    for (const name of ['conv', 'relu', 'A', 'concat']) assert.ok(found.includes(name), name);
    assert.ok(!found.includes('let'));
  });
  it('offers the parameters that are still open in a call', async () => {
    const found = await labels('block B on 3x8x8 { conv(8, 3x3, stride=2, $0');
    assert.ok(found.includes('groups=') && !found.includes('stride=') && !found.includes('kernel='));
  });
  it('offers nothing in a comment', async () => assert.deepEqual(await labels('# conv$0'), []));
});

describe('signature help', () => {
  for (const [call, shown, active, parameter] of [
    ['range(1$0', ['range(stop)', 'range(start, stop, step=1)'], 0, 0],
    ['range(1, $0', ['range(stop)', 'range(start, stop, step=1)'], 1, 1],
    ['range(1, 2, st$0', ['range(stop)', 'range(start, stop, step=1)'], 1, 2],
    ['range(1, 2, 3, $0', ['range(stop)', 'range(start, stop, step=1)'], 1, 3],
    ['max(1, 2, 3, 4$0', ['max(a, b, …)'], 0, 2],
    ['nothing($0', undefined, undefined, undefined],
  ] as const)
    it(`shows the way to call that fits: ${call}`, async () => {
      const { text, position } = cursor(`block B on 3x8x8 { conv(8, ${call}`);
      const { services, document } = await analyse(text);
      const help = await services.lsp.SignatureHelp?.provideSignatureHelp(document, { position, textDocument: { uri: '' } });
      assert.deepEqual(
        help?.signatures.map((s) => s.label),
        shown,
      );
      assert.deepEqual([help?.activeSignature, help?.activeParameter], [active, parameter]);
    });

  it('marks the parameter that is typed, by position and by name', async () => {
    for (const [marked, active] of [
      ['conv(8, $0', 1],
      ['conv(8, groups=$0', 5],
    ] as const) {
      const { text, position } = cursor(`block B on 3x8x8 { ${marked}`);
      const { services, document } = await analyse(text);
      const help = await services.lsp.SignatureHelp?.provideSignatureHelp(document, { position, textDocument: { uri: '' } });
      assert.equal(help?.activeParameter, active);
      assert.equal(help?.signatures[0]?.label, 'conv(channels, kernel, stride=1, pad=same, dilation=1, groups=1, bias=true)');
    }
  });
});
