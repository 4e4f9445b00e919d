/** The page without a mouse and without eyes: all that acts has a name and shows when it has the focus, in every theme. */
import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import type { Tab, ToPage } from '../../src/protocol/page.ts';
import { inception as inceptionOf, resnet50, URI } from '../diagram/fixtures.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { THEME_NAMES, type Theme } from './themes.ts';
import { sent, spaceIn, Trier, viewOf } from './views.ts';

const inception = inceptionOf().graph;

describe('access to the page', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  const open = async (theme: Theme, tab: Tab = 'compare'): Promise<void> => {
    w = await stage.page({ theme, width: 1280, height: 800 });
    await w.show(viewOf(tab === 'compare' ? resnet50().graph : inception, { targets: ['Inception', 'ResNet50'] }));
    await w.send({ type: 'show', tab, run: false });
    await w.page.waitForTimeout(300);
  };

  it('names the fields and buttons of every tab', async () => {
    await open('dark', 'diagram');
    for (const tab of ['diagram', 'table', 'compare'] as const) {
      await w.send({ type: 'show', tab, run: false });
      await w.page.locator(`[role=tab][aria-selected=true]`, { hasText: new RegExp(tab, 'i') }).waitFor();
      for (const [role, name] of [
        ['combobox', 'Target'],
        ['spinbutton', 'Seed'],
        ['button', tab === 'compare' ? 'Time both' : 'Run'],
        ['tab', 'Diagram'],
      ] as const)
        assert.ok((await w.page.getByRole(role, { name, exact: true }).count()) > 0, `${tab}: ${name}`);
      const snapshot = await w.page.locator('body').ariaSnapshot();
      assert.deepEqual(snapshot.match(/- (button|combobox|spinbutton|tab|textbox|link)(:|$| \[)/gm), null, snapshot);
    }
  });

  for (const theme of ['dark', 'light', 'hc'] as const)
    it(`shows where the focus is in ${theme}`, async () => {
      await open(theme);
      for (let stop = 0; stop < 9; stop++) {
        await w.page.keyboard.press('Tab');
        // The element itself or what it is made of has a line in the colour of the focus.
        const { name, shown } = await w.page.evaluate(() => {
          const e = document.activeElement ?? document.body;
          const probe = document.body.appendChild(document.createElement('i'));
          probe.style.color = 'var(--vscode-focusBorder)';
          const colour = getComputedStyle(probe).color;
          probe.remove();
          const lines = [e, ...(e.shadowRoot?.querySelectorAll('*') ?? [])].map((x) => getComputedStyle(x));
          const shown = lines.some(
            (s) =>
              (s.outlineStyle === 'solid' && s.outlineColor === colour) || (s.borderTopStyle === 'solid' && s.borderTopColor === colour),
          );
          return { name: `${e.tagName} ${e.textContent}`, shown };
        });
        assert.ok(shown, name);
      }
    });

  /** Does something in each theme, on the page as it stands: a page of their own for each takes four times as long. */
  const inEachTheme = async (look: (theme: Theme) => Promise<void>): Promise<void> => {
    for (const theme of THEME_NAMES) {
      await w.wears(theme);
      await look(theme);
    }
  };
  /** Has axe look at a part of the page in each theme. */
  const pleasesAxe = (part: string): Promise<void> =>
    inEachTheme(async (theme) => {
      // Without frames it needs no page of its own for the whole.
      const { violations } = await new AxeBuilder({ page: w.page }).setLegacyMode().include(part).analyze();
      assert.deepEqual(
        violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`),
        [],
        `${part} in ${theme}`,
      );
    });

  it('gives axe nothing to complain about in diagram, table and comparison', async () => {
    await open('dark', 'diagram');
    await w.send({ type: 'panel', shows: { uri: URI, target: 'Inception', pinned: true } });
    await w.page.locator('.run').click();
    await w.hears('ran');
    // A layer is chosen and another stands at the cursor; the figures of the run are shown.
    await w.box('branch2/conv_2').click();
    await w.page.locator('.histogram').waitFor();
    await pleasesAxe('.page');
    await w.page.locator('svg.diagram').focus();
    await w.page.keyboard.press('/');
    await w.page.locator('.find input').fill('conv');
    await pleasesAxe('.pane');
    await w.send({ type: 'show', tab: 'table', run: false });
    await w.page.locator('.layers tbody tr').nth(3).click();
    await w.page.locator('[aria-label="Columns"]').click();
    await pleasesAxe('.table-stage');
    await w.page.keyboard.press('Escape');
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.side .box').first().waitFor();
    await w.page.waitForTimeout(400);
    await pleasesAxe('.page');
    await inEachTheme((theme) => w.picture(`access-${theme}`));
  });

  it('gives axe nothing to complain about in the design space, and shows where the focus is', async () => {
    const { view, space } = await spaceIn('block A on 64x8x8 { conv(16, 1x1) -> relu -> conv(64, 3x3) }\nblock B on 8x8x8 { bn }', 'A');
    w = await stage.page({ width: 1280, height: 800, kept: { tab: 'space' } });
    await w.send({ type: 'view', result: { status: 'ok', sent: sent(view) }, fileName: 'a.cnn' });
    await w.send(space);
    await w.page.locator('.space-plot .point').first().focus();
    await w.page.locator('.space-tip').waitFor();
    await pleasesAxe('.space-pane');
    for (let stop = 0; stop < 3; stop++) {
      await w.page.keyboard.press('Tab');
      await inEachTheme(async (theme) => {
        const outline = await w.page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
        assert.equal(outline, 'solid', theme);
      });
    }
  });

  it('gives axe nothing to complain about in what if, and shows where the focus is', async () => {
    const text =
      'let n = 1\nblock A(c=16, act=relu, bias=true, name=[[1]]) on 64x8x8 { repeat n { conv(c, 1x1, bias=bias) -> act }\n expect params <= 1100 }';
    const tried = { c: '0', act: 'gelu' };
    const trier = await Trier.on(text, 'A');
    w = await stage.page({ width: 1280, height: 800, kept: { whatIf: true, tried: { 'file:///test/main.cnn#A': tried } } });
    await w.send(await trier.view());
    const [ask] = [await w.hears('try')];
    assert.deepEqual(ask.tried, tried);
    await w.send((await trier.answer(ask)) as ToPage);
    await w.page.locator('.what-if .wrong').waitFor();
    await pleasesAxe('.what-if');
    await w.send((await trier.answer({ ...ask, tried: { c: '32', act: 'gelu' } })) as ToPage);
    await w.page.locator('.what-if .breaks').waitFor();
    await pleasesAxe('.what-if');
    await w.page.getByRole('slider', { name: 'c', exact: true }).focus();
    await w.page.keyboard.press('Shift+Tab');
    await w.page.keyboard.press('Tab');
    for (const name of ['slider', 'field', 'reset', 'choice', 'reset', 'check box'] as const) {
      await inEachTheme(async (theme) => {
        const shown = await w.page.evaluate(() => {
          const e = document.activeElement ?? document.body;
          return [e, ...(e.shadowRoot?.querySelectorAll('*') ?? [])].some((x) => {
            const s = getComputedStyle(x);
            return s.outlineStyle === 'solid' || s.borderTopStyle === 'solid';
          });
        });
        assert.ok(shown, `${name} in ${theme}`);
      });
      await w.page.keyboard.press('Tab');
    }
    await inEachTheme((theme) => w.picture(`what-if-${theme}`));
  });

  it('says in high contrast what is chosen by more than a colour', async () => {
    await open('hc');
    for (const chosen of ['.parts [aria-current="true"]', '.switch [aria-pressed="true"]'])
      assert.equal(await w.page.locator(chosen).evaluate((e) => getComputedStyle(e).outlineStyle), 'dashed');
  });
});
