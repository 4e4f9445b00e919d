/** Weights of a run: made, or of a file; and the statistics of batch norm, where the input is to give them. */
import { calibrate } from '../graph/calibrate.ts';
import type { Graph } from '../graph/graph.ts';
import { torchvisionKeys } from '../graph/published/torchvision.ts';
import { seededWeights, weightPlaces } from '../graph/weights.ts';
import type { Kernels } from '../tensor/index.ts';
import { unkeyed, WeightsFault } from '../weights/keys.ts';
import { readSafetensors, SafetensorsFault } from '../weights/safetensors.ts';
import { PickleFault } from '../weights/torch/pickle.ts';
import { isPickle, isZip, readStateDict } from '../weights/torch/state-dict.ts';
import { SpecFault } from './inputs.ts';
import type { GivenFile, RunSpec } from './spec.ts';

/** The weights of a file (`.safetensors`, or PyTorch's state dict), by the names that a graph has for them; `keys` are those of its code. Throws `SpecFault` for a file that is none or does not fit. */
export function weightsIn(
  { name, bytes }: GivenFile,
  graph: Graph,
  keys?: () => ReadonlyMap<string, string>,
): ReadonlyMap<string, Float32Array> {
  try {
    const file = isZip(bytes) || isPickle(bytes) ? readStateDict(bytes) : readSafetensors(bytes);
    return unkeyed(weightPlaces(graph), file, torchvisionKeys(graph), keys);
  } catch (e) {
    if (e instanceof SafetensorsFault || e instanceof PickleFault) throw new SpecFault(`${name} cannot be read: ${e.message}.`);
    if (e instanceof WeightsFault) throw new SpecFault(`${name} does not fit ${graph.name}: ${e.message}.`);
    throw e;
  }
}

/** By name. Throws `SpecFault`, and `PlanTooLarge` where calibrating does not fit in memory. */
export async function weightsFor(
  graph: Graph,
  spec: Pick<RunSpec, 'seed' | 'weights' | 'calibrate'>,
  inputs: readonly Float32Array[],
  kernels: Kernels | (() => Promise<Kernels>),
  maxBytes: number,
): Promise<ReadonlyMap<string, Float32Array>> {
  const weights = typeof spec.weights === 'string' ? seededWeights(graph, spec.seed, spec.weights) : weightsIn(spec.weights, graph);
  if (!spec.calibrate) return weights;
  return calibrate(graph, typeof kernels === 'function' ? await kernels() : kernels, { weights, inputs, seed: spec.seed, maxBytes });
}
