/**
 * The worker that runs a graph: it is started with the kernel's modules, takes a request, tells of progress, and then answers questions about
 * its numbers. It is ended by the page, to cancel, or before the next run.
 */
import { serve } from '../../src/run/serve.ts';
import { type FromMember, type HelperThread, type Kernels, loadWasm, type MemberWorker, reference } from '../../src/tensor/index.ts';
import type { FromWorker, StartWorker, ToWorker } from './worker-protocol.ts';

const post = (message: FromWorker): void => self.postMessage(message);

/** Threads beyond this were never measured. */
const MOST_THREADS = 8;
/** Workers without a memory in common: each has the whole plan in its own. */
const MOST_WORKERS = 4;

/** A worker of the kernels' own, from its script. */
function startHelper(script: string): Worker {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(url, { type: 'module' });
}

/** One that shares memory with this. */
function startThread(script: string): HelperThread {
  const worker = startHelper(script);
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
}

/** One that shares nothing. */
function startMember(script: string): MemberWorker {
  const worker = startHelper(script);
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    listen(take, died) {
      worker.onmessage = ({ data }: MessageEvent<FromMember>) => take(data);
      worker.onerror = (e) => died(e.message ? `: ${e.message}` : '.');
    },
    end: () => worker.terminate(),
  };
}

/** The fast kernels, or the plain ones on an engine without WASM SIMD: a result says which. */
async function kernelsFor({ relaxed, strict, helper }: StartWorker): Promise<Kernels> {
  const cores = navigator.hardwareConcurrency;
  const [threads, workers] = [Math.min(MOST_THREADS, cores), Math.min(MOST_WORKERS, cores)];
  try {
    if (helper === undefined) return await loadWasm({ relaxed, strict });
    if (self.crossOriginIsolated) return await loadWasm({ relaxed, strict }, { threads, start: () => startThread(helper) });
    return await loadWasm({ relaxed, strict }, undefined, { workers, start: () => startMember(helper) });
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

let take: ReturnType<typeof serve> | undefined;
/** A run begins when the page can know that it died. */
let held: Promise<void> | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>): Promise<void> => {
  if (data.type === 'start') {
    take = serve(() => kernelsFor(data), post);
    held = holdLifeline(data.lifeline).then((holds) => (holds ? post({ type: 'alive' }) : undefined));
    return;
  }
  await held;
  await take?.(data);
};
