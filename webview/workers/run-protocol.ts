/** Messages between the page and the worker that runs a graph, and what a run found out. */
import type { Graph } from '../../src/graph/graph.ts';
import type { EngineInfo, Statistics } from '../../src/tensor/index.ts';

export const BINS = 48;
export const MOST_MAPS = 24;
export const MAP_SIZE = 32;

/** How often values fell into each of equal bins from the least to the greatest that is finite. */
export interface Bins {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** The first channels of an output, made small, as bytes between the darkest and the lightest value shown. */
export interface FeatureMaps {
  readonly count: number;
  /** Channels that there are. */
  readonly of: number;
  readonly width: number;
  readonly height: number;
  /** `count` pictures, one after another. */
  readonly data: Uint8Array;
  /** The values of byte 0 and byte 255. */
  readonly from: number;
  readonly to: number;
}

export interface NodeResult {
  /** Of the node's own operations in the timed plan; undefined where it does nothing, or was computed together with another. */
  readonly ms: number | undefined;
  /** The node with which it was computed in one pass, in the timed plan. */
  readonly fusedInto: number | undefined;
  readonly statistics: Statistics;
  /** Undefined where no number is finite. */
  readonly histogram: Bins | undefined;
  /** Channels that are zero everywhere. */
  readonly deadChannels: number;
  readonly maps: FeatureMaps | undefined;
}

export interface RunResult {
  readonly engine: EngineInfo;
  readonly seed: number;
  /** What one of `runs` runs of the whole plan typically took, without observation. */
  readonly ms: number;
  readonly runs: number;
  /** Memory that the timed plan holds. */
  readonly bytes: number;
  /** By node id. Empty where only time was asked. */
  readonly nodes: readonly NodeResult[];
  /** By node id, for `look: false` too. */
  readonly times: readonly (number | undefined)[];
}

export interface RunRequest {
  readonly graph: Graph;
  readonly seed: number;
  readonly maxBytes: number;
  /** The kernel's modules; undefined where they could not be fetched. */
  readonly relaxed: ArrayBuffer | undefined;
  readonly strict: ArrayBuffer | undefined;
  /** The script of the kernel's helper threads, where this page may share memory with them; VS Code's usually may not. */
  readonly helper: string | undefined;
  /** Whether to look at every layer's numbers too, in a second plan that keeps them. */
  readonly look: boolean;
  /** The name of a lock which the worker holds for as long as it lives. */
  readonly lifeline: string;
}

export type RunStage = 'preparing' | 'timing' | 'looking';
export type FromRunner =
  /** The worker holds its lifeline: whoever gets it after this knows that the worker is dead. */
  | { readonly type: 'alive' }
  | { readonly type: 'progress'; readonly stage: RunStage; readonly layer: number; readonly of: number }
  | { readonly type: 'done'; readonly result: RunResult }
  /** `refused`: the plan would not fit, and nothing was tried. */
  | { readonly type: 'failed'; readonly message: string; readonly refused: boolean };
