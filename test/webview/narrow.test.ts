/** The page in panels of any width: nothing lies on anything else, nothing is wider than the page, and what is cut says so. */
import assert from 'node:assert/strict';
import type { Tab } from '../../src/protocol/page.ts';
import { inception as inceptionOf, resnet50 } from '../diagram/fixtures.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { comparisonFor, sent, spaceFor, viewOf } from './views.ts';

const inception = inceptionOf().graph;
const resnet = resnet50().graph;

/** Boxes that may not be wider than what is around them; what scrolls is within. */
const BOXES = 'html, .page, .top, main, .comparison, .stage, .sides, .compare-figures, .space-pane, .space-tools, .panel, footer';

/** What lies on each other in the top bar or beside its edge, in words. */
const overlaps = (w: Workbench): Promise<readonly string[]> =>
  w.page.evaluate(() => {
    const all = [...document.querySelectorAll('.crumb > *, .tabs, .seed > *, .run, .switch, .code > h2 > *')].filter(
      (e) => e.getClientRects().length > 0,
    );
    const named = all.map((e) => ({ name: e.className, r: e.getBoundingClientRect() }));
    const pairs = named.flatMap((a, i) => named.slice(i + 1).map((b) => [a, b] as const));
    const over = pairs.filter(
      ([{ r: a }, { r: b }]) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5,
    );
    const beside = named.filter(({ r }) => r.left < 0 || r.right > innerWidth);
    return [...over.map(([a, b]) => `${a.name} lies on ${b.name}`), ...beside.map((a) => `${a.name} is cut by the edge`)];
  });

/** Boxes that are wider within than without, and texts that are cut without an ellipsis or without a title. */
const cut = (w: Workbench): Promise<readonly string[]> =>
  w.page.evaluate((boxes) => {
    const wide = [...document.querySelectorAll(boxes)]
      .filter((e) => e.scrollWidth > e.clientWidth + 1)
      .map((e) => `${e.tagName}.${e.className} is too wide`);
    const texts = [...document.querySelectorAll<HTMLElement>('.page :not(svg *, .editor *)')].filter((e) => {
      const style = getComputedStyle(e);
      const own = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent?.trim());
      if (!own || style.overflowX !== 'hidden' || e.scrollWidth <= e.clientWidth) return false;
      return style.textOverflow !== 'ellipsis' || !e.title;
    });
    return [...wide, ...texts.map((e) => `“${e.textContent}” is cut`)];
  }, BOXES);

describe('a panel of any width', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  const fits = async (what: string): Promise<void> => assert.deepEqual([...(await overlaps(w)), ...(await cut(w))], [], what);
  const tab = async (name: Tab): Promise<void> => w.send({ type: 'show', tab: name, run: false });

  const WIDTHS = [1280, 900, 700, 560, 420, 320];
  /** Looks at what is shown in every width. */
  const fitsAll = async (what: string): Promise<void> => {
    for (const width of WIDTHS) {
      await w.page.setViewportSize({ width, height: 700 });
      await w.page.waitForTimeout(100);
      await fits(`${what} at ${width} px`);
    }
  };

  it(`fits ${WIDTHS.join(', ')} px`, async () => {
    w = await stage.page({ width: 1280, height: 700 });
    const view = viewOf(inception, { targets: [inception.name, 'Bottleneck'] });
    await w.show(view);
    await w.box('branch2/conv_2').click();
    await w.page.locator('.run').click();
    await w.hears('ran');
    await fitsAll('diagram');
    await tab('table');
    await w.page.locator('.layers tbody tr').first().waitFor();
    await fitsAll('table');
    await tab('space');
    await w.send(spaceFor(view));
    await w.page.locator('.space-plot .point').first().waitFor();
    await fitsAll('design space');
    await tab('compare');
    await w.page.locator('.sides .diagram .box').first().waitFor();
    await fitsAll('compare');
    await w.page.locator('.switch button', { hasText: 'Code' }).click();
    await w.page.locator('.editor.modified .view-line').first().waitFor();
    await fitsAll('code');
    // One target only, of a long name, and a comparison of many blocks.
    const name = 'ANetworkWhoseNameIsLongerThanAnyPanelThatOneWouldOpenBesideAnEditor';
    const fileName = 'a-file-whose-name-is-quite-as-long-as-the-name-of-its-only-network.cnn';
    const long = viewOf({ ...resnet, name });
    await w.send({ type: 'view', result: { status: 'ok', sent: sent(long) }, fileName });
    await w.hears('compare');
    await w.send(comparisonFor(long));
    await w.page.locator('.parts button').first().waitFor();
    await fitsAll('network');
  });

  it('scrolls the table of figures in its own box, with the names in sight', async () => {
    w = await stage.page({ width: 420 });
    await w.show(viewOf(inception));
    await tab('compare');
    await w.page.locator('.figures-box').evaluate((e) => e.scrollTo(1000, 0));
    const [name, last, notes] = await w.page.evaluate(() =>
      ['.figures tbody th', '.figures tbody td:last-child', '.notes'].map(
        (s) => document.querySelector(s)?.getBoundingClientRect().toJSON() as DOMRect,
      ),
    );
    assert.equal(name?.left, 0);
    assert.ok((last?.right ?? 1e3) <= 420);
    assert.ok((notes?.left ?? -1) >= 0);
  });

  it('puts the figures below the diagram where there is no room beside it', async () => {
    w = await stage.page({ width: 480 });
    await w.show(viewOf(inception));
    const [pane, panel] = await w.page.evaluate(() =>
      ['.pane', '.panel'].map((s) => document.querySelector(s)?.getBoundingClientRect().toJSON() as DOMRect),
    );
    assert.equal(pane?.width, 480);
    assert.equal(panel?.top, pane?.bottom);
  });

  for (const [width, height] of [
    [620, 320],
    [1200, 300],
  ] as const)
    it(`shows the picture in a panel of ${width} × ${height} px, as below an editor`, async () => {
      w = await stage.page({ width, height });
      await w.show(viewOf(inception));
      const seen = (selector: string) =>
        w.page
          .locator(selector)
          .first()
          .evaluate((e) => e.getBoundingClientRect().height);
      assert.ok((await seen('.pane')) > 0.6 * height);
      assert.equal(await w.page.locator('.legend').isVisible(), false);
      await tab('compare');
      await w.page.locator('.sides .diagram .box').first().waitFor();
      assert.ok((await seen('.side .pane')) >= 120);
      await fits('compare');
      const last = w.page.locator('.figures tr:visible').last();
      await last.scrollIntoViewIfNeeded();
      assert.ok(await last.isVisible());
    });
});
