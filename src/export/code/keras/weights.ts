/** A target's weights as Keras has them: each under the path of its variable, `conv1/kernel`, with the axes in Keras's order. */
import type { Graph } from '../../../graph/graph.ts';
import { weightPlaces } from '../../../graph/weights.ts';
import { layerOf } from '../../../layers/index.ts';
import type { CodeTensor } from '../../exporter.ts';
import { keptAt } from '../code.ts';
import { permuted } from '../permuted.ts';

export function kerasWeights(
  g: Graph,
  weights: ReadonlyMap<string, Float32Array>,
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, CodeTensor> {
  const nodes = new Map(g.nodes.map((n) => [keptAt(n), n]));
  const found = new Map<string, CodeTensor>();
  for (const { kept, part, dims } of weightPlaces(g)) {
    const node = nodes.get(kept);
    const data = weights.get(`${kept}/${part}`);
    const as = node && layerOf(node.kind).export.keras.weights?.[part];
    const name = names.get(kept);
    if (!node || !data || !as || name === undefined) continue;
    const seen = as.view?.(dims, node.params) ?? dims;
    const axes = as.axes ?? seen.map((_, i) => i);
    const isSlope = node.kind === 'prelu' && g.nodes[node.inputs[0] as number]?.shape.length === 3;
    found.set(`${name}/${as.name}`, {
      shape: isSlope ? [1, 1, ...seen] : axes.map((a) => seen[a] as number),
      data: permuted(data, seen, axes),
    });
  }
  return found;
}
