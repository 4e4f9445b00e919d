/** What an exporter is: how a target leaves Pointwise as a file of another kind. */
import type { Picture } from '../diagram/index.ts';
import type { Facts } from '../graph/facts.ts';
import type { Graph } from '../graph/graph.ts';
import type { Outline } from '../graph/outline.ts';

/** Files that ship with Pointwise and that pictures of fonts and pixels need; who exports knows where they are. */
export interface Assets {
  read(name: 'DejaVuSans.ttf' | 'DejaVuSans-Bold.ttf' | 'resvg.wasm'): Promise<Uint8Array>;
}

/** A target to be written. */
export interface Subject {
  readonly graph: Graph;
  readonly facts: Facts;
  readonly kind: 'block' | 'network';
  /** What it is made of as it was written; undefined where the text is broken. */
  outline(): Outline | undefined;
  /** The same with the networks of its file that share a block with it. */
  family(): Outline | undefined;
  /** Weights by name, `stem/conv/weight`; made when they are asked for. Those of a seed are the same everywhere. */
  weights(): ReadonlyMap<string, Float32Array>;
  readonly picture?: Picture;
  readonly assets?: Assets;
}

/** How a model file is written, where that is not as usual. */
export interface ModelOptions {
  /** How many inputs are computed at once; 1 where it is not said, open where it is `dynamic`. */
  readonly batch?: number | 'dynamic';
  /** The version of ONNX's operators. */
  readonly opset?: number;
  /** The version of ONNX's format. */
  readonly ir?: number;
  /** Has the layers before batch norms take them over. */
  readonly foldBatchNorm?: boolean;
}

/** Why a target cannot be written; a sentence for the user. */
export class CannotExport extends Error {}

export interface Exporter {
  /** By which one asks for it: `--to onnx`. */
  readonly name: string;
  /** What comes out, in few words. */
  readonly title: string;
  /** Of the file, without a dot. */
  readonly extension: string;
  /** What of the target it says, in a sentence. */
  readonly says: string;
  /** Whether the file holds the weights of the seed. */
  readonly hasWeights: boolean;
  /** Whether it is drawn, and so has a theme and may be as it is shown. */
  readonly isPicture?: true;
  /** Whether the file is code of a framework. */
  readonly isCode?: true;
  /** Whether it takes options; others pay no heed to them. */
  readonly takesOptions?: true;
  /** The file. Throws `CannotExport`. */
  write(subject: Subject, options?: ModelOptions): Promise<string | Uint8Array>;
  /**
   * Of code, whose weights stand in a file beside it: the key of each layer's module there, by the path under which the layer's weights are kept.
   */
  keys?(subject: Subject): ReadonlyMap<string, string>;
  /** Of code: its lines, each with the lines of the text that it comes from, `file:///net.cnn:12`. */
  marked?(subject: Subject): readonly MarkedLine[];
  /** Of code whose framework has weights in a layout of its own: the tensors beside it, by their names there. */
  tensors?(subject: Subject): ReadonlyMap<string, CodeTensor>;
}

export interface MarkedLine {
  readonly text: string;
  readonly at: readonly string[];
}

export interface CodeTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
