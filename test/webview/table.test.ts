/** The table as a user has it: a tree that folds, sorts, is filtered and written, by mouse and keyboard, in panels of any width. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inception as inceptionOf } from '../diagram/fixtures.ts';
import { targetOf } from '../support/cnn.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { viewOf } from './views.ts';

const inception = inceptionOf().graph;
const example = (file: string): string => readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8');

describe('table of layers', function () {
  this.timeout(90_000);
  const stage = stageOfSuite();
  let w: Workbench;
  /** What the rows say: names, and of what is chosen an asterisk. */
  const names = (): Promise<readonly string[]> =>
    w.page
      .locator('.layers tbody th')
      .evaluateAll((all) => all.map((e) => `${e.textContent}${e.parentElement?.getAttribute('aria-selected') === 'true' ? '*' : ''}`));
  const heads = (): Promise<readonly string[]> => w.page.locator('.layers thead th').allTextContents();
  const row = (path: string) => w.page.locator(`.layers [data-path="${path}"]`);
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await w.page.keyboard.press(key);
  };
  const chosen = async (): Promise<string | undefined> => (await names()).find((n) => n.endsWith('*'))?.slice(0, -1);

  it('shows a block open after a run: shares as bars, sums; sorts, copies, saves, and goes to the text', async () => {
    w = await stage.page({ width: 1400, height: 900, kept: { tab: 'table' } });
    await w.show(viewOf(inception));
    await w.page.locator('.run').click();
    await w.hears('ran');
    assert.deepEqual((await names()).slice(0, 4), ['branch1', 'conv', 'relu', 'branch2']);
    const cell = (path: string, column: string) => row(path).locator(`td:nth-child(${column})`);
    const at = (await heads()).indexOf('% weights') + 1;
    assert.equal(await cell('branch2/conv_2', `${at}`).textContent(), '67.7 %');
    const parts = await cell('branch2', `${at}`)
      .locator('i')
      .evaluateAll((all) => all.map((i) => [i.className, i.getBoundingClientRect().width] as const));
    assert.deepEqual(
      parts.map(([tone]) => tone),
      ['conv', 'pointwise'],
    );
    assert.ok(Math.abs((parts[0]?.[1] ?? 0) / (parts[1]?.[1] ?? 1) - 110_592 / 18_432) < 0.2);
    assert.match(await w.text('.layers tfoot'), /14 layers.*163,696.*163,328.*100\.0 %/);

    // A click on a header sorts, the heaviest first and within each block; a third one brings back the flow.
    const header = w.page.locator('.layers thead button', { hasText: '% weights' });
    assert.match((await w.page.locator('.layers thead th', { hasText: '% weights' }).getAttribute('title')) ?? '', /part of all weights/);
    await header.click();
    assert.deepEqual((await names()).slice(0, 3), ['branch2', 'conv_2', 'conv']);
    await w.page.locator('[aria-label="Show the layers as one list"]').click();
    assert.deepEqual((await names()).slice(0, 2), ['branch2/conv_2', 'branch2/conv']);
    await row('branch2/conv_2').click();
    assert.deepEqual((await w.hears('reveal')).location, inception.nodes.find((n) => n.path === 'branch2/conv_2')?.source);
    assert.equal(await w.figure('weights').textContent(), '3×3×96×128 = 110,592');
    await press('Control+c');
    assert.match((await w.hears('copy')).text, /^layer\tkind\t.*\nbranch2\/conv_2\tconv\t128×28×28\t/);
    await press('Control+a', 'Control+c');
    assert.equal((await w.hears('copy')).text.split('\n').length, 15);

    // Columns: what is chosen is there, and in what is copied and saved.
    await w.page.locator('[aria-label="Columns"]').click();
    await w.page.locator('[role=menuitemcheckbox]', { hasText: 'kernel' }).click();
    await w.page.locator('[role=menuitemcheckbox]', { hasText: /^params$/ }).click();
    await press('Escape');
    assert.equal(await w.page.locator('.menu').count(), 0);
    assert.ok((await heads()).includes('kernel') && !(await heads()).includes('params'));
    await w.page.locator('[aria-label="Copy the table"]').click();
    await w.page.locator('[role=menuitem]', { hasText: 'As Markdown' }).click();
    const { text } = await w.hears('copy');
    assert.match(text, /^\| layer \| kind \| output \| kernel \| weights \| share of weights \|/);
    assert.match(text, /\| branch2\/conv_2 \| conv \| 128×28×28 \| 3×3×96×128 \| 110,592 \| 67\.7 % \|/);
    await w.page.locator('[aria-label="Save the table as CSV or Markdown"]').click();
    const saved = await w.hears('save');
    assert.deepEqual([saved.name, ...saved.formats.map((f) => f.extension)], ['Inception-layers', 'csv', 'md']);
    assert.match(
      saved.formats[0]?.text ?? '',
      /^layer,kind,output,kernel,weights,share of weights,.*\nbranch2\/conv_2,conv,128×28×28,3×3×96×128,110592,0\.677116,/,
    );
    await w.picture('table');

    // All of that is still so in a page that is made anew.
    const kept = await w.kept();
    w = await stage.page({ width: 1400, height: 900, kept });
    await w.show(viewOf(inception));
    assert.deepEqual((await names()).slice(0, 2), ['branch2/conv_2*', 'branch2/conv']);
    assert.ok((await heads()).includes('kernel') && !(await heads()).includes('params'));
  });

  it('folds and unfolds the blocks of a network by keyboard, finds in it, and keeps what is open', async () => {
    const { graph } = await targetOf(example('resnet.cnn'), 'ResNet152');
    w = await stage.page({ width: 660, height: 900, kept: { tab: 'table' } });
    await w.show(viewOf(graph));
    const folded = ['stem', 'maxpool', 'Bottleneck[0…2] ×3', 'Bottleneck_2[0…7] ×8', 'Bottleneck_3[0…35] ×36', 'Bottleneck_4[0…2] ×3'];
    assert.deepEqual((await names()).slice(0, 6), folded);
    assert.deepEqual(
      (await heads()).filter((h) => ['layer', 'weights', '% weights', 'MACs', '% MACs'].includes(h)).length,
      5,
      'the best columns have room beside an editor',
    );
    assert.ok(await w.page.locator('.table-pane').evaluate((e) => e.scrollWidth <= e.clientWidth));
    await w.page.locator('.layers').focus();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight');
    assert.equal(await chosen(), 'Bottleneck[0]');
    await press('ArrowRight', 'ArrowDown');
    assert.equal(await chosen(), 'branch1');
    assert.equal(await row('Bottleneck[0]/branch1').getAttribute('aria-level'), '3');
    assert.equal(await w.text('.panel h2'), 'branch1');
    assert.equal(
      await w.page.locator('.layers').getAttribute('aria-activedescendant'),
      await row('Bottleneck[0]/branch1').getAttribute('id'),
    );
    assert.equal((await w.heard()).filter((m) => m.type === 'reveal').length, 0, 'arrows leave the text where it is');
    await press('Enter');
    assert.deepEqual((await w.hears('reveal')).location, graph.scopes.find((s) => s.path.startsWith('Bottleneck[0]/branch1/'))?.source);
    // Left goes to what holds it, and again folds that.
    await press('ArrowLeft', 'ArrowLeft');
    assert.equal(await chosen(), 'Bottleneck[0]');
    assert.equal(await row('Bottleneck[0]/branch1').count(), 0);
    await press('End');
    assert.equal(await chosen(), 'fc');

    await press('/');
    await w.page.keyboard.type('conv 3x3 bottleneck_4');
    await w.page.locator('.found', { hasText: '3 of 615' }).waitFor();
    assert.match(await w.text('.layers tfoot th'), /^3 layers found$/);
    assert.deepEqual((await names()).slice(0, 3), [
      'Bottleneck_4[0…2] ×3',
      'Bottleneck_4[0]/branch1/ConvBN_2/conv',
      'Bottleneck_4[1]/branch1/ConvBN_2/conv',
    ]);
    await press('ArrowDown');
    assert.equal(await w.page.evaluate(() => document.activeElement?.className.includes('layers')), true);
    await press('Control+f');
    await w.page.keyboard.type('nowhere');
    await w.page.locator('.nothing').waitFor();
    await press('Escape');
    await row('stem').waitFor();
    assert.deepEqual((await names()).slice(0, 4), ['stem', 'maxpool', 'Bottleneck[0…2] ×3', 'Bottleneck[0]']);
    // A click on the mark folds, and chooses nothing.
    await row('Bottleneck[0…2]').locator('.twistie').click();
    assert.deepEqual((await names()).map((n) => n.replace('*', '')).slice(0, 6), folded);
    await w.page.locator('[aria-label="Unfold all"]').click();
    await row('stem/conv').waitFor();
    await w.page.locator('[aria-label="Fold all"]').click();
    assert.equal(await row('stem/conv').count(), 0);
    await w.until('that this is kept', async () => JSON.stringify(await w.kept()).includes('{"base":"folded","rows":{}}'));
    // Headers are reached and sort by keyboard too.
    await w.page.locator('.layers').focus();
    await press('Tab', 'Tab', 'Enter');
    assert.equal(await w.page.locator('.layers thead th').nth(1).getAttribute('aria-sort'), 'descending');
  });

  it('makes only those of 4,200 rows that are near, and scrolls to any', async () => {
    const text = 'block Unit { conv(8, 3x3) -> bn -> relu }\nnetwork Long on 8x8x8 { repeat 1400 { Unit } }';
    const { graph } = await targetOf(text, 'Long');
    w = await stage.page({ width: 900, height: 700, kept: { tab: 'table', table: { flat: true } } });
    await w.show(viewOf(graph, { compare: false }));
    const made = (): Promise<number> => w.page.locator('.layers tbody tr').count();
    assert.ok((await made()) < 100);
    await w.page.locator('.layers').focus();
    await press('End');
    await row('Unit[1399]/relu').waitFor();
    assert.ok((await made()) < 100);
    const [last, foot] = await w.page.evaluate(() =>
      ['.layers [aria-selected=true]', '.layers tfoot tr'].map(
        (s) => document.querySelector(s)?.getBoundingClientRect().toJSON() as DOMRect,
      ),
    );
    assert.ok(last && foot && last.bottom <= foot.top + 1, 'the last row stands above the sum');
  });
});
