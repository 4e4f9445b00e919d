/**
 * Folding: a flat graph → the text that a person would have written. A lesson in six steps, a file each: the graph becomes a tree of sequences
 * and branches (`tree.ts`); what is shared one by one is shared as a whole (`towers.ts`); what occurs again and again becomes blocks (`blocks.ts`),
 * what follows itself loops (`loops.ts`), be it on several values (`states.ts`); what differs between calls becomes parameters (`params.ts`). What is
 * written elaborates to the graph again.
 */
import type { Graph } from '../../graph/graph.ts';
import { findBlocks, type Modules } from './blocks.ts';
import { findLoops } from './loops.ts';
import { resolve } from './params.ts';
import { findStates } from './states.ts';
import { findTowers } from './towers.ts';
import { type Seq, startsHere, treeOf } from './tree.ts';
import { Writer } from './write.ts';

/** Branches within branches that the language takes. */
const DEEPEST = 48;

const isShallow = (terms: Seq, levels: number): boolean =>
  levels > 0 && terms.every((t) => t.type !== 'merge' || t.branches.every((b) => isShallow(b, levels - 1)));

/** The text of a graph as a network. Throws `RangeError` where its branches lie too deep inside each other. `modules` are those around each node, by its id; empty where names are lost. */
export function fold(g: Graph, modules: Modules): string {
  const tree = treeOf(g);
  if (!isShallow(tree.root, DEEPEST)) throw new RangeError('the branches lie too deep inside each other');
  const folded = findBlocks(findTowers(g, tree), modules);
  const looped = findLoops(folded.root);
  const { root, names } = findStates(looped, startsHere(looped));
  return new Writer(g, resolve(root, g), modules, names).file(root);
}
