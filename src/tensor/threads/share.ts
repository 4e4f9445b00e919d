/**
 * How threads share the calls of a plan: words in shared memory by which they hand out work items, without a lock and without a master.
 *
 * A call's items are cut into units. Each thread begins with an equal range of them and takes from its front; one that has none left steals
 * from the back of another's (as in Blumofe & Leiserson 1999, "Scheduling multithreaded computations by work stealing"), half of what is
 * left each time. So neighbouring rows mostly stay with one thread and its cache, and a thread that the operating system put aside holds
 * up no more than the half of its range that it took last. A call is done when all its units are; nobody goes on to the next call before.
 *
 * Words: `LIMIT` of the whole plan, then for each call: units, items per unit, units done, and a range for each thread, which
 * is `end << 16 | next`.
 */

/** How many calls may begin: helpers wait there while the main thread looks at a step's output. −1 ends the run. */
const LIMIT = 0;
const HEAD = 1;
const UNITS = 0;
const SIZE = 1;
const DONE = 2;
const RANGES = 3;

/** Looks at a word this often before the thread asks to sleep: some microseconds. */
const SPINS = 4000;
/** Sleep is cut into pieces this long. */
const NAP_MS = 50;
/** A unit that takes longer than this was lost with its thread. */
const LOST_MS = 60_000;

/** Does the items [from, to) of a call. */
export type Work = (from: number, to: number) => void;

/** How a call is cut: `units` of `size` items. */
export interface Cut {
  readonly units: number;
  readonly size: number;
}

export class Share {
  readonly words: Int32Array;
  readonly #threads: number;
  readonly #stride: number;

  /** For a plan of some calls, or over the words of such a plan. */
  constructor(threads: number, calls: number, words?: Int32Array) {
    this.#threads = threads;
    this.#stride = RANGES + threads;
    this.words = words ?? new Int32Array(new SharedArrayBuffer(4 * (HEAD + calls * this.#stride)));
  }

  /** Deals a call's units out, in equal ranges. Only while no helper is in the plan. */
  deal(call: number, { units, size }: Cut): void {
    const at = this.#at(call);
    this.words[at + UNITS] = units;
    this.words[at + SIZE] = size;
    this.words[at + DONE] = 0;
    for (let t = 0; t < this.#threads; t++) {
      const from = Math.floor((units * t) / this.#threads);
      const to = Math.floor((units * (t + 1)) / this.#threads);
      this.words[at + RANGES + t] = (to << 16) | from;
    }
  }

  /** Lets helpers begin the calls before `limit`; −1 sends them home. */
  open(limit: number): void {
    Atomics.store(this.words, LIMIT, limit);
    Atomics.notify(this.words, LIMIT);
  }

  /** Waits until a call may begin; false where the run is over. */
  enter(call: number): boolean {
    for (;;) {
      const limit = Atomics.load(this.words, LIMIT);
      if (limit > call) return true;
      if (limit < 0) return false;
      this.#sleep(LIMIT, limit);
    }
  }

  /** Does units of a call while there are any; returns how many, and of how many. */
  work(call: number, me: number, n: number, work: Work): { readonly did: number; readonly units: number } {
    const at = this.#at(call);
    const [units, size] = [this.words[at + UNITS] as number, this.words[at + SIZE] as number];
    let did = 0;
    for (let k = 0; k < this.#threads; k++) {
      const word = at + RANGES + ((me + k) % this.#threads);
      for (;;) {
        const range = Atomics.load(this.words, word);
        const [next, end] = [range & 0xffff, range >> 16];
        if (next >= end) break;
        const take = (end - next + 1) >> 1;
        const first = k === 0 ? next : end - take;
        const left = k === 0 ? (end << 16) | (next + take) : ((end - take) << 16) | next;
        if (Atomics.compareExchange(this.words, word, range, left) !== range) continue;
        work(first * size, Math.min(n, (first + take) * size));
        did += take;
      }
    }
    if (did > 0 && Atomics.add(this.words, at + DONE, did) + did === units) Atomics.notify(this.words, at + DONE);
    return { did, units };
  }

  /** Waits until all units of a call are done; returns the milliseconds that it took. */
  finish(call: number): number {
    const at = this.#at(call);
    const units = this.words[at + UNITS] as number;
    if (Atomics.load(this.words, at + DONE) === units) return 0;
    const start = performance.now();
    for (;;) {
      const done = Atomics.load(this.words, at + DONE);
      const ms = performance.now() - start;
      if (done === units) return ms;
      if (ms > LOST_MS) throw new Error('A helper thread of the kernels no longer answers');
      this.#sleep(at + DONE, done);
    }
  }

  #at(call: number): number {
    return HEAD + call * this.#stride;
  }

  /** Returns when a word is no longer `value`, or after a while. Spins first: most waits are short. */
  #sleep(word: number, value: number): void {
    for (let i = 0; i < SPINS; i++) if (Atomics.load(this.words, word) !== value) return;
    Atomics.wait(this.words, word, value, NAP_MS);
  }
}

/** What a unit should take at least, so that handing it out costs little; and more of them than this share no better. */
const UNIT_MS = 0.006;
const MOST_UNITS = 96;

/** Cuts a call that takes `ms` on one thread; items go in multiples of `quantum`. */
export function cut(n: number, quantum: number, ms: number): Cut {
  const units = Math.max(1, Math.min(Math.ceil(n / quantum), MOST_UNITS, Math.floor(ms / UNIT_MS)));
  const size = Math.ceil(n / units / quantum) * quantum;
  return { units: Math.ceil(n / size), size };
}
