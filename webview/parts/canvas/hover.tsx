/** What stands beside the pointer over a box: its figures in few words. */
import type { JSX } from 'preact';
import type { PlacedBox } from '../../../src/diagram/index.ts';
import type { Facts } from '../../../src/graph/facts.ts';
import { count, fieldText, percent, short } from '../../../src/graph/figures.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import type { MetricName } from '../../../src/graph/metrics.ts';
import { selectionOf } from '../figures.ts';

export interface HoverProps {
  readonly box: PlacedBox;
  readonly graph: Graph;
  readonly facts: Facts;
  readonly metric: MetricName | undefined;
  /** Of the pane, and where the pointer is in it. */
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

const WIDTH = 284;

export function Hover({ box, graph, facts, metric, width, height, x, y }: HoverProps): JSX.Element | null {
  const s = selectionOf(graph, facts, box.box.key, box);
  if (!s) return null;
  const f = s.node ? facts.nodes[s.node.id] : undefined;
  // What weights and MACs do not say.
  const measured = box.box.ink && (metric === 'memory' || metric === 'time' || metric === 'zeros');
  const left = x + 16 + WIDTH > width ? Math.max(4, x - 16 - WIDTH) : x + 16;
  const below = y < height / 2;
  return (
    <div
      class="hover"
      role="tooltip"
      style={{ left: `${left}px`, width: `${WIDTH}px`, ...(below ? { top: `${y + 14}px` } : { bottom: `${height - y + 10}px` }) }}
    >
      <b>{s.title}</b>
      <span>{s.from === '' || s.from === s.to ? s.to : `${s.from} → ${s.to}`}</span>
      {s.weights > 0 && (
        <span>
          {f?.formula ? <code>{f.formula} = </code> : null}
          {count(s.weights)} weights · {percent(s.weights, facts.totals.weights)}
        </span>
      )}
      {s.macs > 0 && (
        <span>
          {short(s.macs)} MACs · {percent(s.macs, facts.totals.totalMacs)}
        </span>
      )}
      {f && s.node?.kind !== 'input' && <span class="dim">sees {fieldText(f)}</span>}
      {measured && <span class="dim">{box.box.figures.at(-1)}</span>}
      {s.times > 1 && <span class="dim">{s.times} alike</span>}
    </div>
  );
}
