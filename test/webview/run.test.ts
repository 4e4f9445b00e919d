/** Runs on the page, in a real browser: numbers, threads, seeds, cancelling, refusals, and workers that die. */
import assert from 'node:assert/strict';
import { dimsOf, record } from '../../src/graph/record.ts';
import { initialise, randomInput, reference, statistics } from '../../src/tensor/index.ts';
import { measured } from '../../webview/parts/figures.ts';
import * as fixtures from '../diagram/fixtures.ts';
import { targetOf } from '../support/cnn.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { viewOf } from './views.ts';

const inception = fixtures.inception().graph;

describe('runs on the page', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;

  it('runs a block and shows what the reference computes', async () => {
    w = await stage.page();
    await w.show(viewOf(inception));
    await w.box('branch2/relu_2').click();
    await w.page.locator('.run').click();
    const ran = await w.hears('ran');
    assert.match(ran.says, new RegExp(`^Inception: ${inception.nodes.length - 1} layers in [<\\d. ]+ ms( \\(|, one run)`));
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
    const [mean, std] = ((await w.figure('mean ± std').textContent()) ?? '').split(' ± ').map(Number);
    assert.equal(`${measured(Number(mean?.toPrecision(3)))} ± ${measured(Number(std?.toPrecision(3)))}`, expected);
    assert.equal(
      await w
        .figure('min … max')
        .textContent()
        .then((t) => t?.startsWith('0 …')),
      true,
    );
    assert.equal(await w.page.locator('.maps canvas').count(), 24);
    await w.picture('run-dark');
    // The same seed gives the same bits; another gives others.
    const first = await w.figure('min … max').textContent();
    await w.page.locator('.run').click();
    await w.until('that it ran again', async () => (await w.heard()).filter((m) => m.type === 'ran').length === 2);
    assert.equal(await w.figure('min … max').textContent(), first);
    await w.page.locator('.seed-field input').fill('7');
    await w.page.locator('.seed-field input').press('Tab');
    await w.page.locator('.run').click();
    await w.until('that it ran with seed 7', async () => (await w.text('.panel h3')).includes('seed 7'));
    assert.notEqual(await w.figure('min … max').textContent(), first);
  });

  it('shares a run among threads where the page may share memory, else among workers, with the same numbers', async () => {
    const figures: string[] = [];
    const { graph } = await targetOf('block Two on 256x56x56 { conv(256, 3x3) -> relu -> conv(256, 3x3) -> relu }', 'Two');
    for (const isolated of [false, true]) {
      w = await stage.page({ isolated });
      await w.show(viewOf(graph));
      await w.box('relu_2').click();
      const cores = await w.page.evaluate(() => navigator.hardwareConcurrency);
      const several = isolated ? `${Math.min(8, cores)} threads` : `${Math.min(4, cores)} workers`;
      const isSaid = w.page.locator('.panel', { hasText: `· ${cores === 1 ? '1 thread' : several} ·` });
      // Where something else takes the other cores, a run is left to one: not every time.
      for (let runs = 1; runs <= 5 && (await isSaid.count()) === 0; runs++) {
        await w.page.locator('.run').click();
        await w.until('the run', async () => (await w.heard()).filter((m) => m.type === 'ran').length === runs);
      }
      await isSaid.waitFor();
      figures.push(`${await w.figure('min … max').textContent()} ${await w.figure('mean ± std').textContent()}`);
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

  it('keeps the seed that is being typed while a run tells of its progress, cancels it, and can run again', async () => {
    w = await stage.page();
    await w.show(viewOf(fixtures.resnet50().graph));
    await w.page.locator('.run').click();
    const seed = w.page.locator('.seed-field input');
    await seed.fill('12');
    const before = await w.text('footer');
    await w.until('that the foot says more', async () => (await w.text('footer')) !== before);
    assert.equal(await seed.inputValue(), '12');
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
    assert.match(await w.text('footer .error'), /needs, for its input and weights alone, \d+ MiB of memory; 1 MiB is the most/);
  });

  for (const [how, end, says] of [
    ['with an error', "reportError(new Error('broken on purpose'));", /died during the run: .*broken on purpose/],
    ['without a word', 'self.close(); self.postMessage = () => {};', /died during the run\.$/],
    ['in its kernel', "throw new WebAssembly.RuntimeError('unreachable');", /kernel stopped during the run \(unreachable\)/],
  ] as const)
    it(`survives a worker that dies ${how} in the middle of a run`, async () => {
      w = await stage.page();
      // With seed 1 the worker comes to its end at the third layer; with any other it is whole.
      const broken = `{ let seed; self.addEventListener('message', (e) => { seed = e.data.spec?.seed ?? seed; }); const post = self.postMessage.bind(self);
        self.postMessage = (m) => { post(m); if (seed === 1 && m.type === 'progress' && m.layer > 2) { ${end} } }; }`;
      await w.page.route(/run-worker\.js$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${broken}\n${await response.text()}` });
      });
      await w.show(viewOf(inception));
      await w.page.locator('.run').click();
      await w.page.locator('footer .error').waitFor();
      assert.match(await w.text('footer .error'), says);
      await w.picture(`died-${how.replaceAll(' ', '-')}`);
      await w.box('branch1/conv').click();
      assert.equal(await w.figure('shape').textContent(), '192×28×28 → 64×28×28');
      await w.page.locator('.seed-field input').fill('2');
      await w.page.locator('.seed-field input').press('Tab');
      await w.page.locator('.run').click();
      assert.match((await w.hears('ran')).says, new RegExp(`^Inception: ${inception.nodes.length - 1} layers in `));
      assert.equal(await w.page.locator('footer .error').count(), 0);
    });

  it('survives a worker that cannot be started', async () => {
    w = await stage.page({ runWorker: 'webview/there-is-none.js' });
    await w.show(viewOf(inception));
    await w.page.locator('.run').click();
    assert.match((await w.hears('failed')).message, /could not be started/);
    await w.box('branch1/conv').click();
    assert.equal(await w.figure('shape').textContent(), '192×28×28 → 64×28×28');
  });
});
