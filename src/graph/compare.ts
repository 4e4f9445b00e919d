/** Compares a graph with its naive form, or with another graph: totals, formulas, the parts that differ. */
import { layerOf } from '../layers/index.ts';
import { showShape } from '../layers/shape.ts';
import { analyse, depthOf } from './analyse.ts';
import type { Comparison, ComparisonPart, Facts, Side, Totals } from './facts.ts';
import { sumOf } from './figures.ts';
import type { Graph, Scope } from './graph.ts';
import { extract, rewrite } from './rewrite.ts';
import { naiveRules, type Rewrite } from './variants.ts';

const formulaOf = (f: Facts): string => sumOf(f.nodes.map((n) => n.formula).filter((t) => t !== ''));
const outputOf = (g: Graph): readonly number[] => g.nodes[g.outputs[0]?.node ?? 0]?.shape ?? [];
const sideOf = (g: Graph, f: Facts): Side => ({ totals: f.totals, formula: formulaOf(f), output: outputOf(g) });
const ratioOf = (a: Totals, b: Totals): Comparison['ratio'] => ({
  weights: a.weights > 0 ? b.weights / a.weights : 1,
  macs: a.macs > 0 ? b.macs / a.macs : 1,
});

function partOf(path: string, name: string, a: Graph, b: Graph, fa = analyse(a), fb = analyse(b)): ComparisonPart {
  const figures = (of: 'weights' | 'macs'): { this: number; other: number } => ({ this: fa.totals[of], other: fb.totals[of] });
  return { path, name, this: a, other: b, weights: figures('weights'), macs: figures('macs') };
}

/** A graph against another one, as `versus` and `compare --against` do. */
export function compareGraphs(a: Graph, b: Graph, otherName: string): Comparison {
  const [fa, fb] = [analyse(a), analyse(b)];
  const differ = (what: string, x: readonly number[], y: readonly number[]): readonly string[] =>
    x.join() === y.join() ? [] : [`The ${what} differ: ${x.join('×')} here, ${y.join('×')} in ${otherName}.`];
  const inputOf = (g: Graph): readonly number[] => g.nodes[0]?.shape ?? [];
  return {
    target: a.name,
    otherName,
    this: sideOf(a, fa),
    other: sideOf(b, fb),
    ratio: ratioOf(fa.totals, fb.totals),
    notes: [...differ('inputs', inputOf(a), inputOf(b)), ...differ('outputs', outputOf(a), outputOf(b))],
    parts: [partOf('', a.name, a, b, fa, fb)],
    graphs: { this: a, other: b },
  };
}

/** The innermost scope that holds all nodes of a match. */
function scopeOf(g: Graph, match: readonly number[]): Scope {
  const holds = g.scopes.filter((s) => match.every((id) => id >= s.from && id < s.to));
  return holds.at(-1) ?? (g.scopes[0] as Scope);
}

/** The blocks in which a rule applies, each with its own rewrites; inner blocks are units of their own. */
function unitsOf(g: Graph): readonly { readonly scope: Scope; readonly rewrites: ReadonlyMap<number, Rewrite> }[] {
  const rules = naiveRules(g);
  const units = new Map<number, { scope: Scope; rewrites: Map<number, Rewrite> }>();
  for (const match of rules.matches) {
    const scope = scopeOf(g, match);
    const unit = units.get(scope.id) ?? { scope, rewrites: new Map<number, Rewrite>() };
    units.set(scope.id, unit);
    for (const id of match) {
      const r = rules.rewrites.get(id);
      if (r) unit.rewrites.set(id, r);
    }
  }
  return [...units.values()];
}

/** Whether a reduction exists, without making its naive form. */
export const hasNaive = (g: Graph): boolean => naiveRules(g).matches.length > 0;

/**
 * A graph against its naive form; undefined where no rule applies. A block of blocks, or a network, compares the sum over its blocks, each
 * derived at the input that it has in the original.
 */
export function compareNaive(g: Graph): Comparison | undefined {
  const units = unitsOf(g);
  const parts: ComparisonPart[] = [];
  const notes: string[] = [];
  const odd: string[] = [];
  const made = new Map<number, Rewrite>();
  for (const { scope, rewrites } of units) {
    const part = extract(g, scope.id);
    const offset = scope.parent === undefined ? 0 : scope.from - 1;
    const local = new Map([...rewrites].map(([id, r]) => [id - offset, below(r, scope.path)]));
    const naive = part && rewrite(part, local, `${part.name}, naive`);
    const name = scope.path || scope.name;
    if (!part || !naive) {
      notes.push(`${name} is left as it is: its naive form does not fit together.`);
      continue;
    }
    parts.push(partOf(scope.path, scope.name, part, naive));
    for (const [id, r] of rewrites) made.set(id, r);
    const [a, b] = [outputOf(part), outputOf(naive)];
    if (a.join() !== b.join()) odd.push(`${name} gives ${showShape(b as never)} instead of ${showShape(a as never)}`);
  }
  if (parts.length === 0) return undefined;
  if (odd.length > 0)
    notes.unshift(
      `In the naive form ${odd.slice(0, 3).join(', ')}${odd.length > 3 ? ` and ${odd.length - 3} more blocks have other channels` : ''}: its pool branch keeps all channels.`,
    );
  const facts = analyse(g);
  const single = parts.length === 1 && parts[0]?.path === '' ? parts[0] : undefined;
  const merged = single?.other ?? rewrite(g, made, `${g.name}, naive`);
  const fits = merged !== undefined && (single !== undefined || odd.length === 0);
  const other = fits ? sideOf(merged, analyse(merged)) : summed(g, facts, parts, made);
  if (!fits)
    notes.push('Each block is derived at the input that it has in the original, so the figures are sums over blocks and only blocks run.');
  return {
    target: g.name,
    otherName: 'naive',
    this: sideOf(g, facts),
    other,
    ratio: ratioOf(facts.totals, other.totals),
    notes,
    parts,
    graphs: fits ? { this: g, other: merged } : undefined,
  };
}

/** A rewrite with the paths that it has below its block. */
const below = (r: Rewrite, path: string): Rewrite =>
  'drop' in r
    ? r
    : { layers: r.layers.map((l) => ({ ...l, path: l.path.startsWith(`${path}/`) ? l.path.slice(path.length + 1) : l.path })) };

/** The other side of a network whose naive blocks do not fit each other: the original with each block's difference added. */
function summed(g: Graph, facts: Facts, parts: readonly ComparisonPart[], made: ReadonlyMap<number, Rewrite>): Side {
  const pairs = parts.map((p) => ({ a: analyse(p.this).totals, b: analyse(p.other).totals }));
  const plus = (of: keyof Totals): number => facts.totals[of] + pairs.reduce((s, { a, b }) => s + b[of] - a[of], 0);
  // Whatever their channels are, the paths of the naive network are those of this one with the rewrites made.
  const counted = (id: number): number => {
    const r = made.get(id);
    if (!r) return (facts.nodes[id]?.weights ?? 0) > 0 ? 1 : 0;
    return 'drop' in r ? 0 : r.layers.filter((l) => layerOf(l.kind).role === 'conv').length;
  };
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
  const inner = weightsWithin(parts);
  const own = (p: ComparisonPart): number => p.weights.other - (inner.get(p.path) ?? 0);
  const rest = totals.weights - parts.reduce((sum, p) => sum + own(p), 0);
  const terms = parts.map((p) => `${p.path || p.name} ${own(p).toLocaleString('en')}`);
  return {
    totals,
    formula: [
      ...(rest > 0 ? [`rest ${rest.toLocaleString('en')}`] : []),
      ...(terms.length > 10 ? [...terms.slice(0, 5), '…', ...terms.slice(-2)] : terms),
    ].join(' + '),
    output: outputOf(g),
  };
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
