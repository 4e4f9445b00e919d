/** Compares a graph with the variants that are derived from it, or with another graph: totals, formulas, the parts that differ. */
import { showShape } from '../layers/shape.ts';
import { analyse } from './analyse.ts';
import type { Comparison, ComparisonPart, Side, Variant, VariantName } from './facts.ts';
import { sumOf } from './figures.ts';
import type { Graph } from './graph.ts';
import { VARIANT_NAMES } from './variants/index.ts';
import { rewrite } from './variants/rewrite.ts';
import type { Rewrite } from './variants/rule.ts';
import { ratioOf, summed } from './variants/sum.ts';
import { derived, unitsOf } from './variants/units.ts';

/** A comparison with one variant, without the figures of the others. */
type Single = Omit<Comparison, 'variants'>;

const outputOf = (g: Graph): Graph['nodes'][number] | undefined => g.nodes[g.outputs[0]?.node ?? 0];
const shapeOf = (g: Graph): readonly number[] => outputOf(g)?.shape ?? [];

function sideOf(g: Graph): Side {
  const { nodes, totals } = analyse(g);
  const formula = sumOf(nodes.map((n) => n.formula).filter((t) => t !== ''));
  return { totals, formula, output: shapeOf(g), receptiveField: nodes[outputOf(g)?.id ?? 0]?.receptiveField ?? [1, 1] };
}

function partOf(path: string, name: string, a: Graph, b: Graph): ComparisonPart {
  const [ta, tb] = [analyse(a).totals, analyse(b).totals];
  const figures = (of: 'weights' | 'macs'): { this: number; other: number } => ({ this: ta[of], other: tb[of] });
  return { path, name, this: a, other: b, weights: figures('weights'), macs: figures('macs') };
}

const variantOf = ({ otherName, derived: name, other, ratio, notes }: Single): Variant => ({
  name: otherName,
  derived: name,
  ...other,
  ratio,
  notes,
});

function singleWith(a: Graph, b: Graph, otherName: string): Single {
  const [one, other] = [sideOf(a), sideOf(b)];
  const differ = (what: string, x: readonly number[], y: readonly number[]): readonly string[] =>
    x.join() === y.join() ? [] : [`The ${what} differ: ${x.join('×')} here, ${y.join('×')} in ${otherName}.`];
  const inputOf = (g: Graph): readonly number[] => g.nodes[0]?.shape ?? [];
  return {
    target: a.name,
    otherName,
    derived: undefined,
    this: one,
    other,
    ratio: ratioOf(one.totals, other.totals),
    notes: [...differ('inputs', inputOf(a), inputOf(b)), ...differ('outputs', one.output, other.output)],
    parts: [partOf('', a.name, a, b)],
    graphs: { this: a, other: b },
  };
}

/** A graph against another one, as `compare --against` does. */
export function compareGraphs(a: Graph, b: Graph, otherName: string): Comparison {
  const single = singleWith(a, b, otherName);
  return { ...single, variants: [variantOf(single)] };
}

/** Why blocks of a variant give something else than their originals; empty where none does. */
function oddNote(
  name: VariantName,
  odd: readonly { readonly block: string; readonly this: Graph; readonly other: Graph }[],
): readonly string[] {
  if (odd.length === 0) return [];
  const show = (g: Graph): string => showShape(shapeOf(g) as never);
  const listed = odd.slice(0, 3).map((o) => `${o.block} gives ${show(o.other)} instead of ${show(o.this)}`);
  // Only where a projection behind a pool goes are there other channels.
  const isPool = odd.every((o) => shapeOf(o.this).slice(1).join() === shapeOf(o.other).slice(1).join());
  const more = odd.length > 3 ? ` and ${odd.length - 3} more blocks have other ${isPool ? 'channels' : 'outputs'}` : '';
  return [`In the ${name} form ${listed.join(', ')}${more}${isPool ? ': its pool branch keeps all channels' : ''}.`];
}

/** A graph against one of its variants; undefined where it has none. */
function singleDerived(g: Graph, name: VariantName): Single | undefined {
  const parts: ComparisonPart[] = [];
  const unfit: string[] = [];
  const odd: { readonly block: string; readonly this: Graph; readonly other: Graph }[] = [];
  const made = new Map<number, Rewrite>();
  for (const unit of unitsOf(g, name)) {
    const { scope, rewrites } = unit;
    const block = scope.path || scope.name;
    const pair = derived(g, unit, name);
    if (!pair) {
      unfit.push(`${block} is left as it is: its ${name} form does not fit together.`);
      continue;
    }
    parts.push(partOf(scope.path, scope.name, pair.this, pair.other));
    for (const [id, r] of rewrites) made.set(id, r);
    if (shapeOf(pair.this).join() !== shapeOf(pair.other).join()) odd.push({ block, ...pair });
  }
  const [first] = parts;
  if (!first) return undefined;
  const single = parts.length === 1 && first.path === '' ? first : undefined;
  const merged = single?.other ?? (odd.length === 0 ? rewrite(g, made, `${g.name}, ${name}`) : undefined);
  const gates = [...made].flatMap(([id, r]) => ('drop' in r && g.nodes[id]?.kind === 'mul' ? [g.nodes[id].path] : []));
  const one = sideOf(g);
  const other = merged ? sideOf(merged) : summed(g, one, parts, made);
  return {
    target: g.name,
    otherName: name,
    derived: name,
    this: one,
    other,
    ratio: ratioOf(one.totals, other.totals),
    notes: [
      ...oddNote(name, odd),
      ...(gates.length > 0
        ? [
            `What weighs the channels in between goes too: ${gates.slice(0, 3).join(', ')}${gates.length > 3 ? ` and ${gates.length - 3} more` : ''}.`,
          ]
        : []),
      ...unfit,
      ...(merged
        ? []
        : ['Each block is derived at the input that it has in the original, so the figures are sums over blocks and only blocks run.']),
    ],
    parts,
    graphs: merged && { this: g, other: merged },
  };
}

/** Every variant that is derived from a graph, each compared with it. */
export const allVariants = (g: Graph): readonly Single[] =>
  VARIANT_NAMES.map((name) => singleDerived(g, name)).filter((s) => s !== undefined);

/** What is compared besides the variants that are derived, and which of those is asked for. */
interface Wanted {
  readonly versus?: { readonly graph: Graph; readonly name: string } | undefined;
  readonly variant?: VariantName;
}

/**
 * A graph against the variant that is asked for, else what `versus` names, else its naive form, else the variant that has the most weights;
 * with the figures of all. Undefined where there is none. A block of blocks, or a network, compares the sum over its blocks, each derived at
 * the input that it has in the original.
 */
export function compareVariants(g: Graph, wanted: Wanted = {}): Comparison | undefined {
  const others = allVariants(g);
  const versus = wanted.versus && singleWith(g, wanted.versus.graph, wanted.versus.name);
  const most = others.toSorted((a, b) => b.other.totals.weights - a.other.totals.weights)[0];
  const find = (name: VariantName): Single | undefined => others.find((s) => s.derived === name);
  const main = wanted.variant ? find(wanted.variant) : (versus ?? find('naive') ?? most);
  return main && { ...main, variants: [...others, ...(versus ? [versus] : [])].map(variantOf) };
}
