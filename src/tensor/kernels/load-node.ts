/** Loads the WASM kernels in Node, from the files that `scripts/build-kernel.ts` wrote. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TransferListItem, Worker } from 'node:worker_threads';
import type { MemberWorker } from '../team/protocol.ts';
import type { HelperThread } from '../threads/crew.ts';
import type { Kernels } from './kernels.ts';
import { loadWasm } from './wasm.ts';

export interface NodeOptions {
  /** Leave relaxed SIMD out. */
  readonly strict?: boolean;
  /** Threads to share each run among, the calling one included. Default 1. */
  readonly threads?: number;
  /** Workers to share each run among by messages, the calling one included, as a page does. Default 1; only without threads. */
  readonly workers?: number;
}

/** `folder` holds relaxed.wasm, strict.wasm and helper.mjs. */
export async function loadKernels(folder: string, { strict = false, threads = 1, workers = 1 }: NodeOptions = {}): Promise<Kernels> {
  const [relaxed, plain] = await Promise.all(['relaxed.wasm', 'strict.wasm'].map((name) => readFile(join(folder, name))));
  const helper = (): Worker => {
    const worker = new Worker(join(folder, 'helper.mjs'));
    // Helpers must not keep a program alive that has nothing more to run.
    worker.unref();
    return worker;
  };
  const startThread = (): HelperThread => {
    const worker = helper();
    return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
  };
  const startMember = (): MemberWorker => {
    const worker = helper();
    return {
      post: (message, transfer) => worker.postMessage(message, transfer as readonly TransferListItem[]),
      listen(take, died) {
        worker.on('message', take);
        worker.on('error', (e) => died(`: ${e.message}`));
      },
      end: () => void worker.terminate(),
    };
  };
  const bytes = { relaxed: strict ? undefined : relaxed, strict: plain };
  const threading = threads > 1 ? { threads, start: startThread } : undefined;
  return loadWasm(bytes, threading, workers > 1 ? { workers, start: startMember } : undefined);
}
