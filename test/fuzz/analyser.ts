/** A worker that analyses texts, and is ended and started anew where one hangs or takes all memory. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Answer, STAGES, type Stage, type Task, type WorkerData } from './work.ts';

/** What came of a text. */
export type Outcome =
  | Extract<Answer, { readonly type: 'done' | 'crash' }>
  | { readonly type: 'hang'; readonly id: number; readonly stage: Stage; readonly ms: number };

/** Megabytes that a worker may take: a text that needs more would end the server too. */
const MOST_MEMORY = 1024;

/** How often a worker is looked at, and how much longer than its share of the processor it may take where others use the machine. */
const LOOK_MS = 100;
const PATIENCE = 20;

/** Milliseconds of the processor that a worker has taken; none where it has ended. */
async function cpuOf(worker: Worker): Promise<number> {
  const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
  return (user + system) / 1000;
}

export class Analyser {
  readonly #stage = new SharedArrayBuffer(4);
  #worker: Worker | undefined;

  /** A worker that has loaded what it needs. */
  async #start(): Promise<Worker> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { stage: this.#stage } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    });
    await once(worker, 'message');
    return worker;
  }

  /** Analyses a text; after so many milliseconds of the processor it counts as a hang, and where it only waits, after `PATIENCE` as many of the clock. */
  async analyse(task: Task, hangMs: number): Promise<Outcome> {
    this.#worker ??= await this.#start();
    const worker = this.#worker;
    const stage = (): Stage => STAGES[new Int32Array(this.#stage)[0] ?? 0] ?? 'parse';
    const start = performance.now();
    const usedBefore = await cpuOf(worker);
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = setInterval(async () => {
        const used = (await cpuOf(worker)) - usedBefore;
        if (used > hangMs || performance.now() - start > PATIENCE * hangMs) end({ type: 'hang', id: task.id, stage: stage(), ms: hangMs });
      }, LOOK_MS);
      const end = (o: Outcome): void => {
        clearInterval(timer);
        resolve(o);
      };
      worker.once('message', (answer: Answer) => end(answer));
      worker.once('error', (e) =>
        end({ type: 'crash', id: task.id, stage: stage(), error: e instanceof Error ? (e.stack ?? e.message) : String(e) }),
      );
      worker.postMessage(task);
    });
    worker.removeAllListeners('message');
    worker.removeAllListeners('error');
    // A worker that was ended, or that failed outside of an analysis, is of no use for the next.
    if (outcome.type !== 'done') await this.stop();
    return outcome;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
