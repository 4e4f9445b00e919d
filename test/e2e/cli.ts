/** The command line beside the panel: what it says of the same files. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/host/install.ts';

/** Runs `pointwise` in a folder; gives what it prints. */
export async function pointwiseIn(folder: string, ...words: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [join(root, 'dist', 'cli.js'), ...words], { cwd: folder })).stdout;
}
