/** The canvas as a hand and an eye have it: lanes, wheel, pointer, find, map, keys. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { open } from '../../src/cli/open.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { inception as inceptionOf } from '../diagram/fixtures.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { viewOf } from './views.ts';

async function example(file: string, name: string): Promise<Graph> {
  const { analysis } = await open(fileURLToPath(new URL(`../../examples/${file}.cnn`, import.meta.url)));
  const target = analysis.targets.find((t) => t.name === name);
  const made = target && analysis.target(target);
  assert.ok(made);
  return made.graph;
}

describe('the canvas', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  /** Where a box is seen. */
  const place = async (key: string): Promise<{ x: number; y: number; width: number }> => {
    const r = await w.box(key).boundingBox();
    assert.ok(r, key);
    return r;
  };
  const texts = (): Promise<readonly string[]> => w.page.locator('.diagram text').allTextContents();

  it('lays a network out by lanes, and as one column where one chooses that', async () => {
    w = await stage.page({ width: 1400, height: 900 });
    await w.show(viewOf(await example('unet', 'UNet')));
    const words = await texts();
    for (const label of ['256×256', '128×128', '64×64', '32×32', '16×16', '45.6 %']) assert.ok(words.includes(label), label);
    const boxes = await w.page.locator('.box.block').count();
    assert.equal(boxes, 9);
    await w.picture('lanes-unet');
    await w.page.locator('.metric-select').first().click();
    await w.page.locator('.metric-select .option', { hasText: 'column' }).click();
    await w.until('the column', async () => !(await texts()).includes('256×256'));
    assert.equal(((await w.kept()) as { arrangement: string }).arrangement, 'column');
  });

  it('goes along the flow by the arrows, opens a card in its place, and tells where one is', async () => {
    w = await stage.page({ width: 1400, height: 900 });
    await w.show(viewOf(await example('googlenet', 'GoogLeNet')));
    await w.page.locator('svg.diagram').focus();
    for (const title of ['input', 'conv1', 'conv2', 'Inception ×2', 'Inception ×5']) {
      await w.page.keyboard.press('ArrowRight');
      await w.until(title, async () => (await w.text('.panel h2')).includes(title));
    }
    await w.page.keyboard.press('ArrowLeft');
    await w.page.keyboard.press('Enter');
    await w.box('inception3a').waitFor();
    await w.box('inception3b').click();
    assert.deepEqual(await w.page.locator('.crumbs button').allTextContents(), ['GoogLeNet', 'inception3b']);
    await w.picture('lanes-open');
    await w.page.locator('[aria-label="Open one level more"]').click();
    await w.box('inception3b/branch2/conv').waitFor();
    await w.page.locator('[aria-label="Fold all blocks"]').click();
    await w.until('that all is folded', async () => (await w.page.locator('.box.frame').count()) === 0);
  });

  it('zooms by a fifth for a notch, shows a map of what is larger than the pane, and cannot be lost', async () => {
    w = await stage.page();
    await w.show(viewOf(inceptionOf().graph));
    const width = async (): Promise<number> => (await place('concat')).width;
    const before = await width();
    await w.page.mouse.move(400, 400);
    await w.page.keyboard.down('Control');
    await w.page.mouse.wheel(0, -100);
    await w.until('that it is larger', async () => (await width()) > before * 1.05);
    assert.ok((await width()) / before < 1.25, `${(await width()) / before}`);
    for (let i = 0; i < 6; i++) await w.page.mouse.wheel(0, -100);
    await w.page.keyboard.up('Control');
    await w.page.locator('.minimap').waitFor();
    await w.picture('minimap');
    const old = await place('concat');
    await w.page.locator('.minimap').click({ position: { x: 20, y: 10 } });
    await w.until('that the map leads elsewhere', async () => Math.abs((await place('concat')).x - old.x) > 20);
    for (let i = 0; i < 30; i++) await w.page.mouse.wheel(900, 900);
    await w.page.waitForTimeout(200);
    const [pane, world] = await w.page.evaluate(() =>
      ['svg.diagram', 'svg.diagram > g'].map((s) => document.querySelector(s)?.getBoundingClientRect().toJSON() as DOMRect),
    );
    assert.ok(world && pane && world.right > pane.left + 40 && world.bottom > pane.top + 40, 'the drawing is out of view');
  });

  it('tells of the box beneath the pointer, and lights up the ways through it', async () => {
    w = await stage.page();
    await w.show(viewOf(inceptionOf().graph));
    await w.box('branch2/conv_2').hover();
    await w.page.locator('.hover').waitFor();
    const says = await w.text('.hover');
    for (const part of ['conv 3×3', '96×28×28 → 128×28×28', '3×3×96×128', '110,592 weights · 67.7 %', 'sees 3×3'])
      assert.ok(says.includes(part), `${part} in ${says}`);
    const lit = await w.page.locator('.box.lit').evaluateAll((all) => all.map((e) => (e as SVGElement).dataset.key));
    for (const key of ['input', 'branch2/conv', 'branch2/relu_2', 'concat']) assert.ok(lit.includes(key), key);
    for (const key of ['branch1/conv', 'branch3/conv_2']) assert.ok(!lit.includes(key), key);
    await w.picture('hover');
    await w.page.mouse.move(5, 400);
    await w.page.locator('.hover').waitFor({ state: 'detached' });
  });

  it('finds layers by name, path and line, from the keyboard', async () => {
    w = await stage.page();
    const graph = inceptionOf().graph;
    await w.show(viewOf(graph));
    await w.page.locator('svg.diagram').focus();
    await w.page.keyboard.press('/');
    const field = w.page.locator('.find input');
    await field.fill('conv');
    await w.page.locator('.find .of', { hasText: '1 of 6' }).waitFor();
    await field.press('Enter');
    await w.page.locator('.find .of', { hasText: '2 of 6' }).waitFor();
    await field.fill('branch3/conv_2');
    await w.until('the 5×5', async () => (await w.text('.panel h2')).includes('5×5'));
    await field.fill('no such layer');
    await w.page.locator('.find .of', { hasText: 'No results' }).waitFor();
    const pool = graph.nodes.find((n) => n.kind === 'maxpool');
    await field.fill(String((pool?.source.range.start.line ?? 0) + 1));
    await w.until('the pool', async () => (await w.text('.panel h2')).includes('maxpool'));
    await w.picture('find');
    await field.press('Escape');
    assert.equal(await w.page.locator('.find').count(), 0);
    // Ctrl+F opens it too.
    await w.page.keyboard.press('Control+f');
    await field.waitFor();
  });
});
