/** Starts the headless browser in which code-server's page runs. */
import { type Browser, chromium } from 'playwright-core';
import { installBrowser } from './install.ts';

/** As root, and in many containers, Chromium's sandbox cannot start; the rest keeps it from looking for the network. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless Chromium. */
export async function startBrowser(): Promise<Browser> {
  const { executablePath, env } = await installBrowser();
  // Playwright's types want every variable to have a value.
  const inherited = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return chromium.launch({ executablePath, headless: true, args: flags, env: { ...inherited, ...env } });
}
