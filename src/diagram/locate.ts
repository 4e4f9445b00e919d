/** From a place in the text to what is drawn of it. */
import { type Graph, idsIn, type Location, type Position, type Range } from '../graph/graph.ts';

const before = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.character <= b.character);
const contains = (r: Range, at: Range): boolean => before(r.start, at.start) && before(at.end, r.end);
/** Ranges nest, so that of two that contain a place the one that begins later or ends earlier is the inner one. */
const inside = (a: Range, b: Range): boolean => contains(b, a) && !contains(a, b);

/**
 * The nodes whose source is the innermost that contains the location. A block that is called from several places gives the nodes of all
 * its calls; a call gives everything inside it.
 */
export function nodesAt(graph: Graph, location: Location): ReadonlySet<number> {
  let best: Range | undefined;
  let found = new Set<number>();
  const offer = (source: Location, ids: readonly number[]): void => {
    if (source.uri !== location.uri || !contains(source.range, location.range)) return;
    if (best && inside(best, source.range)) return;
    if (!best || inside(source.range, best)) {
      best = source.range;
      found = new Set();
    }
    for (const id of ids) found.add(id);
  };
  for (const n of graph.nodes) if (n.kind !== 'input') offer(n.source, [n.id]);
  for (const s of graph.scopes) if (s.parent !== undefined) offer(s.source, idsIn(s));
  return found;
}
