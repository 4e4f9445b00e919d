/** Measures one worker of a page beside several, which share nothing: the page could share memory here, so that its clock is fine, and does not. */
import { type CoresResult, measureCores } from '../../src/bench/cores.ts';
import { type FromMember, loadWasm, type MemberWorker } from '../../src/tensor/index.ts';
import type { FromPageWorker } from './page-worker.ts';

export interface CoresRequest {
  readonly workloads: readonly string[];
  readonly rounds: number;
  readonly workers: number;
}

const post = (message: FromPageWorker<CoresResult>): void => self.postMessage(message);
const bytes = async (path: string): Promise<ArrayBuffer> => (await fetch(path)).arrayBuffer();

function start(): MemberWorker {
  const worker = new Worker('/kernel/helper.mjs', { type: 'module' });
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    listen(take, died) {
      worker.onmessage = ({ data }: MessageEvent<FromMember>) => take(data);
      worker.onerror = (e) => died(`: ${e.message}`);
    },
    end: () => worker.terminate(),
  };
}

self.onmessage = async ({ data }: MessageEvent<CoresRequest>): Promise<void> => {
  try {
    const [relaxed, strict] = await Promise.all([bytes('/kernel/relaxed.wasm'), bytes('/kernel/strict.wasm')]);
    const one = await loadWasm({ relaxed, strict });
    const several = await loadWasm({ relaxed, strict }, undefined, { workers: data.workers, start });
    for (const name of data.workloads) post({ type: 'result', result: await measureCores(name, { one, several }, data.rounds) });
    post({ type: 'done' });
  } catch (e) {
    post({ type: 'failed', message: e instanceof Error ? (e.stack ?? e.message) : String(e) });
  }
};
