/** A plan as plain data: calls of WASM kernels with their numbers, so that it can be sent to another thread as it is. */
import type { ValueId, WeightId } from '../program.ts';

export type KernelName =
  | 'gemmRows'
  | 'gemmPanels'
  | 'gemmPoints'
  | 'gemmPlanes'
  | `winogradInput${6 | 8}`
  | `winogradWeights${'4x3' | '6x3' | '4x5' | '5x4'}`
  | `winogradOutput${'4of6' | '6of8' | '4of8' | '5of8'}`
  | 'loadChw'
  | 'storeChw'
  | 'zeroHalo'
  | 'pack'
  | 'packDepthwise'
  | 'copy'
  | 'gather'
  | 'activate'
  | 'affine'
  | 'prelu'
  | 'combine'
  | 'pool'
  | 'maxPool'
  | 'maxPool3'
  | 'adaptivePool'
  | 'channelPool'
  | 'bilinear'
  | 'normPixel'
  | 'channelSums'
  | 'groupMeans'
  | 'groupFactors'
  | 'responseFactors'
  | 'lrn'
  | 'softmax'
  | 'softmaxPixels'
  | 'depthwise'
  | 'linear'
  | 'matmul';

/** `kernel(...args, from, to)`; the work items 0 … n may be split among threads, in multiples of `quantum`. */
export interface Call {
  readonly kernel: KernelName;
  readonly args: readonly number[];
  readonly n: number;
  readonly quantum: number;
  /** Which rows of the step's output its items make, if each makes one row's worth of pixels or less. */
  readonly rows?: Rows | undefined;
  /** Which channels of the step's output it makes, of all pixels, if it can make some of them alone. */
  readonly channels?: Channels | undefined;
}

/** Item i belongs to line ⌊(from + i) / per⌋; line j is row `first + j · step` and, of tiles, those below it up to the next line. */
export interface Rows {
  readonly per: number;
  readonly from: number;
  readonly first: number;
  readonly step: number;
}

export interface Channels {
  readonly first: number;
  readonly count: number;
}

/** Rows one after another, `per` items each. */
export const rowsOf = (per: number, { from = 0, first = 0, step = 1 }: Partial<Rows> = {}): Rows => ({ per, from, first, step });

/** Memory outside the arena that holds the same numbers in every run: written once, when the plan is made. */
export interface Constant {
  readonly address: number;
  readonly numbers: () => Float32Array | Uint32Array;
}

/** What one step became. */
export interface Lowered {
  readonly ops: readonly number[];
  readonly y: ValueId;
  readonly technique: string;
  /** Of the layers as they are defined. */
  readonly macs: number;
  /** Multiply–adds that the technique makes instead; transforms aside. */
  readonly multiplies: number;
  readonly calls: readonly Call[];
}

export type Weights = (id: WeightId) => Float32Array;
