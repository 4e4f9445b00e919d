/**
 * When things happen in the page, by the page's own clock: a key is pressed in VS Code, a picture is painted in the panel. What Playwright sees
 * comes later by the time of its messages.
 */
import type { Page } from 'playwright-core';
import type { User } from '../../../test/e2e/user.ts';

/** What is noted in every frame. */
interface Noted {
  /** Since 1970, in milliseconds with fractions: of the last key or click. */
  acted?: number;
  /** The first picture of this frame was painted. */
  drawn?: number;
  /** The words of the picture changed and were painted, first after they were last waited for. */
  changed?: number | undefined;
}
declare global {
  interface Window {
    benchNoted?: Noted;
  }
}

/** Runs in each frame before its own scripts. */
function watch(): void {
  const noted: Noted = {};
  window.benchNoted = noted;
  const now = (): number => performance.timeOrigin + performance.now();
  for (const type of ['keydown', 'mousedown']) window.addEventListener(type, () => (noted.acted = now()), true);
  /** After the next frame. */
  const painted = (note: () => void): number => requestAnimationFrame(() => setTimeout(note));
  let words: Element | null = null;
  const onChange = new MutationObserver(() => {
    if (noted.changed === undefined)
      painted(() => {
        noted.changed ??= now();
      });
  });
  // VS Code writes the page into a document that is there already: what is observed from the beginning is not what comes.
  const look = (): void => {
    if (noted.drawn === undefined && document.querySelector('.diagram .box')) painted(() => (noted.drawn ??= now()));
    const found = document.querySelector('.diagram .texts');
    if (found && found !== words) {
      words = found;
      onChange.disconnect();
      onChange.observe(found, { childList: true, characterData: true, subtree: true });
    }
  };
  setInterval(look, 4);
}

export const startClock = (page: Page): Promise<unknown> => page.addInitScript(watch);

/** When the last key was pressed in VS Code. */
export const actedAt = (user: User): Promise<number> => user.page.evaluate(() => window.benchNoted?.acted ?? Number.NaN);

const body = (user: User) => user.workbench.locator('body');
const sleep = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

async function until(what: string, ask: () => Promise<number | undefined>): Promise<number> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new Error(`waited in vain for this: ${what}`);
}

/** When the panel's first picture was painted. */
export const drawnAt = (user: User): Promise<number> =>
  until('a picture', () => body(user).evaluate(() => window.benchNoted?.drawn, undefined, { timeout: 5000 }));

/** When the panel's page began. */
export const begunAt = (user: User): Promise<number> => body(user).evaluate(() => performance.timeOrigin);

/** From now on a change of the picture's words is waited for. */
export const expectChange = (user: User): Promise<void> =>
  body(user).evaluate(() => {
    if (window.benchNoted) window.benchNoted.changed = undefined;
  });
export const changedAt = (user: User): Promise<number> =>
  until('a change of the picture', () => body(user).evaluate(() => window.benchNoted?.changed));
