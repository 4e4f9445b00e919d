/** The canonical layout: what it does, and that doing it twice does nothing more and never changes what a text means. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { EmptyFileSystem } from 'langium';
import { formatText } from '../../src/language/editor/formatter.ts';
import { createCnnServices } from '../../src/language/services.ts';

const { cnn } = createCnnServices(EmptyFileSystem);
const format = (text: string): string => formatText(text, cnn) ?? text;
const examples = new URL('../../examples/', import.meta.url);
const texts = readdirSync(examples)
  .filter((f) => f.endsWith('.cnn'))
  .map((f) => readFileSync(new URL(f, examples), 'utf8'));
const images = (text: string): readonly string[] => cnn.parser.Lexer.tokenize(text).tokens.map((t) => t.image);

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
