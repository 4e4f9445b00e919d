#!/usr/bin/env node
/**
 * Stands in for the executable of desktop VS Code where that cannot be had: takes the arguments that `@vscode/test-electron` gives, and runs
 * the extension's tests in code-server's extension host, with a headless browser as the window.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBrowser } from './browser.ts';
import { codeServerVersions, installCodeServer } from './install.ts';
import { type Server, startServer } from './server.ts';

const { values, positionals } = parseArgs({ strict: false, allowPositionals: true });
const value = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
const log = { info: console.log, log: console.log, warn: console.warn, error: console.error } as const;

/** What VS Code itself writes to the same console, and nobody wants to read among test results. */
const chatter =
  /^(Resolv(ing|ed) connection token|Creating a socket|\[[A-Za-z -]+(:[a-z]+)?\]|Updating additional builtin|getaddrinfo|Error while|Failed to fetch|Ignoring fetching|Timed out waiting for authentication)/;

/** Opens the page that runs the tests, relays what they write, and returns their exit code. */
async function run(server: Server, developmentPath: string, testsPath: string, folder: string | undefined): Promise<number> {
  const remote = (path: string): string => `vscode-remote://${server.authority}${resolve(path)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(developmentPath)],
    ['extensionTestsPath', remote(testsPath)],
    ['skipWelcome', 'true'],
  ];
  const workspace = folder ? `folder=${encodeURIComponent(resolve(folder))}` : 'ew=true';
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const exit = Promise.withResolvers<number>();
    await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
      if (!chatter.test(String(args[0]))) (log[type as keyof typeof log] ?? console.log)(...args);
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => exit.resolve(code));
    server.ended.then(() => exit.reject(new Error(`code-server ended:\n${server.log()}`)));
    const minutes = Number(process.env.POINTWISE_HOST_MINUTES ?? 4);
    const timer = setTimeout(
      () => exit.reject(new Error(`the tests did not end within ${minutes} minutes; the server's log:\n${server.log()}`)),
      minutes * 60_000,
    );
    await page.goto(`http://${server.authority}/?${workspace}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    return await exit.promise.finally(() => clearTimeout(timer));
  } finally {
    await browser.close();
  }
}

async function main(): Promise<number> {
  const developmentPath = value('extensionDevelopmentPath');
  const testsPath = value('extensionTestsPath');
  if (!developmentPath || !testsPath) throw new Error('--extensionDevelopmentPath and --extensionTestsPath are needed');
  const version = process.env.POINTWISE_CODE_SERVER ?? codeServerVersions.current;
  const folder = positionals.find((path) => existsSync(path));
  const temporary = await mkdtemp(join(tmpdir(), 'pointwise-host-'));
  const server = await startServer({
    entry: await installCodeServer(version),
    userData: value('user-data-dir') ?? join(temporary, 'user'),
    extensions: value('extensions-dir') ?? join(temporary, 'extensions'),
    testDriver: version !== codeServerVersions.old,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  try {
    return await run(server, developmentPath, testsPath, folder);
  } finally {
    await server.stop();
    await rm(temporary, { recursive: true, force: true });
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
