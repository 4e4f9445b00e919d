/** `pointwise run`: runs a target on random or given input, and reports every layer. */

import { mkdir } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import { execute } from '../graph/execute.ts';
import type { Comparison } from '../graph/facts.ts';
import { type Graph, inputsOf } from '../graph/graph.ts';
import { record } from '../graph/record.ts';
import { type Inputs, type Shape, shapeSize, showShapes } from '../layers/shape.ts';
import { type Kernels, PlanTooLarge, type Statistics, statistics } from '../tensor/index.ts';
import { loadKernels } from '../tensor/kernels/load-node.ts';
import { readSafetensors, SafetensorsFault } from '../weights/safetensors.ts';
import { comparisonOf } from './compare.ts';
import { Failure, parseSeed, read, write } from './errors.ts';
import { type NpyArray, NpyFault, readNpy, writeNpy, writeNpz } from './npy.ts';
import { openTarget, parseShape } from './open.ts';
import { notFinite, type Ran, ranData, ranText } from './run-report.ts';
import { withInput } from './with-input.ts';

export interface RunOptions {
  readonly target?: string;
  readonly seed?: string;
  readonly input?: string;
  readonly output?: string;
  readonly exact?: boolean;
  readonly weights?: string;
  readonly threads?: string;
  readonly versus?: boolean;
  readonly json?: boolean;
}

/** WASM addresses 4 GiB; of the machine's memory, what is free now. */
const maxBytes = (): number => Math.min(4 * 2 ** 30 - 65536, process.availableMemory?.() ?? freemem());

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
const kernelsHere = (threads: number): Promise<Kernels> => loadKernels(fileURLToPath(new URL('./kernel', import.meta.url)), { threads });

/** Numbers of a shape. */
interface Given {
  readonly shape: Shape;
  readonly data: Float32Array | undefined;
}

/** The same for each input, with commas between them: shapes or files. */
async function readInputs(given: string): Promise<{ readonly shapes: Inputs<Shape>; readonly data: readonly Float32Array[] | undefined }> {
  const [first, ...rest] = (await Promise.all(given.split(',').map((part) => readInput(part.trim())))) as [Given, ...Given[]];
  const all = [first, ...rest];
  const data = all.map((g) => g.data).filter((d) => d !== undefined);
  if (data.length > 0 && data.length < all.length)
    throw new Failure('--input takes shapes or .npy files, one for each input: not some of both.', 2);
  return { shapes: [first.shape, ...rest.map((g) => g.shape)], data: data.length > 0 ? data : undefined };
}

/** What one part of `--input` gives: a shape for random numbers, or an .npy file, of which a leading batch of 1 does not count. */
async function readInput(given: string): Promise<Given> {
  if (/^\d+(?:[x×]\d+)*$/.test(given)) return { shape: parseShape(given), data: undefined };
  if (!given.endsWith('.npy')) throw new Failure(`--input takes a shape such as 3x256x256, or an .npy file, not ${given}.`, 2);
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

/** Writes outputs: the main one as a file, or all under their names, into an archive or a folder. Gives what there is to say of it. */
async function writeOutputs(to: string, graph: Graph, data: readonly Float32Array[]): Promise<string | undefined> {
  const shapes = graph.outputs.map((o) => graph.nodes[o.node]?.shape ?? [1]) as readonly Shape[];
  const array = (i: number): NpyArray => {
    const shape = shapes[i] ?? [1];
    return { shape, data: (data[i] as Float32Array).subarray(0, shapeSize(shape)) };
  };
  if (to.endsWith('.npy')) {
    await write(to, writeNpy(array(0)));
    const others = graph.outputs.slice(1).map((o) => o.name);
    return others.length === 0
      ? undefined
      : `${to} has the main output only, not ${others.join(', ')}: write all into an archive, --output ${to.slice(0, -4)}.npz, or a folder.`;
  }
  const names = graph.outputs.map((o) => o.name.replaceAll('/', '.'));
  if (to.endsWith('.npz')) {
    await write(to, writeNpz(Object.fromEntries(names.map((name, i) => [name, array(i)]))));
    return `wrote ${names.join(', ')} into ${to}`;
  }
  await mkdir(to, { recursive: true });
  for (const [i, name] of names.entries()) await write(join(to, `${name}.npy`), writeNpy(array(i)));
  return `wrote ${names.map((name) => `${name}.npy`).join(', ')} into ${to}`;
}

/** Runs a graph with a progress bar on a terminal. Throws `Failure` where it does not fit in memory. */
async function runGraph(
  graph: Graph,
  kernels: Kernels,
  o: {
    readonly seed: number;
    readonly inputs?: readonly Float32Array[];
    readonly weights?: readonly Float32Array[];
    readonly exact: boolean;
    readonly look: boolean;
  },
): Promise<Pick<Ran, 'execution' | 'numbers'>> {
  const numbers: (Statistics | undefined)[] = graph.nodes.map(() => undefined);
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: ` {bar} ${graph.name} {stage} {value}/{total}`,
        clearOnComplete: true,
        // Ctrl-C ends the process at once, in the middle of a layer: nothing may be left to put back in the terminal.
        hideCursor: false,
        linewrap: true,
        stream: process.stderr,
      })
    : undefined;
  bar?.start(1, 0, { stage: 'preparing' });
  try {
    const execution = await execute(graph, kernels, {
      seed: o.seed,
      ...(o.inputs ? { inputs: o.inputs } : {}),
      ...(o.weights ? { weights: o.weights } : {}),
      exact: o.exact,
      maxBytes: maxBytes(),
      progress: (stage, step, of) => {
        bar?.setTotal(of);
        bar?.update(step, { stage });
      },
      ...(o.look
        ? {
            look: (nodes: readonly number[], data: Float32Array) => {
              const s = statistics(data);
              for (const n of nodes) numbers[n] = s;
            },
          }
        : {}),
    });
    return { execution, numbers };
  } catch (e) {
    if (e instanceof PlanTooLarge) throw new Failure(e.message);
    // The engine's own refusal: the memory was free when asked, but not when taken.
    if (e instanceof RangeError && /memory|allocat|array length/i.test(e.message))
      throw new Failure(`There is not enough memory to run ${graph.name}: ${e.message}. Use a smaller input.`);
    throw e;
  } finally {
    bar?.stop();
  }
}

/** The time of the other side: of the whole where it runs as one, else of the blocks that differ, on both sides. */
async function timeOther(c: Comparison, kernels: Kernels, seed: number, exact: boolean, mine: number): Promise<NonNullable<Ran['versus']>> {
  const ms = async (g: Graph): Promise<number> => (await runGraph(g, kernels, { seed, exact, look: false })).execution.ms;
  if (c.graphs) return { name: c.otherName, thisMs: mine, otherMs: await ms(c.graphs.other), of: 'whole' };
  const sum = async (side: 'this' | 'other'): Promise<number> => {
    let all = 0;
    for (const p of c.parts) all += await ms(p[side]);
    return all;
  };
  return { name: c.otherName, thisMs: await sum('this'), otherMs: await sum('other'), of: 'blocks that differ' };
}

/** The other side's time, or why there is none: the target's own results are valid either way. */
async function against(...args: Parameters<typeof timeOther>): Promise<Pick<Ran, 'versus' | 'refused'>> {
  try {
    return { versus: await timeOther(...args) };
  } catch (e) {
    if (e instanceof Failure) return { refused: e.message };
    throw e;
  }
}

/** The weights of a graph from a `.safetensors` file, whose keys are the layers' paths with dots. */
async function readWeights(path: string, graph: Graph): Promise<readonly Float32Array[]> {
  const bytes = await read(path);
  try {
    const { tensors } = readSafetensors(bytes);
    return record(graph).program.weights.map(({ name, dims }) => {
      const key = name.replaceAll('/', '.');
      const found = tensors.get(key);
      if (!found) throw new Failure(`${path} does not fit ${graph.name}: it has no ${key}.`);
      if (found.shape.join() !== dims.join())
        throw new Failure(`${path} does not fit ${graph.name}: ${key} is ${found.shape.join('×')}, where ${dims.join('×')} is needed.`);
      return found.data;
    });
  } catch (e) {
    throw e instanceof SafetensorsFault ? new Failure(`${path} cannot be read: ${e.message}.`) : e;
  }
}

/** Runs; gives what to print, and what to say beside it. */
export async function run(
  path: string,
  o: RunOptions,
): Promise<{ readonly text: string; readonly remarks: readonly string[]; readonly refused: boolean }> {
  const seed = parseSeed(o.seed);
  const threadCount = parseThreads(o.threads);
  const { file, target } = await openTarget(path, o.target);
  const given = o.input === undefined ? undefined : await readInputs(o.input);
  const own = file.analysis.target(target)?.graph;
  // The inputs in the file need no second elaboration.
  const other = given && own && showShapes(given.shapes) !== showShapes(inputsOf(own).map((n) => n.shape)) ? given.shapes : undefined;
  const { graph } = withInput(file, target, other);
  // Before a long run, not after it: there may be nothing to compare with.
  const comparison = o.versus
    ? (await comparisonOf(path, { target: target.name, ...(other ? { input: other } : {}) })).comparison
    : undefined;
  const kernels = await kernelsHere(threadCount);
  const exact = o.exact ?? false;
  const weights = o.weights === undefined ? undefined : await readWeights(o.weights, graph);
  const { execution, numbers } = await runGraph(graph, kernels, {
    seed,
    exact,
    look: true,
    ...(given?.data ? { inputs: given.data } : {}),
    ...(weights ? { weights } : {}),
  });
  const second = comparison ? await against(comparison, kernels, seed, exact, execution.ms) : {};
  const written = o.output === undefined ? undefined : await writeOutputs(o.output, graph, execution.outputs);
  const ran: Ran = { graph, seed, execution, numbers, ...second };
  const remarks = [written, notFinite(ran), ran.refused === undefined ? undefined : `The other side was not run: ${ran.refused}`];
  return {
    text: o.json ? JSON.stringify(ranData(ran), null, 2) : ranText(ran),
    remarks: remarks.filter((r) => r !== undefined),
    refused: ran.refused !== undefined,
  };
}
