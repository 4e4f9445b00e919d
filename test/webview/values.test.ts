/** The numbers of a run: what it is made with, every channel, and why a value is what it is, by mouse and by keys. */
import assert from 'node:assert/strict';
import { writeNpy } from '../../src/run/npy.ts';
import { targetOf } from '../support/cnn.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { sent, viewOf } from './views.ts';

const TEXT = 'block B on 3x12x12 { conv(4, 1x1) -> bn -> relu -> conv(6, 3x3) -> maxpool(2x2) -> flatten -> linear(5) }';

describe('values', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  const layer = (name: string) =>
    w.page.locator('.value-layers button', { has: w.page.locator('.who', { hasText: new RegExp(`^${name}$`) }) });
  const look = async (name: string): Promise<void> => {
    await layer(name).click();
    await w.page.locator('.value-channels h2', { hasText: name }).waitFor();
  };
  /** Clicks a pixel of the large channel, by its place. */
  const pick = async (y: number, x: number, of: number): Promise<void> => {
    const canvas = w.page.locator('.large canvas').first();
    const box = await canvas.boundingBox();
    assert.ok(box);
    await canvas.click({ position: { x: ((x + 0.5) * box.width) / of, y: ((y + 0.5) * box.height) / of } });
    await w.page.locator('.why h3', { hasText: `row ${y}, column ${x}` }).waitFor();
  };

  it('shows every channel, explains a value, and runs on what is chosen', async () => {
    // All channels of a layer, and one large.
    w = await stage.page({ width: 1400, height: 900, kept: { tab: 'values' } });
    await w.show(viewOf((await targetOf(TEXT, 'B')).graph));
    await w.page.locator('.run').click();
    const ran = await w.hears('ran');
    assert.equal(ran.found.length, 7);
    assert.match(ran.found[0]?.says ?? '', /±.*…/);
    assert.match(await w.text('.ran'), /median of \d+; in and out .*normal input, He weights, batch norm calibrated, seed 1 · WASM/);
    await look('conv_2');
    await w.page.locator('.channel-grid canvas').waitFor();
    assert.match(await w.text('.value-channels .of'), /^6 channels$/);
    await w.page.locator('.channel-grid canvas').press('ArrowRight');
    await w.page.locator('.large figcaption', { hasText: 'channel 1' }).waitFor();
    // What the channel's numbers are, beside those of the layer.
    const ranges = await w.page.locator('.statistics dd:nth-of-type(2)').allTextContents();
    const [layerRange, channelRange] = ranges.map((text) => text.split(' … ').map(Number));
    assert.ok(layerRange && channelRange && ranges.length === 2, ranges.join());
    assert.ok((layerRange[0] ?? 0) <= (channelRange[0] ?? 0) && (layerRange[1] ?? 0) >= (channelRange[1] ?? 0), ranges.join());
    assert.equal(await w.page.locator('.value-why .histogram').count(), 1);
    await w.picture('values-channel');

    // A value, explained back along the flow to the input.
    await pick(3, 4, 12);
    assert.match(await w.text('.why'), /4 × 3×3 = 36 products with relu/);
    await w.page.locator('.terms .as-link').first().click();
    await w.page.locator('.why h3', { hasText: 'relu' }).waitFor();
    assert.match(await w.text('.why'), /relu\(-?[\d.e-]+ of bn\) =/);
    await w.page.locator('.why .as-link').first().click();
    await w.page.locator('.why h3', { hasText: 'bn,' }).waitFor();
    assert.match(await w.text('.why dl'), /mean.*variance.*gamma/);
    await w.page.locator('.why .as-link').first().click();
    // Figure 1 of the lesson: three channels at a pixel, four dot products.
    await w.page.locator('.figure-one tbody tr').nth(3).waitFor();
    assert.match(await w.text('.value-why'), /3 channels at one pixel, 4 dot products/);
    assert.match(await w.text('.value-why'), /It sees rows 3 to 3 and columns 4 to 4 of the input/);
    await w.page.locator('.why .as-link').first().click();
    await w.page.locator('.why p', { hasText: 'It is a number of the input' }).waitFor();
    await w.page.locator('.value-why p', { hasText: /It reaches linear\./ }).waitFor();
    await w.page.locator('.back').click();
    await w.page.locator('.value-channels h2', { hasText: 'conv' }).waitFor();

    // The largest of a window; entries of a vector.
    await look('maxpool');
    await pick(1, 1, 6);
    assert.equal(await w.page.locator('.window .most').count(), 1);
    await look('linear');
    await w.page.locator('.vector button').nth(2).click();
    await w.page.locator('.why p', { hasText: 'A dot product: 216 channels of flatten' }).waitFor();
    await w.picture('values-linear');

    // What it runs on, files too, and one that does not fit.
    const choose = async (label: string, option: string): Promise<void> => {
      await w.page.locator(`vscode-single-select[label="${label}"]`).click();
      await w.page.locator(`vscode-single-select[label="${label}"] .option`, { hasText: option }).click();
    };
    await choose('input', 'impulse');
    await choose('weights', 'Xavier');
    await w.page.locator('.setup label', { hasText: 'calibrate' }).click();
    await w.page.locator('.run').click();
    await w.page.locator('.ran', { hasText: 'impulse input, Xavier weights, seed 1' }).waitFor();
    await choose('input', 'image or .npy');
    assert.deepEqual(await w.hears('pick'), { type: 'pick', what: 'input', count: 1 });
    const array = (h: number): Uint8Array => writeNpy({ shape: [3, h, 12], data: new Float32Array(3 * h * 12).fill(1) });
    await w.send({ type: 'files', what: 'input', files: [{ name: 'ones.npy', bytes: array(12) }] });
    await w.page.locator('.run').click();
    await w.page.locator('.ran', { hasText: 'ones.npy, Xavier weights' }).waitFor();
    await w.send({ type: 'files', what: 'input', files: [{ name: 'low.npy', bytes: array(11) }] });
    await w.page.locator('.run').click();
    await w.page.locator('footer .error', { hasText: 'low.npy holds 3×11×12, and the input is 3×12×12.' }).waitFor();

    // Again on an edit, where that is wanted.
    const before = (await w.heard()).filter((m) => m.type === 'ran').length;
    await w.page.locator('vscode-single-select[label="input"]').click();
    await w.page.locator('vscode-single-select[label="input"] .option', { hasText: 'uniform' }).click();
    await w.page.locator('.setup label', { hasText: 'run on edit' }).click();
    const edited = viewOf((await targetOf(TEXT.replace('conv(6', 'conv(8'), 'B')).graph, { version: 2 });
    await w.send({ type: 'view', result: { status: 'ok', sent: sent(edited) }, fileName: 'b.cnn' });
    await w.until('that it ran again', async () => (await w.heard()).filter((m) => m.type === 'ran').length > before);
    await w.page.locator('.ran:not(.old)', { hasText: 'uniform input' }).waitFor();
  });

  it('keeps each figure on its line, and names whole, beside an editor', async () => {
    w = await stage.page({ width: 525, height: 770, kept: { tab: 'values' } });
    await w.show(viewOf((await targetOf(TEXT, 'B')).graph));
    await w.page.locator('.run').click();
    await w.hears('ran');
    await look('conv_2');
    await w.page.locator('.large canvas').waitFor();
    const boxes = await w.page.locator('.statistics dd, .value-layers .who, .value-layers .numbers').all();
    assert.ok(boxes.length > 20);
    for (const box of boxes) {
      const { height, isCut, text } = await box.evaluate((e) => ({
        height: e.getBoundingClientRect().height,
        isCut: e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow === 'hidden',
        text: e.textContent,
      }));
      assert.ok(height < 26 && !isCut, `${text} is ${height} high${isCut ? ', and cut' : ''}`);
    }
  });
});
