/** Runs graphs in a worker, one after another, from the page. */
import type { Graph } from '../../src/graph/graph.ts';
import type { Init } from '../../src/protocol.ts';
import type { FromRunner, RunRequest, RunResult, RunStage } from './run-protocol.ts';
import { fetchBytes, startWorker } from './workers.ts';

/** Why there is no result. `died`: the worker itself failed, which VS Code should tell too. `refused`: it would not fit in memory. */
export class RunFailed extends Error {
  readonly died: boolean;
  readonly refused: boolean;
  constructor(message: string, died: boolean, refused = false) {
    super(message);
    this.died = died;
    this.refused = refused;
  }
}
/** The user stopped it. */
export class RunCancelled extends Error {}

export class Runner {
  #stop: (() => void) | undefined;

  /** Runs a graph, and tells of progress. Rejects with `RunFailed` or `RunCancelled`. */
  async run(
    init: Init,
    graph: Graph,
    o: { seed: number; look: boolean },
    progress: (stage: RunStage, layer: number, of: number) => void,
  ): Promise<RunResult> {
    let cancelled = false;
    this.#stop = () => {
      cancelled = true;
    };
    const { assets, settings } = init;
    const [relaxed, strict, helper, worker] = await Promise.all([
      fetchBytes(assets.kernelRelaxed),
      fetchBytes(assets.kernelStrict),
      self.crossOriginIsolated ? fetchBytes(assets.kernelHelper) : undefined,
      startWorker(assets.runWorker).catch((e: unknown) => {
        throw new RunFailed(`The worker that runs the layers could not be started: ${e instanceof Error ? e.message : String(e)}`, true);
      }),
    ]);
    try {
      return await new Promise<RunResult>((resolve, reject) => {
        const stop = (): void => reject(new RunCancelled());
        if (cancelled) return stop();
        this.#stop = stop;
        const lifeline = `pointwise-run-${crypto.randomUUID()}`;
        const died = (why: string): void => reject(new RunFailed(`The worker that runs the layers died during the run${why}`, true));
        worker.onmessage = ({ data }: MessageEvent<FromRunner>) => {
          switch (data.type) {
            case 'alive':
              return void navigator.locks.request(lifeline, () => died('.')).catch(() => {});
            case 'progress':
              return progress(data.stage, data.layer, data.of);
            case 'done':
              return resolve(data.result);
            case 'failed':
              return reject(new RunFailed(data.message, false, data.refused));
            default:
              return data satisfies never;
          }
        };
        worker.onerror = (e) => died(e.message ? `: ${e.message}` : '.');
        const script = helper && new TextDecoder().decode(helper);
        const { seed, look } = o;
        const maxBytes = settings.maxRunBytes;
        worker.postMessage({ graph, seed, look, maxBytes, relaxed, strict, helper: script, lifeline } satisfies RunRequest);
      });
    } finally {
      worker.terminate();
      this.#stop = undefined;
    }
  }

  /** Ends the run at once. */
  cancel(): void {
    this.#stop?.();
  }
}
