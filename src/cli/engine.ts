/** What commands that compute share: the kernels, how much memory and how many threads they may have, and the inputs that are given. */
import { availableParallelism, freemem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { refuseTooLarge } from '../graph/execute.ts';
import type { Graph } from '../graph/graph.ts';
import { record } from '../graph/record.ts';
import type { Inputs, Shape } from '../layers/shape.ts';
import { inputsFor, isImage, SpecFault } from '../run/inputs.ts';
import { NpyFault, readNpy } from '../run/npy.ts';
import { INPUTS, type RunSpec } from '../run/spec.ts';
import { type Kernels, PlanTooLarge } from '../tensor/index.ts';
import { loadKernels } from '../tensor/kernels/load-node.ts';
import { Failure, read } from './errors.ts';
import { parseShape } from './open.ts';

/** WASM addresses 4 GiB; of the machine's memory, what is free now. */
export const maxBytes = (): number => Math.min(4 * 2 ** 30 - 65536, process.availableMemory?.() ?? freemem());

/** More threads than this have never been measured. */
const MOST_THREADS = 16;

/** The number that `--threads` asks for; by default the cores that the process may use. */
export function parseThreads(text: string | undefined): number {
  if (text === undefined) return Math.min(MOST_THREADS, availableParallelism());
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new Failure(`--threads takes a whole number from 1 to ${MOST_THREADS}, not ${text}.`, 2);
}

/** The bundled kernels, which stand beside the bundled command line. */
export const kernelsHere = (threads: number): Promise<Kernels> =>
  loadKernels(fileURLToPath(new URL('./kernel', import.meta.url)), { threads });

/** Numbers of a shape. */
interface Given {
  readonly shape: Shape;
  readonly data: Float32Array | undefined;
}

/** The same for each input, with commas between them: shapes or files. */
export async function readInputs(
  given: string,
): Promise<{ readonly shapes: Inputs<Shape>; readonly data: readonly Float32Array[] | undefined }> {
  const [first, ...rest] = (await Promise.all(given.split(',').map((part) => readInput(part.trim())))) as [Given, ...Given[]];
  const all = [first, ...rest];
  const data = all.map((g) => g.data).filter((d) => d !== undefined);
  if (data.length > 0 && data.length < all.length)
    throw new Failure('--input takes shapes or .npy files, one for each input: not some of both.', 2);
  return { shapes: [first.shape, ...rest.map((g) => g.shape)], data: data.length > 0 ? data : undefined };
}

/** What `--input` asks for: shapes or arrays, or what can be made once the graph is known: a pattern, an image. */
export async function askedInput(
  text: string | undefined,
  seed: number,
): Promise<{
  readonly given?: Awaited<ReturnType<typeof readInputs>>;
  readonly made?: (graph: Graph) => Promise<readonly Float32Array[]>;
}> {
  if (text === undefined) return {};
  const made = (input: RunSpec['input']) => ({
    made: (graph: Graph): Promise<readonly Float32Array[]> =>
      orFailure(async () => {
        refuseTooLarge(record(graph).program, maxBytes());
        return inputsFor(graph, { input, seed });
      }),
  });
  const pattern = INPUTS.find((i) => i === text);
  if (pattern) return made(pattern);
  const names = text.split(',').map((part) => part.trim());
  if (!names.some(isImage)) return { given: await readInputs(text) };
  return made(await Promise.all(names.map(async (name) => ({ name, bytes: await read(name) }))));
}

/** What a run is made with, or why it cannot be, for the command line. */
export async function orFailure<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (e) {
    if (e instanceof PlanTooLarge || e instanceof SpecFault) throw new Failure(e.message);
    throw e;
  }
}

/** What one part of `--input` gives: a shape for random numbers, or an .npy file, of which a leading batch of 1 does not count. */
async function readInput(given: string): Promise<Given> {
  if (/^\d+(?:[x×]\d+)*$/.test(given)) return { shape: parseShape(given), data: undefined };
  if (!given.endsWith('.npy'))
    throw new Failure(`--input takes a shape such as 3x256x256, ${INPUTS.join(', ')}, an image or an .npy file, not ${given}.`, 2);
  const data = await read(given);
  try {
    const array = readNpy(data);
    const dims = [2, 4].includes(array.shape.length) && array.shape[0] === 1 ? array.shape.slice(1) : array.shape;
    if (dims.length !== 1 && dims.length !== 3)
      throw new Failure(`${given} holds ${array.shape.join('×')}: a map has channels × height × width, a vector one extent.`);
    return { shape: dims as unknown as Shape, data: array.data };
  } catch (e) {
    if (e instanceof NpyFault) throw new Failure(`${given} cannot be read: ${e.message}.`);
    throw e;
  }
}
