/** What completion offers is what the grammar takes: inserted at its place it parses, and what stands at a place is offered there. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { EmptyFileSystem, type LangiumDocument, URI } from 'langium';
import type { CompletionItem } from 'vscode-languageserver-types';
import { introduces, locationOfPlace, placesIn } from '../../src/language/names/places.ts';
import { createCnnServices } from '../../src/language/services.ts';
import { closingOf } from '../../src/language/syntax/closing.ts';
import { refusal } from '../../src/language/syntax/guard.ts';
import { isWord, KEYWORDS } from '../../src/language/syntax/keywords.ts';
import { plain } from '../support/carets.ts';
import { FORMS } from '../support/forms.ts';
import { filledIn } from '../support/snippets.ts';

const { shared, cnn } = createCnnServices(EmptyFileSystem);
const opened = (text: string): LangiumDocument =>
  shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse('file:///test/main.cnn'));

/** The items at an offset. */
async function offered(document: LangiumDocument, offset: number): Promise<readonly CompletionItem[]> {
  const position = document.textDocument.positionAt(offset);
  return (await cnn.lsp.CompletionProvider?.getCompletion(document, { position, textDocument: { uri: '' } }))?.items ?? [];
}

/** What an item inserts, its placeholders filled in. */
const inserted = ({ insertText, label, textEdit }: CompletionItem): string => filledIn(textEdit?.newText ?? insertText ?? label);

const errorsOf = (text: string): readonly string[] => {
  const { parserErrors, lexerErrors } = cnn.parser.LangiumParser.parse(text);
  return [...parserErrors, ...lexerErrors].map((e) => e.message);
};

const folder = (path: string): readonly string[] => {
  const url = new URL(path, import.meta.url);
  return readdirSync(url)
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => plain(readFileSync(new URL(f, url), 'utf8')));
};
const examples = folder('../../examples/');
// A text that the parser refuses as a whole has no places.
const fixtures = folder('./problems/').filter((text) => refusal(text) === undefined);
const forms = Object.values(FORMS);

describe('what completion offers', function () {
  this.timeout(120_000);

  it('parses where it is offered', async () => {
    let tried = 0;
    for (const text of [...forms, ...examples, ...fixtures])
      for (let at = 0; at <= text.length; at += forms.includes(text as never) ? 5 : 83) {
        const before = text.slice(0, at);
        const word = /[\w?]*$/.exec(before)?.[0] ?? '';
        const start = before.slice(0, before.length - word.length);
        // Of a text that is broken before there is nothing to say.
        if (start.trim() !== '' && errorsOf(`${start} ${closingOf(start, cnn) ?? ')'}`).length > 0) continue;
        // What has the same shape parses alike.
        const shapes = new Map(
          (await offered(opened(before), at)).map((i) => [inserted(i).replaceAll(/\b[A-Za-z_]\w*/g, (w) => (isWord(w) ? w : 'x')), i]),
        );
        for (const item of shapes.values()) {
          const whole = start + inserted(item);
          const closing = closingOf(whole, cnn);
          assert.deepEqual(
            closing === undefined ? ['it does not fit'] : errorsOf(`${whole} ${closing}`),
            [],
            `${item.label} at ${JSON.stringify(before.slice(-200))}`,
          );
          tried++;
        }
      }
    assert.ok(tried > 4000, `only ${tried} insertions were tried`);
  });

  it('has what stands there', async () => {
    const words = new Set<string>();
    const missing: string[] = [];
    for (const text of [...forms, ...examples]) {
      const document = opened(text);
      const given = new Set(
        [...placesIn(document)].filter(introduces).map((p) => document.textDocument.offsetAt(locationOfPlace(p).range.start)),
      );
      const { tokens } = cnn.parser.Lexer.tokenize(text);
      for (const [i, { image, startOffset, tokenType }] of tokens.entries()) {
        const isArgument = tokens[i + 1]?.image === '=' && /[(,]/.test(tokens[i - 1]?.image ?? '');
        if ((!isWord(image) && tokenType.name !== 'ID') || given.has(startOffset) || isArgument) continue;
        const labels = (await offered(document, startOffset + 1)).map((item) => item.label);
        for (const label of labels) words.add(label);
        if (!labels.includes(image)) missing.push(`${image} at ${JSON.stringify(text.slice(Math.max(0, startOffset - 40), startOffset))}`);
      }
    }
    // Names of a file that is not there; words that go on with no condition; what a list comprehension names only behind its use.
    assert.deepEqual(
      missing.filter((m) => !/^(Inception|and|or) |^(in|not) at .*2 <= 3|^[xy] at .*= \[(x\*)?"$/.test(m)),
      [],
    );
    // A new keyword wants a form that has it, and a place where it is offered.
    assert.deepEqual(
      Object.keys(KEYWORDS).filter((k) => isWord(k) && !words.has(k)),
      [],
    );
  });
});
