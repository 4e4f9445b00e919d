/** What a user does with the workbench: opens it from a lens, runs, reads, compares. */
import assert from 'node:assert/strict';
import { desk } from './desk.ts';
import type { User } from './user.ts';

describe('the workbench', () => {
  let user: User;

  before(async function () {
    this.timeout(120_000);
    user = await (await desk()).sit('inception.cnn');
    await user.sees(user.lens('163,328'), 'the lens of Inception', 40_000);
    await user.page.keyboard.press('Control+B');
  });
  after(() => user?.page.close());

  it('opens from the lens and draws the block', async () => {
    await user.lens('Diagram').first().click();
    await user.sees(user.workbench.locator('footer', { hasText: '163,696 params' }), 'the totals');
    await user.sees(user.workbench.getByText('conv 3×3'), 'the layer');
    await user.sees(user.workbench.getByText('110,592'), 'its weights');
  });

  it('runs on random input and shows what came out', async () => {
    await user.lens('Run on random input').first().click();
    const status = user.page.locator('.statusbar-item', { hasText: /Inception: \d+ layers in/ });
    await user.sees(status, 'the end of the run in the status bar');
    await user.workbench.getByText('conv 3×3').first().click();
    await user.sees(user.workbench.getByText(/mean ± std/), 'the statistics of the layer');
    await user.photographs('workbench-dark');
  });

  it('compares with the naive form', async () => {
    await user.lens('163,328').first().click();
    const table = user.workbench.locator('table.figures');
    await user.sees(table, 'the comparison');
    const text = (await table.textContent()) ?? '';
    for (const figure of ['163,328', '387,072']) assert.ok(text.includes(figure), `${figure} in ${text}`);
    await user.workbench.getByText('Time both').click();
    await user.sees(user.workbench.locator('tr.ratio', { hasText: /(faster|slower) here/ }), 'both times');
    await user.photographs('compare-dark');
  });
});
