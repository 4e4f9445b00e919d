/** The code of a comparison in a real browser: both texts, their differences and colours; copying and opening the variant. */
import assert from 'node:assert/strict';
import { inception as inceptionOf, resnet50 } from '../diagram/fixtures.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import type { Theme } from './themes.ts';
import { viewOf } from './views.ts';

const inception = inceptionOf().graph;

describe('the code of a comparison', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  /** Opens the comparison and switches to code. */
  async function open(o: { theme?: Theme; width?: number; codeEditor?: string; graph?: Parameters<typeof viewOf>[0] } = {}): Promise<void> {
    w = await stage.page(o);
    await w.show(viewOf(o.graph ?? inception));
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.switch button', { hasText: 'Code' }).click();
  }
  /** The lines of one side as they are seen. */
  const lines = async (side: 'original' | 'modified'): Promise<readonly string[]> => {
    const all = await w.page.locator(`.editor.${side} .view-line`).evaluateAll((found) =>
      found
        .map((l) => ({ top: l.getBoundingClientRect().top, text: (l.textContent ?? '').replaceAll('\u00a0', ' ') }))
        .sort((a, b) => a.top - b.top)
        .map((l) => l.text),
    );
    return all;
  };
  const differences = async (): Promise<void> =>
    w.until(
      'the differences',
      async () => (await w.page.locator('.editor.modified .char-insert, .editor.modified .line-insert').count()) > 0,
    );

  it('shows both sides and what differs', async () => {
    await open();
    await differences();
    assert.equal(await w.page.locator('.editor.modified [aria-label*="naive"]').count(), 1);
    assert.ok((await lines('original')).includes('    | conv(96, 1x1) -> relu -> conv(128, 3x3) -> relu'));
    assert.ok((await lines('modified')).includes('    | conv(128, 3x3) -> relu'));
    await w.picture('code-dark');
  });

  it('shows it in high contrast', async () => {
    await open({ theme: 'hc' });
    await differences();
    await w.picture('code-hc');
  });

  it('fits a narrow panel, one text within the other', async () => {
    await open({ width: 520 });
    await differences();
    const [button, edge] = await w.page.evaluate(() =>
      ['.quiet:last-of-type', '.switch'].map((s) => document.querySelector(s)?.getBoundingClientRect().toJSON() as DOMRect),
    );
    assert.ok((button?.top ?? 0) >= (edge?.bottom ?? 1e3), 'buttons lie under the switch');
    await w.picture('code-narrow');
  });

  it('colours the words of the language, and follows the theme', async () => {
    await open();
    await differences();
    const colour = async (word: string): Promise<string> =>
      w.page
        .locator('.editor.modified .view-line span span', { hasText: word })
        .first()
        .evaluate((e) => getComputedStyle(e).color);
    const [keyword, size, number, name] = [await colour('block'), await colour('3x3'), await colour('128'), await colour('relu')];
    assert.equal(size, number);
    assert.equal(new Set([keyword, size, name]).size, 3);
    const background = (): Promise<string> =>
      w.page
        .locator('.editor.modified .monaco-editor-background')
        .first()
        .evaluate((e) => getComputedStyle(e).backgroundColor);
    assert.equal(await background(), 'rgb(31, 31, 31)');
    await w.page.evaluate(() => {
      document.documentElement.style.setProperty('--vscode-editor-background', 'rgba(250, 250, 240, 1)');
      document.body.className = 'vscode-light';
    });
    await w.until('the new background', async () => (await background()) === 'rgb(250, 250, 240)');
  });

  it('draws lines that were taken out in the new colours too', async () => {
    await open({ width: 520 });
    await differences();
    const colours = (): Promise<readonly string[]> =>
      w.page
        .locator('.editor.modified :is(.view-line, .view-lines.line-delete) span span', { hasText: /^block$/ })
        .evaluateAll((found) => found.map((e) => getComputedStyle(e).color));
    await w.until('both sides', async () => (await colours()).length === 2);
    const dark = await colours();
    assert.equal(new Set(dark).size, 1);
    await w.page.evaluate(() => {
      document.body.className = 'vscode-light';
    });
    await w.until('other colours', async () => {
      const now = await colours();
      return now.length === 2 && new Set(now).size === 1 && now[0] !== dark[0];
    });
    await w.picture('code-relit');
  });

  it('shows the block that is chosen, or the whole network', async () => {
    await open({ graph: resnet50().graph });
    await w.page.locator('.parts button', { hasText: 'whole' }).click();
    await w.until('the whole', async () => (await lines('modified'))[0] === 'block Bottleneck on 64x56x56 {');
    await w.picture('code-network');
    await w.page.locator('.parts button', { hasText: 'Bottleneck[1]' }).first().click();
    await w.until('the block', async () => (await lines('modified'))[0] === 'block Bottleneck1Naive on 256x56x56 {');
  });

  it('copies the variant with a sentence saying what it is, asks for it as a file, and goes back', async () => {
    await open();
    await w.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await w.page.locator('.quiet', { hasText: 'Copy' }).click();
    await w.page.locator('.quiet', { hasText: 'Copied' }).waitFor();
    const copied = await w.page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /^# Inception without its 1×1 reductions: the naive form\.\nblock InceptionNaive on 192x28x28 \{\n/);
    await w.page.locator('.quiet', { hasText: 'Open as file' }).click();
    assert.equal((await w.hears('open')).text, copied);
    // It is remembered that it was code, and one goes back to the diagram.
    assert.equal(((await w.kept()) as { compareAs?: string }).compareAs, 'code');
    await w.page.locator('.switch button', { hasText: 'Diagram' }).click();
    await w.page.locator('.sides .diagram .box').first().waitFor();
    assert.equal(await w.page.locator('.monaco-editor').count(), 0);
  });

  it('gives the text without an editor where that cannot be loaded', async () => {
    await open({ codeEditor: 'webview/there-is-none.js' });
    await w.page.locator('.plain pre', { hasText: 'block InceptionNaive' }).waitFor();
    await w.picture('code-plain');
  });

  it('loads nothing of the editor before code is shown', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.sides .diagram .box').first().waitFor();
    const loaded = await w.page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name));
    assert.deepEqual(
      loaded.filter((name) => name.includes('code-')),
      [],
    );
  });
});
