/** Serves a folder in code-server with the extension installed from its package: what `npm start` opens, and what the end-to-end tests drive. */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageExtension } from '../package.ts';
import { installCodeServer } from './install.ts';
import { prepare, type Server, serverArguments, serverEnvironment, startServer } from './server.ts';

export interface ServeOptions {
  /** Where settings, extensions and the package go; kept from one start to the next, or thrown away by a test. */
  readonly home: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A release of code-server other than the current. */
  readonly version?: string;
}

/** Packages and installs the extension, and starts the server. */
export async function serve({ home, settings = {}, version }: ServeOptions): Promise<Server> {
  await mkdir(home, { recursive: true });
  const [{ path }, entry] = await Promise.all([packageExtension(home), installCodeServer(version)]);
  const folders = { entry, userData: join(home, 'user'), extensions: join(home, 'extensions') };
  await prepare({ ...folders, settings });
  const install = [...serverArguments(folders), '--install-extension', path, '--force'];
  const { status, stdout, stderr } = spawnSync(process.execPath, install, { env: serverEnvironment(), encoding: 'utf8' });
  if (status !== 0) throw new Error(`The extension could not be installed:\n${stdout}${stderr}`);
  return startServer({ ...folders, settings });
}

/** The page that shows a folder, with a file of it open. */
export function address(server: Server, folder: string, file: string): string {
  const payload = JSON.stringify([['openFile', `vscode-remote://${server.authority}${join(folder, file)}`]]);
  // What need not be escaped in a query stays readable.
  const query = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
  return `http://${server.authority}/?folder=${query(folder)}&payload=${query(payload)}`;
}
