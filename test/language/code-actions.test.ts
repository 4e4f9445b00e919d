/** Quick fixes as the editor gets them: at the cursor, all of a kind, and all that are sure on saving. */
import assert from 'node:assert/strict';
import { TextDocument } from 'langium';
import type { CodeAction, Range } from 'vscode-languageserver-types';
import { analyse, cursor } from '../support/cnn.ts';

/** The actions at `$0`, and a way to make one. */
async function actions(marked: string, only?: readonly string[]) {
  const { text, position } = cursor(marked);
  const { services, document } = await analyse(text);
  const range: Range = { start: position, end: position };
  const params = {
    textDocument: { uri: document.uri.toString() },
    range,
    context: { diagnostics: [], ...(only ? { only: [...only] } : {}) },
  };
  const all = ((await services.lsp.CodeActionProvider?.getCodeActions(document, params)) ?? []) as CodeAction[];
  const made = (title: string): string | undefined => {
    const edits = all.find((a) => a.title === title)?.edit?.changes?.[document.uri.toString()];
    return edits && TextDocument.applyEdits(document.textDocument, edits);
  };
  return { all, made, titles: all.map((a) => a.title) };
}

describe('quick fixes', () => {
  const one = 'block A on 16x8x8 { conv(8$0->4, 1x1) }\n';
  const three = 'block A on 16x8x8 {\n  conv(8->4, 1x1)\n  conv(8$0->4, 1x1)\n  linear(10)\n}\n';

  it('stand at their problem, the one that is surely meant marked', async () => {
    const { all, made } = await actions(one);
    assert.deepEqual(
      all.map((a) => [a.title, a.isPreferred, a.kind]),
      [
        ['Write what arrives: 16->4', true, 'quickfix'],
        ['Remove the check: 4', false, 'quickfix'],
      ],
    );
    assert.equal(made('Remove the check: 4'), 'block A on 16x8x8 { conv(4, 1x1) }\n');
  });

  it('stand nowhere else', async () => {
    assert.deepEqual((await actions('block A on 16x8x8 { conv(8->4, 1x1) $0 }')).titles, []);
    assert.deepEqual((await actions(one, ['refactor'])).titles, []);
  });

  it('mend all of a kind at once', async () => {
    const { titles, made } = await actions(three);
    assert.equal(titles.at(-1), 'Fix all of this kind in the file: channel-mismatch (2)');
    assert.equal(
      made('Fix all of this kind in the file: channel-mismatch (2)'),
      'block A on 16x8x8 {\n  conv(16->4, 1x1)\n  conv(4->4, 1x1)\n  linear(10)\n}\n',
    );
  });

  it('mend all of a lint, or ignore it on the line', async () => {
    const text = 'block A on 16x8x8 {\n  let $0a = 1\n  let b = 2\n}\n';
    const { titles, made } = await actions(text);
    assert.deepEqual(titles, ['Remove a', 'Fix all of this kind in the file: unused-name (2)', 'Ignore unused-name on this line']);
    assert.equal(made('Fix all of this kind in the file: unused-name (2)'), 'block A on 16x8x8 {\n}\n');
    const ignored = 'block A on 16x8x8 {\n  # pointwise-ignore unused-name\n  let a = 1\n  let b = 2\n}\n';
    assert.equal(made('Ignore unused-name on this line'), ignored);
    assert.equal((await analyse(ignored)).problems.length, 1);
  });

  it('mend all that is sure when asked to, as on saving', async () => {
    const { titles, made } = await actions(three, ['source.fixAll']);
    assert.deepEqual(titles, ['Apply all fixes that are sure (3)']);
    assert.equal(
      made('Apply all fixes that are sure (3)'),
      'block A on 16x8x8 {\n  conv(16->4, 1x1)\n  conv(4->4, 1x1)\n  flatten -> linear(10)\n}\n',
    );
  });
});
