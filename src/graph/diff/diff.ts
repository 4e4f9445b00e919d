/** Compares two graphs layer by layer: which are the same, what is other about them, what is added and gone. */
import { Changes } from './changes.ts';
import type { GraphDiff, Matched, Measured } from './data.ts';
import { type Ids, match } from './match.ts';

/** What differs from one graph to another. Every layer and block of both is in exactly one pair, or gone, or added. */
export function diffGraphs(before: Measured, after: Measured): GraphDiff {
  const matching = match(before.graph, after.graph);
  const changes = new Changes(before, after, matching);
  const nodes = matched(matching.nodes, before.graph.nodes, after.graph.nodes, (x, y) => changes.node(x, y));
  const [a, b] = [before.graph.scopes, after.graph.scopes].map((scopes) => scopes.filter((s) => s.parent !== undefined));
  const scopes = matched(matching.scopes, a ?? [], b ?? [], (x, y) => changes.scope(x, y));
  const outputs = changes.outputs();
  const totals = { before: before.facts.totals, after: after.facts.totals };
  const isEqual = ({
    gone,
    added,
    pairs,
  }: Matched<{ readonly edits: readonly unknown[]; readonly follows?: readonly unknown[] }>): boolean =>
    gone.length === 0 && added.length === 0 && pairs.every((p) => p.edits.length === 0 && (p.follows ?? []).length === 0);
  const equal = isEqual(nodes) && isEqual(scopes) && !outputs.some((o) => o.changed);
  return { before: before.graph.name, after: after.graph.name, nodes, scopes, outputs, totals, equal };
}

interface HasId {
  readonly id: number;
}

function matched<P>(ids: Ids, before: readonly HasId[], after: readonly HasId[], pair: (before: number, after: number) => P): Matched<P> {
  return {
    pairs: after.flatMap(({ id }) => {
      const other = ids.before.get(id);
      return other === undefined ? [] : [pair(other, id)];
    }),
    gone: before.flatMap(({ id }) => (ids.after.has(id) ? [] : [id])),
    added: after.flatMap(({ id }) => (ids.before.has(id) ? [] : [id])),
  };
}
