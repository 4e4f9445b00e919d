/** What a user does with panels: their context menus, several of them, what is there again after a reload; and with a text that becomes a network. */
import assert from 'node:assert/strict';
import { desk } from './desk.ts';
import { User } from './user.ts';

describe('panels', () => {
  let user: User;
  const title = (name: string | RegExp) => user.page.locator('.tab', { hasText: name });

  before(async function () {
    this.timeout(120_000);
    user = await (await desk()).sit('inception.cnn');
    await user.sees(user.lens('Diagram'), 'a lens', 40_000);
    await user.page.keyboard.press('Control+B');
    await user.follows('Diagram', user.workbench.locator('.diagram .box').first(), 'the picture');
  });
  after(() => user?.page.close());

  it('copy what their context menu is opened on, and show it in the text', async () => {
    await user.workbench.getByText('conv 3×3').first().click({ button: 'right' });
    await user.takes('Copy Figures');
    await user.sees(user.page.locator('.statusbar-item', { hasText: 'Copied the figures of conv 3×3' }), 'that they are copied');
    await user.workbench.getByText('conv 5×5').first().click({ button: 'right' });
    await user.photographs('context-menu');
    await user.takes('Reveal in Text');
    await user.sees(user.currentLine().filter({ hasText: /^7$/ }), 'line 7 as the current line');
    await user.workbench.locator('svg.diagram').click({ button: 'right', position: { x: 20, y: 300 } });
    await user.takes('Copy Picture as SVG');
    await user.sees(user.page.locator('.statusbar-item', { hasText: 'Copied the picture of Inception' }), 'that it is copied');
    await user.workbench.getByRole('tab', { name: 'Table' }).click();
    await user.workbench.locator('.layers tbody td').first().click({ button: 'right' });
    await user.takes('Copy Table as Markdown');
    await user.sees(user.page.locator('.statusbar-item', { hasText: 'Copied the table of Inception' }), 'that it is copied');
    await user.workbench.getByRole('tab', { name: 'Diagram' }).click();
  });

  it('copy by Ctrl+C what is chosen, and by Ctrl+A before it the whole', async () => {
    await user.workbench.getByText('conv 3×3').first().click();
    await user.page.keyboard.press('Control+a');
    await user.page.keyboard.press('Control+c');
    await user.sees(user.page.locator('.statusbar-item', { hasText: 'Copied the figures of Inception' }), 'that the whole is copied');
    assert.equal(await user.workbench.locator('body').evaluate(() => String(getSelection()).trim()), '');
    await user.workbench.getByText('conv 5×5').first().click();
    await user.page.keyboard.press('Control+c');
    await user.sees(user.page.locator('.statusbar-item', { hasText: 'Copied the figures of conv 5×5' }), 'that one is copied');
  });

  it('tell which of several the cursor means, and lead to the others', async () => {
    await user.opens('resnet.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'resnet.cnn' }), 'the other file');
    await user.goesToEndOf('ConvBN(width, 1x1) -> ConvBN(width, 3x3');
    const which = user.workbench.locator('.which');
    await user.sees(which.filter({ hasText: /^1 of \d+$/ }), 'which one');
    await which.getByLabel('Next').click();
    await user.sees(which.filter({ hasText: /^2 of \d+$/ }), 'the next one');
    await user.opens('inception.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'inception.cnn' }), 'the first file');
  });

  it('are several: one stays with its target, another follows the editor', async () => {
    await user.workbench.getByRole('button', { name: 'Stay with this target' }).click();
    await user.sees(user.workbench.getByRole('button', { name: 'Follow the editor again' }), 'that it is pinned');
    await user.opens('unet.cnn');
    await user.sees(user.lens('Diagram'), 'a lens of the other file');
    await user.commands('Pointwise: Show Diagram');
    await user.sees(title('UNet · Pointwise'), 'the other panel');
    await user.sees(title('Inception · Pointwise'), 'the first panel');
    await user.opens('googlenet.cnn');
    await user.sees(title('GoogLeNet · Pointwise'), 'that the other panel follows');
    assert.equal(await title('Inception · Pointwise').count(), 1);
  });

  it('are there again after a reload, with what they showed and how', async () => {
    await user.comesBack();
    // The window's last seconds may not have been written down.
    await user.sees(title(/(GoogLeNet|UNet) · Pointwise/), 'the panel that follows', 40_000);
    await user.sees(title('Inception · Pointwise'), 'the panel that is pinned');
    await title('Inception · Pointwise').first().click();
    await user.sees(user.page.locator('.tab.active', { hasText: 'Inception · Pointwise' }), 'that it is in front');
    const pinned = user.workbench.getByRole('button', { name: 'Follow the editor again' });
    await user.sees(pinned, 'that it is pinned still', 40_000);
    await user.sees(user.workbench.locator('.diagram .box').first(), 'its picture');
    await user.photographs('panels-restored');
  });

  it('move to a window of their own, with what they showed, and follow the text of the first', async () => {
    await user.opens('inception.cnn');
    await title('Inception · Pointwise').first().click();
    await user.workbench.getByRole('tab', { name: 'Table' }).click();
    await user.sees(user.workbench.locator('.layers tbody td'), 'the table');
    const opened = user.page.waitForEvent('popup');
    await user.commands('View: Move Editor into New Window');
    const window = new User(await opened, '');
    await user.sees(window.workbench.locator('.layers tbody td'), 'the table in the other window', 60_000);
    await user.goesToEndOf('conv(c1, 1x1)');
    await user.types(' -> conv(64, 1x1)');
    await user.sees(window.workbench.locator('.layers', { hasText: '167,424' }), 'the figures of the edit', 60_000);
    await user.erases(' -> conv(64, 1x1)');
    await user.sees(window.workbench.locator('.layers', { hasText: '163,328' }), 'those of before', 60_000);
    await window.page.close();
  });

  it('and a new text has its icons and commands once its language is ours', async () => {
    await user.page.keyboard.press('Control+1');
    await user.commands('File: New Untitled Text File');
    await user.sees(user.page.locator('.tab.active', { hasText: 'Untitled-1' }), 'the new text');
    await user.page.keyboard.type('block A on 3x8x8 { relu }');
    assert.equal(await user.isOffered('Pointwise: Show Diagram'), false);
    await user.commands('Change Language Mode');
    await user.page.locator('.quick-input-box input').fill('Convolutional Network');
    await user.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Convolutional Network' }).first().click();
    const icon = user.page.locator('.editor-actions .action-label.codicon-type-hierarchy:not(.disabled)');
    await user.sees(icon, 'the icon of the diagram', 5_000);
    await user.commands('Pointwise: Show Diagram');
    await user.sees(title('A · Pointwise'), 'its picture');
    await user.page.keyboard.press('Control+1');
    await user.commands('View: Revert and Close Editor');
  });
});
