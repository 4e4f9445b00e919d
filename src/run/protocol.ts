/** What a runner is asked and answers, wherever it stands: in a worker of the page, or in a thread of the extension's host. Plain data. */
import type { Area } from '../graph/field/pixel.ts';
import type { Graph } from '../graph/graph.ts';
import type { Time } from '../graph/timing.ts';
import type { EngineInfo, Entry, Explanation, Statistics } from '../tensor/index.ts';
import type { RunSpec } from './spec.ts';

export const BINS = 48;
/** Channels that are shown at once, without being asked for. */
export const MOST_MAPS = 24;
export const MAP_SIZE = 32;

/** How often values fell into each of equal bins from the least to the greatest that is finite. */
export interface Bins {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** Channels of an output, made small, as bytes between the darkest and the lightest value shown. */
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

export interface RunResult extends Time {
  readonly engine: EngineInfo;
  readonly seed: number;
  /** What it ran on and with, in words: `normal input, He weights`. */
  readonly with: string;
  /** What of `ms` passed in no layer; undefined where layers were not timed. */
  readonly rest: number | undefined;
  /** Memory that the timed plan holds. */
  readonly bytes: number;
  /** By node id. Empty where only time was asked. */
  readonly nodes: readonly NodeResult[];
  /** By node id; empty where it was timed in turns with another. */
  readonly times: readonly (number | undefined)[];
  /** Whether its numbers can be asked for: they may be too many to be kept. */
  readonly kept: boolean;
}

export interface RunRequest {
  readonly graph: Graph;
  /** Another graph, timed in turns with the first: then nothing is looked at. */
  readonly beside?: Graph;
  readonly spec: RunSpec;
  readonly maxBytes: number;
  /** Whether to look at every layer's numbers too, in a second plan that keeps them. */
  readonly look: boolean;
}

/** What one may ask of the numbers of the last run. */
export type Question =
  /** All channels of a node, made small. */
  | { readonly ask: 'channels'; readonly node: number }
  /** One channel as it is. */
  | { readonly ask: 'channel'; readonly node: number; readonly channel: number }
  /** Why a number is what it is: of a node's output, or of a value between its operations. */
  | { readonly ask: 'why'; readonly of: { readonly node: number } | { readonly value: number }; readonly at: Entry }
  /** What of a node's output a pixel of the input reaches. */
  | { readonly ask: 'reached'; readonly node: number; readonly at: readonly [y: number, x: number] };

/** A channel as it is: H×W. */
export interface Channel {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}
export interface Why {
  readonly explanation: Explanation;
  /** The node whose operation made the number. */
  readonly node: number;
  /** By value: the node that made it, and whether it is that node's output. */
  readonly makers: Readonly<Record<number, { readonly node: number; readonly isOutput: boolean }>>;
  /** What of the first input it sees. */
  readonly seen: Area | undefined;
}
/** The answer to each question; undefined where there is none. */
export interface Answers {
  readonly channels: FeatureMaps | undefined;
  readonly channel: Channel | undefined;
  readonly why: Why | undefined;
  readonly reached: Area | undefined;
}
export type Answer<Q extends Question> = Answers[Q['ask']];

export type RunStage = 'preparing' | 'calibrating' | 'timing' | 'looking';
export type ToRunner = ({ readonly type: 'run' } & RunRequest) | { readonly type: 'ask'; readonly id: number; readonly question: Question };
export type FromRunner =
  | { readonly type: 'progress'; readonly stage: RunStage; readonly layer: number; readonly of: number }
  /** One result for each graph. */
  | { readonly type: 'done'; readonly results: readonly RunResult[] }
  /** `refused`: the plan would not fit, or a file did not, and nothing was tried. */
  | { readonly type: 'failed'; readonly message: string; readonly refused: boolean }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] };
