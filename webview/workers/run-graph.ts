/** Runs a graph on kernels as the workbench shows it: time, and of every layer its numbers as statistics, histogram and feature maps. */
import { execute } from '../../src/graph/execute.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { type Kernels, statistics } from '../../src/tensor/index.ts';
import { deadChannels, featureMaps, histogram } from './look.ts';
import type { NodeResult, RunResult, RunStage } from './run-protocol.ts';

export interface RunOptions {
  readonly seed: number;
  readonly maxBytes: number;
  readonly look: boolean;
  readonly progress: (stage: RunStage, layer: number, of: number) => void;
}

/** Runs a graph. Throws what planning throws (`PlanTooLarge`), and where a node of the graph failed. */
export async function runGraph(graph: Graph, kernels: Kernels, { seed, maxBytes, look, progress }: RunOptions): Promise<RunResult> {
  const seen = new Map<number, Omit<NodeResult, 'ms' | 'fusedInto'>>();
  const see = (nodes: readonly number[], data: Float32Array, dims: Parameters<typeof featureMaps>[1]): void => {
    const result = {
      statistics: statistics(data),
      histogram: histogram(data),
      deadChannels: deadChannels(data, dims),
      maps: featureMaps(data, dims),
    };
    for (const n of nodes) seen.set(n, result);
  };
  const { engine, bytes, ms, runs, times, fusedInto } = await execute(graph, kernels, {
    seed,
    maxBytes,
    progress,
    ...(look ? { look: see } : {}),
  });
  const base = { engine, bytes, seed, ms, runs, times };
  if (!look) return { ...base, nodes: [] };
  const nodes = graph.nodes.map((n, i): NodeResult => {
    const numbers = seen.get(i);
    if (!numbers) throw new Error(`nothing was computed for ${n.path}`);
    return { ...numbers, ms: times[i], fusedInto: fusedInto[i] };
  });
  return { ...base, nodes };
}
