/** What a rule says of a graph: where it applies, and what becomes of the layers there. */
import type { Node } from '../graph.ts';
import type { Walk } from './walk.ts';

/** What becomes of a node: it goes (its first input stands for it), or another layer takes its place. */
export type Rewrite = { readonly drop: true } | Pick<Node, 'kind' | 'params'>;
/** By node id. */
export type Rewrites = ReadonlyMap<number, Rewrite>;

/** A place where a rule applies. */
export interface Match {
  readonly rewrites: Rewrites;
  /** Nodes that stay as they are and belong to it: the block that holds all of them is the one that has a variant. */
  readonly beside: readonly number[];
}

/** Finds the places where it applies, in the order of the graph, whatever other rules rewrite: who applies the rules sees to that. */
export type Rule = (w: Walk) => Iterable<Match>;

/** The nodes go. */
export const dropped = (ids: readonly number[]): readonly (readonly [number, Rewrite])[] => ids.map((id) => [id, { drop: true }]);
