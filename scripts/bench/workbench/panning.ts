/** Script and style of a frame while a picture of 1,000 boxes, all of them in view, is dragged about. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import type { Desk } from '../../../test/e2e/user.ts';
import type { Measured } from './report.ts';

const BRANCHES = 25;
const PAIRS = 20;
const ROUNDS = 12;
const MOVES = 40;

const branch = `    | ${Array.from({ length: PAIRS }, () => 'conv(8, 3x3) -> relu').join(' -> ')}\n`;
const TEXT = `block Wide on 8x16x16 {\n  concat {\n${branch.repeat(BRANCHES)}  }\n}\n`;

/** Seconds that the page has spent so far with scripts, with style and layout. */
async function spent(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((m) => m.name === name)?.value ?? 0;
  return of('ScriptDuration') + of('RecalcStyleDuration') + of('LayoutDuration');
}

export async function measurePanning(desk: Desk): Promise<readonly Measured[]> {
  const folder = await desk.examples();
  await writeFile(join(folder, 'wide.cnn'), TEXT);
  const user = await desk.sit('wide.cnn', folder);
  await user.sees(user.lens('Diagram'), 'a lens', 60_000);
  await user.follows('Diagram', user.workbench.locator('.diagram .box').first(), 'the picture');
  await user.page.keyboard.press('Control+B');
  await user.page.waitForTimeout(3000);
  const svg = user.workbench.locator('svg.diagram');
  await user.workbench.locator('[aria-label="Fit the whole diagram"]').click();
  await user.page.waitForTimeout(500);
  const seen = await user.workbench.locator('.diagram .box').evaluateAll((all) => {
    const pane = document.querySelector('svg.diagram')?.getBoundingClientRect();
    return all.filter((e) => {
      const r = e.getBoundingClientRect();
      return pane && r.right > pane.left && r.left < pane.right && r.bottom > pane.top && r.top < pane.bottom;
    }).length;
  });
  // What the panel is made of runs in the process of the page, or in one of its own.
  const frame = user.page.frames().find((f) => f.name() === 'active-frame');
  const session = await user.page
    .context()
    .newCDPSession(frame ?? user.page)
    .catch(() => user.page.context().newCDPSession(user.page));
  await session.send('Performance.enable');
  const r = await svg.boundingBox();
  if (!r) throw new Error('there is no picture');
  const [x, y] = [r.x + r.width / 2, r.y + r.height / 2];
  const frames = (): Promise<number> =>
    svg.evaluate(() => {
      const w = window as Window & { benchFrames?: number };
      if (w.benchFrames === undefined) {
        const count = (): void => {
          w.benchFrames = (w.benchFrames ?? 0) + 1;
          requestAnimationFrame(count);
        };
        w.benchFrames = 0;
        count();
      }
      return w.benchFrames;
    });
  await frames();
  await user.page.mouse.move(x, y);
  await user.page.mouse.down();
  const ms: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [before, f0] = [await spent(session), await frames()];
    for (let i = 0; i < MOVES; i++) await user.page.mouse.move(x + 60 * Math.sin(i / 5), y + 40 * Math.cos(i / 5));
    const [after, f1] = [await spent(session), await frames()];
    // Frames of which the picture moved: no more than there were moves.
    ms.push((1000 * (after - before)) / Math.max(1, Math.min(MOVES, f1 - f0)));
  }
  await user.page.mouse.up();
  await user.page.close();
  return [{ what: `script and style of a frame, ${seen.toLocaleString('en')} boxes in view panned`, ms: ms.slice(1), aim: 8 }];
}
