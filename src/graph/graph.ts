/**
 * The graph: a network as plain data, after blocks, loops and conditions are gone. Every face of Pointwise reads it.
 *
 * It is flat: nodes in an order in which they can run, each input index smaller than the node's own. Where a node came from (which block
 * call, which repeat) stands beside it in `scopes`, for folding, naming and comparison.
 */
import type { ParamValue } from '../layers/params.ts';
import type { Shape } from '../layers/shape.ts';

/** Zero-based, as in the language server protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
/** A stretch of text in a file. */
export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export interface Node {
  /** Its index in `Graph.nodes`. */
  readonly id: number;
  /** A kind of the layer registry; merges (`concat`, `add`, `mul`) and `input` are kinds too. */
  readonly kind: string;
  /** Labels, else callees, from the outside in: `inception3a/branch2/conv`. Unique in the graph. */
  readonly path: string;
  readonly inputs: readonly number[];
  /** All parameters of the kind, defaults filled in. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The output's shape. Where `failed`, the shape that was assumed so that the rest keeps its numbers. */
  readonly shape: Shape;
  readonly failed?: true;
  /** The stage in the text. */
  readonly source: Location;
  /** Innermost scope: index into `Graph.scopes`. */
  readonly scope: number;
}

/** A call of a block or network; scope 0 is the target itself. */
export interface Scope {
  readonly id: number;
  /** Undefined for scope 0. */
  readonly parent: number | undefined;
  /** The name of the block or network. */
  readonly name: string;
  readonly path: string;
  /** Nodes `from` (inclusive) to `to` (exclusive) are inside it. */
  readonly from: number;
  readonly to: number;
  /** The node whose value enters, and the one whose value leaves (equal to `input` for a block that does nothing). */
  readonly input: number;
  readonly output: number;
  /** The call in the text; for scope 0 the declaration's name. */
  readonly source: Location;
  /** Where the call is one of the iterations of a `repeat`: which, and of how many. Iterations of one repeat share `group`. */
  readonly repeat?: { readonly group: number; readonly index: number; readonly count: number };
}

export interface GraphOutput {
  /** `output` for the main flow, else the name of the `output` statement. */
  readonly name: string;
  readonly node: number;
}

export interface Graph {
  readonly name: string;
  /** Node 0 is the input, of kind `input`. */
  readonly nodes: readonly Node[];
  readonly scopes: readonly Scope[];
  /** The main flow first. */
  readonly outputs: readonly GraphOutput[];
}
