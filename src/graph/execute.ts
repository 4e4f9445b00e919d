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
  type ValueId,
} from '../tensor/index.ts';
import { addTo } from './add-to.ts';
import { type Graph, inputsOf } from './graph.ts';
import { dimsOf, record } from './record.ts';
import { type Time, timeInTurns, timePlan } from './timing.ts';

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
  /** Given every value that an operation makes, also those between a layer's operations, in the same run as `look`. */
  readonly keep?: (value: ValueId, data: Float32Array) => void;
}

export interface Execution extends Time {
  readonly engine: EngineInfo;
  readonly bytes: number;
  /** What of `ms` passed in no layer: taking the input in, giving the output out. */
  readonly rest: number;
  /** By node id: its own operations' time; undefined where it does nothing or was computed together with another. With `rest` they sum to `ms`. */
  readonly times: readonly (number | undefined)[];
  /** By node id: the node with which it was computed in one pass. */
  readonly fusedInto: readonly (number | undefined)[];
  /** In the order of `graph.outputs`, copied. */
  readonly outputs: readonly Float32Array[];
}

/** Which node each operation belongs to: operations stand in the order of the nodes that recorded them. */
export function nodesOfOps(program: Program, values: readonly number[]): readonly number[] {
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

/** By node id: its steps' time, and with which node it was computed in one pass; that is timed at the first of them. */
function byNode(plan: Plan, nodes: number, owner: readonly number[], steps: readonly number[]): Pick<Execution, 'times' | 'fusedInto'> {
  const times = new Array<number | undefined>(nodes).fill(undefined);
  const fusedInto = new Array<number | undefined>(nodes).fill(undefined);
  plan.steps.forEach((step, i) => {
    const computed = step.ops.map((op) => owner[op] as number);
    const [head] = computed;
    if (head === undefined) return;
    times[head] = (times[head] ?? 0) + (steps[i] ?? 0);
    for (const n of computed) if (n !== head) fusedInto[n] = head;
  });
  return { times, fusedInto };
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** Throws `PlanTooLarge` where input and weights alone are too much: they are made before a plan could say so. */
export function refuseTooLarge(program: Program, maxBytes: number): void {
  const least =
    4 *
    (sum(program.inputs.map((v) => entries(program.values[v] as Dims))) +
      sum(program.weights.map((w) => w.dims.reduce((a, b) => a * b, 1))));
  if (least > maxBytes) throw new PlanTooLarge(least, maxBytes, 'needs, for its input and weights alone,');
}

/** Runs a graph. Throws what planning throws (`PlanTooLarge`), and where a node of the graph failed. */
export async function execute(graph: Graph, kernels: Kernels, o: ExecuteOptions): Promise<Execution> {
  o.progress('preparing', 0, graph.nodes.length);
  const { program, values } = record(graph);
  const owner = nodesOfOps(program, values);
  refuseTooLarge(program, o.maxBytes);
  const weights = o.weights ?? initialise(program.weights, o.seed);
  const options = { maxBytes: o.maxBytes, exact: o.exact ?? false };
  const timed = kernels.plan(program, weights, options);
  const inputs = o.inputs ?? inputsOf(graph).map((n, i) => randomInput(dimsOf(n.shape), inputSeed(o.seed, i)));
  const { bytes } = timed;
  let timing: Omit<Execution, 'bytes'>;
  try {
    await timed.ready();
    const { steps, ...time } = await timePlan(timed, inputs, (step, of) => o.progress('timing', step, of));
    // Which workers take part is known when they are ready.
    timing = { engine: timed.engine, ...time, ...byNode(timed, graph.nodes.length, owner, steps) };
  } finally {
    timed.dispose();
  }
  if (o.look || o.keep) await observe(program, values, kernels.plan(program, weights, { ...options, observe: true }), inputs, o);
  return { bytes, ...timing };
}

/** Times graphs in turns, on inputs of the seed, so that what slows the machine down for a while slows all of them. Throws as `execute` does. */
export async function timeGraphs(
  graphs: readonly Graph[],
  kernels: Kernels,
  o: Pick<ExecuteOptions, 'seed' | 'maxBytes' | 'exact' | 'progress'>,
): Promise<readonly (Time & Pick<Execution, 'engine' | 'bytes'>)[]> {
  const plans: { plan: Plan; inputs: readonly Float32Array[] }[] = [];
  try {
    for (const graph of graphs) {
      o.progress('preparing', 0, graph.nodes.length);
      const { program } = record(graph);
      refuseTooLarge(program, o.maxBytes);
      const left = o.maxBytes - sum(plans.map(({ plan }) => plan.bytes));
      const plan = kernels.plan(program, initialise(program.weights, o.seed), { maxBytes: left, exact: o.exact ?? false });
      plans.push({ plan, inputs: inputsOf(graph).map((n, i) => randomInput(dimsOf(n.shape), inputSeed(o.seed, i))) });
      await plan.ready();
    }
    const timed = await timeInTurns(plans, (step, of) => o.progress('timing', step, of));
    return timed.map(({ ms, spread, runs, clock }, i) => {
      const { engine, bytes } = (plans[i] as { plan: Plan }).plan;
      return { ms, spread, runs, clock, engine, bytes };
    });
  } finally {
    for (const { plan } of plans) plan.dispose();
  }
}

/** Runs a plan that keeps every value, and shows each to `look`. */
export async function observe(
  program: Program,
  values: readonly number[],
  plan: Plan,
  inputs: readonly Float32Array[],
  o: Pick<ExecuteOptions, 'look' | 'keep' | 'progress'>,
): Promise<void> {
  // A node that does nothing at inference has its input's value, and so its numbers.
  const holders = new Map<number, number[]>();
  for (const [node, value] of values.entries()) addTo(holders, value, node);
  const see = (value: number, data: Float32Array): void => o.look?.(holders.get(value) ?? [], data, program.values[value] ?? [0, 0, 0]);
  try {
    await plan.ready();
    for (const [i, input] of inputs.entries()) {
      see(values[i] as number, input);
      o.keep?.(values[i] as number, input);
    }
    plan.run(inputs, (s) => {
      for (const op of s.ops) {
        const y = program.ops[op]?.y;
        if (y === undefined || !(o.keep || holders.has(y))) continue;
        const data = s.read(y);
        if (holders.has(y)) see(y, data);
        o.keep?.(y, data);
      }
      o.progress('looking', s.index + 1, s.of);
    });
  } finally {
    plan.dispose();
  }
}
