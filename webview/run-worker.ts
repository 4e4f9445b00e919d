/** The worker that runs a graph: one request, progress, one answer. It is ended by the page, to cancel or when it has answered. */
import { type HelperThread, type Kernels, loadWasm, PlanTooLarge, reference } from '../src/tensor/index.ts';
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

self.onmessage = async ({ data }: MessageEvent<RunRequest>): Promise<void> => {
  let told = Number.NEGATIVE_INFINITY;
  try {
    const kernels = await kernelsFor(data);
    const result = runGraph(data.graph, kernels, {
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
    const message =
      error instanceof RangeError
        ? `The run ran out of memory (${error.message}).`
        : error instanceof Error
          ? error.message
          : String(error);
    post({ type: 'failed', message, refused: error instanceof PlanTooLarge });
  }
};
