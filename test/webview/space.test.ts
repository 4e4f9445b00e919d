/** The design space on the page: its picture before and after runs, what its points open, and its parts that only compute. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { FromPage } from '../../src/protocol/page.ts';
import { axisOf } from '../../webview/panes/space/axis.ts';
import { placeLabels } from '../../webview/panes/space/labels.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { sent, spaceIn } from './views.ts';

const example = (file: string): string => readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8');

const TEXT = `block Plain on 64x8x8 { conv(64, 3x3) }
block Bottleneck on 64x8x8 { add { | conv(16, 1x1) -> relu -> conv(16, 3x3) -> relu -> conv(64, 1x1) | identity } }
block Large on 64x96x96 { conv(64, 1x1) }`;

describe('axes of the design space', () => {
  for (const [says, values, isLog, texts] of [
    ['what is alike along a linear one, from zero', [1e6, 5e6], false, ['0', '1M', '2M', '3M', '4M', '5M']],
    ['what is not along a logarithmic one', [7e4, 3e8], true, ['100k', '1M', '10M', '100M']],
    ['what may be zero along a linear one', [0, 3e8], false, ['0', '50M', '100M', '150M', '200M', '250M', '300M']],
    ['nothing but zero', [0], false, undefined],
    ['one value alone', [4], false, undefined],
  ] as const)
    it(`marks ${says}`, () => {
      const axis = axisOf('params', values, 0, 500, 'x');
      assert.equal(axis.isLog, isLog);
      assert.match(axis.title, isLog ? /^params \(logarithmic\)$/ : /^params \(linear\)$/);
      if (texts)
        assert.deepEqual(
          axis.ticks.map((t) => t.text),
          texts,
        );
      for (const v of values) assert.ok(axis.at(v) >= 0 && axis.at(v) <= 500);
    });

  it('count memory in the units of memory, and time in seconds where it is long', () => {
    const memory = axisOf('memory', [2 ** 20, 6 * 2 ** 20], 0, 500, 'x');
    assert.equal(memory.title, 'peak memory, MiB (linear)');
    assert.deepEqual(
      memory.ticks.map((t) => t.text),
      ['0', '1', '2', '3', '4', '5', '6'],
    );
    assert.equal(axisOf('time', [1, 3], 500, 0, 'y').title, 'time here, ms (linear)');
    assert.equal(axisOf('time', [900, 4000], 500, 0, 'y').title, 'time here, s (linear)');
  });
});

describe('names in the design space', () => {
  it('stand beside their points, and on no other', () => {
    const spots = [
      { x: 80, y: 50, text: 'first' },
      { x: 82, y: 50, text: 'second' },
      { x: 190, y: 50, text: 'by the edge' },
    ];
    const [a, b, c] = placeLabels(spots, 200, 100);
    assert.equal(a?.anchor, 'start');
    assert.equal(b?.anchor, 'end');
    assert.equal(c?.anchor === 'start', false);
    assert.deepEqual([a?.isLed, b?.isLed], [false, false]);
    // A name in bold is wider.
    const edge = { x: 130, y: 50, text: 'ResNet101' };
    assert.deepEqual(
      [false, true].map((isBold) => placeLabels([{ ...edge, isBold }], 205, 100)[0]?.anchor),
      ['start', 'end'],
    );
    // With points on all its sides it stands farther off, and a line leads to it.
    const around = [
      [0, 0],
      [20, 0],
      [-20, 0],
      [0, 16],
      [0, -16],
    ].map(([dx = 0, dy = 0]) => ({ x: 150 + dx, y: 100 + dy, text: 'name' }));
    assert.equal(placeLabels(around, 300, 200)[0]?.isLed, true);
  });

  it('are left out where there is no room at all', () => {
    const crowd = Array.from({ length: 60 }, (_, i) => ({ x: 100 + (i % 8), y: 50 + (i % 7), text: 'a rather long name' }));
    const placed = placeLabels(crowd, 240, 100);
    assert.ok(placed.some((l) => l === undefined));
    assert.ok(placed.some((l) => l !== undefined));
  });
});

describe('design space', function () {
  this.timeout(120_000);
  const stage = stageOfSuite();
  let w: Workbench;
  const point = (key: string) => w.page.locator(`.space-plot [data-key="${key}"]`);
  const names = (): Promise<readonly string[]> => w.page.locator('.space-table tbody th button').allTextContents();
  const cells = (name: string): Promise<readonly string[]> =>
    w.page
      .locator('.space-table tbody tr', { has: w.page.getByRole('button', { name, exact: true }) })
      .locator('td')
      .allTextContents();
  const said = async <T extends FromPage['type']>(type: T): Promise<number> => (await w.heard()).filter((m) => m.type === type).length;
  const open = async (text: string, target: string, o: Parameters<typeof stage.page>[0] = {}): Promise<void> => {
    w = await stage.page({ kept: { tab: 'space' }, ...o });
    const { view, space } = await spaceIn(text, target);
    await w.send({ type: 'view', result: { status: 'ok', sent: sent(view) }, fileName: 'space.cnn' });
    assert.deepEqual(await w.hears('space'), { type: 'space', uri: view.uri, target });
    await w.send(space);
    await w.page.locator('.space-plot .point').first().waitFor();
  };

  it('shows all there is before any run, times it, and tells the same in a table that sorts', async () => {
    // What Large takes does not fit.
    await open(TEXT, 'Bottleneck', { width: 1400, height: 900, maxRunBytes: 2 ** 21 });
    assert.match(await w.text('.space-plot .title.up'), /MACs/);
    assert.deepEqual(await names(), ['Plain', 'Bottleneck', 'Large', 'naive']);
    assert.deepEqual(await cells('Bottleneck'), ['4,448', '4,352', '278.5 k', '48.0 KiB', '—']);
    assert.equal(await w.page.locator('.space-plot .joins path').count(), 1);
    await w.page.locator('.metric-select').click();
    await w.page.locator('.metric-select .option', { hasText: 'MACs' }).click();
    await w.until('that params go up', async () => /params/.test(await w.text('.space-plot .title.up')));

    await w.page.locator('.run', { hasText: 'Time all' }).click();
    await w.until('that all are timed', async () => (await said('ran')) === 3);
    await w.page.locator('.space-table', { hasText: 'does not run' }).waitFor();
    assert.match(await w.text('.space-plot .title.up'), /time here/);
    for (const name of ['Plain', 'Bottleneck', 'naive']) assert.match((await cells(name))[4] ?? '', /ms$/);
    assert.match((await w.page.locator('.space-table td[title*="memory"]').getAttribute('title')) ?? '', /MiB/);
    await w.picture('space-timed');
    await w.page.locator('.space-table thead button', { hasText: 'params' }).click();
    assert.deepEqual(await names(), ['naive', 'Plain', 'Bottleneck', 'Large']);
    await w.page.locator('.space-table thead button', { hasText: 'name' }).click();
    assert.deepEqual(await names(), ['Bottleneck', 'Large', 'naive', 'Plain']);

    // A target keeps its time while another is shown; the variants of that are others.
    const time = (await cells('Plain'))[4];
    await point('target Plain').click();
    assert.deepEqual(await w.hears('target'), { type: 'target', target: 'Plain' });
    const other = await spaceIn(TEXT, 'Plain');
    await w.send({ type: 'view', result: { status: 'ok', sent: sent(other.view) }, fileName: 'space.cnn' });
    await w.until('that it asks anew', async () => (await said('space')) === 2);
    assert.deepEqual(await names(), ['Bottleneck', 'Large', 'Plain']);
    await w.send(other.space);
    await w.page.locator('.space-plot .shown[data-key="target Plain"]').waitFor();
    assert.equal((await cells('Plain'))[4], time);
  });

  it('tells all figures where one points or goes by keyboard, and opens what one chooses', async () => {
    await open(TEXT, 'Bottleneck', { width: 660, height: 900 });
    await point('naive naive').hover();
    const tip = await w.text('.space-tip');
    assert.match(tip, /^naiveBottleneck without its 1×1 reductions/);
    assert.match(tip, /73,856.*4,718,592.*KiB.*Compares Bottleneck with it/);
    await point('target Plain').focus();
    await w.page.locator('.space-tip', { hasText: 'target of this file' }).waitFor();
    // From left to right, and on to the table.
    const order = await w.page.locator('.space-plot .point').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().x));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    await point('naive naive').focus();
    await w.page.keyboard.press('Enter');
    await w.page.locator('[role=tab][aria-selected=true]', { hasText: 'Compare' }).waitFor();
    assert.deepEqual((await w.hears('compare')).asked, { kind: 'variant', name: 'naive' });
  });

  it('stays readable with several whole networks, in any width and theme', async () => {
    const text = example('resnet.cnn');
    for (const [theme, width, height] of [
      ['dark', 1920, 1080],
      ['light', 660, 900],
    ] as const) {
      await open(text, 'ResNet50', { theme, width, height });
      const boxes = await w.page
        .locator('.space-plot .point text')
        .evaluateAll((all) => all.map((e) => e.getBoundingClientRect().toJSON() as DOMRect));
      assert.ok(boxes.length >= 5, `${boxes.length} names`);
      const over = boxes.flatMap((a, i) =>
        boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2),
      );
      assert.deepEqual(over, [], 'names on names');
      await w.picture(`space-${theme}-${width}`);
    }
  });
});
