/** A target's weights as Keras has them: each under the path of its variable, `conv1/kernel`, with the axes in Keras's order. */
import type { Graph } from '../../../graph/graph.ts';
import { weightPlaces } from '../../../graph/weights.ts';
import { layerOf } from '../../../layers/index.ts';
import type { CodeTensor } from '../../exporter.ts';
import { keptAt } from '../code.ts';

/** Entries with the axes in another order. */
export function permuted(data: Float32Array, dims: readonly number[], axes: readonly number[]): Float32Array {
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
  const to = axes.map((a) => dims[a] as number);
  const steps = axes.map((a) => strides[a] as number);
  const out = new Float32Array(data.length);
  const at = to.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[from] as number;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] as number) + 1;
      from += steps[axis] as number;
      if ((at[axis] as number) < (to[axis] as number)) break;
      from -= (steps[axis] as number) * (to[axis] as number);
      at[axis] = 0;
    }
  }
  return out;
}

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
