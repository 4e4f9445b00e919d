/**
 * Batch norm folded into the layer before it, as inference engines do: with running statistics it is a scale and a shift per channel, which a
 * convolution's kernels and bias can take over. What is computed stays the same but for rounding; the layer can no longer be trained as it was.
 */
import { weightsOf } from './analyse.ts';
import type { Graph, Node } from './graph.ts';

type Layers = Pick<Graph, 'name' | 'nodes' | 'outputs'>;
type Numbers = ReadonlyMap<string, Float32Array>;

/** Kinds that have a kernel and may have a bias. */
const TAKES = new Set(['conv', 'dwconv', 'deconv', 'linear']);

/** The batch norms that can go, by id, with the layer that takes them over: the only thing before it, read by nothing else, and neither shared. */
function pairs({ nodes, outputs }: Layers): ReadonlyMap<number, Node> {
  const readers = new Map<number, number>();
  for (const i of nodes.flatMap((n) => n.inputs)) readers.set(i, (readers.get(i) ?? 0) + 1);
  const kept = new Set(outputs.map((o) => o.node));
  const found = new Map<number, Node>();
  for (const n of nodes) {
    const before = nodes[n.inputs[0] ?? -1];
    if (n.kind !== 'bn' || n.failed || n.shared !== undefined || !before || !TAKES.has(before.kind)) continue;
    if (before.shared !== undefined || before.failed || readers.get(before.id) !== 1 || kept.has(before.id)) continue;
    found.set(n.id, before);
  }
  return found;
}

/** The channel of the output to which each entry of a kernel adds. */
function channelOf(layer: Node, dims: readonly number[]): (i: number) => number {
  const [first = 1, second = 1, ...window] = dims;
  const taps = window.reduce((a, b) => a * b, 1);
  if (layer.kind !== 'deconv') return (i) => Math.floor(i / (second * taps));
  const into = first / Number(layer.params.groups ?? 1);
  return (i) => {
    const [from, to] = [Math.floor(i / (second * taps)), Math.floor(i / taps) % second];
    return Math.floor(from / into) * second + to;
  };
}

/** The graph without the batch norms that follow a layer directly, and its weights; `folded` is how many they were, `left` how many stay. */
export function foldBatchNorm(
  graph: Layers,
  weights: Numbers,
): { readonly graph: Layers; readonly weights: Numbers; readonly folded: number; readonly left: number } {
  const folds = pairs(graph);
  const made = new Map(weights);
  const biased = new Set<number>();
  for (const [id, layer] of folds) {
    const norm = graph.nodes[id] as Node;
    const of = (part: string): Float32Array | undefined => weights.get(`${norm.path}/${part}`);
    const [mean, variance, gamma, beta] = [of('running_mean'), of('running_var'), of('weight'), of('bias')];
    const kernel = weights.get(`${layer.path}/weight`);
    const dims = weightsOf(graph, layer).weight?.dims;
    if (!mean || !variance || !kernel || !dims) throw new Error(`no weights for ${norm.path}`);
    const factor = Float64Array.from(variance, (v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + Number(norm.params.eps)));
    const bias = weights.get(`${layer.path}/bias`);
    const channel = channelOf(layer, dims);
    made.set(
      `${layer.path}/weight`,
      kernel.map((w, i) => w * (factor[channel(i)] as number)),
    );
    made.set(
      `${layer.path}/bias`,
      mean.map((m, c) => (beta?.[c] ?? 0) + ((bias?.[c] ?? 0) - m) * (factor[c] as number)),
    );
    biased.add(layer.id);
    for (const part of ['running_mean', 'running_var', 'weight', 'bias']) made.delete(`${norm.path}/${part}`);
  }
  const ids = new Map<number, number>();
  const nodes: Node[] = [];
  for (const n of graph.nodes) {
    const before = folds.get(n.id);
    if (before) {
      ids.set(n.id, ids.get(before.id) as number);
      continue;
    }
    ids.set(n.id, nodes.length);
    const params = biased.has(n.id) ? { ...n.params, bias: true } : n.params;
    nodes.push({ ...n, id: nodes.length, params, inputs: n.inputs.map((i) => ids.get(i) as number) });
  }
  const outputs = graph.outputs.map((o) => ({ ...o, node: ids.get(o.node) as number }));
  const left = nodes.filter((n) => n.kind === 'bn').length;
  return { graph: { name: graph.name, nodes, outputs }, weights: made, folded: folds.size, left };
}
