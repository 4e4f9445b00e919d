/** Files for runs: the user chooses them, their bytes go to the page. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { GivenFile } from '../run/spec.ts';

/** What a dialog offers, by name. */
const FILTERS = {
  input: { 'Images and arrays': ['png', 'jpg', 'jpeg', 'bmp', 'tif', 'tiff', 'npy'] },
  weights: { Weights: ['safetensors', 'pth', 'pt'] },
} as const;

/** One file of weights, or one for each input; undefined where the user chose none. */
export async function pickFiles(what: 'input' | 'weights', count: number): Promise<readonly GivenFile[] | undefined> {
  const files: GivenFile[] = [];
  for (let i = 0; i < count; i++) {
    const which = count > 1 ? `input ${i + 1} of ${count}` : what;
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: `Choose the ${which}`,
        openLabel: 'Use',
        filters: Object.fromEntries(Object.entries(FILTERS[what]).map(([name, list]) => [name, [...list]])),
      })) ?? [];
    if (!chosen) return undefined;
    // A Buffer would be sent as JSON.
    files.push({ name: basename(chosen.path), bytes: new Uint8Array(await vscode.workspace.fs.readFile(chosen)) });
  }
  return files;
}
