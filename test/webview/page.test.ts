/** The page as a user has it, in a real browser: select, reveal, fold, compare, keyboard, and every state between. */
import assert from 'node:assert/strict';
import * as fixtures from '../diagram/fixtures.ts';
import { URI } from '../diagram/fixtures.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { comparisonFor, sent, viewOf } from './views.ts';

const inception = fixtures.inception().graph;
const googlenet = fixtures.googlenet().graph;
const at = (line: number) => ({ uri: URI, range: { start: { line, character: 3 }, end: { line, character: 3 } } });

/** Whole networks one above the other, as a reader may choose. */
const COLUMN = { arrangement: 'column' };

describe('workbench page', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  it('draws a block, shows the figures of the layer one clicks, and reveals its source', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.box('branch2/conv_2').click();
    assert.equal(await w.figure('shape').textContent(), '96×28×28 → 128×28×28');
    assert.equal(await w.figure('weights').textContent(), '3×3×96×128 = 110,592');
    assert.deepEqual((await w.hears('reveal')).location, inception.nodes.find((n) => n.path === 'branch2/conv_2')?.source);
    assert.match(await w.text('footer'), /163,696 params/);
    await w.picture('block');
  });

  for (const [screen, width, height] of [
    ['1280×800', 612, 690],
    ['1440×900', 692, 790],
  ] as const)
    it(`is readable as it opens beside an editor on a screen of ${screen}`, async () => {
      w = await stage.page({ width, height });
      await w.show(viewOf(inception));
      const seen = async (): Promise<void> => {
        await w.page.waitForTimeout(400);
        const pane = await w.page.locator('svg.diagram').boundingBox();
        const texts = await w.page
          .locator('.diagram text:not(.gone)')
          .evaluateAll((all) => all.map((t) => t.getBoundingClientRect().toJSON() as DOMRect));
        assert.ok(texts.length > 10);
        for (const t of texts) {
          assert.ok(t.height >= 10.5, `a text is ${t.height} pixels high`);
          assert.ok(
            pane && t.top >= pane.y && t.bottom <= pane.y + pane.height && t.left >= 0 && t.right <= width,
            'a text is out of sight',
          );
        }
      };
      await seen();
      await w.picture(`beside-${screen}`);
      // The figures of a layer take room; the picture makes way.
      await w.page.locator('.run').click();
      await w.hears('ran');
      await w.box('branch2/conv_2').click();
      await seen();
      await w.picture(`beside-${screen}-run`);
    });

  it('shows what came with it, and says which view that is', async () => {
    const view = sent({ ...viewOf(inception), target: 'A </script> of its own' });
    w = await stage.page({
      first: [
        { type: 'view', result: { status: 'ok', sent: view }, fileName: 'first.cnn' },
        { type: 'show', tab: 'table', run: false },
      ],
    });
    await w.page.locator('.layers tbody tr').first().waitFor();
    assert.match(await w.text('.crumb'), /first\.cnn.*A <\/script> of its own/);
    assert.deepEqual(await w.hears('ready'), { type: 'ready', has: view.id });
    // What is told later builds on it.
    assert.equal((await w.heard()).filter((m) => m.type === 'whole').length, 0);
  });

  it('keeps every label within the room that was kept for it', async () => {
    w = await stage.page({ kept: COLUMN });
    await w.show(viewOf(googlenet));
    const texts = await w.page.locator('.diagram text').evaluateAll((all) =>
      all.map((t) => {
        // As drawn: they are larger where the whole is small.
        const factor = Number(getComputedStyle(t).getPropertyValue('--label'));
        return { text: t.textContent ?? '', width: (t as SVGTextElement).getBBox().width / factor, name: t.classList.contains('name') };
      }),
    );
    const { textWidth } = await import('../../src/diagram/text.ts');
    for (const t of texts) assert.ok(t.width <= textWidth(t.text, t.name ? 'name' : 'figure') + 0.5, `“${t.text}” is ${t.width} wide`);
    assert.ok(texts.length > 50);
  });

  it('names the colours of the picture, and no others', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    const legend = (): Promise<string[]> => w.page.locator('.legend li').allTextContents();
    assert.deepEqual(await legend(), ['1×1, linear', 'larger kernel', 'pool', 'activation', 'ink: weights', 'width: channels']);
    await w.show(viewOf(fixtures.vggTail().graph));
    // The picture of another graph is drawn a moment after it was sent.
    await w.page.locator('.legend li', { hasText: 'resize, reshape' }).waitFor({ timeout: 10_000 });
    assert.ok((await legend()).includes('resize, reshape'));
    const [swatch, box] = await Promise.all(
      [
        ['.swatch.other', 'backgroundColor'],
        ['.box.other .fill', 'fill'],
      ].map(([selector = '', property]) =>
        w.page
          .locator(selector)
          .first()
          .evaluate((e, p) => getComputedStyle(e)[p as 'fill'], property),
      ),
    );
    assert.equal(swatch, box);
  });

  it('opens a block by its mark and folds it so, where it is; a click elsewhere only selects', async () => {
    w = await stage.page({ kept: COLUMN });
    await w.show(viewOf(googlenet));
    const top = async (): Promise<number> => (await w.box('inception3a').boundingBox())?.y ?? 0;
    const before = await top();
    await w.box('inception3a').click({ position: { x: 20, y: 12 } });
    await w.until('that it is selected', async () => (await w.text('.panel h2')) === 'inception3a: Inception');
    assert.equal(await w.page.locator('[data-key="inception3a/branch2/conv"]').count(), 0);
    // What is selected has an outline around it.
    assert.ok(Math.abs((await top()) - before) < 4);
    await w.box('inception3a').locator('.mark-hit').click();
    await w.box('inception3a/branch2/conv').waitFor();
    assert.ok(Math.abs((await top()) - before) < 2);
    await w.picture('googlenet-open');
    await w.box('inception3a').locator('.mark-hit').click();
    await w.until('that it is folded', async () => (await w.page.locator('[data-key="inception3a/branch2/conv"]').count()) === 0);
    const kept = (await w.kept()) as { folds: Record<string, unknown> };
    assert.deepEqual(Object.values(kept.folds), [{ inception3a: false }]);
  });

  it('goes by keyboard from layer to layer and opens with Enter', async () => {
    w = await stage.page({ kept: COLUMN });
    await w.show(viewOf(googlenet));
    await w.page.locator('svg.diagram').focus();
    for (let i = 0; i < 20 && (await w.text('.panel h2')) !== 'inception3a: Inception'; i++) await w.page.keyboard.press('ArrowDown');
    assert.equal(await w.text('.panel h2'), 'inception3a: Inception');
    await w.page.keyboard.press('Enter');
    await w.box('inception3a/branch1/conv').waitFor();
    assert.ok(await w.page.locator('svg.diagram').getAttribute('aria-activedescendant'));
    await w.page.keyboard.press('Escape');
    assert.equal(await w.text('.panel h2'), 'GoogLeNet');
  });

  it('marks the layer at the cursor, and a folded block for what is in it', async () => {
    w = await stage.page({ kept: COLUMN });
    await w.show(viewOf(googlenet));
    const inner = googlenet.nodes.find((n) => n.path === 'inception4a/branch2/conv');
    await w.send({ type: 'cursor', location: at(inner?.source.range.start.line ?? 0) });
    await w.page.locator('.box.block.marked[data-key="inception4a"]').waitFor();
    assert.equal(await w.page.locator('.box.marked').count(), 1);
  });

  it('keeps the last good picture while the text is broken, and says so', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.send({
      type: 'view',
      fileName: 'inception.cnn',
      result: { status: 'stale', sent: undefined, reason: 'Expecting token `}`.', at: at(11) },
    });
    await w.page.locator('.banner', { hasText: 'Expecting token } . (line 12)'.replace(' .', '.') }).waitFor();
    assert.equal(await w.page.locator('.pane.stale').count(), 1);
    assert.ok((await w.page.locator('.diagram .box').count()) > 10);
    await w.picture('stale');
    await w.show(viewOf(inception, { version: 2 }));
    await w.until('that the banner goes', async () => (await w.page.locator('.banner').count()) === 0);
  });

  it('keeps zoom and selection over an edit', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.box('concat').click();
    await w.page.locator('[aria-label="Zoom in"]').click();
    await w.page.waitForTimeout(100);
    const before = await w.box('concat').boundingBox();
    const edited = fixtures.inception();
    await w.show(viewOf({ ...edited.graph }, { version: 2 }));
    await w.page.waitForTimeout(300);
    assert.deepEqual(await w.box('concat').boundingBox(), before);
    assert.equal(await w.text('.panel h2'), 'concat');
  });

  it('has something to say when there is nothing to show or to compare', async () => {
    w = await stage.page();
    await w.send({ type: 'view', fileName: 'a.cnn', result: { status: 'missing', reason: 'a.cnn has no block that can stand alone.' } });
    await w.page.locator('.empty', { hasText: 'can stand alone' }).waitFor();
    await w.page.getByRole('button', { name: 'Begin with a template …' }).click();
    await w.hears('begin');
    await w.picture('nothing');
    await w.show(viewOf(fixtures.vggTail().graph, { compare: false }));
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.empty', { hasText: 'Nothing to compare' }).waitFor();
  });

  it('says which layer has an error, that totals are only about right, and offers its fixes', async () => {
    w = await stage.page();
    const nodes = inception.nodes.map((n) => (n.path === 'branch2/conv_2' ? { ...n, failed: true as const } : n));
    await w.show(viewOf({ ...inception, nodes }));
    const wrong = nodes.find((n) => n.failed);
    assert.match(await w.text('.banner'), /branch2\/conv_2 has an error/);
    assert.match(await w.text('footer'), /≈ [\d,]+ params≈ [\d.]+ M MACspeak ≈/);
    assert.match((await w.figure('params').textContent()) ?? '', /^≈ /);
    const line = (wrong?.source.range.start.line ?? 0) + 1;
    assert.equal(await w.page.locator('.run').getAttribute('title'), `branch2/conv_2 (line ${line}) has an error: correct it first.`);
    await w.page.locator('.banner button', { hasText: 'Fix' }).click();
    assert.deepEqual((await w.hears('fix')).location, wrong?.source);
    await w.picture('failed-layer');
  });

  it('says once, not twice, why a text that was never valid has no picture', async () => {
    w = await stage.page();
    await w.send({
      type: 'view',
      fileName: 'inception.cnn',
      result: { status: 'stale', sent: undefined, reason: 'Expecting token `}`.', at: at(11) },
    });
    await w.page.locator('.empty', { hasText: 'Expecting token' }).waitFor();
    assert.equal(await w.page.getByText('Expecting token').count(), 1);
  });

  it('compares with the naive form on one scale, and times both', async () => {
    w = await stage.page();
    await w.show(viewOf(fixtures.bottleneck().graph));
    await w.send({ type: 'show', tab: 'compare', run: true });
    // In turns, so they end together.
    await w.until('that both ran', async () => (await w.heard()).some((m) => m.type === 'ran'));
    const rows = await w.page.locator('.figures tbody tr:not(.formula)').allTextContents();
    assert.match(rows[0] ?? '', /^Bottleneck69,632.*ms1×1×256×64 \+ 3×3×64×64 \+ 1×1×64×256/);
    assert.match(rows[1] ?? '', /^naive1,179,648.*ms/);
    assert.match(rows[2] ?? '', /16\.9×/);
    const widths = await w.page.locator('.side .box.input .fill').evaluateAll((all) => all.map((r) => r.getBoundingClientRect().width));
    assert.equal(widths.length, 2);
    assert.ok(Math.abs((widths[0] ?? 0) - (widths[1] ?? 1)) < 0.01);
    await w.picture('compare');
  });

  it('compares with what one chooses, and marks what differs', async () => {
    w = await stage.page({ width: 1400, height: 900 });
    await w.show(viewOf(inception, { targets: [inception.name, 'Bottleneck'] }));
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.side .box').first().waitFor();
    // The 1×1 of a branch goes, and its 3×3 reads more in the naive form.
    await w.page.locator('.side:first-child .box.only[data-key="branch2/conv"]').waitFor();
    assert.equal(await w.page.locator('.side:first-child .box.only[data-key="branch1/conv"]').count(), 0);
    assert.ok((await w.text('.side:first-child .legend')).includes('on this side only'));
    await w.picture('compare-marked');
    const options = async (): Promise<readonly string[]> => w.page.locator('.against-select vscode-option').allTextContents();
    assert.deepEqual(await options(), [
      'its variant',
      'its naive form',
      'Bottleneck',
      'the saved text',
      'HEAD',
      'another target …',
      'an earlier commit …',
    ]);
    const choose = async (text: string): Promise<void> => {
      await w.page.locator('.against-select').click();
      await w.page.locator('.against-select .option', { hasText: text }).click();
    };
    await choose('HEAD');
    const asked = { kind: 'revision', rev: 'HEAD', name: 'HEAD' } as const;
    await w.until('that HEAD is asked for', async () =>
      (await w.heard()).some((m) => m.type === 'compare' && JSON.stringify(m.asked) === JSON.stringify(asked)),
    );
    await w.send({
      type: 'comparison',
      uri: URI,
      target: inception.name,
      version: 1,
      asked,
      comparison: undefined,
      refused: 'There is no such file at HEAD.',
    });
    await w.page.locator('.empty', { hasText: 'There is no such file at HEAD.' }).waitFor();
    await choose('another target …');
    assert.deepEqual(await w.hears('choose'), { type: 'choose', uri: URI, target: inception.name, among: 'targets' });
    await choose('its variant');
    await w.send(comparisonFor(viewOf(inception)));
    await w.page.locator('.side .box').first().waitFor();
  });

  it('names the variant with which it compares', async () => {
    w = await stage.page();
    await w.show(viewOf(fixtures.bottleneck(false, 32).graph));
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.figures tbody tr').first().waitFor();
    const rows = await w.page.locator('.figures tbody tr:not(.formula)').allTextContents();
    assert.match(rows[1] ?? '', /^ungrouped69,632/);
    assert.match(await w.text('.sides'), /ungrouped/);
  });

  it('compares beside an editor: one side above the other where that shows more, formulas on rows of their own', async () => {
    for (const [theme, width, height, above] of [
      ['dark', 640, 1100, true],
      ['light', 1240, 820, false],
    ] as const) {
      w = await stage.page({ theme, width, height });
      await w.show(viewOf(inception));
      await w.send({ type: 'show', tab: 'compare', run: false });
      await w.page
        .locator(`.sides${above ? '.stacked' : ':not(.stacked)'} .side .box.concat`)
        .nth(1)
        .waitFor();
      await w.page.waitForTimeout(300);
      const sizes = await w.page.locator('.side text.name').evaluateAll((all) => all.map((t) => t.getBoundingClientRect().height));
      assert.ok(Math.min(...sizes) >= 7.5, `labels ${Math.min(...sizes)} px high`);
      const formula = w.page.locator(above ? '.figures .formula td' : '.figures td:nth-child(7)').first();
      assert.ok(await formula.isVisible());
      assert.match((await formula.textContent()) ?? '', /^1×1×192×64 \+ 1×1×192×96 \+ 3×3×96×128/);
      await w.picture(`compare-${theme}-${width}`);
    }
  });

  it('lists the blocks of a network that differ, and draws the one chosen', async () => {
    w = await stage.page();
    await w.show(viewOf(googlenet));
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.parts button', { hasText: 'inception5b' }).click();
    await w.page.locator('.side h2', { hasText: 'inception5b' }).waitFor();
    assert.match((await w.page.locator('.figures tbody tr:not(.formula)').allTextContents())[0] ?? '', /^inception5b1,442,816/);
    await w.picture('compare-network');
  });

  it('shows another cost where one chooses it, and keeps that', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    const figure = (): Promise<string | null> => w.page.locator('.diagram text.figure', { hasText: '%' }).first().textContent();
    assert.equal(await figure(), '12,288 · 7.5 %');
    await w.page.locator('.metric-select').click();
    await w.page.locator('.metric-select .option', { hasText: 'MACs' }).click();
    await w.page.locator('.legend li', { hasText: 'ink: MACs' }).waitFor();
    assert.equal(await figure(), '9.63 M · 7.5 %');
    assert.equal(await w.page.locator('.heaviest .much').first().textContent(), '67.7 %');
    assert.equal(((await w.kept()) as { metric?: string }).metric, 'macs');
    // One of the list is chosen as its box is.
    await w.page.locator('.heaviest button').first().click();
    assert.equal(await w.figure('shape').textContent(), '96×28×28 → 128×28×28');
  });

  it('draws a network without what lays out branches, says of a block that it is missing, and draws that once it is there', async () => {
    w = await stage.page();
    await w.page.route('**/layered-worker.js', (route) => route.fulfill({ status: 404 }));
    await w.show(viewOf(googlenet));
    assert.ok((await w.page.locator('.diagram .box').count()) > 5);
    w = await stage.page();
    await w.page.route('**/layered-worker.js', (route) => route.fulfill({ status: 404 }));
    await w.send({ type: 'view', result: { status: 'ok', sent: sent(viewOf(inception)) }, fileName: 'net.cnn' });
    await w.page.locator('.empty', { hasText: 'The worker that lays out branches could not be started' }).waitFor();
    await w.page.unroute('**/layered-worker.js');
    await w.show(viewOf(inception, { version: 2 }));
    await w.box('branch2/conv_2').waitFor();
  });

  it('offers the targets of the file', async () => {
    w = await stage.page();
    await w.show(viewOf(inception, { targets: ['Inception', 'Bottleneck'] }));
    await w.page.locator('vscode-single-select.target').click();
    await w.page.locator('vscode-single-select.target .option', { hasText: 'Bottleneck' }).click();
    assert.equal((await w.hears('target')).target, 'Bottleneck');
  });

  for (const theme of ['light', 'hc'] as const)
    it(`is drawn in ${theme}`, async () => {
      w = await stage.page({ theme });
      await w.show(viewOf(fixtures.bottleneck(false, 32).graph));
      await w.box('branch1/ConvBN_2/conv').click();
      await w.page.locator('.run').click();
      await w.hears('ran');
      await w.picture(`run-${theme}`);
    });
});
