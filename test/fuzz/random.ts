/** Random choices that a seed decides: the same seed and index give the same, on every machine. */

/** A source of random choices; mulberry32 over a hash of its keys. */
export class Random {
  #state: number;
  constructor(seed: number, index: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) | 0;
  }

  /** A whole number from 0, below `n`. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let x = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * n);
  }

  chance(p: number): boolean {
    return this.below(2 ** 30) < p * 2 ** 30;
  }

  /** One of several. */
  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('There is nothing to choose from.');
    return from[this.below(from.length)] as T;
  }
}
