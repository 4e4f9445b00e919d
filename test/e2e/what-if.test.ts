/** What a user does to learn what would be: moves sliders, sees figures and picture follow, and writes into the text what is worth it. */
import assert from 'node:assert/strict';
import { desk } from './desk.ts';
import type { User } from './user.ts';

describe('what if', () => {
  let user: User;
  const head = 'block Inception(c1=64, r3=96, c3=128, r5=16, c5=32, pool=32) on 192x28x28';
  const status = (text: RegExp) => user.workbench.locator('.what-if .status', { hasText: text });
  const foot = (text: string) => user.workbench.locator('footer', { hasText: text });
  const slide = async (name: string, key: string, times: number): Promise<void> => {
    await user.workbench.getByRole('slider', { name, exact: true }).focus();
    for (let i = 0; i < times; i++) await user.page.keyboard.press(key);
  };

  before(async function () {
    this.timeout(120_000);
    user = await (await desk()).sit('inception.cnn');
    await user.sees(user.lens('163.3k'), 'the lens of Inception', 40_000);
    await user.page.keyboard.press('Control+B');
    await user.follows('Diagram', foot('163,696 params'), 'the totals');
  });
  after(() => user?.page.close());

  it('moves a slider: figures and picture follow, and the text stays as it is', async () => {
    await user.workbench.getByRole('button', { name: 'What if: try other values' }).click();
    await slide('c1', 'ArrowRight', 2);
    await user.sees(status(/Not the text: c1=96.*169,872 \+6,176 \(\+3\.8 %\)/), 'what is tried, and what it costs');
    await user.sees(foot('192×28×28 → 288×28×28'), 'the shapes');
    await user.sees(user.workbench.locator('svg.diagram', { hasText: '96 + 128 + 32 + 32' }), 'the picture');
    await user.sees(user.line(head), 'the text as it was');
    await user.sees(user.lens('163.3k'), 'the lens of the text');
    await user.photographs('what-if-dark');
    await user.likes('light');
    await user.photographs('what-if-light');
    await user.likes('dark');
  });

  it('says what cannot be, and keeps what was shown', async () => {
    const field = user.workbench.getByRole('spinbutton', { name: 'c1', exact: true });
    await field.fill('0');
    await user.sees(user.workbench.locator('.what-if .wrong', { hasText: 'must be at least 1, not 0' }), 'why not');
    await user.sees(foot('169,872 params'), 'what was shown');
    assert.equal(await user.errors().count(), 0, 'the text has no error');
    await field.fill('96');
    await user.seesNo(user.workbench.locator('.what-if .wrong'), 'the reason');
  });

  it('names a run of it, and copies the text as the text', async () => {
    await user.workbench.getByText('Run', { exact: true }).click();
    await user.sees(user.page.locator('.statusbar-item', { hasText: /Inception with c1=96: \d+ layers in/ }), 'the run by its name');
    await user.lens('Copy as PyTorch').first().click();
    await user.sees(user.notification('as the text has it, without what the panel tries'), 'that the copy is of the text');
    await user.commands('Notifications: Clear All Notifications');
  });

  it('is there again after a reload', async () => {
    await user.comesBack();
    await user.sees(status(/Not the text: c1=96/), 'what was tried', 40_000);
    await user.sees(foot('169,872 params'), 'its figures');
  });

  it('applies to the text, which one step takes back', async () => {
    await user.workbench.locator('.what-if vscode-button', { hasText: 'Apply' }).click();
    await user.sees(user.line(head.replace('c1=64', 'c1=96')), 'the new text');
    await user.sees(status(/stays as it is until you apply/), 'that nothing else is tried');
    await user.sees(foot('169,872 params'), 'the figures of the text');
    await user.line(head.replace('c1=64', 'c1=96')).first().click();
    await user.page.keyboard.press('Control+z');
    await user.sees(user.line(head), 'the text as it was');
    await user.sees(foot('163,696 params'), 'the figures as they were');
  });

  it('applies several values at once, and an undo takes back all', async () => {
    await slide('r3', 'ArrowLeft', 2);
    await slide('input height', 'ArrowLeft', 1);
    await user.sees(status(/r3=64, on 192x24x24/), 'both values');
    await user.workbench.locator('.what-if vscode-button', { hasText: 'Apply' }).click();
    const written = head.replace('r3=96', 'r3=64').replace('192x28x28', '192x24x24');
    await user.sees(user.line(written), 'the new text');
    await user.line(written).first().click();
    await user.page.keyboard.press('Control+z');
    await user.sees(user.line(head), 'the text as it was');
    await user.sees(foot('163,696 params'), 'the figures as they were');
  });
});
