/** Opens the built page in a headless browser, where it believes itself in VS Code: sends it messages, hears what it says, takes pictures. */
import assert from 'node:assert/strict';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { ensureBuilt } from '../../scripts/build.ts';
import { startBrowser } from '../../scripts/host/browser.ts';
import type { FromPage, ToPage } from '../../src/protocol/page.ts';
import type { TargetView } from '../../src/protocol/server.ts';
import { BODY_CLASS, THEMES, type Theme } from './themes.ts';
import { comparisonFor, sent } from './views.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pictures = join(root, 'out', 'webview');
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/** A font that is the same on every machine, for pictures that are compared. */
const FONTS = join(root, 'node_modules', '@fontsource', 'dejavu-sans', 'files');
const PINNED = `<style>${[400, 700]
  .map((weight) => `@font-face{font-family:Pinned;font-weight:${weight};src:url(/font/dejavu-sans-latin-${weight}-normal.woff2)}`)
  .join('')}</style>`;

/** As strict as the extension's own. */
const policy = (origin: string): string =>
  `default-src 'none'; script-src ${origin} 'nonce-n' 'wasm-unsafe-eval'; worker-src blob:; connect-src ${origin}; style-src ${origin} 'unsafe-inline'; font-src ${origin}; img-src ${origin} data: blob:`;

/** The theme's colours as the style of the whole page. */
const variables = (theme: Theme, fonts: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...THEMES[theme], ...fonts })
    .map(([k, v]) => `--vscode-${k}:${v}`)
    .join(';');

function html(theme: Theme, kept: unknown, origin: string, isPinned: boolean): string {
  const fonts = isPinned ? { 'font-family': 'Pinned', 'editor-font-family': 'Pinned' } : {};
  return `<!DOCTYPE html><html lang="en" style='${variables(theme, fonts)}'><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(origin)}">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="/webview/codicon.css">${isPinned ? PINNED : ''}<link rel="stylesheet" href="/webview/main.css"></head>
<body class="${BODY_CLASS[theme]}"><div id="root"></div>
<script nonce="n">window.heard = []; window.kept = ${JSON.stringify(kept ?? null)};
window.acquireVsCodeApi = () => ({ postMessage: (m) => heard.push(m), getState: () => kept, setState: (s) => { kept = s; } });</script>
<script type="module" nonce="n" src="/webview/main.js"></script></body></html>`;
}

/** One browser and one server for a suite. */
export class Stage {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #origin: string;

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Stage> {
    await ensureBuilt();
    mkdirSync(pictures, { recursive: true });
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/page') {
        response.setHeader('content-type', 'text/html');
        if (url.searchParams.has('isolated')) {
          response.setHeader('cross-origin-opener-policy', 'same-origin');
          response.setHeader('cross-origin-embedder-policy', 'require-corp');
        }
        const theme = (url.searchParams.get('theme') ?? 'dark') as Theme;
        response.end(
          html(theme, JSON.parse(url.searchParams.get('kept') ?? 'null'), `http://${request.headers.host}`, url.searchParams.has('pinned')),
        );
        return;
      }
      const file = url.pathname.startsWith('/font/') ? join(FONTS, basename(url.pathname)) : join(root, 'dist', url.pathname);
      if (!existsSync(file)) {
        response.statusCode = 404;
        response.end();
        return;
      }
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Stage(await startBrowser(), server);
  }

  /** A page that has been told where its files are; `isolated`: that may share memory among its workers. */
  async page(
    o: {
      theme?: Theme;
      width?: number;
      height?: number;
      kept?: unknown;
      maxRunBytes?: number;
      runWorker?: string;
      isolated?: boolean;
      /** In a font that is the same on every machine. */
      pinned?: boolean;
      codeEditor?: string;
      /** What the page is told before it asks. */
      first?: readonly ToPage[];
    } = {},
  ): Promise<Workbench> {
    const page = await this.#browser.newPage({ viewport: { width: o.width ?? 1240, height: o.height ?? 822 } });
    if (o.first)
      await page.route('**/page?*', async (route) => {
        const response = await route.fetch();
        const text = (await response.text()).replace(
          '<div id="root">',
          `<script type="application/json" id="first">${JSON.stringify(o.first).replaceAll('<', '\\u003c')}</script>$&`,
        );
        await route.fulfill({ response, body: text });
      });
    const workbench = new Workbench(page);
    const query = new URLSearchParams({ theme: o.theme ?? 'dark', kept: JSON.stringify(o.kept ?? null) });
    if (o.isolated) query.set('isolated', '');
    if (o.pinned) query.set('pinned', '');
    await page.goto(`${this.#origin}/page?${query}`);
    await workbench.hears('ready');
    const at = (path: string): string => `${this.#origin}/${path}`;
    await workbench.send({
      type: 'init',
      assets: {
        runWorker: at(o.runWorker ?? 'webview/run-worker.js'),
        layoutWorker: at('webview/layout-worker.js'),
        layeredWorker: at('webview/layered-worker.js'),
        kernelRelaxed: at('kernel/relaxed.wasm'),
        kernelStrict: at('kernel/strict.wasm'),
        kernelHelper: at('kernel/helper.mjs'),
        codeEditor: at(o.codeEditor ?? 'webview/code-editor.js'),
        codeStyle: at('webview/code-editor.css'),
        codeWorker: at('webview/code-worker.js'),
      },
      settings: { maxRunBytes: o.maxRunBytes ?? 2 ** 31, hostThreads: 0 },
    });
    return workbench;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }
}

/** What a browser says of a file that a test leaves out, or of a worker that it breaks: no mistake of the page. */
const MEANT = ['404', 'broken on purpose'];

/**
 * A stage for the suite whose `describe` calls this: open before its first test, closed after its last. Gives what opens pages there; a test's
 * pages are closed after it, pictured if it failed, and must have reported no error.
 */
export function stageOfSuite(): Pick<Stage, 'page'> {
  let stage: Stage | undefined;
  let opened: Workbench[] = [];
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage?.close());
  afterEach(async function () {
    const pages = opened;
    opened = [];
    if (this.currentTest?.state === 'failed') await pages.at(-1)?.picture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
    const errors = pages.flatMap((w) => w.errors).filter((e) => !MEANT.some((m) => e.includes(m)));
    for (const w of pages) await w.page.close();
    assert.deepEqual(errors, []);
  });
  return {
    async page(options) {
      if (!stage) throw new Error('pages open in tests, once the stage is open');
      const w = await stage.page(options);
      opened.push(w);
      return w;
    },
  };
}

export class Workbench {
  readonly page: Page;
  /** What went wrong in the page; nothing should. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (e) => this.errors.push(String(e)));
    page.on('console', (m) => {
      if (m.type() === 'error') this.errors.push(m.text());
    });
  }

  async send(message: ToPage): Promise<void> {
    await this.page.evaluate((m) => window.postMessage(m, '*'), message as unknown);
  }

  /** Waits for something. (Playwright's own waiting evaluates strings in the page, which its policy forbids.) */
  async until(what: string, condition: () => Promise<boolean>, seconds = 30): Promise<void> {
    const end = performance.now() + 1000 * seconds;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(`waited in vain for this: ${what}; the page reported ${JSON.stringify(this.errors)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async heard(): Promise<readonly FromPage[]> {
    return (await this.page.evaluate('heard')) as readonly FromPage[];
  }

  /** Waits until the page has said something of this type; gives the last. */
  async hears<T extends FromPage['type']>(type: T): Promise<Extract<FromPage, { type: T }>> {
    await this.until(`that the page says ${type}`, async () => (await this.heard()).some((m) => m.type === type));
    return (await this.heard()).findLast((m) => m.type === type) as Extract<FromPage, { type: T }>;
  }

  async kept(): Promise<unknown> {
    return this.page.evaluate('kept');
  }

  /** Shows a view, and waits for its picture. */
  async show(view: TargetView, fileName = 'inception.cnn'): Promise<void> {
    await this.send({ type: 'view', result: { status: 'ok', sent: sent(view) }, fileName });
    if (view.comparable) await this.send(comparisonFor(view));
    await this.page.locator('.diagram .box, .layers tbody tr, .empty b').first().waitFor();
  }

  /** Puts on another theme, as VS Code does when one chooses it. */
  async wears(theme: Theme): Promise<void> {
    await this.page.evaluate(
      ([style, name]) => {
        document.documentElement.style.cssText = style;
        document.body.className = name;
        // Colours on their way are those of no theme.
        for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
      },
      [variables(theme), BODY_CLASS[theme]] as const,
    );
  }

  /** The box of a layer or block. */
  box(path: string) {
    return this.page.locator(`.diagram g.box[data-key="${path}"]`).first();
  }

  /** A figure of the panel, by its name. */
  figure(name: string) {
    return this.page
      .locator('.panel dt', { hasText: new RegExp(`^${name}$`) })
      .locator('xpath=following-sibling::dd[1]')
      .first();
  }

  /** The text of the first element that matches, on one line. */
  async text(selector: string): Promise<string> {
    return ((await this.page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, ' ').trim();
  }

  async picture(name: string): Promise<void> {
    await this.page.waitForTimeout(250);
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}
