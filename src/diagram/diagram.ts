/**
 * The diagram: what is drawn of a graph, as plain data, before anything has a place.
 *
 * A level is one block laid open. It consists of columns, straight runs of boxes in which each feeds only the next, and of links between
 * columns, the bands that fork and meet. A block that is open inside another is a box (`frame`) with a level of its own.
 */
import type { Location } from '../graph/graph.ts';
import type { MetricName } from '../graph/metrics.ts';
import type { Tone } from '../graph/tone.ts';
import type { Scale } from './scale.ts';

export type BoxKind =
  /** The value that enters the target, and a value that leaves it. */
  | 'input'
  | 'output'
  /** Where the band enters and leaves an open block: nothing is drawn. */
  | 'entry'
  | 'exit'
  /** A convolution with a kernel larger than 1×1, and one of 1×1 (a linear layer is one too). */
  | 'conv'
  | 'pointwise'
  | 'pool'
  | 'norm'
  | 'activation'
  /** Does nothing at inference. */
  | 'noop'
  | 'concat'
  | 'add'
  | 'mul'
  /** Anything else: reshapes, upsampling, padding. */
  | 'other'
  /** A folded block, and an open one. */
  | 'block'
  | 'frame';

/** What a box costs by the metric of the picture. */
export interface Ink {
  readonly value: number;
  /** Of the heaviest box, from 0 to 1. */
  readonly share: number;
  /** By what holds it; the shares sum to 1. */
  readonly parts: readonly { readonly tone: Tone; readonly share: number }[];
}

export interface Box {
  readonly kind: BoxKind;
  /** The node's or scope's path: selection and folds go by it. */
  readonly key: string;
  /** Nodes that it stands for, the first one first; those of further repeats too. */
  readonly nodes: readonly number[];
  /** The path of its weights, where others have the same. */
  readonly shared?: string;
  /** Of the scope, for blocks and frames. */
  readonly scope?: number;
  /** Channels that enter and leave. */
  readonly channels: readonly [into: number, out: number];
  readonly title: string;
  /** Dim lines beneath the title. */
  readonly figures: readonly string[];
  readonly ink?: Ink;
  /** The output's shape. */
  readonly shape: string;
  /** The new height × width, where it changes. */
  readonly step?: string;
  readonly source: Location;
  readonly failed: boolean;
  /** Strands that do not see each other: the groups of a convolution; `each` for a depthwise one. */
  readonly strands?: number | 'each';
  /** Times that it stands in a row. */
  readonly times: number;
  /** What is inside a frame. */
  readonly level?: Level;
}

export interface Column {
  /** At least one box; only the first may have several inputs, only the last several consumers. */
  readonly boxes: readonly Box[];
}

/** A band between columns. */
export interface Link {
  /** Indices into `Level.columns`. */
  readonly from: number;
  readonly to: number;
  /** Which input of the column's first box. */
  readonly port: number;
  readonly channels: number;
  /** Goes past everything to an add. */
  readonly identity: boolean;
  /** Does not fit where it arrives. */
  readonly failed: boolean;
}

export interface Level {
  readonly columns: readonly Column[];
  readonly links: readonly Link[];
}

export interface Diagram {
  readonly name: string;
  readonly scale: Scale;
  /** What its ink tells. */
  readonly metric?: MetricName;
  readonly level: Level;
}
