/**
 * A target's weights as Paddle has them: under PyTorch's keys and in its order of axes, but for the statistics of batch norm, what a few layers call
 * theirs, and the kernels of linear layers, which have their inputs first.
 */
import type { Graph } from '../../../graph/graph.ts';
import { weightPlaces } from '../../../graph/weights.ts';
import type { CodeTensor } from '../../exporter.ts';
import { keptAt } from '../code.ts';
import { permuted } from '../permuted.ts';

const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bn: { running_mean: '_mean', running_var: '_variance' },
  prelu: { weight: '_weight' },
  instancenorm: { weight: 'scale' },
};

export function paddleWeights(
  g: Graph,
  weights: ReadonlyMap<string, Float32Array>,
  keys: ReadonlyMap<string, string>,
): ReadonlyMap<string, CodeTensor> {
  const kinds = new Map(g.nodes.map((n) => [keptAt(n), n.kind]));
  const found = new Map<string, CodeTensor>();
  for (const { kept, part, dims } of weightPlaces(g)) {
    const [data, key, kind] = [weights.get(`${kept}/${part}`), keys.get(kept), kinds.get(kept) ?? ''];
    if (!data || key === undefined) continue;
    const isTurned = kind === 'linear' && part === 'weight';
    found.set(`${key}.${PARTS[kind]?.[part] ?? part}`, {
      shape: isTurned ? [...dims].reverse() : dims,
      data: isTurned ? permuted(data, dims, [1, 0]) : data,
    });
  }
  return found;
}
