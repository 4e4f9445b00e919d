/** From a key in the text to the picture that shows what it changed. */
import type { Desk } from '../../../test/e2e/user.ts';
import { actedAt, changedAt, expectChange, startClock } from './clock.ts';
import type { Measured } from './report.ts';

const DIGITS = 10;
const EDITS = 2 * DIGITS;

/** Files, with the line at whose end something is typed first, and how far before the end of that a number ends, into which a digit is put. */
const SUBJECTS = [
  { file: 'inception.cnn', title: 'the Inception block', line: 'conv(c1, 1x1) -> relu', typed: ' -> conv(6, 1x1)', behind: ', 1x1)' },
  { file: 'googlenet.cnn', title: 'GoogLeNet', line: 'conv2: conv(192, 3x3) -> relu', typed: '', behind: ', 3x3) -> relu' },
] as const;

export async function measureEdits(desk: Desk): Promise<readonly Measured[]> {
  const all: Measured[] = [];
  for (const { file, title, line, typed, behind } of SUBJECTS) {
    const user = await desk.sit(file, undefined, startClock);
    await user.sees(user.lens('Diagram'), 'a lens', 60_000);
    await user.follows('Diagram', user.workbench.locator('.diagram .box').first(), 'the picture');
    await user.goesToEndOf(line);
    if (typed) await user.types(typed);
    for (const _ of behind) await user.page.keyboard.press('ArrowLeft');
    await user.page.waitForTimeout(1500);
    const ms: number[] = [];
    for (let i = 0; i < EDITS; i++) {
      await user.page.waitForTimeout(700);
      // A number that was not there before: what is remembered of earlier pictures must not help.
      if (i === DIGITS) await user.page.keyboard.press('1');
      await user.page.waitForTimeout(700);
      await expectChange(user);
      await user.page.keyboard.press(String(i % DIGITS));
      const start = await actedAt(user);
      ms.push((await changedAt(user)) - start);
      await user.page.keyboard.press('Backspace');
    }
    all.push({ what: `an edit of ${title} in the picture`, ms: ms.slice(2), aim: 100 });
    await user.page.close();
  }
  return all;
}
