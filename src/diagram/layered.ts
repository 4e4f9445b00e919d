/** ELK's layered algorithm (Sugiyama), as much of it as the diagrams use. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';

/** Gives the nodes and edges of a graph their places. */
export type Layered = (graph: ElkNode) => Promise<ElkNode>;

/** So many graphs are remembered: the open blocks of a large network. */
const MOST = 100;

/**
 * The same, but a graph that was laid out before is not laid out again. A picture is tried in several sizes until it fits its room, and after an
 * edit most of its blocks are what they were: ELK is most of what that costs.
 */
export function remembering(layered: Layered): Layered {
  const known = new Map<string, Promise<ElkNode>>();
  return (graph) => {
    const key = JSON.stringify(graph);
    const placed = known.get(key) ?? layered(graph);
    // What was asked for last stands last, and the first goes.
    known.delete(key);
    known.set(key, placed);
    if (known.size > MOST) for (const [oldest] of [...known].slice(0, known.size - MOST)) known.delete(oldest);
    placed.catch(() => known.delete(key));
    return placed;
  };
}
