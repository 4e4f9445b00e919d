/** The blocks of a graph that have a variant, each as a graph of its own with what it becomes. */
import { dequal } from 'dequal/lite';
import { layerOf } from '../../layers/index.ts';
import { type Shape, sameShape } from '../../layers/shape.ts';
import { weightsOf } from '../analyse.ts';
import type { VariantName } from '../facts.ts';
import type { Graph, Node, Scope } from '../graph.ts';
import { matchesOf, VARIANT_NAMES, VARIANTS } from './index.ts';
import { entriesOf, extract, rewrite } from './rewrite.ts';
import type { Match, Rewrite, Rewrites } from './rule.ts';
import { Walk } from './walk.ts';

/** A block in which rules apply; blocks within it are units of their own. */
export interface Unit {
  readonly scope: Scope;
  readonly rewrites: Rewrites;
}

/** Finds the block that a match is in. */
class Blocks {
  private readonly g: Graph;
  /** By node id: how many layers with kernels come before it. */
  private readonly kernels: readonly number[];

  constructor(g: Graph) {
    this.g = g;
    const kernels = [0];
    for (const n of g.nodes)
      kernels.push((kernels.at(-1) ?? 0) + (n.kind !== 'input' && ['conv', 'linear'].includes(layerOf(n.kind).role) ? 1 : 0));
    this.kernels = kernels;
  }

  /** The innermost block that holds all nodes of a match, and more than the one layer of a helper such as `ConvBN`. */
  of({ rewrites, beside }: Match): Scope {
    const ids = [...rewrites.keys(), ...beside];
    let scope = this.g.scopes[this.g.nodes[ids[0] ?? 0]?.scope ?? 0] as Scope;
    while (scope.parent !== undefined && !(this.isMore(scope) && ids.every((id) => id >= scope.from && id < scope.to)))
      scope = this.g.scopes[scope.parent] as Scope;
    return scope;
  }

  private isMore({ from, to }: Scope): boolean {
    return (this.kernels[to] ?? 0) - (this.kernels[from] ?? 0) > 1;
  }
}

/** The units of a graph for a variant, in the order in which rules find them. */
export function unitsOf(g: Graph, name: VariantName, w = new Walk(g)): readonly Unit[] {
  const blocks = new Blocks(g);
  const units = new Map<number, { readonly scope: Scope; readonly rewrites: Map<number, Rewrite> }>();
  for (const match of matchesOf(w, VARIANTS[name])) {
    const scope = blocks.of(match);
    const unit = units.get(scope.id) ?? { scope, rewrites: new Map<number, Rewrite>() };
    units.set(scope.id, unit);
    for (const [id, r] of match.rewrites) unit.rewrites.set(id, r);
  }
  return [...units.values()];
}

/** A unit at the input that it has in its network, and its variant; undefined where the rewritten layers do not fit each other. */
export function derived(
  g: Graph,
  { scope, rewrites }: Unit,
  name: VariantName,
): { readonly this: Graph; readonly other: Graph } | undefined {
  const part = extract(g, scope.id);
  const offset = scope.parent === undefined ? 0 : scope.from - entriesOf(scope).length;
  const other = part && rewrite(part, new Map([...rewrites].map(([id, r]) => [id - offset, r])), `${part.name}, ${name}`);
  return other && keepsShared(part, other) ? { this: part, other } : undefined;
}

/** Whether all that is shared keeps its weights: what it reads may have other channels in the variant, and not in its other uses. */
function keepsShared(g: Graph, variant: Graph): boolean {
  const told = ({ nodes }: Graph): ReadonlyMap<string, string> =>
    new Map(nodes.flatMap((n) => (n.shared === undefined ? [] : [[n.path, JSON.stringify(weightsOf({ nodes }, n))]])));
  const [before, now] = [told(g), told(variant)];
  return [...before].every(([path, weights]) => now.get(path) === weights);
}

/** Whether a graph has a variant, without making more of it than that takes: of calls that are alike, one is tried. */
export function hasVariant(g: Graph): boolean {
  const w = new Walk(g);
  return VARIANT_NAMES.some((name) => {
    const tried = new Map<string, Unit[]>();
    return unitsOf(g, name, w).some((unit) => {
      const { name: block, from, to } = unit.scope;
      const key = `${block} ${to - from}`;
      const others = tried.get(key) ?? [];
      tried.set(key, others);
      if (others.some((other) => areAlike(g, unit, other))) return false;
      others.push(unit);
      return derived(g, unit, name) !== undefined;
    });
  });
}

/** Whether two calls hold the same layers, joined and rewritten alike, so that both have a variant or none. */
function areAlike(g: Graph, a: Unit, b: Unit): boolean {
  const offset = b.scope.from - a.scope.from;
  const [entries, others] = [entriesOf(a.scope), entriesOf(b.scope)];
  const shape = (id: number): Shape => (g.nodes[id] as Node).shape;
  if (entries.length !== others.length || !entries.every((e, i) => sameShape(shape(e), shape(others[i] as number)))) return false;
  if (a.scope.output + offset !== b.scope.output || a.rewrites.size !== b.rewrites.size) return false;
  for (let id = a.scope.from; id < a.scope.to; id++) {
    const [m, n] = [g.nodes[id] as Node, g.nodes[id + offset] as Node];
    // Calls of one instance have its parameters.
    if (m.params !== n.params || m.kind !== n.kind || m.failed !== n.failed || !sameShape(m.shape, n.shape)) return false;
    if ((m.shared === undefined) !== (n.shared === undefined) || m.inputs.length !== n.inputs.length) return false;
    const isSame = m.inputs.every((i, k) => {
      const j = n.inputs[k] as number;
      return i >= a.scope.from ? i + offset === j : entries.indexOf(i) === others.indexOf(j);
    });
    if (!isSame || !dequal(a.rewrites.get(id), b.rewrites.get(id + offset))) return false;
  }
  return true;
}
