/** Paths of rows that are no layer and no block: what has a path in common, `branch2`, and rounds of a loop, `Unit[0…2]`. */
import type { Graph } from '../graph.ts';

/** The path of rounds of one thing. */
export const roundsPath = (name: string, from: number, to: number): string => `${name}[${from}…${to}]`;

/** The ids of the nodes at or below such a path. */
export function nodesWithin(g: Graph, path: string): readonly number[] {
  const [, name, from, to] = /^(.*)\[(\d+)…(\d+)\]$/.exec(path) ?? [];
  const isWithin = (other: string): boolean => {
    if (name === undefined) return other === path || other.startsWith(`${path}/`);
    const round = other.startsWith(`${name}[`) ? Number.parseInt(other.slice(name.length + 1), 10) : -1;
    return round >= Number(from) && round <= Number(to);
  };
  return g.nodes.filter((n) => isWithin(n.path)).map((n) => n.id);
}
