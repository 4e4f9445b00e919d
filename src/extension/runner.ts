/** Runs for the workbench page in a thread of this process, where threads may share memory: the page only sees messages pass. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunnerFromPage, RunnerToPage } from '../protocol/page.ts';
import type { FromRunner } from '../run/protocol.ts';

/** Threads beyond this were never measured. */
const MOST_THREADS = 16;
export const hostThreads = (): number => Math.min(MOST_THREADS, availableParallelism());

export class HostRunner {
  readonly #dist: string;
  readonly #post: (message: RunnerToPage) => void;
  #thread: Worker | undefined;

  constructor(dist: string, post: (message: RunnerToPage) => void) {
    this.#dist = dist;
    this.#post = post;
  }

  take(message: RunnerFromPage): void {
    switch (message.type) {
      case 'open':
        this.#open();
        break;
      case 'end':
        this.end();
        break;
      case 'run':
      case 'ask':
        this.#thread?.postMessage(message);
        break;
      default:
        message satisfies never;
    }
  }

  #open(): void {
    this.end();
    const thread = new Worker(join(this.#dist, 'run-thread.cjs'), {
      workerData: { folder: join(this.#dist, 'kernel'), threads: hostThreads() },
    });
    this.#thread = thread;
    const died = (why: string): void => {
      // One that was ended on purpose has nobody who waits.
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#post({ type: 'died', why });
    };
    thread.on('message', (message: FromRunner) => this.#thread === thread && this.#post(message));
    thread.on('error', (e) => died(`: ${e.message}`));
    thread.on('exit', () => died('.'));
  }

  /** Ends the thread, with what it runs and keeps. */
  end(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.terminate();
  }
}
