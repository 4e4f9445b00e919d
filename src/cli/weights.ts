/** The weights with which a command computes or which it writes: of the seed, or of a file, and calibrated where that is asked for. */
import { CannotExport, type Subject } from '../export/exporter.ts';
import { exporterOf } from '../export/index.ts';
import { calibrate } from '../graph/calibrate.ts';
import type { Graph } from '../graph/graph.ts';
import { inputsOf } from '../graph/graph.ts';
import { record } from '../graph/record.ts';
import { seededWeights } from '../graph/weights.ts';
import { shapeSize } from '../layers/shape.ts';
import { inputsFor, isImage } from '../run/inputs.ts';
import { WEIGHTS } from '../run/spec.ts';
import { weightsIn } from '../run/weights.ts';
import type { Kernels } from '../tensor/index.ts';
import { maxBytes, orFailure, readInputs } from './engine.ts';
import { Failure, read } from './errors.ts';

export interface WeightOptions {
  readonly seed: number;
  /** A file, or how they are made; true stands for He's, of the seed. */
  readonly weights?: boolean | string;
  /** An .npy file; true stands for the input. */
  readonly calibrate?: boolean | string;
  readonly inputs?: readonly Float32Array[];
  /** The keys that the state dict of the target's code has. */
  readonly keys?: () => ReadonlyMap<string, string>;
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
  if (isImage(file)) return orFailure(async () => inputsFor(graph, { input: [{ name: file, bytes: await read(file) }], seed: 0 }));
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
  const made = o.weights === true ? 'he' : (WEIGHTS.find((w) => w === o.weights) ?? (o.weights === undefined ? 'he' : undefined));
  const weights = made
    ? seededWeights(graph, o.seed, made)
    : await orFailure(async () => weightsIn({ name: String(o.weights), bytes: await read(String(o.weights)) }, graph, o.keys));
  if (o.calibrate === undefined) return weights;
  const inputs = typeof o.calibrate === 'string' ? await calibrating(o.calibrate, graph) : o.inputs;
  const options = { weights, ...(inputs ? { inputs } : {}), seed: o.seed, maxBytes: maxBytes() };
  return orFailure(async () => calibrate(graph, typeof kernels === 'function' ? await kernels() : kernels, options));
}

/** In the order in which a program takes them. */
export const inOrder = (graph: Graph, weights: ReadonlyMap<string, Float32Array>): readonly Float32Array[] =>
  record(graph).program.weights.map((w) => weights.get(w.name) ?? new Float32Array());
