/** One core and all of them, in a page by messages and in Node by shared memory, as a table of docs/performance.md. */
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CoresResult, coresTable, measureCores } from '../../src/bench/cores.ts';
import { loadKernels } from '../../src/tensor/kernels/load-node.ts';
import { root } from '../host/install.ts';
import type { CoresRequest } from './cores-worker.ts';
import { inChromium } from './page.ts';

/** A page has no more workers: each has the whole plan in a memory of its own. */
const MOST_WORKERS = 4;

/** Measures, page first; returns the table with what it was measured on. */
export async function benchCores(workloads: readonly string[], rounds: number, threads: number): Promise<string> {
  const page: CoresResult[] = [];
  const request: CoresRequest = { workloads, rounds, workers: Math.min(MOST_WORKERS, threads) };
  const version = await inChromium('cores-worker.ts', undefined, request, (r: CoresResult) => page.push(r));
  const folder = join(root, 'dist', 'kernel');
  const kernels = { one: await loadKernels(folder), several: await loadKernels(folder, { threads }) };
  const host: CoresResult[] = [];
  for (const name of workloads) host.push(await measureCores(name, kernels, rounds, () => sleep(5)));
  kernels.several.dispose();
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}, ${rounds} rounds`;
  const runtimes = `Chromium ${version.split('.')[0]}, Node ${process.versions.node.split('.')[0]}`;
  return `Measured on: ${machine}; ${runtimes}.\n\n${coresTable(page, host)}`;
}
