/**
 * Runs a graph on kernels: time from a plan as it would really run (fused, buffers reused), then numbers from a second plan that keeps
 * every layer's output. No workers, no files: the workbench and the command line bring their own.
 */

import {
  type Dims,
  type EngineInfo,
  entries,
  initialise,
  type Kernels,
  type Plan,
  PlanTooLarge,
  type Program,
  randomInput,
} from '../tensor/index.ts';
import { addTo } from './add-to.ts';
import { type Graph, inputsOf } from './graph.ts';
import { dimsOf, record } from './record.ts';

/** Repeats of the timed plan: as many as fit into this many milliseconds. */
const TIMING_MS = 400;
const MOST_RUNS = 25;

export interface ExecuteOptions {
  readonly seed: number;
  /** C×H×W, one for each input; random (standard normal, of the seed) if absent. */
  readonly inputs?: readonly Float32Array[];
  /** By the names of `record`; He-initialised of the seed if absent. */
  readonly weights?: readonly Float32Array[];
  /** Plans that need more are refused with `PlanTooLarge`. */
  readonly maxBytes: number;
  /** Direct convolution only. */
  readonly exact?: boolean;
  readonly progress: (stage: 'preparing' | 'timing' | 'looking', step: number, of: number) => void;
  /** Given the numbers of every node's output, C×H×W; nodes that do nothing share a value. Absent: nothing but time and outputs. */
  readonly look?: (nodes: readonly number[], data: Float32Array, dims: Dims) => void;
}

export interface Execution {
  readonly engine: EngineInfo;
  readonly bytes: number;
  /** The median of `runs` runs of the whole plan, without observation. */
  readonly ms: number;
  readonly runs: number;
  /** By node id: its own operations' time; undefined where it does nothing or was computed together with another. */
  readonly times: readonly (number | undefined)[];
  /** By node id: the node with which it was computed in one pass. */
  readonly fusedInto: readonly (number | undefined)[];
  /** In the order of `graph.outputs`, copied. */
  readonly outputs: readonly Float32Array[];
}

/** Which node each operation belongs to: operations stand in the order of the nodes that recorded them. */
function nodesOfOps(program: Program, values: readonly number[]): readonly number[] {
  const writer = new Map(program.ops.map((op, i) => [op.y, i]));
  const owner = new Array<number>(program.ops.length).fill(0);
  let next = 0;
  values.forEach((value, node) => {
    const last = writer.get(value) ?? -1;
    for (; next <= last; next++) owner[next] = node;
  });
  return owner;
}

/** The seed of an input: the first has the one that was given, each other one of its own. */
export const inputSeed = (seed: number, i: number): number => seed + i * 7919;

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] ?? 0;

type Timing = Pick<Execution, 'ms' | 'runs' | 'times' | 'fusedInto' | 'outputs'>;

/** Times a plan; a node computed together with others is timed at the first of them. */
function time(
  plan: Plan,
  nodes: number,
  owner: readonly number[],
  inputs: readonly Float32Array[],
  progress: ExecuteOptions['progress'],
): Timing {
  const perStep: number[][] = plan.steps.map(() => []);
  const totals: number[] = [];
  const begun = performance.now();
  const spent = (): number => performance.now() - begun;
  // The first run warms caches and compilers up, and is what progress is told of; it counts only where it is all there is time for.
  let first = 0;
  const firstSteps: number[] = [];
  const outputs = plan
    .run(inputs, (s) => {
      firstSteps[s.index] = s.ms;
      first += s.ms;
      progress('timing', s.index + 1, s.of);
    })
    .map((y) => y.slice());
  while (totals.length < MOST_RUNS && (spent() + first < TIMING_MS || (totals.length === 0 && first < 2000))) {
    const start = performance.now();
    plan.run(inputs);
    totals.push(performance.now() - start);
    plan.run(inputs, (s) => perStep[s.index]?.push(s.ms));
  }
  const times = new Array<number | undefined>(nodes).fill(undefined);
  const fusedInto = new Array<number | undefined>(nodes).fill(undefined);
  plan.steps.forEach((step, i) => {
    const computed = step.ops.map((op) => owner[op] as number);
    const [head] = computed;
    if (head === undefined) return;
    times[head] = (times[head] ?? 0) + (totals.length > 0 ? median(perStep[i] ?? []) : (firstSteps[i] ?? 0));
    for (const n of computed) if (n !== head) fusedInto[n] = head;
  });
  return { ms: totals.length > 0 ? median(totals) : first, runs: Math.max(1, totals.length), times, fusedInto, outputs };
}

/** Runs a graph. Throws what planning throws (`PlanTooLarge`), and where a node of the graph failed. */
export async function execute(graph: Graph, kernels: Kernels, o: ExecuteOptions): Promise<Execution> {
  o.progress('preparing', 0, graph.nodes.length);
  const { program, values } = record(graph);
  const owner = nodesOfOps(program, values);
  // Input and weights alone may be too much; they are made before a plan could say so.
  const least =
    4 *
    (sum(program.inputs.map((v) => entries(program.values[v] as Dims))) +
      sum(program.weights.map((w) => w.dims.reduce((a, b) => a * b, 1))));
  if (least > o.maxBytes) throw new PlanTooLarge(least, o.maxBytes, 'needs, for its input and weights alone,');
  const weights = o.weights ?? initialise(program.weights, o.seed);
  const options = { maxBytes: o.maxBytes, exact: o.exact ?? false };
  const timed = kernels.plan(program, weights, options);
  const inputs = o.inputs ?? inputsOf(graph).map((n, i) => randomInput(dimsOf(n.shape), inputSeed(o.seed, i)));
  const { engine, bytes } = timed;
  let timing: Timing;
  try {
    await timed.ready();
    timing = time(timed, graph.nodes.length, owner, inputs, o.progress);
  } finally {
    timed.dispose();
  }
  if (o.look) await observe(program, values, kernels.plan(program, weights, { ...options, observe: true }), inputs, o);
  return { engine, bytes, ...timing };
}

/** Runs a plan that keeps every value, and shows each to `look`. */
export async function observe(
  program: Program,
  values: readonly number[],
  plan: Plan,
  inputs: readonly Float32Array[],
  o: Pick<ExecuteOptions, 'look' | 'progress'>,
): Promise<void> {
  // A node that does nothing at inference has its input's value, and so its numbers.
  const holders = new Map<number, number[]>();
  for (const [node, value] of values.entries()) addTo(holders, value, node);
  const see = (value: number, data: Float32Array): void => o.look?.(holders.get(value) ?? [], data, program.values[value] ?? [0, 0, 0]);
  try {
    await plan.ready();
    for (const [i, input] of inputs.entries()) see(values[i] as number, input);
    plan.run(inputs, (s) => {
      for (const op of s.ops) {
        const y = program.ops[op]?.y;
        if (y !== undefined && holders.has(y)) see(y, s.read(y));
      }
      o.progress('looking', s.index + 1, s.of);
    });
  } finally {
    plan.dispose();
  }
}
