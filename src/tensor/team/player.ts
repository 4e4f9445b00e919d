/** Plays a worker's script: its calls in its own memory, and messages to and from the others. */
import { bind, type Exports } from '../kernels/instance.ts';
import { type Action, type Block, bytesOf } from './script.ts';

/** Sends the numbers of a message of a run to another worker. */
export type Send = (to: number, run: number, message: number, numbers: ArrayBuffer) => void;
/** Told when a step is done, and how long it took with what it waited for. */
export type StepDone = (step: number, ms: number) => void;

interface Ready {
  readonly work: () => void;
  readonly action: Action;
}

export class Player {
  readonly #actions: readonly Ready[];
  readonly #floats: Float32Array;
  readonly #send: Send;
  /** Messages that came before they were waited for, by run and number, and who waits. */
  readonly #came = new Map<string, ArrayBuffer>();
  #ended: Error | undefined;
  #waits: { readonly key: string; readonly go: (numbers: ArrayBuffer) => void; readonly fail: (why: Error) => void } | undefined;

  constructor(script: readonly Action[], exports: Exports, memory: WebAssembly.Memory, send: Send) {
    this.#floats = new Float32Array(memory.buffer);
    this.#send = send;
    this.#actions = script.map((action) => {
      if (action.do !== 'calls') return { action, work: () => {} };
      const bound = action.pieces.map((p) => ({ call: bind(exports, p), begin: p.begin, end: p.end }));
      const work = (): void => {
        for (const { call, begin, end } of bound) call(begin, end);
      };
      return { action, work };
    });
  }

  /** Milliseconds that the last play waited for messages. */
  waited = 0;

  /** Plays the script once; waits where a message is not there yet. Rejects where it is ended meanwhile. */
  async play(run: number, done?: StepDone): Promise<void> {
    let start = done ? performance.now() : 0;
    this.waited = 0;
    for (const { action, work } of this.#actions) {
      switch (action.do) {
        case 'calls': {
          work();
          if (!done) break;
          const now = performance.now();
          done(action.step, now - start);
          start = now;
          break;
        }
        case 'send':
          this.#send(action.to, run, action.message, this.#gather(action.blocks));
          break;
        case 'take': {
          const key = `${run} ${action.message}`;
          const numbers = this.#came.get(key) ?? (await this.#wait(key));
          this.#came.delete(key);
          this.#scatter(action.blocks, numbers);
          break;
        }
        default:
          action satisfies never;
      }
    }
  }

  async #wait(key: string): Promise<ArrayBuffer> {
    if (this.#ended) throw this.#ended;
    const start = performance.now();
    const numbers = await new Promise<ArrayBuffer>((go, fail) => {
      this.#waits = { key, go, fail };
    });
    this.waited += performance.now() - start;
    return numbers;
  }

  /** A message of another worker. */
  come(run: number, message: number, numbers: ArrayBuffer): void {
    const key = `${run} ${message}`;
    const waits = this.#waits;
    if (waits?.key === key) {
      this.#waits = undefined;
      waits.go(numbers);
    } else this.#came.set(key, numbers);
  }

  /** No more will come: another worker failed, or the plan is done with. */
  end(why: Error): void {
    this.#ended = why;
    this.#came.clear();
    this.#waits?.fail(why);
    this.#waits = undefined;
  }

  #gather(blocks: readonly Block[]): ArrayBuffer {
    const numbers = new Float32Array(bytesOf(blocks) / 4);
    let at = 0;
    each(blocks, (from, n) => {
      numbers.set(this.#floats.subarray(from, from + n), at);
      at += n;
    });
    return numbers.buffer;
  }

  #scatter(blocks: readonly Block[], numbers: ArrayBuffer): void {
    const floats = new Float32Array(numbers);
    let at = 0;
    each(blocks, (to, n) => {
      this.#floats.set(floats.subarray(at, at + n), to);
      at += n;
    });
  }
}

/** The runs of floats of some blocks. */
function each(blocks: readonly Block[], run: (at: number, n: number) => void): void {
  for (const b of blocks) {
    for (let y = 0; y < b.ys; y++) {
      for (let x = 0; x < b.xs; x++) run((b.address + y * b.yStep + x * b.xStep) / 4, b.bytes / 4);
    }
  }
}
