/** What comparing two graphs layer by layer finds: plain data. Nodes and scopes are told by their ids in the graph `before` and the one `after`. */
import type { Shape } from '../../layers/shape.ts';
import type { Facts, Totals } from '../facts.ts';
import type { Graph } from '../graph.ts';

/** A graph with what analysis finds of it. */
export interface Measured {
  readonly graph: Graph;
  readonly facts: Facts;
}

/** What may be other about a layer or block itself: the kind of the layer or name of the block, an argument, what it reads, its label, its place. */
export type Edit =
  | { readonly what: 'kind' }
  /** The names of the parameters whose values differ, or that only one of the kinds has. */
  | { readonly what: 'params'; readonly names: readonly string[] }
  | { readonly what: 'inputs' }
  | { readonly what: 'label' }
  /** It stands in another block, or elsewhere among its neighbours. */
  | { readonly what: 'place' };

/** The figures of a layer; `memory` is the bytes of its output, float32. */
export const FIGURES = ['params', 'macs', 'memory'] as const;
export type Figure = (typeof FIGURES)[number];
export type Figures = Readonly<Record<Figure, number>>;

/** A layer that is in both graphs. */
export interface NodePair {
  readonly before: number;
  readonly after: number;
  readonly edits: readonly Edit[];
  /** What follows from its own edits, or from those of other layers. */
  readonly follows: readonly ('shape' | Figure)[];
}

/** A block that is in both graphs; its layers are pairs of their own. */
export interface ScopePair {
  readonly before: number;
  readonly after: number;
  readonly edits: readonly Edit[];
}

/** Ids of one kind: each of both graphs is in a pair, or gone, or added. In the order of their graphs. */
export interface Matched<Pair> {
  readonly pairs: readonly Pair[];
  readonly gone: readonly number[];
  readonly added: readonly number[];
}

export interface OutputDiff {
  readonly name: string;
  /** Undefined where it is added. */
  readonly before: Shape | undefined;
  /** Undefined where it is gone. */
  readonly after: Shape | undefined;
  /** It is another layer's value, or has another name or shape. */
  readonly changed: boolean;
}

export interface GraphDiff {
  /** The names of both targets. */
  readonly before: string;
  readonly after: string;
  readonly nodes: Matched<NodePair>;
  /** Without the targets themselves. */
  readonly scopes: Matched<ScopePair>;
  readonly outputs: readonly OutputDiff[];
  readonly totals: { readonly before: Totals; readonly after: Totals };
  /** Whether nothing differs, labels included. */
  readonly equal: boolean;
}
