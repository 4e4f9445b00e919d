/** From a place in the text to what is drawn of it. */
import { type Graph, idsIn, type Location, type Position, type Range } from '../graph/graph.ts';
import type { Placed, PlacedBox } from './placed.ts';

const before = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.character <= b.character);
const contains = (r: Range, at: Range): boolean => before(r.start, at.start) && before(at.end, r.end);
/** Ranges nest, so that of two that contain a place the one that begins later or ends earlier is the inner one. */
const inside = (a: Range, b: Range): boolean => contains(b, a) && !contains(a, b);

/** What one place in a text makes: a layer, or a call with everything in it. */
export interface Place {
  readonly path: string;
  readonly nodes: readonly number[];
}

/**
 * What the innermost source that contains a location makes, in the order of the flow. A block that is called from several places, and what
 * stands in a loop, gives one for each.
 */
export function placesAt(graph: Graph, location: Location): readonly Place[] {
  let best: Range | undefined;
  let found: Place[] = [];
  const offer = (source: Location, place: () => Place): void => {
    if (source.uri !== location.uri || !contains(source.range, location.range)) return;
    if (best && inside(best, source.range)) return;
    if (!best || inside(source.range, best)) {
      best = source.range;
      found = [];
    }
    found.push(place());
  };
  for (const s of graph.scopes) if (s.parent !== undefined) offer(s.source, () => ({ path: s.path, nodes: idsIn(s) }));
  for (const n of graph.nodes) if (n.kind !== 'input') offer(n.source, () => ({ path: n.path, nodes: [n.id] }));
  // What a call holds may have its place in the text: it is told with the call.
  const told = new Set<number>();
  const outer: Place[] = [];
  for (const place of [...found].sort((a, b) => b.nodes.length - a.nodes.length)) {
    if (place.nodes.every((id) => told.has(id))) continue;
    for (const id of place.nodes) told.add(id);
    outer.push(place);
  }
  return outer.sort((a, b) => (a.nodes[0] ?? 0) - (b.nodes[0] ?? 0));
}

/** All that the place in the text makes which makes this: itself alone, or rounds of a loop and calls of its block too. */
export function alikeAt(graph: Graph, path: string): readonly Place[] {
  const source = (graph.nodes.find((n) => n.path === path) ?? graph.scopes.find((s) => s.path === path && s.parent !== undefined))?.source;
  return source ? placesAt(graph, source) : [];
}

/** The nodes of all that stands at a location. */
export const nodesAt = (graph: Graph, location: Location): ReadonlySet<number> =>
  new Set(placesAt(graph, location).flatMap((p) => p.nodes));

/** The box that stands for a layer or call: its own, or else the smallest that holds it. Rounds that are drawn once have one box. */
export function boxFor(placed: Placed, path: string, nodes: readonly number[]): PlacedBox | undefined {
  const own = placed.boxes.find((b) => b.box.key === path);
  if (own) return own;
  const [first] = nodes;
  if (first === undefined) return undefined;
  let best: PlacedBox | undefined;
  for (const b of placed.boxes)
    if (b.box.nodes.includes(first) && b.box.kind !== 'output' && (!best || b.box.nodes.length < best.box.nodes.length)) best = b;
  return best;
}
