/** What analysis finds out of a graph: plain data, one entry per node and the sums. */
import type { Graph } from './graph.ts';

export interface NodeFacts {
  /** Entries of convolution and linear kernels. */
  readonly weights: number;
  readonly biases: number;
  /** All that training would change. */
  readonly params: number;
  /** Running statistics. */
  readonly buffers: number;
  /** Multiply–accumulates of convolutions and linear layers. */
  readonly macs: number;
  /** Bytes of the output, float32. */
  readonly activationBytes: number;
  /**
   * In pixels of the input, height × width, after Araujo et al. 2019. The field is the most, from the first to the last, that one output
   * pixel can see; the stride lies between what two neighbours of the output see, a fraction after an upsampling.
   */
  readonly receptiveField: readonly [number, number];
  readonly effectiveStride: readonly [number, number];
  /** How far the first output pixel sees beyond the top and left edges; negative where what it sees begins within. */
  readonly effectivePadding: readonly [number, number];
  /** The middle of what the first output pixel sees; 0 is the centre of the input's first pixel. */
  readonly centre: readonly [number, number];
  /** The kernel's entries as the papers write them, `3×3×96×128`; empty where there is no kernel. */
  readonly formula: string;
}

export interface Totals {
  readonly weights: number;
  readonly params: number;
  readonly buffers: number;
  /** Of what the main output needs, as published figures count; where that has none, of all outputs. */
  readonly macs: number;
  /** Of all outputs. */
  readonly totalMacs: number;
  /** Peak of live activation bytes. */
  readonly memory: number;
  /** Layers with weights: convolutions and linear layers. Normalisation is none, though it has parameters. */
  readonly layers: number;
  /** The most layers with weights on one path. */
  readonly depth: number;
}

export interface Facts {
  /** By node id. */
  readonly nodes: readonly NodeFacts[];
  readonly totals: Totals;
}

/** One side of a comparison. */
export interface Side {
  readonly totals: Totals;
  /** `1×1×256×64 + 3×3×64×64 + 1×1×64×256`; for many layers, shortened in the middle. */
  readonly formula: string;
  /** Output shapes, the main flow first. */
  readonly output: readonly number[];
}

/** This target against its naive (or declared) variant. */
export interface Comparison {
  readonly target: string;
  /** `naive`, or the name that `versus` or the user gave. */
  readonly otherName: string;
  readonly this: Side;
  readonly other: Side;
  /** Other ÷ this. */
  readonly ratio: { readonly weights: number; readonly macs: number };
  /** What one should know of it: a naive block whose output has other channels, for example. Sentences. */
  readonly notes: readonly string[];
  /**
   * The units that differ, each a graph that runs by itself on the input which it has in the original: the target itself where it is one
   * block, else its blocks (a network of Inception modules has one per module).
   */
  readonly parts: readonly ComparisonPart[];
  /**
   * Both sides as graphs that run as a whole. Absent where the naive blocks of a network do not fit each other any more (a naive Inception
   * module gives more channels than the next one reads in the original): then only the parts run.
   */
  readonly graphs: { readonly this: Graph; readonly other: Graph } | undefined;
}

export interface ComparisonPart {
  /** Path of the block in the target; empty for the target itself. */
  readonly path: string;
  readonly name: string;
  readonly this: Graph;
  readonly other: Graph;
  readonly weights: { readonly this: number; readonly other: number };
  readonly macs: { readonly this: number; readonly other: number };
}
