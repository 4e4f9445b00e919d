/** Runs a graph on kernels as the workbench shows it: time, of every layer its numbers as statistics, histogram and feature maps, and the numbers themselves. */
import { execute, nodesOfOps, refuseTooLarge, timeGraphs } from '../graph/execute.ts';
import { areaReached, areaSeen } from '../graph/field/pixel.ts';
import type { Graph } from '../graph/graph.ts';
import { dimsOf, isCalibrated, record } from '../graph/record.ts';
import { type Dims, entries, explain, type Kernels, type Run, statistics } from '../tensor/index.ts';
import { inputsFor } from './inputs.ts';
import { deadChannels, featureMaps, histogram } from './look.ts';
import {
  type Answers,
  MOST_MAPS,
  type NodeResult,
  type Question,
  type RunRequest,
  type RunResult,
  type RunStage,
  type Why,
} from './protocol.ts';
import type { RunSpec } from './spec.ts';
import { weightsFor } from './weights.ts';

/** Numbers of a run are kept up to this many bytes, and no more than half of what a run may have. */
const MOST_KEPT = 2 ** 30;

export type Progress = (stage: RunStage, layer: number, of: number) => void;

/** What is left of a run: its results, and answers from its numbers. */
export interface Ran {
  readonly results: readonly RunResult[];
  answer(question: Question): Answers[keyof Answers];
}

const nothing = (): undefined => undefined;

/** What a run is made with, in words. */
export function specText(graph: Graph, { seed, input, weights, calibrate }: RunSpec): string {
  const given = typeof input === 'string' ? `${input} input` : input.map((f) => f.name).join(', ');
  const with_ = typeof weights === 'string' ? `${{ he: 'He', xavier: 'Xavier', constant: 'constant' }[weights]} weights` : weights.name;
  const isRandom = input === 'normal' || input === 'uniform' || weights === 'he' || weights === 'xavier';
  return [
    given,
    with_,
    ...(calibrate && graph.nodes.some(isCalibrated) ? ['batch norm calibrated'] : []),
    ...(isRandom ? [`seed ${seed}`] : []),
  ].join(', ');
}

/** Runs a graph, or two in turns. Throws what planning throws (`PlanTooLarge`), `SpecFault` for files, and where a node of a graph failed. */
export async function runGraph(r: RunRequest, kernels: Kernels, progress: Progress): Promise<Ran> {
  const { graph, spec, maxBytes } = r;
  const said = { seed: spec.seed, with: specText(graph, spec) };
  if (r.beside) {
    const timed = await timeGraphs([graph, r.beside], kernels, { seed: spec.seed, maxBytes, progress });
    return { results: timed.map((t) => ({ ...t, ...said, rest: undefined, nodes: [], times: [], kept: false })), answer: nothing };
  }
  progress('preparing', 0, graph.nodes.length);
  const { program, values } = record(graph);
  refuseTooLarge(program, maxBytes);
  const inputs = await inputsFor(graph, spec);
  if (spec.calibrate) progress('calibrating', 0, graph.nodes.length);
  const named = await weightsFor(graph, spec, inputs, kernels, maxBytes);
  const weights = program.weights.map((w) => named.get(w.name) ?? new Float32Array());
  const size = program.values.reduce((n, d) => n + 4 * entries(d), 0);
  const kept: Run = { program, weights, values: [] };
  const keeps = r.look && size <= Math.min(MOST_KEPT, maxBytes / 2);
  const numbers: (Float32Array | undefined)[] = [];

  const seen = new Map<number, Omit<NodeResult, 'ms' | 'fusedInto'>>();
  const see = (nodes: readonly number[], data: Float32Array, dims: Dims): void => {
    const result = {
      statistics: statistics(data),
      histogram: histogram(data),
      deadChannels: deadChannels(data, dims),
      maps: featureMaps(data, dims, MOST_MAPS),
    };
    for (const n of nodes) seen.set(n, result);
  };
  const {
    outputs: _outputs,
    times,
    fusedInto,
    ...time
  } = await execute(graph, kernels, {
    ...{ seed: spec.seed, inputs, weights, maxBytes, progress },
    ...(r.look ? { look: see } : {}),
    ...(keeps
      ? {
          keep: (value: number, data: Float32Array) => {
            numbers[value] = data;
          },
        }
      : {}),
  });
  const nodes = r.look
    ? graph.nodes.map((n, i): NodeResult => {
        const found = seen.get(i);
        if (!found) throw new Error(`nothing was computed for ${n.path}`);
        return { ...found, ms: times[i], fusedInto: fusedInto[i] };
      })
    : [];
  return {
    results: [{ ...time, ...said, times, nodes, kept: keeps }],
    answer: keeps ? answering(graph, { ...kept, values: numbers }, values) : nothing,
  };
}

/** What answers questions about the numbers of a run. */
function answering(graph: Graph, run: Run, values: readonly number[]): Ran['answer'] {
  const owner = nodesOfOps(run.program, values);
  const maker = new Map<number, number>(run.program.inputs.map((v, i) => [v, i]));
  for (const [i, op] of run.program.ops.entries()) maker.set(op.y, owner[i] as number);
  const of = (node: number): { readonly data: Float32Array; readonly dims: Dims } | undefined => {
    const n = graph.nodes[node];
    const data = run.values[values[node] ?? -1];
    return n && data && { data, dims: dimsOf(n.shape) };
  };
  const why = ({ of: what, at }: Extract<Question, { ask: 'why' }>): Why | undefined => {
    const value = 'node' in what ? values[what.node] : what.value;
    if (value === undefined || !run.values[value]) return undefined;
    const explanation = explain(run, value, at);
    const node = 'node' in what ? what.node : (maker.get(value) ?? 0);
    const makers = Object.fromEntries(
      sourcesOf(explanation).map((v) => {
        const by = maker.get(v) ?? 0;
        return [v, { node: by, isOutput: values[by] === v }];
      }),
    );
    return { explanation, node, makers, seen: areaSeen(graph, node, [at[1], at[2]]) };
  };
  return (q) => {
    const found = 'node' in q ? of(q.node) : undefined;
    switch (q.ask) {
      case 'channels':
        return found && featureMaps(found.data, found.dims, Number.POSITIVE_INFINITY);
      case 'channel': {
        if (!found) return undefined;
        const [, height, width] = found.dims;
        return { width, height, data: found.data.slice(q.channel * height * width, (q.channel + 1) * height * width) };
      }
      case 'why':
        return why(q);
      case 'reached':
        return areaReached(graph, q.node, q.at);
      default:
        return q satisfies never;
    }
  };
}

/** The values that an explanation speaks of. */
function sourcesOf({ reason }: Why['explanation']): readonly number[] {
  switch (reason?.how) {
    case undefined:
      return [];
    case 'products':
    case 'pool':
      return [reason.patch.value];
    case 'pairs':
      return reason.pairs.flatMap(([a, b]) => (typeof b === 'number' ? [a.value] : [a.value, b.value])).slice(0, 2);
    case 'function':
      return [reason.of.value];
    case 'moved':
      return reason.from ? [reason.from.value] : [];
    case 'merge':
      return reason.of.map((s) => s.value);
    default:
      return reason satisfies never;
  }
}
