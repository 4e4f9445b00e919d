/** Finds a desktop VS Code: on the PATH, or downloaded, where it can open a window at all. */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cache } from './install.ts';

/** The `code` command on the PATH, if there is one; not the one in a terminal of code-server, which only talks to its own window. */
export function codeCommand(): string | undefined {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return found.find((path) => existsSync(path) && !path.includes('remote-cli'));
}

/** Whether a window can open: on Linux that takes a display, and Electron's sandbox refuses root. */
function hasScreen(): boolean {
  if (process.platform !== 'linux') return !process.env.CI;
  return (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY ?? '') !== '' && process.getuid?.() !== 0;
}

/** The program behind the `code` command, which is a script that starts it and returns at once. */
function executableOf(command: string): string | undefined {
  const folder = dirname(realpathSync(command));
  const places: Partial<Record<NodeJS.Platform, string>> = { linux: '../code', darwin: '../../../MacOS/Electron', win32: '../Code.exe' };
  const executable = join(folder, places[process.platform] ?? '../code');
  return existsSync(executable) ? executable : undefined;
}

/** Whether VS Code's download server answers soon; a machine without it must not wait long. */
async function canDownload(): Promise<boolean> {
  try {
    const address = 'https://update.code.visualstudio.com/api/releases/stable';
    return (await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

/** The executable of a desktop VS Code that can run here, or undefined. `POINTWISE_VSCODE` names one, or `code-server` for none. */
export async function desktopCode(): Promise<string | undefined> {
  const wish = process.env.POINTWISE_VSCODE;
  if (wish) return wish === 'code-server' ? undefined : wish;
  if (!hasScreen()) return undefined;
  const command = codeCommand();
  const executable = command && executableOf(command);
  if (executable) return executable;
  return (await canDownload()) ? downloadAndUnzipVSCode({ cachePath: join(cache, 'vscode'), version: 'stable' }) : undefined;
}
