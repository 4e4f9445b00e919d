/** The built command line, as a user starts it: arguments in, exit status and both streams out. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/build.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

export interface Ended {
  /** Exit status; the signal's name where one ended it. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts it in a folder; the build must be there. */
export const start = (args: readonly string[], cwd = root): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [fileURLToPath(new URL('../../dist/cli.js', import.meta.url)), ...args], { cwd });

let built: Promise<void> | undefined;

/** Runs it to its end. */
export async function pointwise(args: readonly string[], cwd = root): Promise<Ended> {
  // Once for all: to see that nothing is stale takes a look at a thousand files.
  built ??= ensureBuilt();
  await built;
  const child = start(args, cwd);
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (s: string) => {
      text[stream] += s;
    });
  const status = await new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  return { status, ...text };
}
