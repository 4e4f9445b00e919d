/** Loads the WASM kernels in Node, from the files that `scripts/build-kernel.ts` wrote. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HelperThread } from '../threads/crew.ts';
import type { Kernels } from './kernels.ts';
import { loadWasm } from './wasm.ts';

export interface NodeOptions {
  /** Leave relaxed SIMD out. */
  readonly strict?: boolean;
  /** Threads to share each run among, the calling one included. Default 1. */
  readonly threads?: number;
}

/** `folder` holds relaxed.wasm, strict.wasm and helper.mjs. */
export async function loadKernels(folder: string, { strict = false, threads = 1 }: NodeOptions = {}): Promise<Kernels> {
  const [relaxed, plain] = await Promise.all(['relaxed.wasm', 'strict.wasm'].map((name) => readFile(join(folder, name))));
  const start = (): HelperThread => {
    const worker = new Worker(join(folder, 'helper.mjs'));
    // Helpers must not keep a program alive that has nothing more to run.
    worker.unref();
    return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
  };
  return loadWasm({ relaxed: strict ? undefined : relaxed, strict: plain }, threads > 1 ? { threads, start } : undefined);
}
