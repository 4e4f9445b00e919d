/**
 * Folding: a flat graph → the text that a person would have written. A lesson in four steps, a file each: the graph becomes a tree of sequences
 * and branches (`tree.ts`); what occurs again and again becomes blocks (`blocks.ts`), what follows itself loops (`loops.ts`); what differs
 * between calls becomes parameters (`params.ts`). What is written elaborates to the graph again.
 */
import type { Graph } from '../../graph/graph.ts';
import { findBlocks, type Modules } from './blocks.ts';
import { findLoops } from './loops.ts';
import { resolve } from './params.ts';
import { treeOf } from './tree.ts';
import { Writer } from './write.ts';

/** The text of a graph as a network. `modules` are those around each node, by its id; empty where names are lost. */
export function fold(g: Graph, modules: Modules): string {
  const folded = findBlocks(treeOf(g), modules);
  const root = findLoops(folded.root);
  return new Writer(g, resolve(root, g), modules).file(root);
}
