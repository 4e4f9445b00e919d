/** What a run found of each layer, in words for the editor: its hovers and its problems. */
import { count, duration, percent } from '../src/graph/figures.ts';
import type { Graph, Node } from '../src/graph/graph.ts';
import { layerClock } from '../src/graph/timing.ts';
import { valueText } from '../src/graph/tree/columns.ts';
import { shapeSize } from '../src/layers/shape.ts';
import type { RanLayer } from '../src/protocol/page.ts';
import type { NodeResult, RunResult } from '../src/run/protocol.ts';

function faultOf({ statistics: s, deadChannels }: NodeResult, channels: number): RanLayer['fault'] | undefined {
  const lost = [s.nan > 0 ? `${count(s.nan)} NaN` : '', s.infinite > 0 ? `${count(s.infinite)} infinite` : ''].filter(Boolean);
  if (lost.length > 0) return { says: `gave ${lost.join(' and ')} in the last run`, isLost: true };
  if (deadChannels === 0) return undefined;
  return { says: `had ${count(deadChannels)} of ${count(channels)} channels zero everywhere in the last run`, isLost: false };
}

const isLost = (r: NodeResult | undefined): boolean => r !== undefined && r.statistics.nan + r.statistics.infinite > 0;

/** Whether a fault began in a layer: what it took was sound. (A concatenation has the dead channels of all its branches.) */
function isOrigin({ inputs }: Node, r: NodeResult, { nodes }: RunResult): boolean {
  const taken = inputs.map((i) => nodes[i]);
  if (isLost(r)) return !taken.some(isLost);
  return r.deadChannels > taken.reduce((sum, t) => sum + (t?.deadChannels ?? 0), 0);
}

/**
 * By layer; nothing of layers whose numbers were not looked at. The fault is told of the layer in which it began, and not of all behind it. A vector's
 * entries are no channels: a zero among them is nothing special.
 */
export const foundBy = (graph: Graph, result: RunResult): readonly RanLayer[] =>
  graph.nodes.flatMap((n): readonly RanLayer[] => {
    const r = result.nodes[n.id];
    if (!r || n.kind === 'input') return [];
    const s = r.statistics;
    const time = r.ms === undefined ? '' : `${duration(r.ms, layerClock(result))} · `;
    const says = `${time}${valueText(s.mean)} ± ${valueText(s.std)} · ${valueText(s.min)} … ${valueText(s.max)} · ${percent(s.zeros, shapeSize(n.shape))} zeros`;
    const fault = (n.shape.length > 1 || isLost(r)) && isOrigin(n, r, result) ? faultOf(r, n.shape[0]) : undefined;
    return [{ source: n.source, path: n.path, says, ...(fault ? { fault } : {}) }];
  });
