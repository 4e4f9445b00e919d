/** How much is done for a text: nothing that its answers do not need, however its loops stand in each other. Work is counted, no time is taken. */
import assert from 'node:assert/strict';
import { statusOf } from '../../src/language/editor/status.ts';
import { Views } from '../../src/language/editor/view.ts';
import { type Analysed, analyse, cursor } from '../support/cnn.ts';

/** The titles of the lenses of a text; those of comparisons come later. */
async function lensesOf({ services, document }: Analysed): Promise<readonly (string | undefined)[]> {
  const textDocument = { uri: document.uri.toString() };
  const lenses = await services.lsp.CodeLensProvider?.provideCodeLens(document, { textDocument });
  return (lenses ?? []).map((l) => l.command?.title);
}

describe('a target with an error and many layers', () => {
  const text = (rounds: number, last: string): string =>
    `block Narrow { conv(4, 1x1) -> conv(8, 3x3) }\nnetwork Large on 8x8x8 {\n  repeat ${rounds} { Narrow$0 } ${last}\n}\n`;
  const made = (rounds: number, last: string): Promise<Analysed> => analyse(cursor(text(rounds, last)).text);
  const { position } = cursor(text(9000, ''));

  it('is not shown, and has nothing to compare with, until it is sound', async () => {
    const unsound = await made(9000, 'rleu');
    const { document, services } = unsound;
    const view = await new Views(services).view(document, undefined);
    assert.equal(view.status === 'missing' && view.reason, '`Large` has 18,000 layers and an error: it is shown once that is gone.');
    assert.deepEqual(await lensesOf(unsound), ['▷ Run', 'Diagram', 'Copy as PyTorch']);
    assert.equal(await statusOf(document, services, 'Large'), undefined);
    const hover = await services.lsp.HoverProvider?.getHoverContent(document, { position, textDocument: { uri: '' } });
    const said = JSON.stringify(hover?.contents);
    assert.ok(said.includes('8×8×8') && !said.includes('receptive field'), said);

    const sound = await made(9000, 'relu');
    assert.equal((await new Views(sound.services).view(sound.document, undefined)).status, 'ok');
    assert.deepEqual(await lensesOf(sound), ['▷ Run', 'Diagram', undefined, 'Copy as PyTorch']);
    assert.ok(await statusOf(sound.document, sound.services, 'Large'));
  });

  it('is shown where it has few', async () => {
    const few = await made(9, 'rleu');
    assert.equal((await new Views(few.services).view(few.document, undefined)).status, 'ok');
    assert.deepEqual(await lensesOf(few), ['▷ Run', 'Diagram', undefined, 'Copy as PyTorch']);
  });
});
