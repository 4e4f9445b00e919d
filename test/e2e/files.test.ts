/** What goes in and out of the panel as files, in the real host: weights for a run, a template in a blank text, pictures, an SVG that is opened again. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodePng } from 'image-js';
import { pointwiseIn } from './cli.ts';
import { desk } from './desk.ts';
import type { User } from './user.ts';
import { agrees, rangeOf, takes } from './values.ts';

const NET = `block Net on 3x16x16 {
  stem: conv(8, 3x3) -> bn -> relu
  mix: conv(12, 1x1)
}
`;

describe('files in and out', function () {
  this.timeout(120_000);
  let user: User;
  let folder: string;
  const pointwise = (...words: readonly string[]): Promise<string> => pointwiseIn(folder, ...words);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pointwise-files-'));
    await writeFile(join(folder, 'net.cnn'), NET);
    await writeFile(join(folder, 'blank.cnn'), '');
    // Weights that no seed of the panel would give.
    await pointwise('export', 'net.cnn', '--to', 'pytorch', '--weights', '--seed', '77', '--output', 'net.py');
    user = await (await desk()).sit('net.cnn', folder);
    await user.sees(user.lens('Run'), 'a lens', 40_000);
  });
  after(() => user?.page.close());

  it('runs with weights from a file, to the numbers of the command line', async () => {
    const { workbench } = user;
    await user.commands('Pointwise: Show Diagram');
    await user.sees(workbench.locator('.diagram .box').first(), 'the picture', 40_000);
    await workbench.getByText('Values', { exact: true }).click();
    await takes(user, 'weights', 'file');
    await user.namesFile(join(folder, 'net.safetensors'));
    await user.sees(workbench.locator('.choice[title="net.safetensors"]'), 'the file as the weights');
    await workbench.locator('.run').click();
    await user.sees(workbench.locator('.ran', { hasText: 'net.safetensors' }), 'what it ran with', 40_000);
    agrees(await rangeOf(user, 'mix'), JSON.parse(await pointwise('run', 'net.cnn', '--weights', 'net.safetensors', '--json')), 'mix');
    await user.photographs('values-weights');
  });

  it('exports the picture as SVG, PDF and TikZ, by a list and a dialog', async () => {
    for (const [format, colours, file] of [
      ['SVG', 'As Its Reader Has It', 'net.svg'],
      ['PDF', 'Light', 'net.pdf'],
      ['TikZ', 'Light', 'net.tex'],
    ] as const) {
      await user.commands('Pointwise: Export');
      await user.chooses(`Diagram (${format})`);
      await user.chooses(colours);
      await user.namesFile(join(folder, file));
      await user.sees(user.notification(`Exported to ${file}`), `that ${file} is written`, 40_000);
      await user.commands('Notifications: Clear All Notifications');
    }
    const svg = await readFile(join(folder, 'net.svg'), 'utf8');
    assert.ok(svg.includes('prefers-color-scheme') && svg.includes('conv(12, 1x1)'), 'both colours, and the text');
    assert.equal((await readFile(join(folder, 'net.pdf'))).subarray(0, 5).toString(), '%PDF-');
    // Where TeX is at hand.
    const tex = promisify(execFile)('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', '-jobname=tikz', 'net.tex'], {
      cwd: folder,
    });
    const compiled = await tex.then(
      () => true,
      (e: { code?: unknown; stdout?: string }) => (e.code === 'ENOENT' ? undefined : e.stdout),
    );
    if (compiled !== undefined) assert.equal(compiled, true);
    if (compiled) assert.equal((await readFile(join(folder, 'tikz.pdf'))).subarray(0, 5).toString(), '%PDF-');
  });

  it('exports PNG, Mermaid, the table, and models, by the same list', async () => {
    for (const [title, theme, file] of [
      ['Diagram (PNG)', 'Dark', 'net.png'],
      ['Flowchart (Mermaid)', 'Light', 'net.mmd'],
      ['Layer table (CSV)', undefined, 'net.csv'],
      ['Layer table (Markdown)', undefined, 'net.md'],
      ['ONNX model', undefined, 'net.onnx'],
      ['PyTorch code', undefined, 'torch_net.py'],
    ] as const) {
      await user.commands('Pointwise: Export');
      await user.chooses(title);
      if (theme) await user.chooses(theme);
      await user.namesFile(join(folder, file));
      await user.sees(user.notification(`Exported to ${file}`), `that ${file} is written`, 40_000);
      await user.commands('Notifications: Clear All Notifications');
    }
    const text = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
    const png = decodePng(await readFile(join(folder, 'net.png')));
    const width = Number(/<svg[^>]* width="([\d.]+)"/.exec(await text('net.svg'))?.[1]);
    assert.ok(Math.abs(png.width - 3 * width) <= 3, `${png.width} pixels for ${width} of the screen`);
    assert.ok(
      png
        .getPixel(1, 1)
        .slice(0, 3)
        .every((v) => v < 64),
      `a dark corner, not ${png.getPixel(1, 1)}`,
    );
    assert.match(await text('net.mmd'), /^(---|flowchart)[\s\S]*conv 1×1/);
    assert.equal(await text('net.csv'), await pointwise('summary', 'net.cnn', '--csv'));
    // The last row is the whole, which the command line tells in words.
    const rows = (await text('net.md')).split('\n').slice(0, -2);
    assert.equal(rows.length, 6);
    assert.ok((await pointwise('summary', 'net.cnn', '--markdown')).startsWith(rows.join('\n')), rows.join('\n'));
    assert.match(await text('torch_net.py'), /^class Net\(nn\.Module\):/m);
    await pointwise('export', 'net.cnn', '--to', 'onnx', '--seed', '1', '-o', 'cli.onnx');
    assert.ok((await readFile(join(folder, 'net.onnx'))).equals(await readFile(join(folder, 'cli.onnx'))), 'the model of the command line');
  });

  it('offers the exports by the button above the panel too', async () => {
    await user.workbench.getByRole('tab', { name: 'Diagram', exact: true }).click();
    await user.page.locator('.editor-actions .action-label[aria-label^="Export"]').last().click();
    const rows = user.page.locator('.quick-input-list .monaco-list-row');
    await user.sees(rows.filter({ hasText: 'ONNX model' }), 'the list of exports');
    await user.page.keyboard.press('Escape');
    await user.seesNo(rows, 'the list');
  });

  it('opens a picture from the explorer as the text that it shows', async () => {
    // Under another name: beside it would be the text from which it was made.
    await writeFile(join(folder, 'picture.svg'), await readFile(join(folder, 'net.svg')));
    await user.commands('File: Focus on Files Explorer');
    const entry = user.page.locator('.explorer-viewlet .monaco-list-row', { hasText: 'picture.svg' });
    await user.sees(entry, 'the picture in the explorer', 40_000);
    await entry.click({ button: 'right' });
    await user.takes('Open as .cnn');
    await user.sees(user.page.locator('.tab', { hasText: 'picture.cnn' }), 'its text', 40_000);
    await user.sees(user.line('mix: conv(12, 1x1)'), 'a line of it');
    const figures = (file: string): Promise<string> => pointwise('summary', file, '--json');
    assert.equal(await figures('picture.cnn'), await figures('net.cnn'));
  });

  it('begins a blank text with a template, in the text itself', async () => {
    await user.opens('blank.cnn');
    await user.sees(user.lens('Begin with a template'), 'the lens of a blank text');
    await user.lens('Begin with a template').first().click();
    await user.chooses('Bottleneck');
    await user.sees(user.page.locator('.tab.active', { hasText: 'blank.cnn' }), 'the same text');
    await user.sees(user.line('block Bottleneck('), 'the template in it');
    await user.sees(user.lens('Copy as PyTorch'), 'its lenses');
  });
});
