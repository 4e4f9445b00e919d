/** The page as a user has it, in a real browser: select, reveal, run, cancel, fold, compare, keyboard, and every state between. */
import assert from 'node:assert/strict';
import { dimsOf, record } from '../../src/graph/record.ts';
import { initialise, randomInput, reference, statistics } from '../../src/tensor/index.ts';
import { measured } from '../../webview/figures.ts';
import * as fixtures from '../diagram/fixtures.ts';
import { URI } from '../diagram/fixtures.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { viewOf } from './views.ts';

const inception = fixtures.inception().graph;
const googlenet = fixtures.googlenet().graph;
const at = (line: number) => ({ uri: URI, range: { start: { line, character: 3 }, end: { line, character: 3 } } });

describe('workbench page', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await w?.picture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
    // Some tests break a worker on purpose; the page itself may never fail.
    const errors = w?.errors.filter((e) => !e.includes('404') && !e.includes('broken on purpose')) ?? [];
    await w?.page.close();
    assert.deepEqual(errors, []);
  });

  const figure = (name: string) =>
    w.page
      .locator('.panel dt', { hasText: new RegExp(`^${name}$`) })
      .locator('xpath=following-sibling::dd[1]')
      .first();
  const text = async (selector: string): Promise<string> =>
    ((await w.page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, ' ').trim();

  it('draws a block, shows the figures of the layer one clicks, and reveals its source', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.box('branch2/conv_2').click();
    assert.equal(await figure('shape').textContent(), '96×28×28 → 128×28×28');
    assert.equal(await figure('weights').textContent(), '3×3×96×128 = 110,592');
    assert.deepEqual((await w.hears('reveal')).location, inception.nodes.find((n) => n.path === 'branch2/conv_2')?.source);
    assert.match(await text('footer'), /163,696 params/);
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
          .locator('.diagram text')
          .evaluateAll((all) => all.map((t) => t.getBoundingClientRect().toJSON() as DOMRect));
        for (const t of texts) {
          assert.ok(t.height >= 8.5, `a text is ${t.height} pixels high`);
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

  it('keeps every label within the room that was kept for it', async () => {
    w = await stage.page();
    await w.show(viewOf(googlenet));
    const texts = await w.page
      .locator('.diagram text')
      .evaluateAll((all) =>
        all.map((t) => ({ text: t.textContent ?? '', width: (t as SVGTextElement).getBBox().width, name: t.classList.contains('name') })),
      );
    const { textWidth } = await import('../../src/diagram/text.ts');
    for (const t of texts) assert.ok(t.width <= textWidth(t.text, t.name ? 'name' : 'figure') + 0.5, `“${t.text}” is ${t.width} wide`);
    assert.ok(texts.length > 50);
  });

  it('names the colours of the picture, and no others', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    const legend = (): Promise<string[]> => w.page.locator('.legend li').allTextContents();
    assert.deepEqual(await legend(), ['1×1, linear', 'larger kernel', 'pool', 'activation', 'width: channels']);
    await w.show(viewOf(fixtures.vggTail().graph));
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

  it('runs a block and shows what the reference computes', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.box('branch2/relu_2').click();
    await w.page.locator('.run').click();
    const ran = await w.hears('ran');
    assert.equal(ran.layers, inception.nodes.length - 1);
    const { program, values } = record(inception);
    const plan = reference.plan(program, initialise(program.weights, 1), { observe: true });
    const node = inception.nodes.find((n) => n.path === 'branch2/relu_2');
    let expected = '';
    plan.run([randomInput(dimsOf(inception.nodes[0]?.shape ?? [0]), 1)], (s) => {
      const y = values[node?.id ?? 0] ?? 0;
      if (s.ops.some((op) => program.ops[op]?.y === y)) {
        const { mean, std } = statistics(s.read(y));
        expected = `${measured(Number(mean.toPrecision(3)))} ± ${measured(Number(std.toPrecision(3)))}`;
      }
    });
    const [mean, std] = ((await figure('mean ± std').textContent()) ?? '').split(' ± ').map(Number);
    assert.equal(`${measured(Number(mean?.toPrecision(3)))} ± ${measured(Number(std?.toPrecision(3)))}`, expected);
    assert.equal(
      await figure('min … max')
        .textContent()
        .then((t) => t?.startsWith('0 …')),
      true,
    );
    assert.equal(await w.page.locator('.maps canvas').count(), 24);
    await w.picture('run-dark');
    // The same seed gives the same bits; another gives others.
    const first = await figure('min … max').textContent();
    await w.page.locator('.run').click();
    await w.until('that it ran again', async () => (await w.heard()).filter((m) => m.type === 'ran').length === 2);
    assert.equal(await figure('min … max').textContent(), first);
    await w.page.locator('.seed-field input').fill('7');
    await w.page.locator('.seed-field input').press('Tab');
    await w.page.locator('.run').click();
    await w.until('that it ran with seed 7', async () => (await text('.panel h3')).includes('seed 7'));
    assert.notEqual(await figure('min … max').textContent(), first);
  });

  it('shares a run among threads where the page may share memory, with the same numbers', async () => {
    const figures: string[] = [];
    for (const isolated of [false, true]) {
      w = await stage.page({ isolated });
      await w.show(viewOf(inception));
      await w.box('branch2/relu_2').click();
      await w.page.locator('.run').click();
      await w.hears('ran');
      const cores = Math.min(8, isolated ? await w.page.evaluate(() => navigator.hardwareConcurrency) : 1);
      await w.page.locator('.panel', { hasText: `· ${cores} thread${cores === 1 ? '' : 's'} ·` }).waitFor();
      figures.push(`${await figure('min … max').textContent()} ${await figure('mean ± std').textContent()}`);
    }
    assert.equal(figures[1], figures[0]);
  });

  it('shows no seed but the one that it uses', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    const field = w.page.locator('.seed-field input');
    for (const [typed, shows] of [
      ['7', '7'],
      ['-5', '7'],
      ['1.5', '7'],
      ['4294967296', '7'],
      ['', '7'],
      ['4294967295', '4294967295'],
    ] as const) {
      await field.fill(typed);
      await field.press('Tab');
      assert.equal(await field.inputValue(), shows, `after ${typed}`);
    }
  });

  it('cancels a run, and can run again', async () => {
    w = await stage.page();
    await w.show(viewOf(fixtures.resnet50().graph));
    await w.page.locator('.run').click();
    await w.page.locator('.run', { hasText: 'Cancel' }).click();
    await w.page.locator('footer', { hasText: 'Run cancelled' }).waitFor();
    assert.equal(
      await w.page
        .locator('.run')
        .textContent()
        .then((t) => t?.trim()),
      'Run',
    );
    await w.show(viewOf(inception));
    await w.page.locator('.run').click();
    await w.hears('ran');
  });

  it('says in figures why it refuses a run that is too large', async () => {
    w = await stage.page({ maxRunBytes: 2 ** 20 });
    await w.show(viewOf(inception));
    await w.page.locator('.run').click();
    await w.page.locator('footer .error', { hasText: 'MiB' }).waitFor();
    assert.match(await text('footer .error'), /needs, for its input and weights alone, \d+ MiB of memory; 1 MiB is the most/);
  });

  for (const [how, end, says] of [
    ['with an error', "reportError(new Error('broken on purpose'));", /died in the middle of the run: .*broken on purpose/],
    ['without a word', 'self.close(); self.postMessage = () => {};', /died in the middle of the run\.$/],
    ['in its kernel', "throw new WebAssembly.RuntimeError('unreachable');", /kernel stopped in the middle of the run \(unreachable\)/],
  ] as const)
    it(`survives a worker that dies ${how} in the middle of a run`, async () => {
      w = await stage.page();
      // With seed 1 the worker comes to its end at the third layer; with any other it is whole.
      const broken = `{ let seed; self.addEventListener('message', (e) => { seed = e.data.seed; }); const post = self.postMessage.bind(self);
        self.postMessage = (m) => { post(m); if (seed === 1 && m.type === 'progress' && m.layer > 2) { ${end} } }; }`;
      await w.page.route(/run-worker\.js$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${broken}\n${await response.text()}` });
      });
      await w.show(viewOf(inception));
      await w.page.locator('.run').click();
      await w.page.locator('footer .error').waitFor();
      assert.match(await text('footer .error'), says);
      await w.picture(`died-${how.replaceAll(' ', '-')}`);
      await w.box('branch1/conv').click();
      assert.equal(await figure('shape').textContent(), '192×28×28 → 64×28×28');
      await w.page.locator('.seed-field input').fill('2');
      await w.page.locator('.seed-field input').press('Tab');
      await w.page.locator('.run').click();
      assert.equal((await w.hears('ran')).layers, inception.nodes.length - 1);
      assert.equal(await w.page.locator('footer .error').count(), 0);
    });

  it('survives a worker that cannot be started', async () => {
    w = await stage.page({ runWorker: 'webview/there-is-none.js' });
    await w.show(viewOf(inception));
    await w.page.locator('.run').click();
    assert.match((await w.hears('failed')).message, /could not be started/);
    await w.box('branch1/conv').click();
    assert.equal(await figure('shape').textContent(), '192×28×28 → 64×28×28');
  });

  it('opens a block where one clicks it, folds it by its title, and stays where it is', async () => {
    w = await stage.page();
    await w.show(viewOf(googlenet));
    const top = async (): Promise<number> => (await w.box('inception3a').boundingBox())?.y ?? 0;
    const before = await top();
    await w.box('inception3a').click();
    await w.box('inception3a/branch2/conv').waitFor();
    assert.ok(Math.abs((await top()) - before) < 2);
    await w.picture('googlenet-open');
    await w.page.locator('.diagram text', { hasText: /^inception3a$/ }).click();
    await w.until('that it is folded', async () => (await w.page.locator('[data-key="inception3a/branch2/conv"]').count()) === 0);
    const kept = (await w.kept()) as { folds: Record<string, unknown> };
    assert.deepEqual(Object.values(kept.folds), [{ inception3a: false }]);
  });

  it('goes by keyboard from layer to layer and opens with Enter', async () => {
    w = await stage.page();
    await w.show(viewOf(googlenet));
    await w.page.locator('svg.diagram').focus();
    for (let i = 0; i < 20 && (await text('.panel h2')) !== 'inception3a: Inception'; i++) await w.page.keyboard.press('ArrowDown');
    assert.equal(await text('.panel h2'), 'inception3a: Inception');
    await w.page.keyboard.press('Enter');
    await w.box('inception3a/branch1/conv').waitFor();
    assert.ok(await w.page.locator('svg.diagram').getAttribute('aria-activedescendant'));
    await w.page.keyboard.press('Escape');
    assert.equal(await text('.panel h2'), 'GoogLeNet');
  });

  it('marks the layer at the cursor, and a folded block for what is in it', async () => {
    w = await stage.page();
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
      result: { status: 'stale', view: undefined, reason: 'Expecting token `}`.', at: at(11) },
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
    assert.equal(await text('.panel h2'), 'concat');
  });

  it('has something to say when there is nothing to show or to compare', async () => {
    w = await stage.page();
    await w.send({ type: 'view', fileName: 'a.cnn', result: { status: 'missing', reason: 'a.cnn has no block that can stand alone.' } });
    await w.page.locator('.empty', { hasText: 'can stand alone' }).waitFor();
    await w.show(viewOf(fixtures.vggTail().graph, { compare: false }));
    await w.send({ type: 'show', tab: 'compare', run: false });
    await w.page.locator('.empty', { hasText: 'Nothing to compare' }).waitFor();
  });

  it('lists every layer, sorts by a column, selects a row', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.send({ type: 'show', tab: 'table', run: true });
    await w.hears('ran');
    assert.equal(await w.page.locator('.layers tbody tr').count(), inception.nodes.length);
    await w.page.locator('.layers th button', { hasText: 'weights' }).click();
    assert.match(await text('.layers tbody tr'), /^branch2\/conv_2/);
    await w.page.locator('.layers tbody tr').first().click();
    assert.equal(
      (await w.hears('reveal')).location.range.start.line,
      inception.nodes.find((n) => n.path === 'branch2/conv_2')?.source.range.start.line,
    );
    await w.picture('table');
  });

  it('compares with the naive form on one scale, and times both', async () => {
    w = await stage.page();
    await w.show(viewOf(fixtures.bottleneck().graph));
    await w.send({ type: 'show', tab: 'compare', run: true });
    await w.until('that both ran', async () => (await w.heard()).filter((m) => m.type === 'ran').length === 2);
    const rows = await w.page.locator('.figures tbody tr:not(.formula)').allTextContents();
    assert.match(rows[0] ?? '', /^Bottleneck69,632.*ms1×1×256×64 \+ 3×3×64×64 \+ 1×1×64×256/);
    assert.match(rows[1] ?? '', /^naive1,179,648.*ms/);
    assert.match(rows[2] ?? '', /16\.9×/);
    const widths = await w.page.locator('.side .box.input .fill').evaluateAll((all) => all.map((r) => r.getBoundingClientRect().width));
    assert.equal(widths.length, 2);
    assert.ok(Math.abs((widths[0] ?? 0) - (widths[1] ?? 1)) < 0.01);
    await w.picture('compare');
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

  it('offers the targets of the file', async () => {
    w = await stage.page();
    await w.show(viewOf(inception, { targets: ['Inception', 'Bottleneck'] }));
    await w.page.locator('vscode-single-select').click();
    await w.page.locator('vscode-single-select .option', { hasText: 'Bottleneck' }).click();
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
