/** What a user sees while reading and typing: figures on hover and at line ends, lenses, problems that come and go. */
import assert from 'node:assert/strict';
import { desk } from './desk.ts';
import type { User } from './user.ts';

describe('reading and typing', () => {
  let user: User;

  before(async function () {
    this.timeout(120_000);
    user = await (await desk()).sit('inception.cnn');
    await user.sees(user.line('block Inception'), 'the text of inception.cnn');
    await user.sees(user.lens('163.3k'), 'the lens of Inception', 40_000);
  });
  after(() => user?.page.close());

  it('shows the comparison above a block', async () => {
    const lens = await user.lens('163.3k').first().textContent();
    assert.equal(lens?.replaceAll('\u00a0', ' '), '163.3k vs naive 387.1k weights · 2.4× fewer');
  });

  it('shows the formula of a layer on hover', async () => {
    const hover = await user.hovers('conv(r3, 1x1) -> relu -> conv(c3, 3x3)', 'c3');
    const layer = hover.includes('3×3×96×128') ? hover : await user.hovers('conv(r3, 1x1) -> relu -> conv(c3, 3x3)', '3x3');
    assert.match(layer, /3×3×96×128 = 110,592/);
  });

  it('shows shapes at the end of lines', async () => {
    await user.sees(user.page.locator('.view-line', { hasText: '64×28×28' }), 'an inlay hint');
  });

  it('shows what a line costs as a bar behind it, where one likes that', async () => {
    const lengths = (): Promise<readonly number[]> =>
      user.page.locator('.monaco-editor .view-line span').evaluateAll((all) =>
        all.flatMap((e) => {
          const { position, width } = getComputedStyle(e, '::before');
          return position === 'absolute' ? [Number.parseFloat(width)] : [];
        }),
      );
    assert.deepEqual(await lengths(), []);
    await user.commands('Pointwise: Toggle Cost Behind Lines');
    await user.waitsFor(async () => (await lengths()).length === 4, 'four bars', 500);
    const [one = 0, three = 0] = await lengths();
    // The lines of 12,288 and of 18,432 + 110,592 weights.
    assert.ok(Math.abs(three / one - 129024 / 12288) < 0.1, `${three / one}`);
    await user.photographs('heat-behind');
    await user.commands('Pointwise: Toggle Cost Behind Lines');
    await user.waitsFor(async () => (await lengths()).length === 0, 'no bars', 500);
  });

  it('has nothing to complain about', async () => {
    assert.equal(await user.errors().count(), 0);
  });

  it('marks a mistake while it stands, and only so long', async () => {
    await user.writes('typing.cnn', 'block Typing on 64x8x8 {\n  conv(64, 3x3) -> relu\n}\n');
    await user.opens('typing.cnn');
    await user.goesToEndOf('conv(64, 3x3)');
    await user.types(' -> nothing');
    await user.sees(user.errors(), 'a squiggle');
    await user.erases(' -> nothing');
    await user.seesNo(user.errors(), 'the squiggle');
    await user.types(' -> (');
    await user.sees(user.errors(), 'a squiggle in a half-typed text');
    // The bracket closed itself; a half-typed file is still drawn and counted.
    await user.page.keyboard.press('Delete');
    await user.erases(' -> (');
    await user.seesNo(user.errors(), 'the squiggle');
  });

  it('tells of two branches that disagree, with both sizes', async () => {
    await user.writes('disagree.cnn', 'block Disagree on 64x8x8 {\n  add {\n    | conv(32, 1x1)\n    | identity\n  }\n}\n');
    await user.opens('disagree.cnn');
    await user.sees(user.errors(), 'a squiggle');
    await user.commands('Problems: Focus on Problems View');
    const row = user.page.locator('.markers-panel .monaco-list-row', { hasText: '32×8×8' });
    await user.sees(row, 'the problem');
    assert.match((await row.first().textContent()) ?? '', /64×8×8/);
  });

  it('mends a mistake by a quick fix', async () => {
    await user.writes('head.cnn', 'network Head on 256x6x6 {\n  linear(1000)\n}\n');
    await user.opens('head.cnn');
    await user.sees(user.errors(), 'a squiggle');
    await user.line('linear(1000)').first().locator('span', { hasText: 'linear' }).last().click();
    const fix = user.page.locator('.action-widget .monaco-list-row', { hasText: 'Put flatten before it: 9,217,000 params' });
    await user.fixes(fix);
    await user.sees(user.line('flatten -> linear(1000)'), 'the mended line');
    await user.seesNo(user.errors(), 'the squiggle');
    // Saved by nobody else, it would ask when the page closes.
    await user.commands('File: Revert File');
  });

  it('opens the section about a problem by its code', async () => {
    await user.opens('head.cnn');
    await user.sees(user.errors(), 'a squiggle');
    await user.commands('Problems: Focus on Problems View');
    const code = user.page.locator('.markers-panel .monaco-list-row a', { hasText: 'needs-vector' });
    await user.sees(code, 'the code as a link');
    await code.first().click({ modifiers: ['Control'] });
    await user.sees(user.page.locator('.tab.active', { hasText: 'diagnostics.md' }), 'the page about problems');
    await user.sees(user.line('### `needs-vector`'), 'the section');
  });

  it('says which import is missing', async () => {
    await user.writes('importing.cnn', 'import Missing from "./nowhere.cnn"\nblock Importing on 3x8x8 {\n  relu\n}\n');
    await user.opens('importing.cnn');
    await user.sees(user.errors(), 'a squiggle');
    await user.sees(user.page.locator('.markers-panel .monaco-list-row', { hasText: 'nowhere.cnn' }), 'the problem of the import');
  });

  it('stays usable beside a binary file that is named .cnn', async () => {
    await user.writes(
      'binary.cnn',
      Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256),
    );
    await user.opens('binary.cnn');
    await user.waitsFor(async () => !(await user.isOffered('Pointwise: Show Diagram')), 'that a binary file has no diagram to show');
    await user.opens('typing.cnn');
    await user.sees(user.lens('Run'), 'the lens of Typing');
    assert.ok(await user.isOffered('Pointwise: Show Diagram'));
    assert.equal(await user.isOffered('Pointwise: Compare with Variant'), false, 'Typing has no variant');
  });
});
