/** What a user does with the workbench: opens it from a lens, runs, reads, compares. */
import assert from 'node:assert/strict';
import { desk } from './desk.ts';
import type { User } from './user.ts';

/** Takes seconds to run, so that there is time to cancel it. */
const slow = 'network Slow on 64x256x256 {\n  repeat 60 { conv(64, 3x3) -> relu }\n}\n';

describe('the workbench', () => {
  let user: User;

  before(async function () {
    this.timeout(120_000);
    user = await (await desk()).sit('inception.cnn');
    await user.sees(user.lens('163.3k'), 'the lens of Inception', 40_000);
    await user.page.keyboard.press('Control+B');
  });
  after(() => user?.page.close());

  it('opens from the lens and draws the block', async () => {
    await user.follows('Diagram', user.workbench.locator('footer', { hasText: '163,696 params' }), 'the totals');
    await user.sees(user.workbench.getByText('conv 3×3'), 'the layer');
    await user.sees(user.workbench.getByText('110,592'), 'its weights');
  });

  it('runs on random input and shows what came out', async () => {
    const status = user.page.locator('.statusbar-item', { hasText: /Inception: \d+ layers in/ });
    await user.follows('Run', status, 'the end of the run in the status bar');
    await user.workbench.getByText('conv 3×3').first().click();
    await user.sees(user.workbench.getByText(/mean ± std/), 'the statistics of the layer');
    await user.photographs('workbench-dark');
  });

  it('shows the source of the node that was clicked', async () => {
    await user.sees(user.currentLine().filter({ hasText: /^6$/ }), 'line 6 as the current line');
  });

  it('is drawn in light colours too', async () => {
    await user.likes('light');
    await user.photographs('workbench-light');
    await user.likes('dark');
  });

  it('compares with the naive form', async () => {
    const table = user.workbench.locator('table.figures');
    await user.follows('163.3k', table, 'the comparison');
    const text = (await table.textContent()) ?? '';
    for (const figure of ['163,328', '387,072']) assert.ok(text.includes(figure), `${figure} in ${text}`);
    await user.workbench.getByText('Time both').click();
    await user.sees(user.workbench.locator('tr.ratio', { hasText: /(faster|slower|within the noise) here/ }), 'both times');
    await user.photographs('compare-dark');
  });

  it('shows the comparison as code, and opens the naive form as a file', async () => {
    await user.workbench.getByRole('button', { name: 'Code', exact: true }).click();
    const naive = user.workbench.locator('.editor.modified .view-line', { hasText: /block.InceptionNaive/ });
    await user.sees(naive, 'the naive form');
    await user.sees(user.workbench.locator('.editor.modified .line-insert'), 'what differs');
    await user.photographs('code-dark');
    await user.likes('light');
    const editor = user.workbench.locator('.editor.modified .monaco-editor-background').first();
    assert.equal(await editor.evaluate((e) => getComputedStyle(e).backgroundColor), 'rgb(255, 255, 255)');
    await user.photographs('code-light');
    await user.likes('dark');
    await user.workbench.getByRole('button', { name: 'Open as file' }).click();
    await user.sees(user.line('block InceptionNaive on 192x28x28 {'), 'the naive form in an editor');
    await user.sees(user.page.getByText('416×28×28'), 'its shapes');
    assert.equal(await user.errors().count(), 0);
    await user.photographs('code-opened');
    await user.goesToEndOf('block InceptionNaive on');
    await user.commands('View: Revert and Close Editor');
    await user.opens('inception.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'inception.cnn' }), 'the first file in the workbench');
  });

  it('keeps the last good picture while the text is broken', async () => {
    await user.lens('Diagram').first().click();
    await user.goesToEndOf('concat {');
    await user.types(' )');
    await user.sees(user.workbench.locator('.banner'), 'the notice that the picture is stale');
    await user.sees(user.workbench.locator('svg.diagram .box'), 'the last good picture');
    await user.erases(' )');
    await user.seesNo(user.workbench.locator('.banner'), 'the notice that the picture is stale');
  });

  it('follows an edit', async () => {
    await user.goesToEndOf('maxpool(3x3');
    await user.types(' -> conv(40, 1x1)');
    await user.sees(user.workbench.locator('footer', { hasText: '264×28×28' }), 'the new output shape');
    await user.erases(' -> conv(40, 1x1)');
    await user.sees(user.workbench.locator('footer', { hasText: '256×28×28' }), 'the old output shape');
  });

  it('follows to another file, and back', async () => {
    await user.writes('slow.cnn', slow);
    await user.opens('slow.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'slow.cnn' }), 'the other file in the workbench');
    await user.opens('inception.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'inception.cnn' }), 'the first file in the workbench');
  });

  it('cancels a run, and runs again', async () => {
    await user.opens('slow.cnn');
    const cancel = user.workbench.getByText('Cancel', { exact: true });
    await user.follows('Run', cancel, 'the way to cancel');
    await cancel.click();
    await user.sees(user.workbench.locator('footer', { hasText: 'Run cancelled' }), 'that the run was cancelled');
    await user.opens('inception.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'inception.cnn' }), 'the first file in the workbench');
    await user.workbench.getByText('Run', { exact: true }).click();
    await user.sees(user.page.locator('.statusbar-item', { hasText: /Inception: \d+ layers in/ }), 'the end of the run');
  });

  it('refuses a run that would need too much memory, and says so', async () => {
    await user.writes('huge.cnn', 'block Huge on 512x2048x2048 {\n  conv(512, 3x3) -> relu\n}\n');
    await user.opens('huge.cnn');
    const reason = user.workbench.locator('footer .error', { hasText: /memory|MiB|GiB/ });
    await user.follows('Run', reason, 'why it does not run');
  });

  it('says why a target with a mistake cannot run, and shows where', async () => {
    await user.writes('broken.cnn', '\nblock Broken on 3x8x8 {\n  conv(8, 3x3) -> nothing\n}\n');
    await user.opens('broken.cnn');
    await user.sees(user.errors(), 'a squiggle');
    await user.commands('Pointwise: Run Block on Random Input');
    const reason = user.notification('Pointwise cannot run `Broken`');
    await user.sees(reason, 'the reason');
    await reason.first().getByText('Show Problem').click();
    await user.sees(user.currentLine().filter({ hasText: /^3$/ }), 'the line of the mistake');
  });
});
