/** What a user does with versions of a network: HEAD, an earlier commit, the list of changes; and with its figures: a table as a file, the design space. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { desk } from './desk.ts';
import type { User } from './user.ts';

const textOf = (middle: number): string =>
  `block Narrow on 64x16x16 {\n  conv(${middle}, 1x1) -> relu\n  conv(64, 3x3)\n}\n\nblock Wide on 64x16x16 {\n  conv(64, 3x3)\n}\n`;

describe('versions of a network', () => {
  let user: User;
  let folder: string;
  const git = (...words: readonly string[]): void => {
    const as = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
    const { status, stderr } = spawnSync('git', [...as, ...words], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };

  before(async function () {
    this.timeout(120_000);
    const { examples, sit } = await desk();
    folder = join(await examples(), '..', 'history');
    await mkdir(folder);
    git('init');
    for (const [middle, message] of [
      [32, 'Begin with half of the channels'],
      [16, 'Take a quarter'],
    ] as const) {
      await writeFile(join(folder, 'narrow.cnn'), textOf(middle));
      git('add', '.');
      git('commit', '-m', message);
    }
    await writeFile(join(folder, 'narrow.cnn'), textOf(8));
    user = await sit('narrow.cnn', folder);
    await user.sees(user.lens('Diagram'), 'a lens', 40_000);
    await user.goesToEndOf('block Narrow');
  });
  after(() => user?.page.close());

  const answer = (name: string) => user.workbench.locator('.answer', { hasText: name });

  it('compares with HEAD, what is not saved included', async () => {
    await user.commands('Pointwise: Compare with HEAD');
    await user.sees(answer('HEAD'), 'the answer');
    // 1,024 + 9,216 weights there, half of them here.
    await user.sees(answer('2.0× fewer'), 'that it has half of the weights');
    await user.photographs('compare-head');
    await user.goesToEndOf('conv(8, 1x1) -> relu');
    await user.types(' -> conv(8, 1x1)');
    await user.sees(user.workbench.locator('.side .box.only').first(), 'what is new');
    await user.erases(' -> conv(8, 1x1)');
  });

  it('compares with an earlier commit, chosen by what it says', async () => {
    await user.workbench.locator('.against-select').click();
    await user.workbench.locator('.against-select .option', { hasText: 'an earlier commit' }).click();
    const row = user.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Begin with half of the channels' });
    await user.sees(row, 'the first commit');
    await row.first().click();
    await user.sees(answer('4.0× fewer'), 'that it has a quarter of the weights');
  });

  it('compares with HEAD from the list of changes', async () => {
    await user.page.locator('.activitybar [aria-label^="Source Control"]').first().click();
    const change = user.page.locator('.scm-view .monaco-list-row', { hasText: 'narrow.cnn' });
    await user.sees(change, 'the change in the list', 40_000);
    await change.first().click({ button: 'right' });
    await user.takes('Compare with HEAD');
    await user.sees(answer('2.0× fewer'), 'the answer');
    await user.page.keyboard.press('Control+B');
  });

  it('saves the table as a file', async () => {
    await user.workbench.getByRole('tab', { name: 'Table' }).click();
    await user.workbench.getByRole('button', { name: 'Save the table as CSV or Markdown' }).click();
    await user.namesFile(join(folder, 'layers.csv'));
    await user.sees(user.notification('Saved to layers.csv'), 'that it is saved');
    const saved = await readFile(join(folder, 'layers.csv'), 'utf8');
    // Of the columns those that have room beside the text.
    assert.match(saved, /^layer,.*weights/);
    assert.match(saved, /\nconv_2,.*64×16×16,4608,/);
    await user.notification('Saved to layers.csv').first().hover();
    await user.commands('Notifications: Clear All Notifications');
  });

  it('shows the design space, times all of it, and opens a point', async () => {
    await user.workbench.getByRole('tab', { name: 'Design space' }).click();
    const points = user.workbench.locator('.space-plot .point');
    await user.sees(points.first(), 'the first point');
    await user.workbench.getByText('Time all', { exact: true }).click();
    await user.sees(user.workbench.locator('.space-table td', { hasText: /\d (ms|s)$/ }).first(), 'a time');
    await user.photographs('space');
    await user.workbench.locator('.space-plot .point[aria-label*="Wide"]').first().click();
    await user.sees(user.page.locator('.tab', { hasText: 'Wide · Pointwise' }), 'the target that was opened');
  });
});
