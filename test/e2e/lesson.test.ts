/** A template, run on an image, and what the editor knows of it; then the walkthrough from its first step to its last, in the real host. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, Image } from 'image-js';
import { desk } from './desk.ts';
import type { User } from './user.ts';

/** A picture with something in it: rings. */
function rings(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const r = Math.hypot(x - width / 2, y - height / 2);
      data.set([128 + 127 * Math.sin(r / 4), 128 + 127 * Math.cos(r / 7), 255 - Math.min(255, r * 2)], (y * width + x) * 3);
    }
  return encodePng(new Image(width, height, { data, colorModel: 'RGB' }));
}

describe('the lesson', function () {
  this.timeout(120_000);
  let user: User;
  before(async () => {
    // A folder of its own: the texts that the lesson opens are there again whenever VS Code opens this one.
    const folder = await mkdtemp(join(tmpdir(), 'pointwise-lesson-'));
    await writeFile(join(folder, 'first.cnn'), 'block First on 3x8x8 {\n  relu\n}\n');
    user = await (await desk()).sit('first.cnn', folder);
    await user.sees(user.lens('Run'), 'a lens', 40_000);
    await user.page.keyboard.press('Control+B');
  });
  after(() => user?.page.close());

  const walkthrough = () => user.page.locator('.gettingStartedContainer');
  /** Opens the walkthrough and follows the button of a step. */
  const step = async (title: string, button: string): Promise<void> => {
    await user.commands('Welcome: Open Walkthrough...');
    const row = user.page.locator('.quick-input-list .monaco-list-row', { hasText: 'The 1×1 Convolution' });
    await user.sees(row, 'the walkthrough in the list');
    await row.first().click();
    await user.sees(walkthrough().getByText(title), `the step ${title}`);
    await walkthrough().getByText(title).first().click();
    const go = walkthrough().getByRole('button', { name: button });
    await user.sees(go, `the button ${button}`);
    await go.first().click();
  };

  it('runs four dot products at a pixel, with real numbers', async () => {
    await step('One pixel, every channel', 'Run It');
    const { workbench } = user;
    await user.sees(workbench.locator('.value-layers button', { hasText: 'conv' }), 'the layers of the run', 40_000);
    await workbench.locator('.value-layers button', { hasText: 'conv' }).click();
    await user.sees(workbench.locator('.large canvas'), 'a channel');
    await workbench.locator('.large canvas').first().click();
    await user.sees(workbench.locator('.figure-one'), 'figure 1');
    const rows = await workbench.locator('.figure-one tbody tr').allTextContents();
    assert.equal(rows.length, 4);
    const ins = (await workbench.locator('.figure-one thead th.mono').allTextContents()).map(Number);
    assert.equal(ins.length, 3);
    for (const row of await workbench.locator('.figure-one tbody tr').all()) {
      const cells = (await row.locator('td').allTextContents()).map(Number);
      const [out = Number.NaN, bias = 0] = [cells.at(-1), cells.length > 4 ? cells[3] : 0];
      const sum = ins.reduce((s, v, i) => s + v * (cells[i] ?? 0), bias);
      assert.ok(Math.abs(sum - out) < 0.01, `${cells.join(' ')} with ${ins.join(' ')}`);
    }
    await user.photographs('values-dark');
  });

  it('is begun with a template, which runs on an image, with every core', async () => {
    const { workbench } = user;
    await user.commands('Pointwise: New Network');
    await user.chooses('Image classifier');
    await user.sees(user.line('network Classifier on 3x32x32 {'), 'the classifier');
    await user.writes('rings.png', rings(120, 90));
    await user.commands('Pointwise: Show Diagram');
    await workbench.getByText('Values', { exact: true }).click();
    const select = workbench.locator('vscode-single-select[label="input"]');
    await select.click();
    await workbench.locator('vscode-single-select[label="input"] .option', { hasText: 'image or .npy' }).click();
    await user.namesFile(user.pathOf('rings.png'));
    await user.sees(workbench.locator('.choice[title="rings.png"]'), 'the image as the input');
    const image = workbench.getByRole('img', { name: 'The input rings.png' });
    await user.sees(image, 'the image');
    assert.equal(await image.evaluate((e) => (e as HTMLImageElement).naturalWidth), 120);
    await workbench.locator('.run').click();
    await user.sees(workbench.locator('.ran', { hasText: 'rings.png, He weights, batch norm calibrated' }), 'what it ran on', 40_000);
    assert.match((await workbench.locator('.ran').textContent()) ?? '', /[2-9]\d* threads/);
    await user.photographs('values-image');
    assert.match(await user.hovers('gap -> flatten', 'gap'), /Last run of Classifier/);
  });

  it('goes on with Inception, drawn and compared, and the bottleneck', async () => {
    // The walkthrough's own pictures are webviews too: the panel is the one that says what is meant.
    const says = async (selector: string, text: string): Promise<boolean> => {
      const found = await Promise.all(
        user.page.frames().map((f) =>
          f
            .locator(selector, { hasText: text })
            .first()
            .isVisible()
            .catch(() => false),
        ),
      );
      return found.includes(true);
    };
    for (const [name, button, target, selector, text] of [
      ['Inception, reduced', 'Draw Inception', 'Inception', '.diagram .figure', '110,592 · 67.7 %'],
      ['What the 1×1 saves', 'Compare', 'Inception', '.answer', '2.4× fewer weights'],
      ['The bottleneck', 'Compare', 'Bottleneck', '.answer', '16.9× fewer weights'],
    ] as const) {
      await step(name, button);
      await user.sees(user.line(`block ${target}(`), `the text of ${target}`);
      await user.sees(user.page.locator('.tab', { hasText: `${target} · Pointwise` }), `its panel`);
      await user.waitsFor(() => says(selector, text), `${text} in the panel`, 1500);
    }
  });

  it('ends with a template of one’s own', async () => {
    await step('A block of your own', 'New Network');
    await user.chooses('U-Net');
    await user.sees(user.line('network Segmenter on 3x128x128 {'), 'the segmenter');
    await user.sees(user.page.locator('.statusbar-item', { hasText: 'Segmenter' }), 'its figures in the status bar');
  });
});
