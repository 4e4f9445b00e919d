/**
 * Pictures pinned: the two seed blocks, GoogLeNet, ResNet-152 and a comparison look as they did when someone last looked at them and found them
 * good. In a font that comes with the tests, so that machines do not differ. `UPDATE=1` takes new ones; look at them then.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { open } from '../../src/cli/open.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import type { Theme } from './themes.ts';
import { viewOf } from './views.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pinned = (name: string): string => join(root, 'test', 'webview', 'pictures', `${name}.png`);
/** Another Chromium smooths edges in another way: so much of a picture may differ, and each pixel by so much. */
const MOST = 0.0004;
const THRESHOLD = 0.04;

async function graphOf(file: string, name: string): Promise<Graph> {
  const { analysis } = await open(join(root, 'examples', `${file}.cnn`));
  const target = analysis.targets.find((t) => t.name === name);
  const made = target && analysis.target(target);
  assert.ok(made);
  return made.graph;
}

const PICTURES = [
  { name: 'inception', file: 'inception', target: 'Inception', theme: 'dark', tab: 'diagram' },
  { name: 'bottleneck', file: 'resnet', target: 'Bottleneck', theme: 'light', tab: 'diagram' },
  { name: 'googlenet', file: 'googlenet', target: 'GoogLeNet', theme: 'light', tab: 'diagram' },
  { name: 'resnet152', file: 'resnet', target: 'ResNet152', theme: 'dark', tab: 'diagram' },
  { name: 'comparison', file: 'inception', target: 'Inception', theme: 'light', tab: 'compare' },
] as const satisfies readonly { readonly theme: Theme; readonly [key: string]: string }[];

describe('the picture stays as it was', function () {
  this.timeout(60_000);
  const stage = stageOfSuite();
  let w: Workbench;
  const shot = async (): Promise<Buffer> => w.page.locator('main').screenshot({ animations: 'disabled' });
  /** The share of pixels in which a picture differs from the pinned one. */
  const difference = (name: string, picture: Buffer): number => {
    const [a, b] = [PNG.sync.read(readFileSync(pinned(name))), PNG.sync.read(picture)];
    assert.deepEqual([b.width, b.height], [a.width, a.height], 'its size');
    const marks = new PNG({ width: a.width, height: a.height });
    const count = pixelmatch(a.data, b.data, marks.data, a.width, a.height, { threshold: THRESHOLD });
    const share = count / (a.width * a.height);
    if (share > MOST) {
      writeFileSync(join(root, 'out', 'webview', `${name}-now.png`), picture);
      writeFileSync(join(root, 'out', 'webview', `${name}-differs.png`), PNG.sync.write(marks));
    }
    return share;
  };
  const opened = async ({ file, target, theme, tab }: (typeof PICTURES)[number]): Promise<void> => {
    w = await stage.page({ theme, width: 1000, height: 700, pinned: true, kept: { tab } });
    const view = viewOf(await graphOf(file, target));
    await w.show(view);
    await w.page.evaluate(() => Promise.all([400, 700].map((weight) => document.fonts.load(`${weight} 12px Pinned`))));
    await w.page.waitForTimeout(600);
  };

  for (const picture of PICTURES)
    it(`of ${picture.target} as ${picture.tab}`, async () => {
      await opened(picture);
      const now = await shot();
      if (process.env.UPDATE) writeFileSync(pinned(picture.name), now);
      const share = difference(picture.name, now);
      assert.ok(share <= MOST, `${(100 * share).toFixed(3)} % differ: see out/webview/${picture.name}-differs.png`);
    });

  it('and what a fault would change is more than is let pass', async () => {
    await opened(PICTURES[0]);
    const looks = async (css: string): Promise<number> => {
      await w.page.evaluate((text) => {
        const style = document.querySelector('style.fault') ?? document.head.appendChild(document.createElement('style'));
        style.className = 'fault';
        style.textContent = text;
      }, css);
      return difference('inception', await shot());
    };
    assert.ok((await looks('')) <= MOST);
    for (const fault of [
      '.bars { display: none; }',
      '.texts { transform: translateY(2px); }',
      '.bands path { fill-opacity: 0.6; }',
      '.box.inked { --ink: 1 !important; }',
      '.box.conv .fill { fill: var(--pointwise); }',
      '.legend { display: none; }',
      '.heaviest li:last-child { display: none; }',
    ]) {
      const share = await looks(fault);
      assert.ok(share > MOST, `${fault} changes ${(100 * share).toFixed(3)} % only`);
    }
  });
});
