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
  /** The shape of the main output, and what its pixels see of the input. */
  readonly output: readonly number[];
  readonly receptiveField: readonly [number, number];
}

/** A variant that is derived: without 1×1 reductions, without depthwise convolutions, without groups. */
export type VariantName = 'naive' | 'full' | 'ungrouped';

/** What a target may be compared with. */
export interface Variant extends Side {
  /** Its own name where it is one that is derived, else what `versus` or the user named. */
  readonly name: string;
  /** Undefined for one that was named. */
  readonly derived: VariantName | undefined;
  readonly ratio: Ratio;
  readonly notes: readonly string[];
}

/** Other ÷ this. */
export interface Ratio {
  readonly weights: number;
  readonly macs: number;
}

/** This target against one variant, and the figures of all. */
export interface Comparison {
  readonly target: string;
  /** The name of the variant, and which of those it is that are derived. */
  readonly otherName: string;
  readonly derived: VariantName | undefined;
  readonly this: Side;
  readonly other: Side;
  readonly ratio: Ratio;
  /** What one should know of it: a naive block whose output has other channels, for example. Sentences. */
  readonly notes: readonly string[];
  /** All variants that there are, this one among them: those that are derived, then what `versus` names. */
  readonly variants: readonly Variant[];
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
