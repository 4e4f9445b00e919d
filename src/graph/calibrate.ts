/**
 * Calibrates batch norm: its running statistics become those of one input, so that the numbers of a network with random weights stay near one
 * rather than grow from block to block. One pass does it: a batch norm that takes the statistics of what arrives gives what it will give with
 * these statistics kept.
 */
import { type Dims, type Kernels, randomInput } from '../tensor/index.ts';
import { inputSeed, observe } from './execute.ts';
import { type Graph, inputsOf } from './graph.ts';
import { dimsOf, isCalibrated, record } from './record.ts';

export interface CalibrateOptions {
  /** By name, as `record` has them. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** C×H×W, one for each input; random of the seed if absent. */
  readonly inputs?: readonly Float32Array[];
  readonly seed: number;
  readonly maxBytes: number;
}

/** The mean and the variance of each channel. */
function momentsOf(data: Float32Array, [c, h, w]: Dims): readonly [Float32Array, Float32Array] {
  const [means, variances] = [new Float32Array(c), new Float32Array(c)];
  const n = h * w;
  for (let i = 0; i < c; i++) {
    const channel = data.subarray(i * n, (i + 1) * n);
    let sum = 0;
    for (const v of channel) sum += v;
    const mean = sum / n;
    let squares = 0;
    for (const v of channel) squares += (v - mean) ** 2;
    means[i] = mean;
    variances[i] = squares / n;
  }
  return [means, variances];
}

/** The weights with calibrated statistics; of one that several layers share, those of its first use. */
export async function calibrate(graph: Graph, kernels: Kernels, o: CalibrateOptions): Promise<ReadonlyMap<string, Float32Array>> {
  const { program, values } = record(graph, true);
  const readBy = new Map<number, string[]>();
  const made = new Map(o.weights);
  const seen = new Set<string>();
  for (const n of graph.nodes) {
    const kept = n.shared ?? n.path;
    const [input] = n.inputs;
    if (!isCalibrated(n) || input === undefined || seen.has(kept)) continue;
    seen.add(kept);
    readBy.set(input, [...(readBy.get(input) ?? []), kept]);
  }
  if (seen.size === 0) return made;
  const weights = program.weights.map((w) => o.weights.get(w.name) ?? new Float32Array());
  const inputs = o.inputs ?? inputsOf(graph).map((n, i) => randomInput(dimsOf(n.shape), inputSeed(o.seed, i)));
  const plan = kernels.plan(program, weights, { maxBytes: o.maxBytes, exact: true, observe: true });
  await observe(program, values, plan, inputs, {
    progress: () => undefined,
    look: (nodes, data, dims) => {
      for (const node of nodes)
        for (const kept of readBy.get(node) ?? []) {
          const [mean, variance] = momentsOf(data, dims);
          made.set(`${kept}/running_mean`, mean);
          made.set(`${kept}/running_var`, variance);
        }
    },
  });
  return made;
}
