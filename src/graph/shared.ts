/** What layers share: whose weights a layer has that is not the first to use them. */
import type { Graph, Node } from './graph.ts';

/** By graph: the first use of each thing that is shared. */
const known = new WeakMap<Graph, ReadonlyMap<string, Node>>();

function firstUses(g: Graph): ReadonlyMap<string, Node> {
  const found = known.get(g) ?? findFirst(g);
  known.set(g, found);
  return found;
}

function findFirst({ nodes }: Graph): ReadonlyMap<string, Node> {
  const first = new Map<string, Node>();
  for (const n of nodes) if (n.shared !== undefined && !first.has(n.shared)) first.set(n.shared, n);
  return first;
}

/** Whether a layer has the weights of another before it. */
export const isRepeated = (g: Graph, n: Node): boolean => n.shared !== undefined && firstUses(g).get(n.shared) !== n;

/**
 * The name of what is shared, of which a use begins at a path: `twin` for the layer `twin_2/conv` of the call `twin_2`, whose weights are
 * kept under `twin/conv`. Undefined where the call is no use, but has one inside or around it.
 */
export function sharedAs(n: Node, path: string): string | undefined {
  if (n.shared === undefined) return undefined;
  if (n.path === path) return n.shared;
  const inside = n.path.slice(path.length);
  return n.path.startsWith(`${path}/`) && n.shared.endsWith(inside) ? n.shared.slice(0, -inside.length) : undefined;
}
