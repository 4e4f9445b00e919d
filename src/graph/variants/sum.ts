/** The figures of a network whose blocks have variants that do not fit each other any more: sums over the blocks. */
import { layerOf } from '../../layers/index.ts';
import { analyse, depthOf } from '../analyse.ts';
import type { ComparisonPart, Ratio, Side, Totals } from '../facts.ts';
import type { Graph } from '../graph.ts';
import { isReached } from '../reached.ts';
import { receptiveFields } from '../receptive-field.ts';
import { rewriteLoosely } from './rewrite.ts';
import type { Rewrites } from './rule.ts';

/** Other ÷ this. */
export const ratioOf = (a: Totals, b: Totals): Ratio => ({
  weights: a.weights > 0 ? b.weights / a.weights : 1,
  macs: a.macs > 0 ? b.macs / a.macs : 1,
});

/** The other side of a network: the original with each block's difference added. */
export function summed(g: Graph, original: Side, parts: readonly ComparisonPart[], made: Rewrites): Side {
  const facts = analyse(g);
  const main = isReached({ nodes: g.nodes, outputs: g.outputs.slice(0, 1) });
  const scopes = new Map(g.scopes.map((s) => [s.path, s]));
  const pairs = parts.map((p) => ({
    a: analyse(p.this).totals,
    b: analyse(p.other).totals,
    isMain: main[scopes.get(p.path)?.output ?? 0] === true,
  }));
  // What only further outputs need is no part of `macs`.
  const plus = (of: keyof Totals): number =>
    facts.totals[of] + pairs.reduce((s, { a, b, isMain }) => s + (of !== 'macs' || isMain ? b[of] - a[of] : 0), 0);
  // Whatever their channels are, paths and windows of the variant are those of this network with the rewrites made.
  const counted = (id: number): number => {
    const r = made.get(id);
    if (!r) return (facts.nodes[id]?.weights ?? 0) > 0 ? 1 : 0;
    return !('drop' in r) && ['conv', 'linear'].includes(layerOf(r.kind).role) ? 1 : 0;
  };
  const loose = rewriteLoosely(g, made, g.name);
  const totals: Totals = {
    weights: plus('weights'),
    params: plus('params'),
    buffers: plus('buffers'),
    macs: plus('macs'),
    totalMacs: plus('totalMacs'),
    memory: Math.max(facts.totals.memory, ...pairs.map((p) => p.b.memory)),
    layers: plus('layers'),
    depth: depthOf(g, counted),
  };
  return {
    totals,
    formula: formulaOf(totals.weights, parts),
    output: original.output,
    receptiveField: receptiveFields(loose)[loose.outputs[0]?.node ?? 0]?.receptiveField ?? [1, 1],
  };
}

/** `rest 4,000 + Outer 36,864 + Outer/Inner 18,432`, shortened in the middle where there are many blocks. */
function formulaOf(weights: number, parts: readonly ComparisonPart[]): string {
  const inner = weightsWithin(parts);
  const own = (p: ComparisonPart): number => p.weights.other - (inner.get(p.path) ?? 0);
  const rest = weights - parts.reduce((sum, p) => sum + own(p), 0);
  const terms = parts.map((p) => `${p.path || p.name} ${own(p).toLocaleString('en')}`);
  return [
    ...(rest > 0 ? [`rest ${rest.toLocaleString('en')}`] : []),
    ...(terms.length > 10 ? [...terms.slice(0, 5), '…', ...terms.slice(-2)] : terms),
  ].join(' + ');
}

/** By the path of a part: the weights of the parts directly within it, which it has as they are. */
function weightsWithin(parts: readonly ComparisonPart[]): ReadonlyMap<string, number> {
  const paths = new Set(parts.map((p) => p.path));
  const within = new Map<string, number>();
  for (const { path, weights } of parts) {
    let outer = path;
    while (outer !== '') {
      outer = outer.slice(0, Math.max(0, outer.lastIndexOf('/')));
      if (paths.has(outer)) {
        within.set(outer, (within.get(outer) ?? 0) + weights.this);
        break;
      }
    }
  }
  return within;
}
