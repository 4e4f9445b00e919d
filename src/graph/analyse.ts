/** Analysis of a graph: cost, receptive field and memory of every node, and the sums. Shapes are in the graph already. */
import { layerOf } from '../layers/index.ts';
import { type Inputs, type Shape, sameShape, shapeBytes } from '../layers/shape.ts';
import type { Weight, Weights } from '../layers/weights.ts';
import type { Facts, NodeFacts, Totals } from './facts.ts';
import type { Graph, Node } from './graph.ts';
import { peakMemory } from './memory.ts';
import { isReached } from './reached.ts';
import { receptiveFields } from './receptive-field.ts';

const NO_COST = { weights: 0, biases: 0, params: 0, buffers: 0, macs: 0, formula: '' } as const;
type Cost = Pick<NodeFacts, keyof typeof NO_COST>;

/** The shapes that enter a node. */
export const inputShapes = (g: Pick<Graph, 'nodes'>, n: Node): Inputs<Shape> =>
  n.inputs.map((i) => g.nodes[i]?.shape ?? [0]) as unknown as Inputs<Shape>;

/** The weights of a node by name; none for the input and for a node that failed. */
export function weightsOf(g: Pick<Graph, 'nodes'>, n: Node): Weights {
  if (n.kind === 'input' || n.failed) return {};
  return weightsIn(n, inputShapes(g, n));
}

/** The weights of a layer for its input shapes. */
export const weightsIn = ({ kind, params }: Pick<Node, 'kind' | 'params'>, xs: Inputs<Shape>): Weights =>
  layerOf(kind).weights?.(params as never, xs) ?? {};

/** A kernel's entries as the papers write them: height × width × input channels × output channels. */
function kernelFormula({ dims, inputFirst }: Weight): string {
  const [first = 1, second = 1, ...window] = dims;
  const [out, into] = inputFirst ? [second, first] : [first, second];
  return [...window, ...(into === 1 && window.length > 0 ? [] : [into]), out].join('×');
}

const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

interface Known {
  readonly kind: string;
  readonly xs: Inputs<Shape>;
  readonly cost: Cost;
}
/** What was found for a layer's parameters, for each kind of input: calls of a block, and graphs cut out of others, share parameters. */
const known = new WeakMap<object, Known[]>();

/** What a layer costs for its input shapes, and where the sum of its kernels' entries comes from. */
export function costOf({ kind, params, shape }: Pick<Node, 'kind' | 'params' | 'shape'>, xs: Inputs<Shape>): Cost {
  const costs = known.get(params) ?? [];
  const found = costs.find((k) => k.kind === kind && k.xs.length === xs.length && k.xs.every((x, i) => sameShape(x, xs[i] as Shape)));
  if (found) return found.cost;
  const layer = layerOf(kind);
  const cost = { ...sizesOf(weightsIn({ kind, params }, xs)), macs: layer.macs?.(params as never, xs, shape) ?? 0 };
  known.set(params, [...costs, { kind, xs, cost }]);
  return cost;
}

function sizesOf(weights: Weights): Omit<Cost, 'macs'> {
  const sums = { weights: 0, biases: 0, params: 0, buffers: 0 };
  const formulas: string[] = [];
  for (const w of Object.values(weights)) {
    if (!w) continue;
    const entries = product(w.dims);
    if (w.role === 'buffer') sums.buffers += entries;
    else sums.params += entries;
    if (w.role === 'bias') sums.biases += entries;
    if (w.role !== 'kernel') continue;
    sums.weights += entries;
    formulas.push(kernelFormula(w));
  }
  return { ...sums, formula: formulas.join(' + ') };
}

/** The most layers on one path, where a node counts as `layers` of its id: so papers number networks (ResNet-50, the 22 of GoogLeNet). */
export function depthOf(g: Pick<Graph, 'nodes'>, layers: (id: number) => number): number {
  const depths: number[] = [];
  for (const n of g.nodes) depths.push(layers(n.id) + n.inputs.reduce((most, i) => Math.max(most, depths[i] ?? 0), 0));
  return depths.reduce((a, b) => Math.max(a, b), 0);
}

/** The costs of all nodes; what is shared is counted with its first use. */
function costsOf(g: Graph): readonly Cost[] {
  const met = new Set<string>();
  return g.nodes.map((n) => {
    const own = n.kind === 'input' || n.failed ? NO_COST : costOf(n, inputShapes(g, n));
    const cost = n.shared !== undefined && met.has(n.shared) ? { ...NO_COST, macs: own.macs } : own;
    if (n.shared !== undefined) met.add(n.shared);
    return cost;
  });
}

/** The sums over a graph by themselves, without the facts of its nodes. */
export const totalsIn = (g: Graph): Totals => totalsOf(g, costsOf(g));

function totalsOf(g: Graph, nodes: readonly Cost[]): Totals {
  const main = isReached({ nodes: g.nodes, outputs: g.outputs.slice(0, 1) });
  const sum = (of: keyof Cost & keyof Totals): number => nodes.reduce((s, n) => s + n[of], 0);
  const ofMain = nodes.reduce((s, n, id) => s + (main[id] ? n.macs : 0), 0);
  const totalMacs = sum('macs');
  const shared = new Map<string, number>();
  for (const n of g.nodes) if (n.shared !== undefined) shared.set(n.shared, Math.max(nodes[n.id]?.weights ?? 0, shared.get(n.shared) ?? 0));
  const weights = ({ id, shared: at }: Node): number => (at === undefined ? nodes[id]?.weights : shared.get(at)) ?? 0;
  const counted = (id: number): number => (weights(g.nodes[id] as Node) > 0 ? 1 : 0);
  return {
    weights: sum('weights'),
    params: sum('params'),
    buffers: sum('buffers'),
    macs: ofMain > 0 ? ofMain : totalMacs,
    totalMacs,
    memory: peakMemory(g),
    layers: nodes.filter((n) => n.weights > 0).length,
    depth: depthOf(g, counted),
  };
}

/** By graph: comparing asks for the facts of one graph again and again. */
const analysed = new WeakMap<Graph, Facts>();

/** Finds out everything of a graph that its facts hold. */
export function analyse(g: Graph): Facts {
  const facts = analysed.get(g) ?? findFacts(g);
  analysed.set(g, facts);
  return facts;
}

function findFacts(g: Graph): Facts {
  const [costs, fields] = [costsOf(g), receptiveFields(g)];
  const nodes = g.nodes.map(
    ({ id, shape }): NodeFacts => ({
      ...(costs[id] as Cost),
      activationBytes: shapeBytes(shape),
      ...(fields[id] as (typeof fields)[number]),
    }),
  );
  return { nodes, totals: totalsOf(g, costs) };
}
