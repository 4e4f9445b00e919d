/** The worker that runs a graph: one request, progress, one answer. It is ended by the page, to cancel or when it has answered. */
import { type HelperThread, type Kernels, loadWasm, PlanTooLarge, reference } from '../../src/tensor/index.ts';
import { runGraph } from './run-graph.ts';
import type { FromRunner, RunRequest } from './run-protocol.ts';

const post = (message: FromRunner): void => self.postMessage(message);
/** Progress is for people: no more often than they can see. */
const PROGRESS_MS = 40;

/** Threads beyond this were never measured. */
const MOST_THREADS = 8;

/** A helper thread of the kernels, from its script. */
function startHelper(script: string): HelperThread {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
}

/** The fast kernels, or the plain ones on an engine without WASM SIMD: a result says which. */
async function kernelsFor({ relaxed, strict, helper }: RunRequest): Promise<Kernels> {
  const threads = Math.min(MOST_THREADS, navigator.hardwareConcurrency);
  try {
    return await loadWasm({ relaxed, strict }, helper === undefined ? undefined : { threads, start: () => startHelper(helper) });
  } catch {
    return reference;
  }
}

/**
 * Holds a lock until this worker is no more, and says whether it could. Some workers die without a word (the system takes their memory), and
 * only this tells.
 */
async function holdLifeline(name: string): Promise<boolean> {
  try {
    return await new Promise<boolean>((held, failed) => {
      const untilTheEnd = new Promise<void>(() => {});
      const request = navigator.locks.request(name, () => {
        held(true);
        return untilTheEnd;
      });
      request.catch(failed);
    });
  } catch {
    return false;
  }
}

/** What went wrong, for people. */
function explain(error: unknown): string {
  if (error instanceof RangeError) return `The run ran out of memory (${error.message}). Use a smaller input.`;
  if (error instanceof WebAssembly.RuntimeError)
    return `The kernel stopped during the run (${error.message}). That is a bug in Pointwise: please report it.`;
  return error instanceof Error ? error.message : String(error);
}

self.onmessage = async ({ data }: MessageEvent<RunRequest>): Promise<void> => {
  let told = Number.NEGATIVE_INFINITY;
  if (await holdLifeline(data.lifeline)) post({ type: 'alive' });
  try {
    const kernels = await kernelsFor(data);
    const result = await runGraph(data.graph, kernels, {
      ...data,
      progress(stage, layer, of) {
        const now = performance.now();
        if (now - told < PROGRESS_MS && layer < of) return;
        told = now;
        post({ type: 'progress', stage, layer, of });
      },
    });
    post({ type: 'done', result });
  } catch (error) {
    post({ type: 'failed', message: explain(error), refused: error instanceof PlanTooLarge });
  }
};
