/**
 * The one interface behind which kernels stand: the plain TypeScript reference, and WASM SIMD.
 *
 * A `Kernels` plans a program once (layouts, buffers, packed weights) and the plan runs many times without allocating.
 */
import type { Program, ValueId } from '../program.ts';

/** What computed a result; a result always says it. */
export interface EngineInfo {
  readonly name: 'reference' | 'wasm';
  readonly simd: boolean;
  readonly relaxed: boolean;
  readonly threads: number;
  /** Workers that share the run by messages, each with a memory of its own; absent where there is one. */
  readonly workers?: number | undefined;
  /** True: direct convolution only. False: Winograd and its like where they pay. */
  readonly exact: boolean;
}

export interface PlanOptions {
  /** Direct convolution only (within 1e-5 of the largest output) rather than fast (within 1e-4). Default false. */
  readonly exact?: boolean;
  /** Keep every operation's own output readable after it ran, at the cost of fusion and buffer reuse. Default false. */
  readonly observe?: boolean;
  /** Refuse plans that would need more bytes than this, with `PlanTooLarge`, before anything is allocated. */
  readonly maxBytes?: number;
}

/** Told of each operation after it ran, in order. Throw to stop the run (a cancelled run leaves the plan usable). */
export type Observer = (step: {
  readonly index: number;
  readonly of: number;
  /** The operations of the program that this step computed; more than one where the plan fused them. */
  readonly ops: readonly number[];
  readonly ms: number;
  /** The numbers of a value as C×H×W, copied. In a plan made with `observe`, any value; else those the plan still holds. */
  readonly read: (value: ValueId) => Float32Array;
}) => void;

/** What a step of a plan computes, and how. */
export interface PlanStep {
  /** The operations of the program: more than one where they are fused. */
  readonly ops: readonly number[];
  readonly technique: string;
  /** Multiply–accumulates as papers count them. */
  readonly macs: number;
  /** Multiply–adds that the technique makes instead: Winograd fewer, transforms aside. */
  readonly multiplies: number;
}

export interface Plan {
  readonly engine: EngineInfo;
  /** Bytes of memory that the plan holds: weights, activations, tables. */
  readonly bytes: number;
  /** One line per step for profiles. */
  readonly steps: readonly PlanStep[];
  /** Where the plan reads its inputs. A caller may write them here and pass these arrays to `run`, which then copies nothing. */
  readonly inputs: readonly Float32Array[];
  /** Resolves when the threads that share the plan's runs stand ready, which may take some milliseconds; runs are right without it. */
  ready(): Promise<void>;
  /** Runs the plan. Each input is C×H×W; the outputs are views that the next run overwrites: copy what must last. */
  run(inputs: readonly Float32Array[], observer?: Observer): readonly Float32Array[];
  /**
   * As `run`, together with other workers, which takes turns of the event loop; absent where the plan is not shared with any, and until it is
   * `ready`. An observer is told of the steps of which this worker makes a part, and may read nothing. Rejects where a worker fails.
   */
  readonly share?: ((inputs: readonly Float32Array[], observer?: Observer) => Promise<readonly Float32Array[]>) | undefined;
  /** Frees what the plan holds, for the next plan. It cannot run again, and its inputs and outputs may not be read any longer. */
  dispose(): void;
}

export interface Kernels {
  readonly name: 'reference' | 'wasm';
  /** Weights stand in the order and layout of `program.weights`. Throws `PlanTooLarge`. */
  plan(program: Program, weights: readonly Float32Array[], options?: PlanOptions): Plan;
  /** Ends the threads that the kernels hold, if any. */
  dispose(): void;
}

/** Runs a plan as fast as it can be: together with other workers where it is shared. */
export const runPlan = (
  plan: Plan,
  inputs: readonly Float32Array[],
  observer?: Observer,
): readonly Float32Array[] | Promise<readonly Float32Array[]> => (plan.share ? plan.share(inputs, observer) : plan.run(inputs, observer));

/** A plan that does not fit, refused before it allocates; the message has both figures. */
export class PlanTooLarge extends Error {
  readonly bytes: number;
  readonly limit: number;
  /** `needs`: in other words, where the figure is not the whole need. */
  constructor(bytes: number, limit: number, needs = 'needs') {
    const mib = (n: number): string => `${Math.ceil(n / 2 ** 20).toLocaleString('en')} MiB`;
    super(
      `This run ${needs} ${mib(bytes)} of memory; ${mib(limit)} is the most it may have. Use a smaller input, or a part of the network.`,
    );
    this.name = 'PlanTooLarge';
    this.bytes = bytes;
    this.limit = limit;
  }
}
