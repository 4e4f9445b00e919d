/** What colours a text: semantic tokens by what names mean, and the TextMate grammar by the text alone, in terms that every theme knows. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import manifest from '../../package.json' with { type: 'json' };
import { grammar, grammarPath } from '../../scripts/textmate.ts';
import { TOKEN_TYPES } from '../../src/language/editor/semantic-tokens.ts';
import { layers } from '../../src/layers/index.ts';
import { analyse } from '../support/cnn.ts';

const TEXT = `import Unit as Other from "./other.cnn"
let wide = 2 * 32
fn twice(n) = max(n, 2 * n)
block A(channels=8, act=relu) on 3x8x8 versus Other(8) {
  stem: conv(channels, 3x3, stride=twice(1), pad=same) -> act
  let half = stem.c // 2
  x = Other(wide)
  repeat 2 as i { conv(half + i, 1x1) }
  concat { | stem | x }
  output side = gap
  expect params <= 7e6
}
`;
const OTHERS = { 'other.cnn': 'block Unit(c) { conv(c, 1x1) }' };

/** The text with what each token is behind it: `conv‹layer›`. */
async function marked(text: string, lines: readonly [number, number] = [0, 1000]): Promise<string> {
  const { services, document } = await analyse(text, OTHERS);
  const range = { start: { line: lines[0], character: 0 }, end: { line: lines[1], character: 0 } };
  const tokens = await services.lsp.SemanticTokenProvider?.semanticHighlightRange(document, { range, textDocument: { uri: '' } });
  const found: { at: number; says: string }[] = [];
  let [line, character] = [0, 0];
  for (let i = 0; i < (tokens?.data.length ?? 0); i += 5) {
    const [down = 0, right = 0, length = 0, type = 0, modifiers = 0] = tokens?.data.slice(i, i + 5) ?? [];
    [line, character] = [line + down, down > 0 ? right : character + right];
    const at = document.textDocument.offsetAt({ line, character }) + length;
    found.push({ at, says: `‹${TOKEN_TYPES[type]}${modifiers & 1 ? '!' : ''}›` });
  }
  return found.toReversed().reduce((t, { at, says }) => t.slice(0, at) + says + t.slice(at), text);
}

describe('semantic tokens', () => {
  it('tell layers, blocks, units, labels, values, parameters, constants and sizes apart', async () => {
    const wanted = `import Unit‹block› as Other‹block!› from "./other.cnn"
let wide‹constant!› = 2 * 32
fn twice‹function!›(n‹parameter!›) = max‹function›(n‹parameter›, 2 * n‹parameter›)
block A‹block!›(channels‹parameter!›=8, act‹unit!›=relu‹layer›) on 3x8x8‹size› versus Other‹block›(8) {
  stem‹label!›: conv‹layer›(channels‹parameter›, 3x3‹size›, stride‹parameter›=twice‹function›(1), pad‹parameter›=same‹word›) -> act‹unit›
  let half‹constant!› = stem‹label›.c‹property› // 2
  x‹value!› = Other‹block›(wide‹constant›)
  repeat 2 as i‹variable!› { conv‹layer›(half‹constant› + i‹variable›, 1x1‹size›) }
  concat‹layer› { | stem‹label› | x‹value› }
  output side‹value!› = gap‹layer›
  expect params‹figure› <= 7e6
}
`;
    assert.equal(await marked(TEXT), wanted);
  });
  it('go by what a name means at its place', async () =>
    assert.equal(
      await marked('block A(pad=1) on 3x8x8 { pad(2) -> conv(8, 3x3, pad=pad) -> nothing }'),
      'block A‹block!›(pad‹parameter!›=1) on 3x8x8‹size› { pad‹layer›(2) -> conv‹layer›(8, 3x3‹size›, pad‹parameter›=pad‹parameter›) -> nothing }',
    ));
  it('tell what is shared, what enters, and what is read inside a call', async () =>
    assert.equal(
      await marked(
        'block A takes x, g on 3x8x8, 3x8x8 { shared head = conv(3, 1x1) b: B -> head add { | b.y | g } conv(b.y.c, 1x1) }\nblock B { y = relu }',
      ),
      'block A‹block!› takes x‹value!›, g‹value!› on 3x8x8‹size›, 3x8x8‹size› { shared head‹unit!› = conv‹layer›(3, 1x1‹size›) b‹label!›: B‹block› -> head‹unit› add‹layer› { | b‹label›.y‹value› | g‹value› } conv‹layer›(b‹label›.y‹value›.c‹property›, 1x1‹size›) }\nblock B‹block!› { y‹value!› = relu‹layer› }',
    ));
  it('are those of a range where that is asked for', async () =>
    assert.match(await marked(TEXT, [9, 9]), /wide = 2[\s\S]*\n {2}output side‹value!› = gap‹layer›\n {2}expect params <= 7e6/));

  it('have names and scopes in every theme', () => {
    const STANDARD = ['parameter', 'variable', 'function', 'property'];
    const { semanticTokenTypes, semanticTokenScopes } = manifest.contributes;
    assert.deepEqual(
      [...semanticTokenTypes.map((t) => t.id), ...STANDARD].sort(),
      [...TOKEN_TYPES].sort(),
      'every type is declared that VS Code does not know',
    );
    const scopes: Readonly<Record<string, readonly string[]>> = semanticTokenScopes[0]?.scopes ?? {};
    for (const { id } of semanticTokenTypes) assert.ok(scopes[id]?.length, id);
    const firsts = Object.values(scopes).map((s) => s[0]);
    assert.equal(new Set(firsts).size, firsts.length);
  });
});

describe('the TextMate grammar', () => {
  let line: (text: string) => readonly (readonly [string, string])[];
  before(async () => {
    const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));
    await oniguruma.loadWASM(new Uint8Array(wasm).buffer);
    const registry = new textmate.Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
        createOnigString: (s) => new oniguruma.OnigString(s),
      }),
      loadGrammar: () => Promise.resolve(textmate.parseRawGrammar(grammar(), 'cnn.tmLanguage.json')),
    });
    const found = await registry.loadGrammar('source.cnn');
    assert.ok(found);
    line = (text) =>
      found
        .tokenizeLine(text, textmate.INITIAL)
        .tokens.map((t) => [text.slice(t.startIndex, t.endIndex).trim(), (t.scopes.at(-1) ?? '').replace(/\.cnn$/, '')] as const)
        .filter(([word, scope]) => word !== '' && scope !== 'source');
  });

  it('is what the script writes (npm run generate)', () => assert.equal(readFileSync(grammarPath, 'utf8'), grammar()));
  it('colours numbers, sizes, labels, layers, parameters and the rest', () => {
    for (const [text, ...tokens] of [
      [
        '3x3 192x?x? 7e6 1.5 12',
        '3x3 numeric.size',
        '192x?x? numeric.size',
        '7e6 numeric.float',
        '1.5 numeric.float',
        '12 numeric.integer',
      ],
      [
        'stem: conv(64, 3x3, stride=2) -> Unit',
        'stem name.label',
        ': separator.label',
        'conv function.layer',
        '64 numeric.integer',
        '3x3 numeric.size',
        'stride variable.parameter',
        '= operator.assignment',
        '2 numeric.integer',
        '-> operator.arrow',
        'Unit name.type',
      ],
      ['x = relu', 'x other.readwrite', '= operator.assignment', 'relu function.layer'],
      [
        'block A(c=8) on',
        'block storage.type',
        'A name.type',
        'c variable.parameter',
        '= operator.assignment',
        '8 numeric.integer',
        'on keyword.control',
      ],
      [
        'let c = xs[i:j] == 2',
        'let storage.type',
        'c other.constant',
        '= operator.assignment',
        'xs variable.other',
        'i variable.other',
        'j variable.other',
        '== operator.comparison',
        '2 numeric.integer',
      ],
      [
        'if a and true { | s.c } # why',
        'if keyword.control',
        'a variable.other',
        'and operator.word',
        'true constant.language',
        '| operator.branch',
        's variable.other',
        '. punctuation.accessor',
        'c other.property',
        '# why line.number-sign',
      ],
      [
        'max(a, b) max { | a',
        'max function.layer',
        'a variable.other',
        'b variable.other',
        'max function.layer',
        '| operator.branch',
        'a variable.other',
      ],
      ['import A from "./a.cnn"', 'import storage.type', 'A name.type', 'from keyword.control', '"./a.cnn" quoted.double'],
      [
        'slice(from=0, to=8)',
        'slice function.layer',
        'from variable.parameter',
        '= operator.assignment',
        '0 numeric.integer',
        'to variable.parameter',
        '= operator.assignment',
        '8 numeric.integer',
      ],
    ] as const)
      assert.deepEqual(
        line(text).map(([word, scope]) => `${word} ${scope.split('.').slice(-2).join('.')}`),
        tokens,
        text,
      );
  });
  it('knows every layer', () => {
    for (const kind of layers.keys()) assert.deepEqual(line(`-> ${kind}`).at(-1), [kind, 'support.function.layer'], kind);
  });
});
