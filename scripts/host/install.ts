/** Fetches, once, what a real VS Code needs on a bare machine: code-server (VS Code served to a browser) and Chromium, both from npm. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Ignored by git; what is fetched once stays here. */
export const cache = join(root, '.cache');

/**
 * The code-server releases that the tests know: the newest, and the oldest VS Code that package.json promises (`engines`).
 * `POINTWISE_CODE_SERVER=4.93.1 node scripts/test.ts host e2e` runs the tests there.
 */
export const codeServerVersions = { current: '4.139.1', old: '4.93.1' } as const;
const chromiumVersion = '153.0.0';

/** Runs npm, quietly; throws with its words where it fails. */
function npm(cwd: string, ...args: readonly string[]): void {
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli ? [process.execPath, [cli]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const options = ['--ignore-scripts', '--force', '--no-audit', '--no-fund', '--loglevel=error'];
  // The settings that an outer `npm run` passes down are of this project, not of that folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|config_local_prefix|lifecycle)/.test(name)),
  );
  const result = spawnSync(command, [...prefix, ...args, ...options], {
    cwd,
    env,
    encoding: 'utf8',
    shell: !cli && process.platform === 'win32',
  });
  if (result.status !== 0)
    throw new Error(`npm ${args.join(' ')} failed. Is the npm registry reachable?\n${result.stderr}${result.error ?? ''}`);
}

/** Makes a folder of the cache by `fill`, or finds it made; a half-made one never gets the name. */
async function cached(name: string, what: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  console.error(`Fetching ${what}, once, into .cache …`);
  const temporary = `${folder}.${process.pid}`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await writeFile(join(temporary, 'package.json'), '{ "private": true }\n');
  await fill(temporary);
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another process was faster.
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Installs a release of code-server without compiling anything, and returns its entry, a script for Node. */
export async function installCodeServer(version: string = codeServerVersions.current): Promise<string> {
  const folder = await cached(`code-server-${version}`, `code-server ${version}`, async (temporary) => {
    npm(temporary, 'install', `code-server@${version}`);
    npm(join(temporary, 'node_modules', 'code-server', 'lib', 'vscode'), 'install', '--omit=dev');
  });
  // Two native modules would have to be compiled (in older releases a third). The extension host cannot start without the first; without the second
  // there are no log files.
  const modules = join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'node_modules');
  const stubs = join(root, 'scripts', 'host', 'stubs');
  for (const name of ['native-watchdog', join('@vscode', 'native-watchdog')]) {
    if (!existsSync(join(modules, name))) continue;
    const watchdog = join(modules, name, 'build', 'Release');
    await mkdir(watchdog, { recursive: true });
    await copyFile(join(stubs, 'watchdog.cjs'), join(watchdog, 'watchdog.js'));
  }
  await copyFile(join(stubs, 'spdlog.cjs'), join(modules, '@vscode', 'spdlog', 'index.js'));
  const argon = join(folder, 'node_modules', 'argon2', 'argon2.js');
  if (existsSync(argon)) await copyFile(join(stubs, 'argon2.cjs'), argon);
  return join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
}

/** A browser to start, and what it needs in its environment. */
export interface Browser {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

const installed: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/microsoft-edge',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** Whether the browser's executable starts at all (its shared libraries are found). */
function starts(browser: Browser): boolean {
  const args = ['--version', '--no-sandbox', '--headless'];
  return spawnSync(browser.executablePath, args, { env: { ...process.env, ...browser.env }, timeout: 30_000 }).status === 0;
}

/** Finds a Chromium: CHROME_PATH, or the one from npm (Linux x64), or one that is installed. */
export async function installBrowser(): Promise<Browser> {
  if (process.env.CHROME_PATH) return { executablePath: process.env.CHROME_PATH, env: {} };
  const tried: string[] = [];
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = await cached(`chromium-${chromiumVersion}`, `Chromium (@sparticuz/chromium ${chromiumVersion})`, async (temporary) => {
      npm(temporary, 'install', `@sparticuz/chromium@${chromiumVersion}`);
      // The package unpacks into the temporary folder of whoever asks; asked as if on Amazon's Linux it unpacks the shared libraries too.
      const script = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();";
      const env = {
        ...process.env,
        TMPDIR: temporary,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
        FONTCONFIG_PATH: '',
        LD_LIBRARY_PATH: '',
      };
      const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: temporary, env, encoding: 'utf8' });
      if (result.status !== 0) throw new Error(`Chromium could not be unpacked.\n${result.stderr}`);
      await rm(join(temporary, 'node_modules'), { recursive: true });
    });
    const executablePath = join(folder, 'chromium');
    const fonts = existsSync('/usr/share/fonts') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
    for (const env of [fonts, { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }]) {
      if (starts({ executablePath, env })) return { executablePath, env };
    }
    tried.push(executablePath);
  }
  for (const executablePath of installed[process.platform] ?? []) {
    if (!existsSync(executablePath)) continue;
    if (starts({ executablePath, env: {} })) return { executablePath, env: {} };
    tried.push(executablePath);
  }
  throw new Error(
    `No browser for the tests: set CHROME_PATH to a Chrome or Chromium.${tried.length > 0 ? ` These do not start: ${tried.join(', ')}` : ''}`,
  );
}
