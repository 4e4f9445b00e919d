/**
 * The helper threads of a set of kernels, seen from the main thread. They are started once and serve every plan that is made.
 *
 * A run never waits for a helper to wake, load a plan or come back from an earlier run: it takes whoever stands ready, or does the work alone.
 */
import type { Call } from '../plan/call.ts';
import { Share } from './share.ts';

/** What a helper needs to know of a plan. */
export interface PlanForHelper {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly calls: readonly Call[];
  readonly tile: number;
  /** Address of each thread's scratch memory, the main thread's first. */
  readonly scratch: readonly number[];
}

export type ToHelper =
  | { readonly type: 'hello'; readonly me: number; readonly threads: number; readonly words: Int32Array }
  | ({ readonly type: 'load'; readonly id: number; readonly share: Int32Array } & PlanForHelper)
  | { readonly type: 'drop'; readonly id: number };

/** A thread that runs `helper.ts`; how to start one differs between Node and a page. */
export interface HelperThread {
  post(message: ToHelper): void;
  end(): void;
}

/** Words that all helpers of a crew share: the number of the run, the plan that it runs, what helpers sleep on, then each helper's own. */
export const RUN = 0;
export const PLAN = 1;
export const SIGNAL = 2;
export const HELPERS = 3;
export const PER_HELPER = 3;
/** The last run that the helper has left; the last plan that it has loaded; messages posted to it. */
export const LEFT = 0;
export const LOADED = 1;
export const POSTED = 2;

/** How long `ready` waits for helpers that do not come, and how often it looks. */
const PATIENCE_MS = 1000;
const LOOK_MS = 2;

export class Crew {
  readonly threads: number;
  readonly #helpers: readonly HelperThread[];
  readonly #words: Int32Array;
  #plans = 0;

  /** `start` starts one helper. */
  constructor(threads: number, start: () => HelperThread) {
    this.threads = threads;
    this.#words = new Int32Array(new SharedArrayBuffer(4 * (HELPERS + threads * PER_HELPER)));
    this.#helpers = Array.from({ length: threads - 1 }, start);
    this.#helpers.forEach((h, i) => {
      h.post({ type: 'hello', me: i + 1, threads, words: this.#words });
    });
  }

  /** Makes a plan known to the helpers; returns its number and its words. */
  load(plan: PlanForHelper): { readonly id: number; readonly share: Share } {
    const id = ++this.#plans;
    const share = new Share(this.threads, plan.calls.length);
    this.#post({ type: 'load', id, share: share.words, ...plan });
    return { id, share };
  }

  drop(id: number): void {
    this.#post({ type: 'drop', id });
  }

  /**
   * Resolves when every helper knows a plan, or after a while. In a page helpers start, and messages reach them, only while the thread that
   * made them handles its events: before a long computation there, this must be waited for.
   */
  async ready(id: number): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!this.isReady(id) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }

  /** Whether every helper is back from the run before and knows a plan. */
  isReady(id: number): boolean {
    return this.#helpers.every((_, i) => this.#word(i, LEFT) === Atomics.load(this.#words, RUN) && this.#word(i, LOADED) >= id);
  }

  /** Calls the helpers to a run of a plan whose calls have been dealt. */
  call(id: number): void {
    Atomics.store(this.#words, PLAN, id);
    Atomics.add(this.#words, RUN, 1);
    this.#wake();
  }

  /** Ends the helpers. */
  dismiss(): void {
    for (const h of this.#helpers) h.end();
  }

  #post(message: ToHelper): void {
    this.#helpers.forEach((h, i) => {
      Atomics.add(this.#words, HELPERS + i * PER_HELPER + POSTED, 1);
      h.post(message);
    });
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#words, SIGNAL, 1);
    Atomics.notify(this.#words, SIGNAL);
  }

  #word(helper: number, word: number): number {
    return Atomics.load(this.#words, HELPERS + helper * PER_HELPER + word);
  }
}
