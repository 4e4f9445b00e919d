/** The weights of an imported model under the names of what was written: the keys of a state dict, paths with dots. */
import { weightsOf } from '../graph/analyse.ts';
import type { Graph } from '../graph/graph.ts';
import type { TensorFile } from '../weights/safetensors.ts';
import type { Tensor } from './read/tensor.ts';

interface Read {
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** Weights by the names of `record` for `graph`, which is like what was read, node by node. Missing are those whose numbers the file does not hold. */
export function weightsFor(
  graph: Graph,
  read: Read,
  like: ReadonlyMap<number, number>,
): {
  readonly weights: ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;
  readonly missing: readonly string[];
} {
  const weights = new Map<string, { readonly dims: readonly number[]; readonly data: Float32Array }>();
  const missing: string[] = [];
  for (const n of graph.nodes) {
    const other = read.graph.nodes[like.get(n.id) ?? -1];
    if (!other) continue;
    for (const [part, w] of Object.entries(weightsOf(graph, n))) {
      if (!w) continue;
      const name = `${n.shared ?? n.path}/${part}`;
      if (weights.has(name)) continue;
      const numbers = read.weights.get(`${other.shared ?? other.path}/${part}`)?.numbers();
      if (numbers) weights.set(name, { dims: w.dims, data: Float32Array.from(numbers) });
      else missing.push(name);
    }
  }
  return { weights, missing };
}

/** The file of weights for a graph. */
export function weightFile(
  graph: Graph,
  read: Read,
  like: ReadonlyMap<number, number>,
): TensorFile & { readonly missing: readonly string[] } {
  const { weights, missing } = weightsFor(graph, read, like);
  const tensors = new Map([...weights].map(([name, { dims, data }]) => [name.replaceAll('/', '.'), { shape: dims, data }] as const));
  return { tensors, metadata: { format: 'pt' }, missing };
}
