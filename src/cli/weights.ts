/** The weights with which a command computes or which it writes: of the seed, or of a file, and calibrated where that is asked for. */
import { CannotExport, type Subject } from '../export/exporter.ts';
import { exporterOf } from '../export/index.ts';
import { calibrate } from '../graph/calibrate.ts';
import type { Graph } from '../graph/graph.ts';
import { inputsOf } from '../graph/graph.ts';
import { record } from '../graph/record.ts';
import { seededWeights, weightPlaces } from '../graph/weights.ts';
import { shapeSize } from '../layers/shape.ts';
import { type Kernels, PlanTooLarge } from '../tensor/index.ts';
import { unkeyed, WeightsFault } from '../weights/keys.ts';
import { readSafetensors, SafetensorsFault } from '../weights/safetensors.ts';
import { PickleFault } from '../weights/torch/pickle.ts';
import { isPickle, isZip, readStateDict } from '../weights/torch/state-dict.ts';
import { maxBytes, readInputs } from './engine.ts';
import { Failure, read } from './errors.ts';

export interface WeightOptions {
  readonly seed: number;
  /** A file; true stands for those of the seed. */
  readonly weights?: boolean | string;
  /** An .npy file; true stands for the input. */
  readonly calibrate?: boolean | string;
  readonly inputs?: readonly Float32Array[];
  /** The keys that the state dict of the target's code has. */
  readonly keys?: () => ReadonlyMap<string, string>;
}

async function weightsIn(path: string, graph: Graph, keys: WeightOptions['keys']): Promise<ReadonlyMap<string, Float32Array>> {
  const bytes = await read(path);
  try {
    const file = isZip(bytes) || isPickle(bytes) ? readStateDict(bytes) : readSafetensors(bytes);
    return unkeyed(weightPlaces(graph), file, keys);
  } catch (e) {
    if (e instanceof SafetensorsFault || e instanceof PickleFault) throw new Failure(`${path} cannot be read: ${e.message}.`);
    if (e instanceof WeightsFault) throw new Failure(`${path} does not fit ${graph.name}: ${e.message}.`);
    throw e;
  }
}

/** The keys of a target's state dict in PyTorch, by which weights without a table are found; none where it has no code. */
export function torchKeys(subject: Omit<Subject, 'weights'>): ReadonlyMap<string, string> {
  try {
    return exporterOf('pytorch')?.keys?.({ ...subject, weights: () => new Map() }) ?? new Map();
  } catch (e) {
    if (e instanceof CannotExport) return new Map();
    throw e;
  }
}

/** The inputs that calibrate: of a file, which must fit the graph. */
async function calibrating(file: string, graph: Graph): Promise<readonly Float32Array[]> {
  const { data } = await readInputs(file);
  const sizes = inputsOf(graph).map((n) => shapeSize(n.shape));
  if (data && data.map((d) => d.length).join() === sizes.join()) return data;
  throw new Failure(
    `--calibrate takes an .npy file of ${inputsOf(graph)
      .map((n) => n.shape.join('×'))
      .join(', ')}, not ${file}.`,
    2,
  );
}

/** The weights by name; undefined where nothing but the seed was asked for. */
export async function weightsFor(
  graph: Graph,
  o: WeightOptions,
  kernels: Kernels | (() => Promise<Kernels>),
): Promise<ReadonlyMap<string, Float32Array> | undefined> {
  if (o.weights === undefined && o.calibrate === undefined) return undefined;
  const weights = typeof o.weights === 'string' ? await weightsIn(o.weights, graph, o.keys) : seededWeights(graph, o.seed);
  if (o.calibrate === undefined) return weights;
  const inputs = typeof o.calibrate === 'string' ? await calibrating(o.calibrate, graph) : o.inputs;
  try {
    return await calibrate(graph, typeof kernels === 'function' ? await kernels() : kernels, {
      weights,
      ...(inputs ? { inputs } : {}),
      seed: o.seed,
      maxBytes: maxBytes(),
    });
  } catch (e) {
    throw e instanceof PlanTooLarge ? new Failure(e.message) : e;
  }
}

/** In the order in which a program takes them. */
export const inOrder = (graph: Graph, weights: ReadonlyMap<string, Float32Array>): readonly Float32Array[] =>
  record(graph).program.weights.map((w) => weights.get(w.name) ?? new Float32Array());
