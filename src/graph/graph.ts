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
  /** The path under which its weights are kept, where other nodes may have the same: a use of something shared, or a part of one. */
  readonly shared?: string;
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
  /** The values that enter beside the first, where the block takes several. */
  readonly moreInputs?: readonly number[];
  readonly output: number;
  /** The call in the text; for scope 0 the declaration's name. */
  readonly source: Location;
  /** Where the call is one of the iterations of a `repeat`: which, and of how many. Iterations of one repeat share `group`. */
  readonly repeat?: { readonly group: number; readonly index: number; readonly count: number };
}

/** The ids of the nodes inside a call. */
export const idsIn = ({ from, to }: Pick<Scope, 'from' | 'to'>): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The nodes that enter a graph: one, or as many as the target takes. */
export const inputsOf = (g: Pick<Graph, 'nodes'>): readonly Node[] => {
  const end = g.nodes.findIndex((n) => n.kind !== 'input');
  return g.nodes.slice(0, end < 0 ? g.nodes.length : end);
};

/** All the others. */
export const layersOf = (g: Pick<Graph, 'nodes'>): readonly Node[] => g.nodes.slice(inputsOf(g).length);

/** The layers that have an error: what follows has assumed shapes, and no sum is exact. */
export const failedIn = (g: Pick<Graph, 'nodes'>): readonly Node[] => g.nodes.filter((n) => n.failed);

export interface GraphOutput {
  /** `output` for the main flow, else the name of the `output` statement. */
  readonly name: string;
  readonly node: number;
}

export interface Graph {
  readonly name: string;
  /** Node 0 is the input, of kind `input`; where the target takes several, those are the first nodes, by their names. */
  readonly nodes: readonly Node[];
  readonly scopes: readonly Scope[];
  /** The main flow first. Every node serves one of them, but for inputs that nothing reads. */
  readonly outputs: readonly GraphOutput[];
}
