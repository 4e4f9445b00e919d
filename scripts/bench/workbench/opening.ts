/** From the command *Show Diagram* to GoogLeNet's picture: in a window where no panel was open yet, and again after it was closed. */
import type { Desk } from '../../../test/e2e/user.ts';
import { actedAt, begunAt, drawnAt, startClock } from './clock.ts';
import type { Measured } from './report.ts';

const WINDOWS = 2;
const AGAIN = 3;

export async function measureOpening(desk: Desk): Promise<readonly Measured[]> {
  const [first, again, page]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < WINDOWS; i++) {
    const user = await desk.sit('googlenet.cnn', undefined, startClock);
    await user.sees(user.lens('Diagram'), 'a lens', 60_000);
    for (let j = 0; j <= AGAIN; j++) {
      await user.page.waitForTimeout(1500);
      await user.page.keyboard.press('Control+1');
      await user.page.keyboard.press('F1');
      await user.page.locator('.quick-input-box input').first().fill('>Pointwise: Show Diagram');
      await user.sees(
        user.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Pointwise: Show Diagram' }),
        'the command',
      );
      await user.page.keyboard.press('Enter');
      const start = await actedAt(user);
      const drawn = await drawnAt(user);
      (j === 0 ? first : again).push(drawn - start);
      page.push(drawn - (await begunAt(user)));
      await user.page.locator('.tab', { hasText: '· Pointwise' }).click({ button: 'middle' });
      await user.seesNo(user.page.locator('.tab', { hasText: '· Pointwise' }), 'the panel');
    }
    await user.page.close();
  }
  return [
    { what: "GoogLeNet's picture from the command, first in a window", ms: first, aim: 500 },
    { what: "GoogLeNet's picture from the command, again", ms: again, aim: 500 },
    { what: 'of both, from the moment at which VS Code begins the page', ms: page, aim: 500 },
  ];
}
