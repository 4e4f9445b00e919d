/** What a user does with a whole network in the workbench: sees its stages, opens them, finds layers, follows the text, compares versions. */
import assert from 'node:assert/strict';
import { desk } from './desk.ts';
import type { User } from './user.ts';

describe('a whole network in the workbench', () => {
  let user: User;

  before(async function () {
    this.timeout(120_000);
    user = await (await desk()).sit('unet.cnn');
    await user.sees(user.lens('Diagram'), 'a lens', 40_000);
    await user.page.keyboard.press('Control+B');
    await user.commands('Pointwise: Show Diagram');
  });
  after(() => user?.page.close());

  it('is drawn by its lanes: a U, each level with its share', async () => {
    await user.sees(user.workbench.locator('.diagram text', { hasText: '45.6 %' }).first(), 'the share of the bottom');
    const labels = await user.workbench.locator('.diagram text').allTextContents();
    for (const lane of ['256×256', '128×128', '64×64', '32×32', '16×16']) assert.ok(labels.includes(lane), lane);
    await user.photographs('lanes-dark');
  });

  it('opens a level by a double click, and a click only selects', async () => {
    const cards = user.workbench.locator('.diagram g.box.block');
    const before = await cards.count();
    await cards.first().click();
    await user.sees(user.workbench.locator('.panel h2', { hasText: 'down' }), 'its figures');
    assert.equal(await cards.count(), before);
    await cards.first().dblclick();
    await user.sees(user.workbench.locator('.diagram g.box.frame'), 'the level, open');
    await user.workbench.locator('[aria-label="Fold all blocks"]').click();
    await user.seesNo(user.workbench.locator('.diagram g.box.frame'), 'an open level');
  });

  it('finds a layer by its kind', async () => {
    await user.workbench.locator('svg.diagram').focus();
    await user.page.keyboard.press('/');
    await user.workbench.locator('.find input').fill('maxpool');
    await user.sees(user.workbench.locator('.find .of', { hasText: '1 of 4' }), 'how many there are');
    await user.page.keyboard.press('Escape');
  });

  it('compares with the saved text while one edits', async () => {
    await user.workbench.getByRole('tab', { name: 'Compare' }).click();
    await user.workbench.locator('.against-select').click();
    await user.workbench.locator('.against-select .option', { hasText: 'the saved text' }).click();
    await user.sees(user.workbench.locator('.answer', { hasText: 'as many weights' }), 'that nothing differs yet');
    await user.goesToEndOf('conv(classes, 1x1)');
    await user.types(' -> conv(classes, 1x1)');
    await user.sees(user.workbench.locator('.side .box.only').first(), 'what is new');
    await user.photographs('compare-saved');
    await user.erases(' -> conv(classes, 1x1)');
  });

  it('compares with a target of another file, chosen from a list', async () => {
    await user.workbench.locator('.against-select').click();
    await user.workbench.locator('.against-select .option', { hasText: 'another target' }).click();
    await user.chooses('ResNet50');
    await user.sees(user.workbench.locator('.answer', { hasText: 'ResNet50' }), 'the answer');
  });

  it('stays while it is pinned, and shows at once what is there when it follows again', async () => {
    await user.workbench.getByRole('button', { name: 'Stay with this target' }).click();
    await user.opens('inception.cnn');
    await user.sees(user.lens('163.3k'), 'the lenses of the other file');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'unet.cnn' }), 'the target that the panel stays with');
    await user.workbench.getByRole('button', { name: 'Follow the editor again' }).click();
    await user.sees(user.workbench.locator('.crumb', { hasText: 'inception.cnn' }), 'the target of the editor');
  });
});
