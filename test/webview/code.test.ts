/** The text and its code side by side: what is marked in one is marked in the other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { codeOf } from '../../src/language/editor/code.ts';
import type { CodeLine } from '../../src/protocol/server.ts';
import { firstUnseen, linesFrom, placeOf } from '../../webview/panes/code/together.ts';
import { analyse } from '../support/cnn.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { codeIn, sent, spaceIn } from './views.ts';

const RESNET = readFileSync(new URL('../../examples/resnet.cnn', import.meta.url), 'utf8');

describe('a text and its code', () => {
  const line = (text: string, ...at: readonly string[]): CodeLine => ({ text, at });

  it('belong together by the lines that code comes from', () => {
    const code = [line('a', 'f:1'), line(''), line('b', 'f:2', 'f:3'), line('c', 'g:1')];
    assert.deepEqual([...linesFrom(code, new Set(['f:3']))], [2]);
    assert.deepEqual([...linesFrom(code, new Set(['f:1', 'g:1']))], [0, 3]);
    assert.deepEqual(placeOf('file:///a:b/net.cnn:12'), { uri: 'file:///a:b/net.cnn', line: 12 });
  });

  it('are scrolled to only where nothing of what is marked is in sight', () => {
    assert.equal(firstUnseen(new Set([12, 40]), 10, 20), undefined);
    assert.equal(firstUnseen(new Set([40, 5]), 10, 20), 5);
    assert.equal(firstUnseen(new Set(), 10, 20), undefined);
  });

  for (const to of ['pytorch', 'keras', 'paddle'])
    it(`have every line of a block, as ${to}, come from a line of it`, async () => {
      const { document, services, analysis } = await analyse(RESNET);
      const result = await codeOf(document, services, 'ResNet50', to);
      assert.ok('lines' in result);
      const rows = RESNET.split('\n');
      const from = (pattern: RegExp): readonly string[] =>
        result.lines.flatMap((l) => (pattern.test(l.text) ? l.at.map((a) => rows[placeOf(a).line]?.trim() ?? '') : []));
      assert.ok(from(/BatchNorm/).every((t) => t.startsWith('conv(channels, kernel')));
      assert.ok(from(/stem/).some((t) => t.startsWith('stem: ConvBN')));
      assert.ok(from(/for j in range/).includes('repeat n as j { unit(64 * 2**i, stride=if i > 0 and j == 0 then 2 else 1) }'));
      assert.ok(result.lines.every((l) => l.at.every((a) => a.startsWith(analysis.uri))));
    });
});

describe('the code view', function () {
  this.timeout(120_000);
  const stage = stageOfSuite();
  let w: Workbench;

  it('shows two of them, marks a statement in both, and asks for what is chosen', async () => {
    w = await stage.page({ kept: { tab: 'code' }, width: 1400, height: 900 });
    const { view } = await spaceIn(RESNET, 'ResNet50');
    await w.send({ type: 'view', result: { status: 'ok', sent: sent(view) }, fileName: 'resnet.cnn' });
    await w.until('that both are asked for', async () => {
      const asked = (await w.heard()).flatMap((m) => (m.type === 'code' ? [m.to] : []));
      return asked.join() === 'cnn,pytorch';
    });
    const tell = async (to: string): Promise<void> => w.send(await codeIn(RESNET, view.uri, 'ResNet50', to));
    await tell('cnn');
    await tell('pytorch');
    const [left, right] = [w.page.locator('.code-side').nth(0), w.page.locator('.code-side').nth(1)];
    await left.locator('.code-lines div', { hasText: 'gap -> flatten' }).click();
    await right.locator('.lit', { hasText: 'nn.AdaptiveAvgPool2d' }).waitFor();
    assert.deepEqual(await left.locator('.lit').allTextContents(), ['  gap -> flatten -> fc: linear(classes)']);
    assert.ok((await right.locator('.lit').allTextContents()).some((t) => t.includes('self.fc = nn.Linear(')));
    await w.picture('code');
    assert.ok(await right.locator('.lit', { hasText: 'self.fc = ' }).isVisible());
    // The other way: the line of the text is marked, and shown in the editor.
    await right.locator('.code-lines div', { hasText: 'self.bn = nn.BatchNorm2d' }).click();
    await left.locator('.lit', { hasText: '-> bn -> act' }).waitFor();
    assert.equal(((await w.hears('reveal')) as { location: { range: { start: { line: number } } } }).location.range.start.line, 1);
    await right.locator('.metric-select').click();
    await right.locator('.metric-select .option', { hasText: 'Keras' }).click();
    await w.until('that Keras is asked for', async () => (await w.heard()).some((m) => m.type === 'code' && m.to === 'keras'));
    await tell('keras');
    await right.locator('.lit', { hasText: 'BatchNormalization' }).waitFor();
    await right.locator('button.quiet').click();
    assert.match(((await w.hears('copy')) as { text: string }).text, /def Bottleneck\(x, width=64/);
  });
});
