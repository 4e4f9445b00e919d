/** Starts and stops code-server on a free port of this machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

export interface ServerOptions {
  /** The script of code-server, from `installCodeServer`. */
  readonly entry: string;
  /** Settings, state and logs; made where it is missing. */
  readonly userData: string;
  readonly extensions: string;
  /** User settings, written over the defaults below unless a settings file is there already. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Allows the page to ask for extension tests (newer releases want to be told). */
  readonly testDriver?: boolean;
  readonly port?: number;
}

export interface Server {
  /** `127.0.0.1:PORT` */
  readonly authority: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** The last of what the server wrote. */
  log(): string;
  stop(): Promise<void>;
}

/** A quiet VS Code: no welcome page, no recommendations, no assistants, nothing that looks for the network. */
const quiet = {
  'chat.disableAIFeatures': true,
  'editor.accessibilitySupport': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
} as const;

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** Whether an address answers with 200. */
export function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    request.setTimeout(2000, () => request.destroy());
  });
}

/** Ends a process and all that it started. */
function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    // It leads a process group of its own (`detached`), in which the extension host and language server are.
    if (child.pid && process.platform !== 'win32') process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended already.
  }
}

/** The command line of code-server, which the extension's installation shares. */
export function serverArguments({
  entry,
  userData,
  extensions,
}: Pick<ServerOptions, 'entry' | 'userData' | 'extensions'>): readonly string[] {
  return [entry, '--user-data-dir', userData, '--extensions-dir', extensions, '--config', join(userData, 'config.yaml')];
}

/** The environment for a server that may itself be started from inside a VS Code. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_RUN_AS_NODE$|PASSWORD$|PORT$)/.test(name)));
}

/** Makes the folders and files that a server wants to find. */
export async function prepare({
  userData,
  extensions,
  settings,
}: Pick<ServerOptions, 'userData' | 'extensions' | 'settings'>): Promise<void> {
  const file = join(userData, 'User', 'settings.json');
  await mkdir(dirname(file), { recursive: true });
  await mkdir(extensions, { recursive: true });
  await writeFile(join(userData, 'config.yaml'), 'auth: none\n');
  if (!existsSync(file)) await writeFile(file, JSON.stringify({ ...quiet, ...settings }, undefined, 2));
}

/** Starts code-server without a password on 127.0.0.1 and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<Server> {
  await prepare(options);
  const authority = `127.0.0.1:${options.port ?? (await freePort())}`;
  const logFile = join(options.userData, 'server.log');
  const output = openSync(logFile, 'w');
  const driver = options.testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : [];
  const quietly = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override'];
  const child = spawn(
    process.execPath,
    [...serverArguments(options), '--auth', 'none', '--bind-addr', authority, '--log', 'info', ...quietly, ...driver],
    {
      env: serverEnvironment(),
      stdio: ['ignore', output, output],
      detached: process.platform !== 'win32',
    },
  );
  let running = true;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => {
    running = false;
  });
  const onExit = (): void => kill(child, 'SIGKILL');
  process.once('exit', onExit);

  const log = (): string => readFileSync(logFile, 'utf8').slice(-4000);
  const stop = async (): Promise<void> => {
    kill(child, 'SIGTERM');
    const force = setTimeout(() => kill(child, 'SIGKILL'), 3000);
    await ended;
    clearTimeout(force);
    // What the server's workers started may outlive it by a moment.
    kill(child, 'SIGKILL');
    process.removeListener('exit', onExit);
  };

  for (const limit = Date.now() + 60_000; !(await answers(`http://${authority}/healthz`)); ) {
    if (!running || Date.now() > limit) {
      await stop();
      throw new Error(`code-server did not start:\n${log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { authority, ended, log, stop };
}
