/** The canonical layout: what it does, and that doing it twice does nothing more and never changes what a text means. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { EmptyFileSystem, type LangiumDocument } from 'langium';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { formatText } from '../../src/language/editor/formatter.ts';
import { createCnnServices } from '../../src/language/services.ts';
import { formatTokens, toToken } from '../../src/language/syntax/format.ts';
import { WIDEST } from '../../src/language/syntax/line-breaks.ts';
import { analyse, cursor } from '../support/cnn.ts';

const { cnn } = createCnnServices(EmptyFileSystem);
const format = (text: string): string => formatText(text, cnn) ?? text;
const examples = new URL('../../examples/', import.meta.url);
const texts = readdirSync(examples)
  .filter((f) => f.endsWith('.cnn'))
  .map((f) => readFileSync(new URL(f, examples), 'utf8'));
const images = (text: string): readonly string[] => cnn.parser.Lexer.tokenize(text).tokens.map((t) => t.image);
const comments = (text: string): readonly string[] | undefined =>
  cnn.parser.Lexer.tokenize(text)
    .hidden.filter((t) => t.tokenType.name === 'COMMENT')
    .map((t) => t.image);
const AS_ASKED = (document: LangiumDocument) => ({
  textDocument: { uri: document.uri.toString() },
  options: { tabSize: 2, insertSpaces: true },
});

/** What is broken, and the lines that become of it. */
const LONG: readonly (readonly [what: string, ...lines: string[]])[] = [
  [
    'branches onto lines of their own, and opens what is around them',
    'block A on 64x8x8 {',
    '  concat {',
    '    | conv(64, 1x1) -> relu',
    '    | conv(96, 1x1) -> relu -> conv(128, 3x3) -> relu',
    '    | maxpool(3x3, stride=1, pad=1) -> conv(32, 1x1) -> relu',
    '  }',
    '}',
  ],
  [
    'a pipeline before a stage that is called, which keeps what follows it',
    'block A on 64x8x8 {',
    '  conv(64, 3x3, bias=false) -> bn -> relu -> conv(64, 3x3, bias=false) -> bn -> relu',
    '    -> conv(128, 3x3, stride=2, bias=false) -> bn -> relu',
    '}',
  ],
  [
    'the parameters of a block',
    'block A(',
    '  channels=64, kernel=3x3, stride=1, groups=1, act=relu, norm=bn, bias=false, residual=true, widen=4',
    ') on 64x56x56 {',
    '  relu',
    '}',
  ],
  [
    'arguments, as few lines as they need',
    'network N = Net(',
    '  layers=[3, 4, 6, 3], unit=Bottleneck(64, stride=2, act=leakyrelu(0.1)), classes=1000, stem=Stem,',
    '  head=Head(classes=1000)',
    ') on 3x224x224',
  ],
  ['rows of a table', 'let t = [', ...Array.from({ length: 12 }, (_, i) => `  [6, ${i}, 100, 2]${i < 11 ? ',' : ''}`), ']'],
  [
    'an expression before its loosest operators',
    'fn f(a, b, c) = if a > b and b > c then a * b + c * a else if a > c and b > a then a * c + b * c',
    '  else a + b',
  ],
  [
    'a budget',
    'block A on 64x8x8 {',
    '  expect params <= 7000000 and macs <= 3000000000 and memory <= 100000000 and layers <= 100',
    '    and depth <= 50',
    '}',
  ],
  [
    'a condition before its other side, where both fit',
    'block A on 64x8x8 {',
    '  add {',
    '    | conv(64, 3x3)',
    '    | if stride != 1 or in.c != 4 * width { conv(4 * width, 1x1, stride=stride) -> bn }',
    '      else { identity }',
    '  }',
    '}',
  ],
  [
    'statements from each other',
    'block A on 64x8x8 {',
    '  repeat 3 {',
    '    s = add {',
    '      | s',
    '      | conv(64, 3x3) -> bn -> relu -> conv(64, 3x3) -> bn -> dropout(0.5) -> scale -> relu',
    '    }',
    '    let c = 2 * c',
    '    x: relu',
    '    output y = gap -> flatten',
    '    conv(c, 3x3)',
    '  }',
    '}',
  ],
  [
    'the names of an import',
    'import ConvBN, SqueezeExcite, InvertedResidual, FusedInvertedResidual, Widening, multiple,',
    '  Head from "./mobile.cnn"',
  ],
];

/** What is typed, before and after. */
const TYPED: readonly (readonly [ch: string, before: string, after: string])[] = [
  ['}', 'block A on 3x8x8 {\n  repeat  2 {\n    relu\n    }$0\n', 'block A on 3x8x8 {\n  repeat  2 {\n    relu\n  }\n'],
  ['|', 'block A on 3x8x8 {\n  add {\n  |$0', 'block A on 3x8x8 {\n  add {\n    |'],
  ['>', 'block A on 3x8x8 {\n  relu\n  ->$0', 'block A on 3x8x8 {\n  relu\n    ->'],
  ['>', 'block A on 3x8x8 {\n  relu  ->$0', 'block A on 3x8x8 {\n  relu  ->'],
  ['\n', 'block A( c=1 )on 3x8x8{\n  $0', 'block A(c=1) on 3x8x8 {\n  '],
  ['\n', 'block A on 3x8x8 {\nrelu->bn  # why\n$0', 'block A on 3x8x8 {\n  relu -> bn # why\n'],
  ['\n', 'let a = "\n$0', 'let a = "\n'],
];

describe('format', () => {
  it('indents, spaces and keeps comments', () => {
    const messy = '#  doc\nblock A( c=1 ,k = 3x3 )on 3x8x8{\n\n\nconcat{\n|conv( 3 -> c,k,stride = 1 )->relu # why\nrelu\n|x: y =z\n}\n}';
    const tidy =
      '#  doc\nblock A(c=1, k=3x3) on 3x8x8 {\n  concat {\n    | conv(3->c, k, stride=1) -> relu # why\n      relu\n    | x: y = z\n  }\n}\n';
    assert.equal(format(messy), tidy);
  });
  it('lets loops that give branches stand as branches do', () => {
    const tidy =
      'block A on 8x8x8 {\n  concat {\n    let n = 2\n    for d in [1, n] {\n      | conv(8, 3x3, dilation=d)\n        relu\n    }\n    # where it is wide\n    if n > 1 {\n      | bn\n    } else {\n      | gelu\n    }\n    | repeat 2 {\n        relu\n      }\n      tanh\n  }\n}\n';
    assert.equal(format(tidy.replaceAll(/^ +/gm, '')), tidy);
  });
  it('indents a merge that follows a loop or condition as any statement', () => {
    const tidy =
      'block A on 8x8x8 {\n  repeat 2 { relu }\n  concat {\n    | bn\n    | identity\n  }\n  if in.c > 4 {\n    relu\n  } else { gelu }\n  add { | bn | identity } -> relu\n}\n';
    assert.equal(format(tidy.replaceAll(/^ +/gm, '')), tidy);
  });
  it('lays out branches that nothing joins', () => {
    const stray = 'block A on 8x8x8 {\n  repeat 3 {\n    repeat 3 {\n      | relu\n    }\n  }\n}\n';
    assert.deepEqual(images(format(stray)), images(stray));
    assert.equal(format(format(stray)), format(stray));
  });
  it('keeps a sign at its bracket', () => {
    const text = 'block A on 8x8x8 {\n  conv(-(-4), 3x3) -> conv(-(in.c)+12, 1x1)\n}\n';
    assert.equal(format(text), text);
  });

  it('leaves a text that is no text, or has what is not of the language', () => {
    for (const text of ['let  a = 1\0', 'let  a = 1 ? 2 $', 'let  a = "open']) assert.equal(formatText(text, cnn), undefined, text);
    assert.equal(formatText('', cnn), '');
  });

  it('leaves the examples as they are', () => {
    for (const text of texts) assert.equal(format(text), text);
  });
  it('keeps the line ends of Windows', () => {
    const windows = (text: string): string => text.replaceAll('\n', '\r\n');
    for (const text of texts) assert.equal(format(windows(text)), windows(text));
    assert.equal(format('let a=1\r\nlet   b = 2'), 'let a = 1\r\nlet b = 2\r\n');
  });

  for (const [what, ...lines] of LONG)
    it(`breaks ${what}`, () => {
      const broken = `${lines.join('\n')}\n`;
      // As one line, its comment last.
      const flat = broken.replaceAll(/\s+/g, ' ').replaceAll(/([([]) | ([)\]])/g, '$1$2');
      assert.ok(flat.length > WIDEST);
      assert.equal(format(flat), broken);
      assert.equal(format(broken), broken);
    });
  it('leaves a line of which a comment asks to ignore something, and one that only its comment makes long', () => {
    const long = `conv(8, 3x3)${' -> relu'.repeat(14)}`;
    for (const line of [`${long} # pointwise-ignore repeated-activation`, `# pointwise-ignore\n  # why\n  ${long}`]) {
      const text = `block A on 8x8x8 {\n  ${line}\n}\n`;
      assert.equal(format(text), text);
    }
    const text = `block A on 8x8x8 {\n  conv(8, 3x3) -> relu # ${'why '.repeat(30)}no more\n}\n`;
    assert.equal(format(text), text);
  });
  const parens = (n: number): string => `let a = ${'('.repeat(n)}1${')'.repeat(n)}\n`;
  const bodies = (n: number): string => `block A {\n  ${'repeat 1 { '.repeat(n)}relu${' }'.repeat(n)}\n}\n`;
  it('keeps brackets that are nested too deep, and those that close nothing', () => {
    for (const text of [parens(400), bodies(200), '}\n} relu\n', ') a\n] b\n']) {
      const once = format(text);
      assert.deepEqual(images(once), images(text));
      assert.equal(format(once), once);
    }
  });
  it('looks at each token as often as in a text half as deep', () => {
    /** How often it asks what a token is. */
    const looks = (text: string): number => {
      let looks = 0;
      const image = (text: string) => ({
        get: () => {
          looks++;
          return text;
        },
      });
      const tokens = cnn.parser.Lexer.tokenize(text).tokens.map(toToken);
      const counted = tokens.map((t) => Object.defineProperty({ ...t }, 'image', image(t.image)));
      formatTokens(text, counted);
      return looks / tokens.length;
    };
    for (const nested of [parens, bodies]) assert.ok(looks(nested(200)) < 1.1 * looks(nested(100)));
  });
  it('leaves no line longer than it can be', () => {
    for (const text of texts)
      for (const line of format(images(text).join(' ')).split('\n')) if (!line.includes('#')) assert.ok(line.length <= WIDEST, line);
  });

  it('formats the lines of a selection', async () => {
    const text = 'let  a=1\nlet  b=2\n  let  c=3\nlet  d=4\n';
    const edited = async (from: number, to: number, character: number): Promise<string> => {
      const { document, services } = await analyse(text);
      const range = { start: { line: from, character: 3 }, end: { line: to, character } };
      const edits = await services.lsp.Formatter?.formatDocumentRange(document, { range, ...AS_ASKED(document) });
      return TextDocument.applyEdits(document.textDocument, [...(edits ?? [])]);
    };
    assert.equal(await edited(1, 2, 4), 'let  a=1\nlet b = 2\nlet c = 3\nlet  d=4\n');
    assert.equal(await edited(1, 2, 0), 'let  a=1\nlet b = 2\n  let  c=3\nlet  d=4\n');
  });
  it('changes white space alone', async () => {
    const { document, services } = await analyse('# doc \nblock A on 3x8x8 {\n    relu\n}\n');
    const edits = await services.lsp.Formatter?.formatDocument(document, AS_ASKED(document));
    assert.deepEqual(
      edits?.map((e) => [e.range.start, e.newText]),
      [
        [{ line: 0, character: 5 }, '\n'],
        [{ line: 1, character: 18 }, '\n  '],
      ],
    );
  });
  for (const [ch, before, after] of TYPED)
    it(`lays out what is typed: ${JSON.stringify(before)}`, async () => {
      const { text, position } = cursor(before);
      const { document, services } = await analyse(text);
      const edits = await services.lsp.Formatter?.formatDocumentOnType(document, { ch, position, ...AS_ASKED(document) });
      assert.equal(TextDocument.applyEdits(document.textDocument, [...(edits ?? [])]), after);
    });

  it('is its own fixed point with long lines and comments, and changes no token', () => {
    const stage = fc.constantFrom(
      'conv(64, 3x3, stride=2, groups=in.c // 4)',
      'relu',
      'x: ConvBN(channels=64 * 2**i, act=leakyrelu(0.1))',
      'add { | identity | conv(8, 3x3) -> bn }',
      'repeat 3 { s = relu let c = a + b * 2 | s }',
      'if a > 1 and b or not c { relu } else { bn }',
      'output y',
      'expect params <= 1e6 and macs < 2e9',
      'f([[1, 2], [3, 4], [5, 6]])',
    );
    const between = fc.constantFrom(' -> ', ' -> ', ' -> ', ' ', '\n', '# why\n', ' -> # why\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(stage, between), { minLength: 1, maxLength: 14 }), (parts) => {
        const text = `block A(a=1, b=2) on 3x8x8 { ${parts.flat().join('')} relu }`;
        const once = format(text);
        assert.deepEqual(comments(once), comments(text));
        assert.deepEqual(images(once), images(text));
        assert.equal(format(once), once);
      }),
    );
  });
  it('is its own fixed point, and changes no token, whatever the white space was', () => {
    const space = fc.constantFrom(' ', '  ', '\n', '\n\n\n', '\t');
    fc.assert(
      fc.property(fc.constantFrom(...texts.map(images)), fc.infiniteStream(space), (tokens, spaces) => {
        const text = tokens.map((t) => t + spaces.next().value).join('');
        const once = format(text);
        assert.deepEqual(images(once), tokens);
        assert.equal(format(once), once);
      }),
      { numRuns: 60 },
    );
  });
});
