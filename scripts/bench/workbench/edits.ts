/** From a key in the text to the picture that shows what it changed. */
import type { Desk } from '../../../test/e2e/user.ts';
import { actedAt, changedAt, expectChange, startClock } from './clock.ts';
import type { Measured } from './report.ts';

const EDITS = 20;

/** Files, with where a digit is put: it changes figures of the picture, and nothing else. */
const SUBJECTS = [
  { file: 'inception.cnn', title: 'the Inception block', line: 'conv(c1, 1x1) -> relu', aim: 100 },
  { file: 'googlenet.cnn', title: 'GoogLeNet', line: 'linear(1000)', aim: 100 },
] as const;

export async function measureEdits(desk: Desk): Promise<readonly Measured[]> {
  const all: Measured[] = [];
  for (const { file, title, line, aim } of SUBJECTS) {
    const user = await desk.sit(file, desk.folder, startClock);
    await user.sees(user.lens('Diagram'), 'a lens', 60_000);
    await user.follows('Diagram', user.workbench.locator('.diagram .box').first(), 'the picture');
    // Into the text, behind the first number of the line or its channels.
    await user.goesToEndOf(line);
    await user.page.keyboard.press('End');
    const back = file === 'inception.cnn' ? ' -> conv(64, 1x1)' : '';
    if (back) {
      await user.types(back);
      await user.page.waitForTimeout(1500);
      for (let i = 0; i < ', 1x1)'.length; i++) await user.page.keyboard.press('ArrowLeft');
    } else await user.page.keyboard.press('ArrowLeft');
    const ms: number[] = [];
    for (let i = 0; i < EDITS; i++) {
      await user.page.waitForTimeout(700);
      await expectChange(user);
      await user.page.keyboard.press(i % 2 === 0 ? '0' : 'Backspace');
      const start = await actedAt(user);
      ms.push((await changedAt(user)) - start);
    }
    all.push({ what: `an edit of ${title} in the picture`, ms: ms.slice(2), aim });
    await user.page.close();
  }
  return all;
}
