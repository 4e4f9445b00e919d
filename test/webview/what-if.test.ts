/** What if: sliders and fields for what a target is made of, what follows them, and what becomes of the text. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { FromPage } from '../../src/protocol/page.ts';
import type { Kept } from '../../webview/kept.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import type { Theme } from './themes.ts';
import { Trier } from './views.ts';

const inception = readFileSync('examples/inception.cnn', 'utf8');
const resnet = readFileSync('examples/resnet.cnn', 'utf8');
const mixed = `let width = 64
block Mixed(c=2*width, groups=2, k=3x3, act=relu, p=same, bias=true, rate=0.5, name=[[1, 8], [3, 8]]) on 64x28x28 {
  conv(c, k, groups=groups, pad=p, bias=bias) -> act -> dropout(rate)
  for [kernel, n] in name { conv(n, kernel) }
  expect params <= 100000
}
`;

describe('what if', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  let trier: Trier;
  let answered = 0;

  /** Answers what the page has asked since. */
  const serve = async (): Promise<readonly FromPage[]> => {
    const said = await w.heard();
    const fresh = said.slice(answered);
    answered = said.length;
    for (const m of fresh) {
      const answer = await trier.answer(m);
      if (answer) await w.send(answer);
    }
    return fresh;
  };
  const until = (what: string, holds: () => Promise<boolean>): Promise<void> =>
    w.until(what, async () => {
      await serve();
      return holds();
    });
  const open = async (
    text: string,
    target: string,
    o: { kept?: Partial<Kept>; width?: number; height?: number; theme?: Theme } = {},
  ): Promise<void> => {
    const { kept = { whatIf: true }, ...size } = o;
    trier = await Trier.on(text, target);
    answered = 0;
    w = await stage.page({ ...size, kept });
    await w.send(await trier.view());
    await w.page.locator('.diagram .box, .layers tbody tr, .empty b').first().waitFor();
  };
  const says = async (selector: string, pattern: RegExp): Promise<void> =>
    until(`${selector} says ${pattern}`, async () => (await w.page.locator(selector).count()) > 0 && pattern.test(await w.text(selector)));
  const slide =
    (name: string, key: string, times = 1) =>
    async (): Promise<void> => {
      await w.page.getByRole('slider', { name, exact: true }).focus();
      for (let i = 0; i < times; i++) await w.page.keyboard.press(key);
    };
  const field = (name: string) => w.page.getByRole('spinbutton', { name, exact: true });

  it('opens from the top bar, and figures, picture and comparison follow a slider at once', async () => {
    await open(inception, 'Inception', { kept: {} });
    assert.equal(await w.page.locator('.what-if').count(), 0);
    await w.page.getByRole('button', { name: 'What if: try other values' }).click();
    await says('.what-if .status', /stays as it is until you apply/);
    await slide('c1', 'ArrowRight', 2)();
    await says('.what-if .status', /Not the text: c1=96.*params 169,872 \+6,176 \(\+3\.8 %\).*MACs 132\.9 M \+4\.82 M/);
    await says('footer', /192×28×28 → 288×28×28.*169,872 params/);
    await until('the picture', async () => /288×28×28/.test((await w.page.locator('svg.diagram').textContent()) ?? ''));
    await until('the comparison', async () => /169,472/.test(await w.text('.panel .piece:has(.bar-row)')));
    assert.equal(trier.text, inception);
    assert.equal(await field('c1').inputValue(), '96');
    await w.page.getByRole('button', { name: 'Reset c1' }).click();
    await says('footer', /163,696 params/);
    await says('.what-if .status', /stays as it is until you apply/);
    assert.equal(await field('c1').inputValue(), '64');
  });

  it('sends the newest of the values that a slider passes over, once those before have been shown', async () => {
    await open(inception, 'Inception');
    await slide('c1', 'ArrowRight', 6)();
    const tries = async () => (await w.heard()).filter((m) => m.type === 'try').map((m) => m.tried);
    await w.until('the first', async () => (await tries()).length > 0);
    assert.deepEqual(await tries(), [{ c1: '80' }]);
    await says('.what-if .status', /c1=160.*params 182,224/);
    assert.deepEqual(await tries(), [{ c1: '80' }, { c1: '160' }]);
  });

  it('has a control for what each value is', async () => {
    await open(mixed, 'Mixed');
    const step = async (name: string, key: string): Promise<string> => {
      await slide(name, key)();
      return field(name).inputValue();
    };
    assert.deepEqual([await step('c', 'ArrowLeft'), await step('k', 'ArrowRight'), await step('rate', 'ArrowRight')], ['112', '5', '0.55']);
    await w.page.getByRole('checkbox', { name: 'bias' }).click();
    await w.page.getByRole('combobox', { name: 'act' }).click();
    await w.page.getByRole('option', { name: 'gelu', exact: true }).click();
    await w.page.getByRole('textbox', { name: 'name' }).fill('[[1, 16]]');
    await w.page.keyboard.press('Enter');
    await field('let width').fill('32');
    await says('.what-if .status', /c=112, k=5x5, rate=0\.55, bias=false, act=gelu, name=\[\[1, 16\]\], width=32/);
    await until('the picture', async () => /gelu/.test((await w.page.locator('svg.diagram').textContent()) ?? ''));
    // 64/2 × 112 × 5×5 without a bias, and 112 × 16 with one.
    await says('footer', /91,408 params/);
    await w.page.getByRole('button', { name: 'Reset', exact: true }).click();
    await says('footer', /38,608 params/);
    assert.equal(await w.page.getByRole('checkbox', { name: 'bias' }).isChecked(), true);
  });

  it('shows what goes with a value that is tried', async () => {
    await open(mixed, 'Mixed');
    await field('let width').fill('32');
    await until('what is made of it', async () => (await field('c').inputValue()) === '64');
    assert.equal(await w.text('.knob[data-key=c] .said'), '2*width');
    await says('.what-if .status', /Not the text: width=32 ?params/);
  });

  it('tries another input, its height and width together as long as they are asked to be', async () => {
    await open(inception, 'Inception');
    await slide('input height', 'ArrowRight')();
    await says('.what-if .status', /on 192x32x32/);
    await w.page.getByRole('button', { name: 'Height and width together' }).click();
    await field('input width').fill('20');
    await says('.what-if .status', /on 192x32x20/);
    await says('footer', /192×32×20 → 256×32×20/);
  });

  it('has its button, with its picture, in a narrow panel too', async () => {
    await open(inception, 'Inception', { kept: {}, width: 400, height: 800 });
    const button = w.page.getByRole('button', { name: 'What if: try other values' });
    assert.ok(await button.locator('.codicon').isVisible());
    await button.click();
    await slide('c1', 'ArrowRight')();
    await says('.what-if .status', /c1=80/);
    assert.ok(await w.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  });

  it('takes lists apart', async () => {
    await open(resnet, 'ResNet50');
    await slide('layers [2]', 'ArrowRight', 2)();
    await says('.what-if .status', /layers=\[3, 4, 8, 3\].*params 27,791,400 \+2,234,368/);
  });

  it('says in place what cannot be, as the editor would, and keeps what was shown', async () => {
    await open(inception, 'Inception');
    await slide('c1', 'ArrowRight', 2)();
    await says('footer', /169,872 params/);
    await field('c1').fill('0');
    await says('.what-if .wrong', /channels of conv must be at least 1, not 0\. What is shown is still c1=96\. ?Show/);
    assert.match(await w.text('footer'), /169,872 params/);
    assert.equal(await w.page.locator('.knob[data-key=c1] vscode-textfield[invalid]').count(), 1);
    assert.equal(await w.page.locator('.knob vscode-textfield[invalid]').count(), 1);
    const apply = w.page.locator('.what-if vscode-button', { hasText: 'Apply' });
    assert.equal(await apply.getAttribute('disabled'), '');
    await w.page.locator('.what-if .wrong button').click();
    assert.equal((await w.hears('reveal')).location.range.start.line, 4);
    // What is half typed is none.
    await field('c1').fill('');
    await w.page.keyboard.press('Tab');
    assert.equal(await field('c1').inputValue(), '0');
    await field('c1').fill('32');
    await says('footer', /157,520 params/);
    assert.equal(await w.page.locator('.what-if .wrong').count(), 0);
  });

  it('says which budget of the text the values would break', async () => {
    await open(mixed, 'Mixed');
    await field('c').fill('512');
    await says('.what-if .breaks', /expect params <= 100000 is broken/);
    await says('.what-if .status', /params 152,656/);
  });

  it('applies to the text, after which nothing is tried', async () => {
    await open(inception, 'Inception');
    await slide('c1', 'ArrowRight', 2)();
    await field('input height').fill('14');
    await says('.what-if .status', /c1=96, on 192x14x14/);
    await w.page.locator('.what-if vscode-button', { hasText: 'Apply' }).click();
    await says('.what-if .status', /stays as it is until you apply/);
    assert.equal(trier.text, inception.replace('c1=64', 'c1=96').replace('192x28x28', '192x14x14'));
    assert.deepEqual(((await w.kept()) as Kept).tried, {});
    assert.equal(await field('c1').inputValue(), '96');
  });

  it('keeps what is tried over an edit of the text as long as there is what it is for, else says so', async () => {
    await open(inception, 'Inception');
    await field('c1').fill('96');
    await field('pool').fill('16');
    await says('.what-if .status', /c1=96, pool=16/);
    await w.send(await trier.write(inception.replace('c3=128', 'c3=64')));
    await says('.what-if .status', /c1=96, pool=16.*params 111,424/);
    await w.send(await trier.write(inception.replace(', pool=32', '').replace('conv(pool, 1x1)', 'conv(8, 1x1)')));
    await says('.what-if .breaks', /No longer tried, since the text no longer has it: pool=16/);
    await says('.what-if .status', /Not the text: c1=96/);
    // What the text says by now is not tried any more.
    await w.send(await trier.write(inception.replace('c1=64', 'c1=96')));
    await says('.what-if .status', /stays as it is until you apply/);
    // In broken text it waits.
    await field('c1').fill('80');
    await says('.what-if .status', /c1=80/);
    await w.send(await trier.write(`${inception}}`));
    await says('.banner', /last good state/);
    assert.match(await w.text('.what-if .status'), /c1=80/);
    assert.equal(await w.page.locator('.what-if vscode-button', { hasText: 'Apply' }).getAttribute('disabled'), '');
    await w.send(await trier.write(inception));
    await says('footer', /166,784 params/);
  });

  it('is there again after a reload, closed or open', async () => {
    await open(inception, 'Inception');
    await field('c1').fill('96');
    await says('footer', /169,872 params/);
    const kept = JSON.parse(JSON.stringify(await w.kept())) as Kept;
    await open(inception, 'Inception', { kept: { ...kept, whatIf: false } });
    await says('footer', /169,872 params/);
    assert.match(await w.text('.what-if .status'), /Not the text: c1=96/);
    assert.equal(await w.page.locator('.knobs').count(), 0);
    await w.page.getByRole('button', { name: 'Change …' }).click();
    assert.equal(await field('c1').inputValue(), '96');
  });

  it('names what is run and copied by what is tried, and keeps it from the editor', async () => {
    await open(inception, 'Inception');
    await field('c1').fill('96');
    await says('footer', /169,872 params/);
    await w.page.locator('.run').click();
    const ran = await w.hears('ran');
    assert.deepEqual([ran.target, ran.found], ['Inception with c1=96', []]);
    await w.send({ type: 'menu', does: 'copy-figures' });
    const copied = await w.hears('copy');
    assert.equal(copied.what, 'the figures of Inception with c1=96');
    assert.match(copied.text, /^Inception with c1=96\nshape/);
    await w.send({ type: 'picture' });
    assert.equal((await w.hears('picture')).placed, undefined);
    // The run was of these values, not of the text's.
    const old = w.page.locator('.panel .old');
    await w.page.getByRole('button', { name: 'Reset', exact: true }).click();
    await until('that the run is old', async () => (await old.count()) > 0);
    await w.send({ type: 'picture' });
    await until('the picture of the text', async () => (await w.hears('picture')).placed !== undefined);
  });

  it('compares what is tried with the text', async () => {
    await open(inception, 'Inception');
    await field('c1').fill('96');
    await says('footer', /169,872 params/);
    await w.page.getByRole('button', { name: 'Compare with text' }).click();
    await says('.answer', /the text/);
    await until('both sides', async () => {
      const text = await w.text('table.figures');
      return text.includes('169,472') && text.includes('163,328');
    });
    await w.send({ type: 'show', tab: 'code', run: false });
    await says('.what-if .breaks', /This tab is of the text, without what is tried/);
  });
});
