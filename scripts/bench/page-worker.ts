/** Runs the benchmark in a worker of a page that may share memory, and posts each workload's result. */
import { type BenchOptions, bench, type WorkloadResult } from '../../src/bench/bench.ts';
import type { Ort } from '../../src/bench/engine.ts';
import type { Tfjs } from '../../src/bench/tfjs.ts';
import { type HelperThread, loadWasm } from '../../src/tensor/index.ts';

export interface PageRequest {
  readonly workloads: readonly string[] | undefined;
  readonly rounds: number;
  readonly threads: number;
}
export type FromPageWorker<Result> =
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string };

type TfjsWithBackend = Tfjs & {
  setWasmPaths(folder: string): void;
  setThreadsCount(n: number): void;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
};

const post = (message: FromPageWorker<WorkloadResult>): void => self.postMessage(message);
/** A module that the page's server has. */
const served = <T>(path: string): Promise<T> => import(new URL(path, self.location.origin).href) as Promise<T>;
const bytes = async (path: string): Promise<ArrayBuffer> => (await fetch(path)).arrayBuffer();

async function tfjs(): Promise<Tfjs> {
  const tf = await served<TfjsWithBackend>('/tfjs.js');
  tf.setWasmPaths('/peers/@tensorflow/tfjs-backend-wasm/wasm-out/');
  tf.setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
  return tf;
}

async function ort(): Promise<Ort> {
  const module = await served<Ort>('/peers/onnxruntime-web/dist/ort.wasm.min.mjs');
  module.env.wasm.numThreads = 1;
  module.env.wasm.wasmPaths = new URL('/peers/onnxruntime-web/dist/', self.location.origin).href;
  return module;
}

async function ours(threads: number): Promise<BenchOptions['ours']> {
  const [relaxed, strict] = await Promise.all([bytes('/kernel/relaxed.wasm'), bytes('/kernel/strict.wasm')]);
  const start = (): HelperThread => {
    const worker = new Worker('/kernel/helper.mjs', { type: 'module' });
    return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
  };
  return {
    kernels: await loadWasm({ relaxed, strict }),
    strict: await loadWasm({ strict }),
    threaded: threads > 1 ? { threads, kernels: await loadWasm({ relaxed, strict }, { threads, start }) } : undefined,
  };
}

self.onmessage = async ({ data }: MessageEvent<PageRequest>): Promise<void> => {
  try {
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    const peers = { 'onnxruntime-web': await ort(), 'tfjs-wasm': await tfjs() };
    await bench({ ...data, ours: await ours(data.threads), peers, pause }, (result) => post({ type: 'result', result }));
    post({ type: 'done' });
  } catch (e) {
    post({ type: 'failed', message: e instanceof Error ? (e.stack ?? e.message) : String(e) });
  }
};
