/** What a user runs, and on what: patterns, weights, several workers of the page, after every edit; what the editor is told; two sides in turns. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNpy } from '../../src/run/npy.ts';
import { pointwiseIn } from './cli.ts';
import { desk } from './desk.ts';
import type { User } from './user.ts';
import { agrees, type Ran, rangeOf, takes } from './values.ts';

const TEXTS = {
  'mixed.cnn': `block Mixed on 6x24x24 {
  stem: conv(16, 3x3) -> relu
  deep: conv(8, 5x5, stride=2) -> bn
  mix: conv(12, 1x1)
}
`,
  // Long enough for one thread that several workers gain.
  'long.cnn': `network Long on 32x112x112 {
  repeat 12 { conv(64, 3x3) -> relu }
  last: conv(5, 1x1)
}
`,
  'lost.cnn': `block Lost on 3x8x8 {
  odd: div {
    | relu
    | relu
  }
  end: conv(4, 1x1)
}
`,
  'heads.cnn': `network Heads on 3x16x16 {
  stem: conv(8, 3x3) -> relu
  output side = gap -> flatten -> few: linear(4)
  point: conv(6, 1x1)
}
`,
  'twins.cnn': `block First on 32x32x32 { conv(64, 3x3) -> relu }
block Second on 32x32x32 { conv(64, 3x3) -> relu }
`,
} as const;

describe('running', function () {
  this.timeout(120_000);
  let user: User;
  let folder: string;
  const pointwise = (...words: readonly string[]): Promise<string> => pointwiseIn(folder, ...words);
  const ran = (text: string | RegExp) => user.workbench.locator('.ran:not(.old)', { hasText: text });

  /** Opens a file, and its values in the panel. */
  const values = async (file: keyof typeof TEXTS): Promise<void> => {
    await user.opens(file);
    await user.sees(user.workbench.locator('.crumb', { hasText: file }), `${file} in the workbench`, 40_000);
    await user.workbench.getByText('Values', { exact: true }).click();
    await user.sees(user.workbench.locator('.setup'), 'what the next run is made with');
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pointwise-running-'));
    await mkdir(join(folder, '.vscode'));
    await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'pointwise.run.where': 'page' }));
    for (const [file, text] of Object.entries(TEXTS)) await writeFile(join(folder, file), text);
    user = await (await desk()).sit('mixed.cnn', folder);
    await user.sees(user.lens('Diagram'), 'a lens', 40_000);
    await user.page.keyboard.press('Control+B');
    await user.follows('Diagram', user.workbench.locator('.diagram .box').first(), 'the picture');
  });
  after(() => user?.page.close());

  for (const [input, weights, says] of [
    ['impulse', 'Xavier', 'impulse input, Xavier weights'],
    ['checkerboard', 'constant', 'checkerboard input, constant weights'],
    ['gradient', 'He', 'gradient input, He weights'],
    ['uniform', 'Xavier', 'uniform input, Xavier weights'],
  ] as const)
    it(`takes ${input} as input and ${weights} weights, to the numbers of the command line`, async () => {
      await values('mixed.cnn');
      await takes(user, 'input', input);
      await takes(user, 'weights', weights);
      await user.workbench.locator('.run').click();
      await user.sees(ran(says), 'what it ran on', 40_000);
      const found: Ran = JSON.parse(
        await pointwise('run', 'mixed.cnn', '--json', '--calibrate', '--input', input, '--weights', weights.toLowerCase()),
      );
      for (const layer of ['stem', 'mix']) agrees(await rangeOf(user, layer), found, layer);
      await user.photographs(`values-${input}`);
    });

  it('runs again after an edit, where one has it do so', async () => {
    await values('mixed.cnn');
    const before = await rangeOf(user, 'mix');
    await user.workbench.getByText('run on edit').click();
    await user.goesToEndOf('mix: conv(12, 1x1)');
    await user.types(' -> relu');
    await user.sees(user.workbench.locator('.value-layers .who', { hasText: 'relu' }).nth(1), 'the new layer, run', 40_000);
    assert.deepEqual(await rangeOf(user, 'mix'), before, 'what is before it has the same numbers');
    await user.sees(ran('uniform input'), 'that the run is of this text');
    await user.erases(' -> relu');
    await user.workbench.getByText('run on edit').click();
  });

  it('shares a long run among workers of the page, to the numbers of the command line', async () => {
    await values('long.cnn');
    await takes(user, 'input', 'normal');
    await takes(user, 'weights', 'He');
    await user.workbench.locator('.run').click();
    const workers = Math.min(4, availableParallelism());
    await user.sees(ran(workers > 1 ? `${workers} workers` : '1 thread'), 'who shared it', 60_000);
    agrees(await rangeOf(user, 'last'), JSON.parse(await pointwise('run', 'long.cnn', '--json')), 'last');
    await user.photographs('values-workers');
  });

  it('takes an array as input, shows every output, and explains a number back to that array', async () => {
    const { workbench } = user;
    const array = Float32Array.from({ length: 3 * 16 * 16 }, (_, i) => ((i * 37) % 101) / 50 - 1);
    await writeFile(join(folder, 'x.npy'), writeNpy({ shape: [3, 16, 16], data: array }));
    await values('heads.cnn');
    await takes(user, 'input', 'image or .npy');
    await user.namesFile(join(folder, 'x.npy'));
    await user.sees(workbench.locator('.choice[title="x.npy"]'), 'the array as the input');
    await workbench.locator('.run').click();
    await user.sees(ran('x.npy'), 'what it ran on', 40_000);
    const found: Ran = JSON.parse(await pointwise('run', 'heads.cnn', '--json', '--input', 'x.npy'));
    for (const layer of ['few', 'point']) agrees(await rangeOf(user, layer), found, layer);
    // From a dot product over its argument and the window behind that to a number of the array.
    await workbench.locator('.large canvas').first().click();
    const reason = (text: string | RegExp) => workbench.locator('.why', { hasText: text });
    await user.sees(workbench.locator('.value-why', { hasText: /8 channels at one pixel/ }), 'the dot product');
    await workbench.locator('.why .as-link').first().click();
    await user.sees(reason(/relu\(-?[\d.e-]+ of stem\) =/), 'the activation that made one of its factors');
    await workbench.locator('.why .as-link').first().click();
    await user.sees(reason('3×3'), 'the window that made its argument');
    await user.sees(workbench.locator('.value-why', { hasText: /It sees rows \d+ to \d+/ }), 'the field on the input');
    await user.photographs('values-why');
    await workbench.locator('.why .as-link').first().click();
    await user.sees(reason('It is a number of the input'), 'the number of the array');
    const [, row = '', column = ''] =
      /row (\d+), column (\d+)/.exec((await workbench.locator('.why h3').first().textContent()) ?? '') ?? [];
    const shown = (await workbench.locator('.value-why').textContent()) ?? '';
    const plane = [0, 1, 2].map((c) => array[c * 256 + Number(row) * 16 + Number(column)] ?? Number.NaN);
    assert.ok(
      plane.some((v) => shown.includes(String(Number(v.toPrecision(4))))),
      `one of ${plane.join(', ')} in ${shown.slice(0, 200)}`,
    );
    await user.sees(workbench.locator('.value-why p', { hasText: 'It reaches' }), 'what it reaches');
    await takes(user, 'input', 'normal');
  });

  it('flags in the editor what is no number any more, until the text changes', async () => {
    await values('lost.cnn');
    await user.workbench.locator('.run').click();
    await user.sees(user.workbench.locator('.value-layers .fault', { hasText: 'not finite' }), 'the layer with the fault', 40_000);
    await user.sees(user.page.locator('.squiggly-warning'), 'a squiggle in the editor');
    assert.equal(await user.page.locator('.squiggly-warning').count(), 1, 'of the layer where it began');
    assert.match(await user.hovers('odd: div {', 'div'), /NaN/);
    await user.photographs('values-lost');
    await user.goesToEndOf('end: conv(4, 1x1)');
    await user.types(' ');
    await user.seesNo(user.page.locator('.squiggly-warning'), 'the squiggle');
    await user.erases(' ');
  });

  it('times two sides in turns, and says where they differ by noise alone', async () => {
    await user.opens('twins.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'twins.cnn' }), 'the twins', 40_000);
    await user.workbench.getByRole('tab', { name: 'Compare' }).click();
    await user.workbench.locator('.against-select').click();
    await user.workbench.locator('.against-select .option', { hasText: 'First' }).first().click();
    await user.sees(user.workbench.locator('.answer', { hasText: 'as many weights' }), 'that they are as heavy');
    // One in so many times the machine may favour one of them.
    const noise = user.workbench.locator('tr.ratio', { hasText: 'within the noise here' });
    for (let attempt = 0; attempt < 4 && !(await noise.isVisible()); attempt++) {
      await user.workbench.getByText('Time both').click();
      await user.sees(user.workbench.locator('tr.ratio', { hasText: /(faster|slower|within the noise) here/ }), 'both times', 40_000);
      await user.page.waitForTimeout(500);
    }
    await user.sees(noise, 'that the difference is within the noise');
    await user.photographs('compare-noise');
  });
});
