/**
 * Runs a graph on kernels: time from a plan as it would really run (fused, buffers reused), then numbers from a second plan that keeps
 * every layer's output. No workers here, so that it can be tested in Node.
 */
import type { Graph } from '../src/graph/graph.ts';
import { dimsOf, record } from '../src/graph/record.ts';
import { initialise, type Kernels, type Plan, type Program, randomInput, statistics } from '../src/tensor/index.ts';
import { deadChannels, featureMaps, histogram } from './look.ts';
import type { NodeResult, RunResult, RunStage } from './run-protocol.ts';

/** Repeats of the timed plan: as many as fit into this many milliseconds. */
const TIMING_MS = 400;
const MOST_RUNS = 60;

export interface RunOptions {
  readonly seed: number;
  readonly maxBytes: number;
  readonly look: boolean;
  readonly progress: (stage: RunStage, layer: number, of: number) => void;
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

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
/** The mean of the middle half: neither a stray pause nor the clock of a page, which ticks in tenths of milliseconds, decides. */
function typical(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  return mean(sorted.slice(quarter, sorted.length - quarter));
}

interface Timing {
  readonly ms: number;
  readonly runs: number;
  readonly times: readonly (number | undefined)[];
  readonly fusedInto: readonly (number | undefined)[];
}

/** Times a plan; a node computed together with others is timed at the first of them. */
function time(plan: Plan, graph: Graph, owner: readonly number[], input: Float32Array, progress: RunOptions['progress']): Timing {
  const perStep: number[][] = plan.steps.map(() => []);
  const totals: number[] = [];
  const begun = performance.now();
  const spent = (): number => performance.now() - begun;
  // The first run warms caches and compilers up, and is what progress is told of; it counts only where it is all there is time for.
  let first = 0;
  const firstSteps: number[] = [];
  plan.run([input], (s) => {
    firstSteps[s.index] = s.ms;
    first += s.ms;
    progress('timing', s.index + 1, s.of);
  });
  while (totals.length < MOST_RUNS && (spent() + first < TIMING_MS || (totals.length === 0 && first < 2000))) {
    const start = performance.now();
    plan.run([input]);
    totals.push(performance.now() - start);
    plan.run([input], (s) => perStep[s.index]?.push(s.ms));
  }
  const times = new Array<number | undefined>(graph.nodes.length).fill(undefined);
  const fusedInto = new Array<number | undefined>(graph.nodes.length).fill(undefined);
  plan.steps.forEach((step, i) => {
    const nodes = step.ops.map((op) => owner[op] as number);
    const [head] = nodes;
    if (head === undefined) return;
    times[head] = (times[head] ?? 0) + (totals.length > 0 ? mean(perStep[i] ?? []) : (firstSteps[i] ?? 0));
    for (const n of nodes) if (n !== head) fusedInto[n] = head;
  });
  return { ms: totals.length > 0 ? typical(totals) : first, runs: Math.max(1, totals.length), times, fusedInto };
}

/** Runs a graph. Throws what planning throws (`PlanTooLarge`), and where a node of the graph failed. */
export function runGraph(graph: Graph, kernels: Kernels, o: RunOptions): RunResult {
  o.progress('preparing', 0, graph.nodes.length);
  const { program, values } = record(graph);
  const owner = nodesOfOps(program, values);
  const shape = graph.nodes[0]?.shape ?? [0];
  const input = randomInput(dimsOf(shape), o.seed);
  const weights = initialise(program.weights, o.seed);
  const timed = kernels.plan(program, weights, { maxBytes: o.maxBytes });
  const { engine, bytes } = timed;
  let timing: Timing;
  try {
    timing = time(timed, graph, owner, input, o.progress);
  } finally {
    timed.dispose();
  }
  const base = { engine, bytes, seed: o.seed, ms: timing.ms, runs: timing.runs, times: timing.times };
  if (!o.look) return { ...base, nodes: [] };

  const seen = new Map<number, Omit<NodeResult, 'ms' | 'fusedInto'>>();
  const see = (value: number, data: Float32Array): void => {
    const dims = program.values[value] ?? [0, 0, 0];
    const s = statistics(data);
    seen.set(value, {
      statistics: s,
      histogram: histogram(data, s.min, s.max),
      deadChannels: deadChannels(data, dims),
      maps: featureMaps(data, dims),
    });
  };
  see(values[0] as number, input);
  const wanted = new Set(values);
  const plan = kernels.plan(program, weights, { maxBytes: o.maxBytes, observe: true });
  try {
    plan.run([input], (s) => {
      for (const op of s.ops) {
        const y = program.ops[op]?.y;
        if (y !== undefined && wanted.has(y)) see(y, s.read(y));
      }
      o.progress('looking', s.index + 1, s.of);
    });
  } finally {
    plan.dispose();
  }
  // A node that does nothing at inference has its input's value, and so its numbers.
  const nodes = values.map((value, i): NodeResult => {
    const numbers = seen.get(value);
    if (!numbers) throw new Error(`nothing was computed for ${graph.nodes[i]?.path}`);
    return { ...numbers, ms: timing.times[i], fusedInto: timing.fusedInto[i] };
  });
  return { ...base, nodes };
}
