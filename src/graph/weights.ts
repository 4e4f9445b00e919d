/** The weights of a graph, made from a seed. */
import { type Filling, initialise } from '../tensor/index.ts';
import { weightsOf } from './analyse.ts';
import type { Graph } from './graph.ts';
import { record } from './record.ts';

/** By name, `stem/conv/weight`: the same for the same seed, wherever they are made. Throws where a node of the graph failed. */
export function seededWeights(graph: Graph, seed: number, filling: Filling = 'he'): ReadonlyMap<string, Float32Array> {
  const { program } = record(graph);
  const data = initialise(program.weights, seed, filling);
  return new Map(program.weights.map((w, i) => [w.name, data[i] as Float32Array]));
}

/** Every weight of a graph once, with the path under which its layer keeps it. */
export function weightPlaces(graph: Graph): readonly { readonly kept: string; readonly part: string; readonly dims: readonly number[] }[] {
  const seen = new Set<string>();
  return graph.nodes.flatMap((n) => {
    const kept = n.shared ?? n.path;
    if (n.kind === 'input' || seen.has(kept)) return [];
    seen.add(kept);
    return Object.entries(weightsOf(graph, n)).flatMap(([part, w]) => (w ? [{ kept, part, dims: w.dims }] : []));
  });
}
