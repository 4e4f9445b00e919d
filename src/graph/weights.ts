/** The weights of a graph, made from a seed. */
import { initialise } from '../tensor/index.ts';
import type { Graph } from './graph.ts';
import { record } from './record.ts';

/** By name, `stem/conv/weight`: the same for the same seed, wherever they are made. Throws where a node of the graph failed. */
export function seededWeights(graph: Graph, seed: number): ReadonlyMap<string, Float32Array> {
  const { program } = record(graph);
  const data = initialise(program.weights, seed);
  return new Map(program.weights.map((w, i) => [w.name, data[i] as Float32Array]));
}
