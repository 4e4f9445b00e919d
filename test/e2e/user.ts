/** A user of VS Code in a browser: opens files, hovers, types, clicks lenses, reads the workbench. The selectors of VS Code stand here only. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { startBrowser } from '../../scripts/host/browser.ts';
import { root } from '../../scripts/host/install.ts';
import { address, serve } from '../../scripts/host/serve.ts';
import type { Server } from '../../scripts/host/server.ts';

/** A server with the extension installed, and a browser. */
export interface Desk {
  readonly server: Server;
  readonly browser: Browser;
  /** A folder to work in with a copy of the examples, which may be changed. */
  examples(): Promise<string>;
  /** Where the server keeps what is installed. */
  readonly extensions: string;
  /** Sits down: opens the page on a file of a folder, by default of the examples. `prepare` is done to the page before. */
  sit(file: string, folder?: string, prepare?: (page: Page) => Promise<unknown>): Promise<User>;
  clear(): Promise<void>;
}

/** For pictures and tests alike: steady, without what would blink or differ from run to run. */
const settings = {
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  // The lines that stick cover those below them, which a click on one of these hits then.
  'editor.stickyScroll.enabled': false,
  // A panel that takes the focus late, on a busy machine, must not close a list that is open by then.
  'workbench.quickOpen.closeOnFocusLost': false,
  'editor.fontFamily': 'DejaVu Sans Mono',
  'editor.fontSize': 13,
  'editor.hover.delay': 100,
  'editor.occurrencesHighlight': 'off',
  'files.autoSave': 'off',
  'git.enabled': true,
  'files.simpleDialog.enable': true,
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.colorTheme': 'Default Dark Modern',
} as const;

/** Serves a copy of the examples, with the extension installed from its package as a user would install it. */
export async function prepareDesk(version?: string): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'pointwise-e2e-'));
  let folders = 0;
  // One for each window: VS Code brings back what an earlier window of a folder had not saved.
  const examples = async (): Promise<string> => {
    const folder = join(home, String(++folders), 'networks');
    await cp(join(root, 'examples'), folder, { recursive: true });
    return folder;
  };
  const [server, browser] = await Promise.all([serve({ home, settings, ...(version ? { version } : {}) }), startBrowser()]);
  return {
    server,
    browser,
    examples,
    extensions: join(home, 'extensions'),
    sit: async (file, folder = undefined, prepare = undefined) => {
      const at = folder ?? (await examples());
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await prepare?.(page);
      await page.goto(address(server, at, file));
      const user = new User(page, at);
      await user.sees(page.locator('.monaco-workbench'), 'the workbench');
      return user;
    },
    clear: async () => {
      await browser.close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What the palette takes at most before it is asked again. */
const PATIENCE_MS = 5000;

export class User {
  readonly page: Page;
  readonly #folder: string;

  constructor(page: Page, folder: string) {
    this.page = page;
    this.#folder = folder;
  }

  /** Waits until something is to be seen. */
  async sees(locator: Locator, what: string, timeout = 20_000): Promise<void> {
    try {
      await locator.first().waitFor({ state: 'visible', timeout });
    } catch {
      await mkdir(join(root, 'out', 'e2e'), { recursive: true });
      const path = join(root, 'out', 'e2e', `missing-${what.replaceAll(/\W+/g, '-')}.png`);
      await this.page.screenshot({ path });
      throw new Error(`${what} did not appear within ${timeout / 1000} s; see ${path}`);
    }
  }

  /** Waits until something is gone. */
  async seesNo(locator: Locator, what: string, timeout = 20_000): Promise<void> {
    await locator
      .first()
      .waitFor({ state: 'hidden', timeout })
      .catch(() => Promise.reject(new Error(`${what} is still there after ${timeout / 1000} s`)));
  }

  /** Puts a file into the folder, as another program would. */
  async writes(file: string, content: string | Uint8Array): Promise<void> {
    await writeFile(join(this.#folder, file), content);
  }

  /** Where a file of the folder is. */
  pathOf(file: string): string {
    return join(this.#folder, file);
  }

  /** Gives a dialog for files a path. It fills in a folder first, over what is typed too soon: so it is typed until it stands. */
  async namesFile(path: string): Promise<void> {
    const input = this.page.locator('.quick-input-box input').first();
    await this.sees(this.page.locator('.quick-input-list .monaco-list-row'), 'the files of the dialog');
    await this.waitsFor(async () => {
      await input.fill(path);
      await this.page.waitForTimeout(400);
      return (await input.inputValue()) === path;
    }, 'the path in the dialog');
    await input.press('Enter');
  }

  /** Takes an entry of a list of VS Code's, one of those that it shows once its words are typed. */
  async chooses(entry: string): Promise<void> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const input = this.page.locator('.quick-input-box input').first();
    await this.sees(rows, `the list with ${entry}`);
    const focused = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: entry });
    await this.waitsFor(async () => {
      await input.fill(entry, { timeout: PATIENCE_MS });
      return appears(focused, PATIENCE_MS);
    }, `${entry} as the choice`);
    await input.press('Enter');
    await this.seesNo(focused, `${entry} in the list`);
  }

  async reads(file: string): Promise<string> {
    return readFile(join(this.#folder, file), 'utf8');
  }

  /** Opens a file by its path. (Not by the search for names, whose helper program older releases of code-server lack here.) */
  async opens(file: string): Promise<void> {
    // Else it would open over the workbench, where that was clicked last.
    await this.page.keyboard.press('Control+1');
    await this.commands('File: Open File...');
    const input = this.page.locator('.quick-input-box input').first();
    await this.sees(this.page.locator('.quick-input-list .monaco-list-row'), 'the list of files');
    await input.fill(join(this.#folder, file));
    await this.sees(this.page.locator('.quick-input-list .monaco-list-row', { hasText: file }), `${file} in the list of files`);
    await input.press('Enter');
    await this.sees(this.page.locator('.tab.active', { hasText: file }), `the tab of ${file}`);
  }

  /** Runs a command of the palette. */
  async commands(title: string): Promise<void> {
    await this.#asks(title, async (row) => {
      await row.filter({ hasText: title }).first().click({ timeout: PATIENCE_MS });
    });
  }

  /** Whether the palette offers a command. */
  async isOffered(title: string): Promise<boolean> {
    const offered = await this.#asks(title, async (row) => {
      await row.first().waitFor({ timeout: PATIENCE_MS });
      return (await row.filter({ hasText: title }).count()) > 0;
    });
    await this.page.keyboard.press('Escape');
    return offered;
  }

  /** Looks again until something holds: what depends on a file is known a moment after it opens. */
  async waitsFor(holds: () => Promise<boolean>, what: string, pauseMs = 0): Promise<void> {
    for (let attempt = 0; attempt < 8; attempt++) {
      if (await holds()) return;
      await this.page.waitForTimeout(pauseMs);
    }
    throw new Error(`waited in vain for ${what}`);
  }

  /** Asks the palette, and does something with its rows. A file that opens just then takes the focus, and the palette goes: ask again. */
  async #asks<T>(title: string, use: (rows: Locator) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press('F1');
      try {
        await this.page.locator('.quick-input-box input').first().fill(`>${title}`, { timeout: PATIENCE_MS });
        return await use(this.page.locator('.quick-input-list .monaco-list-row'));
      } catch (e) {
        if (attempt === 4) throw e;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** A line of the text editor, by what it holds. */
  line(text: string): Locator {
    return this.page.locator('.monaco-editor .view-line', { hasText: nonBreaking(text) });
  }

  /** Rests the mouse on a word and reads what appears. */
  async hovers(line: string, word: string): Promise<string> {
    const target = this.line(line)
      .first()
      .locator('span', { hasText: nonBreaking(word) })
      .last();
    const content = this.page.locator('.monaco-hover:not(.hidden) .hover-contents');
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.page.mouse.move(5, 5);
      await target.hover();
      if (await appears(content, 3000)) break;
    }
    await this.sees(content, `a hover on ${word}`);
    // What takes a while says so first.
    await this.seesNo(content.filter({ hasText: /^Loading/ }), `that a hover on ${word} loads`);
    return (await content.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  }

  /** Gives the text editor the focus, which it has a moment later: keys until then go to the panel. */
  async goesToText(): Promise<void> {
    const focused = this.page.locator('.editor-instance .monaco-editor.focused');
    await this.waitsFor(async () => {
      await this.page.keyboard.press('Control+1');
      return appears(focused, 2000);
    }, 'the focus in the text');
  }

  /** Sets the cursor behind the last character of a line. */
  async goesToEndOf(line: string): Promise<void> {
    // Behind the end of a long line the text is shifted, and the beginnings of others are out of sight.
    await this.goesToText();
    await this.page.keyboard.press('Home');
    await this.line(line)
      .first()
      .click({ position: { x: 4, y: 8 } });
    await this.page.keyboard.press('End');
  }

  /** Takes back what was typed, key by key. */
  async erases(text: string): Promise<void> {
    for (const _ of text) await this.page.keyboard.press('Backspace');
  }

  /** Types with the keyboard, one key after the other. */
  async types(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 20 });
    // Completion must not take the next key.
    await this.page.keyboard.press('Escape');
  }

  /** The lenses above declarations. */
  lens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: text });
  }

  /**
   * Clicks on a lens until what it leads to is to be seen. An editor that draws its lenses anew
   * between the press and the release of the button has lost the click.
   */
  async follows(text: string, sign: Locator, what: string): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt++) {
      await this.lens(text).first().click();
      if (await appears(sign, 2 * PATIENCE_MS)) return;
    }
    await this.sees(sign, what);
  }

  /** Asks for quick fixes at the cursor, and takes one. They are there a moment after the problem is. */
  async fixes(row: Locator): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.page.keyboard.press('Control+.');
      if (await appears(row, PATIENCE_MS)) break;
      await this.page.keyboard.press('Escape');
    }
    await row.first().click({ timeout: PATIENCE_MS });
  }

  errors(): Locator {
    return this.page.locator('.squiggly-error');
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item, .notification-toast', { hasText: text });
  }

  /** The inside of the workbench panel. */
  get workbench(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** The inside of one of several panels, in the order in which they were opened. */
  panel(index: number): FrameLocator {
    return this.page.frameLocator(`iframe.webview.ready >> nth=${index}`).frameLocator('iframe#active-frame');
  }

  /** Takes an entry of the context menu that is open. */
  async takes(entry: string): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-item', { hasText: entry }).first();
    await this.sees(item, `the entry ${entry}`);
    // A menu takes no click in its first moments: it might be the end of the one that opened it.
    for (let attempt = 0; attempt < 4 && (await item.isVisible()); attempt++) {
      await this.page.waitForTimeout(250);
      await item.click({ timeout: PATIENCE_MS }).catch(() => undefined);
      await this.page.waitForTimeout(100);
    }
    await this.seesNo(item, 'the menu');
  }

  /** Leaves the window and comes back: what was open is there again. (An address that names a file opens that one alone.) */
  async comesBack(): Promise<void> {
    // What a page keeps reaches VS Code a moment later, and is written as the window closes.
    await this.page.waitForTimeout(4000);
    const url = new URL(this.page.url());
    url.searchParams.delete('payload');
    await this.page.goto(url.href);
    await this.sees(this.page.locator('.monaco-workbench'), 'the workbench');
  }

  /** Switches between dark and light colours. */
  async likes(colours: 'light' | 'dark'): Promise<void> {
    await this.commands('Preferences: Toggle between Light/Dark Themes');
    await this.sees(this.page.locator(colours === 'light' ? '.monaco-workbench.vs' : '.monaco-workbench.vs-dark'), `${colours} colours`);
  }

  /** The number of the line where the cursor is, in the text editor. */
  currentLine(): Locator {
    return this.page.locator('.line-numbers.active-line-number');
  }

  /** Takes a picture into out/e2e, or, for the README when asked to renew those, into docs/images. */
  async photographs(name: string): Promise<void> {
    const folder = process.env.POINTWISE_SCREENSHOTS ? join(root, 'docs', 'images') : join(root, 'out', 'e2e');
    await mkdir(folder, { recursive: true });
    await this.page.mouse.move(720, 898);
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

const appears = (locator: Locator, timeout: number): Promise<boolean> =>
  locator
    .first()
    .waitFor({ timeout })
    .then(
      () => true,
      () => false,
    );

/** Monaco writes spaces as no-break spaces. */
const nonBreaking = (text: string): RegExp => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[ \\u00a0]'));
