/** The panel of figures: its size, its pieces, and which of several layers it tells of. */
import assert from 'node:assert/strict';
import type { Kept, KeptPanel } from '../../webview/kept.ts';
import * as fixtures from '../diagram/fixtures.ts';
import { targetOf } from '../support/cnn.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { viewOf } from './views.ts';

describe('the panel of figures', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  const size = async (): Promise<{ width: number; height: number }> => {
    const r = await w.page.locator('.panel').boundingBox();
    assert.ok(r);
    return { width: Math.round(r.width), height: Math.round(r.height) };
  };
  const kept = async (): Promise<KeptPanel> => ((await w.kept()) as Kept).panel;

  it('has a size that one drags or gives by keys, beside the picture and below it, and that is kept', async () => {
    w = await stage.page({ width: 1240, height: 822, kept: { panel: { width: 400 } } });
    await w.show(viewOf(fixtures.inception().graph));
    const bar = w.page.locator('.splitter');
    assert.equal((await size()).width, 400);
    await bar.focus();
    await w.page.keyboard.press('ArrowLeft');
    await w.until('that it is wider', async () => (await size()).width === 416);
    await w.until('that this is told', async () => (await bar.getAttribute('aria-valuenow')) === '416');
    await w.page.keyboard.press('Home');
    await w.until('that it is narrow', async () => (await size()).width === 180);
    await w.page.keyboard.press('End');
    await w.until('that the picture has its least', async () => (await size()).width === 1000);
    await bar.hover();
    await w.page.mouse.down();
    await w.page.mouse.move(900, 300, { steps: 4 });
    await w.page.mouse.up();
    await w.until('the dragged width', async () => Math.abs((await size()).width - 340) < 6);
    await w.picture('panel-dragged');
    await bar.dblclick();
    await w.until('its own width', async () => (await size()).width === 320);
    await w.page.setViewportSize({ width: 660, height: 800 });
    await w.until('that it is below', async () => (await bar.getAttribute('aria-orientation')) === 'horizontal');
    const before = await size();
    await bar.focus();
    await w.page.keyboard.press('ArrowUp');
    await w.page.keyboard.press('ArrowUp');
    await w.until('that it is higher', async () => (await size()).height === before.height + 32);
    assert.equal((await kept()).height, before.height + 32);
    await w.picture('panel-below');
  });

  it('has pieces that fold, and says which of several it tells of, with the ways to the others', async () => {
    w = await stage.page();
    const { graph } = await targetOf(
      'block U(c) { conv(c, 3x3) -> relu }\nnetwork N on 8x16x16 { U(16) -> U(32) -> repeat 7 { U(32) } }',
      'N',
    );
    await w.show(viewOf(graph));
    const relu = graph.nodes.find((n) => n.kind === 'relu');
    assert.ok(relu);
    await w.send({ type: 'cursor', location: relu.source });
    await w.until('which it is', async () => (await w.text('.which')) === '1 of 9');
    await w.page.locator('.which [aria-label=Next]').click();
    await w.until('the next', async () => (await w.text('.which')) === '2 of 9');
    assert.ok((await w.text('.panel .path')).startsWith('U_2/relu'));
    assert.equal(await w.page.locator('.box.selected').count(), 1);
    const repeat = graph.scopes.find((s) => s.repeat);
    assert.ok(repeat);
    await w.send({ type: 'cursor', location: repeat.source });
    await w.until('that seven are one box', async () => (await w.text('.which')) === 'one of 7');
    assert.equal(await w.figure('weights').textContent(), (7 * 9 * 32 * 32).toLocaleString('en'));
    await w.picture('one-of-seven');
    const piece = w.page.locator('.piece', { hasText: 'Where the weights are' });
    await piece.locator('button').first().click();
    await w.until('that it is folded', async () => (await piece.locator('.heaviest').count()) === 0);
    assert.deepEqual((await kept()).folded, { heaviest: true });
    await w.page.keyboard.press('Enter');
    await piece.locator('.heaviest').waitFor();
  });
});
