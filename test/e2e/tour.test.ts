/** The README's tour, step by step: what it says happens. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/host/install.ts';
import { desk } from './desk.ts';
import type { User } from './user.ts';

describe('the tour of the README', function () {
  this.timeout(180_000);
  let user: User;
  let folder: string;
  const three = 'conv(r3, 1x1) -> relu -> conv(c3, 3x3)';
  beforeEach(() => user.page.keyboard.press('Escape'));

  const status = (text: string | RegExp) => user.page.locator('.statusbar-item', { hasText: text });
  const foot = (text: string | RegExp) => user.workbench.locator('footer', { hasText: text });
  const tab = async (name: string): Promise<void> => {
    await user.workbench.getByRole('tab', { name, exact: true }).click();
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pointwise-tour-'));
    await cp(join(root, 'examples'), folder, { recursive: true });
    user = await (await desk()).sit('inception.cnn', folder);
    await user.sees(user.lens('163.3k'), 'the comparison above Inception', 40_000);
    await user.page.keyboard.press('Control+B');
  });
  after(() => user?.page.close());

  it('has as many steps as are tried here', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const tour = readme.slice(readme.indexOf('## A short tour'), readme.indexOf('## The command line'));
    const steps = tour.match(/^\d+\. /gm) ?? [];
    assert.deepEqual(
      steps.map((s) => Number.parseInt(s, 10)),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    // What the steps quote, so that a change of either is seen.
    for (const quoted of ['`✓ 6,998,552 < 7,000,000`', '`3×3×96×128 = 110,592`', '`conv(64->c3, 3x3)`', '`3 of 16`', '`conv 3x3`'])
      assert.ok(tour.includes(quoted), quoted);
  });

  it('1: shapes, budgets and formulas in the text', async () => {
    await user.sees(user.line('64×28×28'), 'a shape at the end of a line');
    const hover = await user.hovers(three, '3x3');
    for (const said of [/3×3×96×128 = 110,592/, /MACs/, /[Rr]eceptive field/, /67\.\d %/]) assert.match(hover, said);
    await user.opens('googlenet.cnn');
    await user.sees(user.line('✓ 6,998,552 < 7,000,000'), 'the figures behind the budget');
  });

  it('2: a mismatch where it stands, and its fix', async () => {
    await user.opens('inception.cnn');
    await user.goesToEndOf(three);
    for (const _ of 'c3, 3x3) -> relu') await user.page.keyboard.press('ArrowLeft');
    await user.types('64->');
    await user.page.keyboard.press('Escape');
    await user.sees(user.line('conv(64->c3, 3x3)'), 'the edit');
    await user.sees(user.errors(), 'the squiggle');
    // What is wrong there is told with both sizes, a moment after the layer.
    await user.waitsFor(
      async () => /64\b[\s\S]*\b96\b|96\b[\s\S]*\b64\b/.test(await user.hovers('conv(64->c3, 3x3)', '64')),
      'both sizes',
      500,
    );
    await user.photographs('tour-2');
    await user.page.locator('.monaco-editor .view-line', { hasText: '64->c3' }).first().locator('span', { hasText: '64' }).last().click();
    await user.fixes(user.page.locator('.action-widget .monaco-list-row', { hasText: 'r3' }));
    await user.seesNo(user.errors(), 'the squiggle');
    await user.commands('File: Revert File');
    await user.sees(user.line(three), 'the text as it was');
  });

  it('3: the picture follows the cursor and the cursor the picture', async () => {
    await user.goesToEndOf(three);
    await user.sees(status(/163[.,]\d.*params.*MACs/), 'the figures of the block in the status bar');
    await user.follows('Diagram', foot('163,696 params'), 'the picture');
    await user.workbench.getByText('conv 5×5').first().click();
    await user.sees(user.currentLine().filter({ hasText: /^7$/ }), 'the source of what was clicked');
    await user.goesToEndOf(three);
    await user.sees(user.workbench.locator('.diagram .box.marked').first(), 'the node at the cursor');
    await user.workbench.getByRole('button', { name: 'What if: try other values' }).click();
    await user.workbench.getByRole('slider', { name: 'c1', exact: true }).focus();
    await user.page.keyboard.press('ArrowRight');
    await user.sees(user.workbench.locator('.what-if .status', { hasText: 'Not the text: c1=80' }), 'what is tried');
    await user.workbench.getByRole('button', { name: 'Apply' }).click();
    await user.sees(user.line('block Inception(c1=80,'), 'what was applied');
    await user.goesToEndOf('block Inception(c1=80,');
    await user.page.keyboard.press('Control+z');
    await user.sees(user.line('block Inception(c1=64,'), 'the text as it was');
    await user.sees(user.lens('163.3k'), 'its lens as it was');
    await user.workbench.getByRole('button', { name: 'Close what if' }).click();
    await user.opens('resnet.cnn');
    await user.goesToEndOf('ConvBN(width, 1x1) -> ConvBN(width, 3x3');
    await user.sees(user.workbench.locator('.which', { hasText: /^\d+ of \d+$/ }), 'which of several the line makes');
    await user.workbench.locator('.diagram g.box.block').first().dblclick();
    await user.sees(user.workbench.locator('.diagram g.box.frame'), 'a block, open');
    await user.workbench.locator('svg.diagram').focus();
    await user.page.keyboard.press('/');
    await user.workbench.locator('.find input').fill('maxpool');
    await user.sees(user.workbench.locator('.find .of', { hasText: /^1 of \d/ }), 'the layer that was looked for');
    await user.page.keyboard.press('Escape');
    await user.photographs('tour-3');
    await user.workbench.getByRole('button', { name: 'Stay with this target' }).click();
    await user.opens('inception.cnn');
    // For a moment VS Code shows lenses that it remembers, which lead nowhere.
    await user.sees(user.lens('163.3k'), 'the lenses of the file');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'resnet.cnn' }), 'the target that the panel stays with');
    await user.workbench.getByRole('button', { name: 'Follow the editor again' }).click();
    await user.sees(user.workbench.locator('.crumb', { hasText: 'inception.cnn' }), 'the target of the editor');
  });

  it('4: a run, its values, and the table', async () => {
    await user.workbench.locator('.run').click();
    await user.sees(status(/Inception: \d+ layers in/), 'the end of the run', 40_000);
    await user.workbench.getByText('conv 3×3').first().click();
    await user.sees(user.workbench.getByText(/mean ± std/), 'what its numbers are like');
    await tab('Values');
    await user.workbench.locator('.value-layers button', { hasText: 'branch2/conv_2' }).click();
    await user.sees(user.workbench.locator('.large canvas'), 'a channel');
    await user.workbench.locator('.large canvas').first().click();
    await user.sees(user.workbench.locator('.why'), 'what made the pixel');
    await user.photographs('tour-4');
    await tab('Table');
    await user.workbench.getByLabel('Filter the layers').fill('conv 3x3');
    await user.sees(user.workbench.locator('.table-tools .found', { hasText: '1' }), 'how many layers are found');
    await user.workbench.getByRole('button', { name: 'Clear the filter' }).click();
    await user.workbench.locator('.layers thead').getByText('weights').first().click();
    await user.sees(user.workbench.locator('.layers thead [aria-sort="descending"]'), 'that it is sorted');
    await user.workbench.getByRole('button', { name: 'Copy the table' }).click();
    await user.workbench.getByText('Markdown').first().click();
    await user.sees(status('Copied the table of Inception'), 'that it is copied');
  });

  it('5: the comparison with the naive form, and with another', async () => {
    await user.sees(user.lens('163.3k'), 'the lens that compares');
    await user.follows('163.3k', user.workbench.locator('.answer', { hasText: '2.4× fewer weights' }), 'the answer');
    await user.workbench.getByText('Time both').click();
    await user.sees(user.workbench.locator('tr.ratio', { hasText: /(faster|slower|within the noise) here/ }), 'both times', 40_000);
    await user.workbench.getByRole('button', { name: 'Code', exact: true }).click();
    await user.sees(user.workbench.locator('.editor.modified .line-insert'), 'what differs as text', 40_000);
    await user.workbench.getByRole('button', { name: 'Diagram', exact: true }).click();
    await user.opens('mobilenetv2.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'mobilenetv2.cnn' }), 'the other file');
    await user.workbench.getByRole('tab', { name: 'Compare' }).click();
    await user.sees(user.workbench.locator('.answer', { hasText: /× fewer weights/ }), 'the answer');
    await user.sees(user.workbench.locator('.answer .names', { hasText: /[Ff]ull/ }), 'the full convolutions');
    await user.photographs('tour-5');
  });

  it('6: the panel’s Export', async () => {
    await tab('Diagram');
    await user.page.locator('.editor-actions .action-label[aria-label^="Export"]').last().click();
    const rows = user.page.locator('.quick-input-list .monaco-list-row');
    await user.sees(rows, 'the list of exports');
    for (const what of ['SVG', 'PNG', 'PDF', 'TikZ', 'Mermaid', 'CSV', 'Markdown', 'PyTorch', 'Keras', 'Paddle', 'ONNX']) {
      await user.page.locator('.quick-input-box input').first().fill(what);
      await user.sees(rows.filter({ hasText: what }), `${what} in the list`);
    }
    await user.page.keyboard.press('Escape');
    await user.seesNo(rows, 'the list');
  });

  it('7: the design space', async () => {
    await user.opens('resnet.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'resnet.cnn' }), 'the other file');
    await tab('Design space');
    const point = (name: string) => user.workbench.locator(`.space-plot .point[aria-label*="${name}"]`);
    for (const name of ['ResNet50', 'ResNet101', 'ResNet152', 'naive']) await user.sees(point(name), `the point of ${name}`);
    await point('ResNet101').locator('.mark, circle').first().click();
    await user.sees(user.page.locator('.tab', { hasText: 'ResNet101 · Pointwise' }), 'the target that was opened');
    await user.sees(point('naive'), 'the naive form of it');
    await user.photographs('tour-7');
  });

  it('8: the text beside its code', async () => {
    await user.opens('inception.cnn');
    await user.sees(user.workbench.locator('.crumb', { hasText: 'inception.cnn' }), 'the first file');
    await tab('Code');
    const side = (name: string) => user.workbench.locator(`.code-side[aria-label="${name}"]`);
    await user.sees(side('Right').locator('.code-lines', { hasText: 'class Inception(nn.Module):' }), 'PyTorch');
    await side('Left').locator('.code-lines > div', { hasText: 'maxpool(3x3' }).click();
    await user.sees(side('Right').locator('.lit', { hasText: 'MaxPool2d' }), 'the same statement in PyTorch');
    for (const [framework, said] of [
      ['Keras', 'keras'],
      ['Paddle', 'paddle'],
    ] as const) {
      await side('Right').locator('.metric-select').click();
      await side('Right').locator('.metric-select .option', { hasText: framework }).click();
      await user.sees(side('Right').locator('.code-lines', { hasText: said }), framework);
    }
    await user.photographs('tour-8');
    await user.lens('Copy as PyTorch').first().click();
    await user.sees(user.notification('Inception is on the clipboard as PyTorch code'), 'that it is copied');
  });
});
