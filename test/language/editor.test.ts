/** The editor's features at a cursor: hover, hints, lenses, completion, signature help. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { analyse, cursor } from '../support/cnn.ts';

const inception = readFileSync(new URL('../../examples/inception.cnn', import.meta.url), 'utf8');
const everything = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

async function hover(marked: string): Promise<string> {
  const { text, position } = cursor(marked);
  const { services, document } = await analyse(text);
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
    for (const part of ['3×3×96×128 = 110,592', '86,704,128', '96×28×28 → 128×28×28', '3×3, stride 1', '392 KiB', '67.7 %'])
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
  it('inside a block: a row for each call', async () => {
    const text = await hover('block B(width) { co$0nv(width, 1x1) }\nnetwork N on 3x8x8 { a: B(8) b: B(16) }');
    assert.match(text, /\| b \| 8×8×8 → 16×8×8 \| 128 \| 8,192 \|/);
  });
});

describe('inlay hints', () => {
  it('stand at the end of each pipeline line', async () => {
    const { services, document } = await analyse(inception);
    const hints = await services.lsp.InlayHintProvider?.getInlayHints(document, { range: everything, textDocument: { uri: '' } });
    const byLine = [...(hints ?? [])].sort((x, y) => x.position.line - y.position.line);
    assert.deepEqual(
      byLine.map((h) => h.label),
      [
        '64×28×28 · 12,352 params',
        '128×28×28 · 129,248 params',
        '32×28×28 · 15,920 params',
        '32×28×28 · 6,176 params',
        '256×28×28 · 163,696 params',
      ],
    );
  });
});

describe('lenses', () => {
  it('run, draw and compare', async () => {
    const { services, document } = await analyse(inception);
    const lenses = await services.lsp.CodeLensProvider?.provideCodeLens(document, { textDocument: { uri: '' } });
    assert.deepEqual(
      lenses?.map((l) => l.command?.title),
      ['▷ Run on random input', 'Diagram', '1×1-reduced 163,328 vs naive 387,072 weights · 2.4× fewer'],
    );
  });
  it('a block in which no rule applies has no comparison', async () => {
    const { services, document } = await analyse('block B on 8x8x8 { conv(8, 3x3) }');
    assert.equal((await services.lsp.CodeLensProvider?.provideCodeLens(document, { textDocument: { uri: '' } }))?.length, 2);
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
