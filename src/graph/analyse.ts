/** Analysis of a graph: cost, receptive field and memory of every node, and the sums. Shapes are in the graph already. */
import { layerOf } from '../layers/index.ts';
import type { Inputs, Layer, Weights } from '../layers/layer.ts';
import { isMap, type Shape, shapeBytes } from '../layers/shape.ts';
import type { Facts, NodeFacts, Totals } from './facts.ts';
import type { Graph, Node } from './graph.ts';
import { peakMemory } from './memory.ts';

const NO_COST = { weights: 0, biases: 0, params: 0, buffers: 0, macs: 0, formula: '' } as const;
type Cost = Pick<NodeFacts, keyof typeof NO_COST>;

/** The shapes that enter a node. */
export const inputShapes = (g: Pick<Graph, 'nodes'>, n: Node): Inputs<Shape> =>
  n.inputs.map((i) => g.nodes[i]?.shape ?? [0]) as unknown as Inputs<Shape>;

/** The weights of a node by name; none for the input and for a node that failed. */
export function weightsOf(g: Pick<Graph, 'nodes'>, n: Node): Weights {
  if (n.kind === 'input' || n.failed) return {};
  return layerOf(n.kind).weights?.(n.params as never, inputShapes(g, n)) ?? {};
}

/** A kernel's entries as the papers write them: height × width × input channels × output channels. */
function kernelFormula(dims: readonly number[]): string {
  const [out = 1, into = 1, ...window] = dims;
  return [...window, ...(into === 1 && window.length > 0 ? [] : [into]), out].join('×');
}

const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

function costOf(g: Graph, n: Node, layer: Layer): Cost {
  const sums = { weights: 0, biases: 0, params: 0, buffers: 0 };
  const formulas: string[] = [];
  for (const w of Object.values(weightsOf(g, n))) {
    if (!w) continue;
    const entries = product(w.dims);
    if (w.role === 'buffer') sums.buffers += entries;
    else sums.params += entries;
    if (w.role === 'bias') sums.biases += entries;
    if (w.role !== 'kernel') continue;
    sums.weights += entries;
    formulas.push(kernelFormula(w.dims));
  }
  return { ...sums, macs: layer.macs?.(n.params as never, inputShapes(g, n), n.shape) ?? 0, formula: formulas.join(' + ') };
}

interface Field {
  readonly field: readonly [number, number];
  readonly stride: readonly [number, number];
}

/** Receptive field after Dumoulin and Visin 2016: it grows by dilation·(kernel − 1) times the stride so far. */
function fieldOf(g: Graph, n: Node, layer: Layer, fields: readonly Field[]): Field {
  const before = n.inputs.map((i) => fields[i]).filter((f) => f !== undefined);
  const widest = (axis: 0 | 1, of: 'field' | 'stride'): number => Math.max(1, ...before.map((f) => f[of][axis]));
  const [field, stride] = [[widest(0, 'field'), widest(1, 'field')] as const, [widest(0, 'stride'), widest(1, 'stride')] as const];
  const window = n.failed ? undefined : layer.window?.(n.params as never, inputShapes(g, n));
  const whole = g.nodes[0]?.shape ?? [1];
  if (window === 'all')
    return { field: isMap(whole) ? [whole[1], whole[2]] : [1, 1], stride: isMap(whole) ? [whole[1], whole[2]] : stride };
  if (!window) return { field, stride };
  const grow = (axis: 0 | 1): number => field[axis] + window.dilation[axis] * (window.kernel[axis] - 1) * stride[axis];
  return { field: [grow(0), grow(1)], stride: [stride[0] * window.stride[0], stride[1] * window.stride[1]] };
}

/** The nodes on which a node depends, itself included. */
export function ancestors(g: Graph, node: number): ReadonlySet<number> {
  const found = new Set<number>([node]);
  for (let id = node; id >= 0; id--) if (found.has(id)) for (const i of g.nodes[id]?.inputs ?? []) found.add(i);
  return found;
}

/** The most layers on one path, where a node counts as `layers` of its id: so papers number networks (ResNet-50, the 22 of GoogLeNet). */
export function depthOf(g: Pick<Graph, 'nodes'>, layers: (id: number) => number): number {
  const depths: number[] = [];
  for (const n of g.nodes) depths.push(layers(n.id) + n.inputs.reduce((most, i) => Math.max(most, depths[i] ?? 0), 0));
  return depths.reduce((a, b) => Math.max(a, b), 0);
}

function totalsOf(g: Graph, nodes: readonly NodeFacts[]): Totals {
  const main = ancestors(g, g.outputs[0]?.node ?? 0);
  const sum = (of: keyof Cost & keyof Totals): number => nodes.reduce((s, n) => s + n[of], 0);
  const macs = nodes.reduce((s, n, id) => s + (main.has(id) ? n.macs : 0), 0);
  const counted = (id: number): number => ((nodes[id]?.weights ?? 0) > 0 ? 1 : 0);
  return {
    weights: sum('weights'),
    params: sum('params'),
    buffers: sum('buffers'),
    macs,
    auxiliaryMacs: sum('macs') - macs,
    memory: peakMemory(g),
    layers: nodes.filter((n) => n.weights > 0).length,
    depth: depthOf(g, counted),
  };
}

/** Finds out everything of a graph that its facts hold. */
export function analyse(g: Graph): Facts {
  const fields: Field[] = [];
  const nodes = g.nodes.map((n): NodeFacts => {
    const layer = n.kind === 'input' ? undefined : layerOf(n.kind);
    const field = layer ? fieldOf(g, n, layer, fields) : { field: [1, 1] as const, stride: [1, 1] as const };
    fields.push(field);
    const cost = layer && !n.failed ? costOf(g, n, layer) : NO_COST;
    return { ...cost, activationBytes: shapeBytes(n.shape), receptiveField: field.field, effectiveStride: field.stride };
  });
  return { nodes, totals: totalsOf(g, nodes) };
}
