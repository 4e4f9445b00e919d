/**
 * The memory of the last plan that was done with, for the next one. The system hands memory out a page at a time and zero: for ResNet-50 that
 * takes longer than packing its weights. A run makes two plans, one to time and one to look at, and every edit makes them anew.
 */
import { PlanTooLarge } from './kernels.ts';

const PAGE = 65536;
/** More than this is given back to the system. */
const MOST_KEPT = 256 << 20;

export class Memories {
  readonly #shared: boolean;
  #spare: WebAssembly.Memory | undefined;

  constructor(shared: boolean) {
    this.#shared = shared;
  }

  /** Memory of at least `bytes`, of which the first `used` may not be zero. Throws `PlanTooLarge` with `limit` where the system has none. */
  take(bytes: number, limit: number): { readonly memory: WebAssembly.Memory; readonly used: number } {
    const pages = Math.ceil(bytes / PAGE);
    const spare = this.#spare;
    this.#spare = undefined;
    try {
      if (!spare) return { memory: new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: this.#shared }), used: 0 };
      const used = spare.buffer.byteLength;
      if (used < pages * PAGE) spare.grow(pages - used / PAGE);
      return { memory: spare, used };
    } catch (error) {
      if (error instanceof RangeError) throw new PlanTooLarge(bytes, limit);
      throw error;
    }
  }

  /** Keeps memory that nobody uses any longer: its views may not be read again. */
  give(memory: WebAssembly.Memory): void {
    const kept = this.#spare?.buffer.byteLength ?? 0;
    const bytes = memory.buffer.byteLength;
    if (bytes > kept && bytes <= MOST_KEPT) this.#spare = memory;
  }
}
