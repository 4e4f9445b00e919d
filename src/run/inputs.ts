/** Inputs of a run: made, or read from files. Layout C×H×W. */
import { inputSeed } from '../graph/execute.ts';
import { type Graph, inputsOf } from '../graph/graph.ts';
import { dimsOf } from '../graph/record.ts';
import { showShape } from '../layers/shape.ts';
import { type Dims, randomInput, uniformInput } from '../tensor/index.ts';
import { IMAGE_TYPES, ImageFault, imageInput } from './image.ts';
import { NpyFault, readNpy } from './npy.ts';
import type { GivenFile, MadeInput, RunSpec } from './spec.ts';

/** Why a file cannot be an input or hold weights: a sentence. */
export class SpecFault extends Error {}

/** Squares of a checkerboard on the shorter side. */
const SQUARES = 8;

/** Numbers by channel and pixel. */
function filled([C, H, W]: Dims, at: (c: number, y: number, x: number) => number): Float32Array {
  const out = new Float32Array(C * H * W);
  let i = 0;
  for (let c = 0; c < C; c++) for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) out[i++] = at(c, y, x);
  return out;
}

/** An input that is made. */
export function madeInput(kind: MadeInput, dims: Dims, seed: number): Float32Array {
  const [, H, W] = dims;
  /** From 0 at the first of n to 1 at the last. */
  const along = (i: number, n: number): number => (n > 1 ? i / (n - 1) : 0);
  switch (kind) {
    case 'normal':
      return randomInput(dims, seed);
    case 'uniform':
      return uniformInput(dims, seed);
    case 'impulse':
      return filled(dims, (_, y, x) => (y === H >> 1 && x === W >> 1 ? 1 : 0));
    case 'checkerboard': {
      const side = Math.max(1, Math.round(Math.min(H, W) / SQUARES));
      return filled(dims, (_, y, x) => ((Math.floor(y / side) + Math.floor(x / side)) % 2 === 0 ? 1 : -1));
    }
    case 'gradient':
      return filled(dims, (c, y, x) => [along(x, W), along(y, H), (along(x, W) + along(y, H)) / 2][c % 3] as number);
    default:
      return kind satisfies never;
  }
}

/** Whether a file is read as an image, by its name. */
export const isImage = (name: string): boolean => IMAGE_TYPES.some((type) => name.toLowerCase().endsWith(`.${type}`));

/** A file as an input of these dims. Throws `SpecFault`. */
async function readInput({ name, bytes }: GivenFile, dims: Dims, shape: string): Promise<Float32Array> {
  try {
    if (isImage(name)) return await imageInput(bytes, dims);
    const array = readNpy(bytes);
    // A batch of one image is that image.
    const given = [2, 4].includes(array.shape.length) && array.shape[0] === 1 ? array.shape.slice(1) : array.shape;
    const wanted = dims[1] === 1 && dims[2] === 1 && given.length === 1 ? [dims[0]] : dims;
    if (given.join() !== wanted.join()) throw new SpecFault(`${name} holds ${given.join('×')}, and the input is ${shape}.`);
    return array.data;
  } catch (e) {
    if (e instanceof NpyFault || e instanceof ImageFault) throw new SpecFault(`${name} cannot be an input: ${e.message}.`);
    throw e;
  }
}

/** The inputs of a graph. Throws `SpecFault` for a file that does not fit. */
export async function inputsFor(graph: Graph, { input, seed }: Pick<RunSpec, 'input' | 'seed'>): Promise<readonly Float32Array[]> {
  const nodes = inputsOf(graph);
  if (typeof input === 'string') return nodes.map((n, i) => madeInput(input, dimsOf(n.shape), inputSeed(seed, i)));
  if (input.length !== nodes.length)
    throw new SpecFault(`${graph.name} takes ${nodes.length} ${nodes.length === 1 ? 'input' : 'inputs'}, not ${input.length}.`);
  return Promise.all(nodes.map((n, i) => readInput(input[i] as GivenFile, dimsOf(n.shape), showShape(n.shape))));
}
