/** What the context menu and the clipboard do in the page, and the pin of a panel. */
import assert from 'node:assert/strict';
import type { MenuAction } from '../../src/protocol/commands.ts';
import * as fixtures from '../diagram/fixtures.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { viewOf } from './views.ts';

const inception = fixtures.inception().graph;

describe('the context menu', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  /** What is copied once something asks for it. */
  const copies = async (ask: () => Promise<unknown>): Promise<{ readonly text: string; readonly what: string }> => {
    const before = (await w.heard()).length;
    await ask();
    await w.until('that something is copied', async () => (await w.heard()).slice(before).some((m) => m.type === 'copy'));
    return w.hears('copy');
  };
  const asks = (does: MenuAction) => (): Promise<void> => w.send({ type: 'menu', does });
  const section = (selector: string): Promise<string | undefined> =>
    w.page
      .locator(selector)
      .first()
      .evaluate((e) => JSON.parse(e.closest<HTMLElement>('[data-vscode-context]')?.dataset.vscodeContext ?? '{}').webviewSection);

  it('copies the figures of what it is opened on, and the picture, and shows the source', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    assert.equal(await section('.box'), 'diagram');
    await w.box('branch2/conv_2').click({ button: 'right' });
    await w.until('that it is chosen', async () => (await w.text('.panel h2')).includes('conv 3×3'));
    assert.ok(!(await w.heard()).some((m) => m.type === 'reveal'), 'the text stays where it is');
    const { text, what } = await copies(asks('copy-figures'));
    assert.match(text, /^conv 3×3\tbranch2\/conv_2\nshape\t96×28×28 → 128×28×28\nweights\t3×3×96×128 = 110,592\n/);
    assert.equal(what, 'the figures of conv 3×3');
    const svg = await copies(asks('copy-svg'));
    assert.match(svg.text, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" .*role="img">/);
    assert.ok(svg.text.includes('>110,592 · 67.7 %</text>') && svg.text.trimEnd().endsWith('</svg>'));
    await w.send({ type: 'menu', does: 'reveal' });
    assert.deepEqual((await w.hears('reveal')).location, inception.nodes.find((n) => n.path === 'branch2/conv_2')?.source);
  });

  it('is not needed to copy: Ctrl+C takes what is chosen, after Ctrl+A the whole', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.box('branch2/conv_2').click();
    assert.match((await copies(() => w.page.keyboard.press('Control+c'))).text, /^conv 3×3\t/);
    await w.page.keyboard.press('Control+a');
    assert.match(
      (await copies(() => w.page.keyboard.press('Control+c'))).text,
      /^Inception\nshape\t192×28×28 → 256×28×28\nweights\t163,328\n/,
    );
    assert.equal(await w.page.evaluate(() => String(getSelection())), '', 'no words of the page are selected');
  });

  it('copies a figure of the panel, a cell of the table, and the table', async () => {
    w = await stage.page({ kept: { tab: 'table' } });
    await w.show(viewOf(inception));
    assert.equal(await section('.panel dd'), 'figure');
    await w.figure('params').click({ button: 'right' });
    assert.equal((await copies(asks('copy-value'))).text, '163,696');
    assert.equal(await section('.layers td'), 'table');
    await w.page.locator('.layers tr[data-path="branch2/conv_2"] td.share').first().click({ button: 'right' });
    assert.equal((await copies(asks('copy-value'))).text, '67.7 %');
    assert.match((await copies(asks('copy-table'))).text, /^layer\tkind\t/);
    assert.match((await copies(asks('copy-markdown'))).text, /^\| layer/);
    await w.send({ type: 'menu', does: 'reveal' });
    assert.deepEqual((await w.hears('reveal')).location, inception.nodes.find((n) => n.path === 'branch2/conv_2')?.source);
  });

  it('and the pin says whether the panel stays with its target, and keeps that', async () => {
    w = await stage.page();
    const shows = { uri: fixtures.URI, target: 'Inception', pinned: false };
    await w.send({ type: 'panel', shows });
    await w.show(viewOf(inception));
    await w.page.getByRole('button', { name: 'Stay with this target' }).click();
    assert.deepEqual(await w.hears('pin'), { type: 'pin', pinned: true });
    await w.send({ type: 'panel', shows: { ...shows, pinned: true } });
    await w.page.getByRole('button', { name: 'Follow the editor again', pressed: true }).waitFor();
    assert.deepEqual(((await w.kept()) as { shows: unknown }).shows, { ...shows, pinned: true });
    await w.picture('pinned');
  });
});
