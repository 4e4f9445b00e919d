/** What a graph's nodes do to the height or to the width, one step a node: all that is needed to follow another size through it. */
import { isFault } from '../../layers/fault.ts';
import { layerOf } from '../../layers/index.ts';
import type { Layer } from '../../layers/layer.ts';
import { type FeatureMap, type Inputs, isMap, type Shape } from '../../layers/shape.ts';
import type { Graph, Node } from '../graph.ts';
import { at, constant, SAME } from './extent.ts';
import { type Axis, type Local, probe } from './probe.ts';

export type Step =
  | { readonly kind: 'input' }
  /** `needs`: a layer that takes nothing but what arrives now, as a linear layer with its features written does. */
  | { readonly kind: 'layer'; readonly local: Local; readonly of: number; readonly needs?: number }
  /** Its size was written as that of another node, `like`; where it `crops`, no less may arrive. */
  | { readonly kind: 'like'; readonly of: number; readonly like: number; readonly crops: boolean }
  /** Branches that must agree; where 1 `spreads`, those of 1 agree with all. */
  | { readonly kind: 'join'; readonly of: readonly number[]; readonly spreads: boolean }
  /** Its extent is not known, nor what it asks. */
  | { readonly kind: 'unknown' };

const UNKNOWN: Step = { kind: 'unknown' };
const PASSES: Local = { makes: SAME, least: 1 };

export const extentIn = (s: Shape | undefined, axis: Axis): number => (s && isMap(s) ? s[axis === 0 ? 1 : 2] : 1);

/** What was found of a layer's parameters: calls of a block share them. */
const probed = new WeakMap<object, Map<string, Local | undefined>>();
function probeOnce(kind: string, params: object, x: FeatureMap, axis: Axis): Local | undefined {
  const known = probed.get(params) ?? new Map<string, Local | undefined>();
  probed.set(params, known);
  const key = `${kind} ${axis} ${x[0]}`;
  if (!known.has(key)) known.set(key, probe(layerOf(kind), params as never, x, axis));
  return known.get(key);
}

/** How a layer of several inputs joins: whether an extent of 1 spreads; undefined where it asks for something else than equal maps. */
function joinOf(layer: Layer, n: Node, xs: Inputs<Shape>): { readonly spreads: boolean } | undefined {
  const shape = (last: readonly [number, number]): Shape | undefined => {
    const maps = xs.map((x, i): FeatureMap => [x[0], ...(i === xs.length - 1 ? last : ([64, 96] as const))]);
    const y = layer.shape(n.params as never, maps as unknown as Inputs<Shape>);
    return isFault(y) ? undefined : y;
  };
  const y = shape([64, 96]);
  if (y?.[1] !== 64 || y[2] !== 96) return undefined;
  return { spreads: shape([1, 1]) !== undefined };
}

function stepOf(g: Graph, n: Node, axis: Axis): Step {
  if (n.kind === 'input') return n.id === 0 ? { kind: 'input' } : UNKNOWN;
  const layer = layerOf(n.kind);
  const xs = n.inputs.map((i) => g.nodes[i]?.shape ?? [0]) as unknown as Inputs<Shape>;
  const [x] = xs;
  const of = n.inputs[0] ?? 0;
  if (n.inputs.length > 1) {
    // How long vectors are depends on height and width together.
    if (!xs.every(isMap)) return UNKNOWN;
    const join = joinOf(layer, n, xs);
    return join ? { kind: 'join', of: n.inputs, ...join } : UNKNOWN;
  }
  if (n.failed) return UNKNOWN;
  if (isMap(x) && isMap(n.shape)) {
    const local = probeOnce(n.kind, n.params, x, axis);
    if (local) return { kind: 'layer', local, of };
    // It makes a map of one size alone, as `reshape` does.
    const now = extentIn(x, axis);
    return { kind: 'layer', local: { makes: constant(extentIn(n.shape, axis)), least: 1 }, of, needs: now };
  }
  // A vector has the height and width of the map that it was, until a linear layer has mixed it.
  const mixes = layer.window?.(n.params as never, xs) === 'all';
  const makes = mixes ? { makes: constant(extentIn(n.shape, axis)), least: 1 } : PASSES;
  const larger = (by: number): Shape => (isMap(x) ? [x[0], x[1], by * x[2] + 1] : [by * x[0] + 1]);
  const takesOnly = [1, 2].every((by) => isFault(layer.shape(n.params as never, [larger(by)])));
  return { kind: 'layer', local: makes, of, ...(takesOnly ? { needs: Number.NaN } : {}) };
}

/** The nodes of `g` up to `id` that are as high (or wide) as node `id`, in `g` and in its twin; the nearest of them. */
function likeOf(g: Graph, twin: Graph, n: Node, axis: Axis): number | undefined {
  const size = (of: Graph, id: number): number => extentIn(of.nodes[id]?.shape, axis);
  for (let id = n.id - 1; id >= 0; id--) if (size(g, id) === size(g, n.id) && size(twin, id) === size(twin, n.id)) return id;
  return undefined;
}

const differ = (a: Node, b: Node): boolean => a.params !== b.params && JSON.stringify(a.params) !== JSON.stringify(b.params);

/**
 * The steps of a graph along an axis. Sizes that are written from those of other values are numbers by the time there is a graph. `twin` is
 * the same target on another input: what is a number in both, but another, is taken for the size of a value that is as large in both.
 */
export function stepsOf(g: Graph, axis: Axis, twin?: Graph): readonly Step[] {
  const alike = twin?.nodes.length === g.nodes.length && twin.nodes.every((n, i) => n.kind === g.nodes[i]?.kind) ? twin : undefined;
  const steps = g.nodes.map((n): Step => {
    const other = alike?.nodes[n.id];
    const step = stepOf(g, n, axis);
    if (!alike || !other || step.kind !== 'layer' || !differ(n, other)) return step;
    if (extentIn(n.shape, axis) === extentIn(other.shape, axis) || step.local.makes.times !== 0) return step;
    const like = likeOf(g, alike, n, axis);
    return like === undefined ? UNKNOWN : { kind: 'like', of: step.of, like, crops: step.local.least > 1 };
  });
  return withNeeds(steps, extentIn(g.nodes[0]?.shape, axis));
}

/** Where a layer takes only what arrives now, that is what arrives on the graph's own input. */
function withNeeds(steps: readonly Step[], n: number): readonly Step[] {
  if (!steps.some((s) => s.kind === 'layer' && Number.isNaN(s.needs))) return steps;
  const now: (number | undefined)[] = [];
  return steps.map((s) => {
    now.push(extentAfter(s, now, n));
    if (s.kind !== 'layer' || !Number.isNaN(s.needs)) return s;
    const { needs: _, ...rest } = s;
    const arrives = now[s.of];
    return arrives === undefined ? rest : { ...rest, needs: arrives };
  });
}

/** The extent that a step gives, of those before it; undefined where it is not known. */
export function extentAfter(s: Step, before: readonly (number | undefined)[], n: number): number | undefined {
  switch (s.kind) {
    case 'input':
      return n;
    case 'layer': {
      const arrives = before[s.of];
      return s.local.makes.times === 0 ? at(s.local.makes, 0) : arrives === undefined ? undefined : at(s.local.makes, arrives);
    }
    case 'like':
      return before[s.like];
    case 'join': {
      const known = s.of.map((i) => before[i]).filter((x) => x !== undefined);
      return known.length === 0 ? undefined : s.spreads ? Math.max(...known) : known[0];
    }
    default:
      return undefined;
  }
}
