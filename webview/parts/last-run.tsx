/** What the last run found, for what is chosen. */
import type { JSX } from 'preact';
import { titleOf } from '../../src/diagram/index.ts';
import type { Facts } from '../../src/graph/facts.ts';
import { count, percent, short } from '../../src/graph/figures.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Time } from '../../src/graph/timing.ts';
import { showShape } from '../../src/layers/shape.ts';
import type { NodeResult, RunResult } from '../../src/run/protocol.ts';
import type { Finished } from '../state.ts';
import { duration, layerClock, measured, type Selection } from './figures.ts';
import { Histogram } from './histogram.tsx';
import { Maps } from './maps.tsx';
import { type Folding, PanelPiece, Row } from './piece.tsx';

/** `WASM relaxed SIMD · 1 thread`: what computed a result. */
export const engineOf = (r: RunResult): string =>
  r.engine.name === 'reference'
    ? 'plain TypeScript'
    : `WASM${r.engine.simd ? (r.engine.relaxed ? ' relaxed SIMD' : ' SIMD') : ''} · ${hands(r.engine)}`;

/** `2 workers`, which share by messages; `2 threads`, which share memory. */
const hands = ({ threads, workers }: RunResult['engine']): string =>
  workers === undefined ? `${threads} thread${threads === 1 ? '' : 's'}` : `${workers} workers`;

/** `3.2 ms (3.1 ms to 3.4 ms), median of 25; in and out 0.1 ms`. */
export function timeText({ ms, spread: [low, high], runs, clock, rest }: Time & { readonly rest?: number | undefined }): string {
  const between = runs > 1 ? ` (${duration(low, clock)} to ${duration(high, clock)}), median of ${runs}` : ', one run';
  return `${duration(ms, clock)}${between}${rest === undefined ? '' : `; in and out ${duration(Math.max(0, rest), clock)}`}`;
}

function Numbers({ r }: { readonly r: NodeResult }): JSX.Element {
  const s = r.statistics;
  const total = (r.histogram?.counts.reduce((a, b) => a + b, 0) ?? 0) + s.nan + s.infinite;
  return (
    <>
      {r.histogram && <Histogram {...r.histogram} />}
      <dl>
        <Row name="mean ± std">
          {measured(s.mean)} ± {measured(s.std)}
        </Row>
        <Row name="min … max">
          {measured(s.min)} … {measured(s.max)}
        </Row>
        <Row name="zeros">
          {percent(s.zeros, total)} · {count(r.deadChannels)} dead {r.deadChannels === 1 ? 'channel' : 'channels'}
        </Row>
        {s.nan + s.infinite > 0 && (
          <Row name="not finite">
            <span class="error">
              {count(s.nan)} NaN, {count(s.infinite)} infinite
            </span>
          </Row>
        )}
      </dl>
      {r.maps && <Maps maps={r.maps} />}
    </>
  );
}

/** Time of a node or of all nodes in a block; in words where it was computed together with another. */
function timeOf(graph: Graph, result: RunResult, s: Selection): string {
  const r = s.node && result.nodes[s.node.id];
  if (r && r.ms === undefined) {
    const into = r.fusedInto === undefined ? undefined : graph.nodes[r.fusedInto];
    return into ? `together with ${titleOf(into)}` : 'none';
  }
  const ms = s.nodes.reduce((sum, i) => sum + (result.times[i] ?? 0), 0);
  const all = result.times.reduce((sum: number, t) => sum + (t ?? 0), 0);
  return `${duration(ms, layerClock(result))} · ${percent(ms, all)}`;
}

export function LastRun({
  facts,
  results,
  selection,
  ...folding
}: Folding & {
  readonly facts: Facts;
  readonly selection: Selection | undefined;
  readonly results: { readonly finished: Finished; readonly current: boolean };
}): JSX.Element {
  const { finished, current } = results;
  const { result } = finished;
  // Results belong to the graph that ran; an edited one is matched by path and shape.
  const at =
    selection &&
    finished.graph.nodes.find((n) => n.path === (selection.node?.path ?? finished.graph.nodes[selection.scope?.output ?? -1]?.path));
  const shown = selection?.node ? (at && showShape(at.shape) === showShape(selection.node.shape) ? at : undefined) : undefined;
  const numbers = shown && result.nodes[shown.id];
  return (
    <PanelPiece
      {...folding}
      piece="run"
      old={!current}
      title={
        <>
          Last run{' '}
          <span class="dim">
            {result.with} · {engineOf(result)} · {duration(result.ms, result.clock)}
            {result.ms > 0 ? ` · ${short((facts.totals.macs / result.ms) * 1000)}MAC/s` : ''}
          </span>
        </>
      }
    >
      {!current && <p class="dim">Of the text before the last edit.</p>}
      {selection && (current || shown) && (
        <dl title="Time is that of runs as they would really be, layers computed together where that is faster. Numbers come from a second run that keeps every layer's output.">
          <Row name="time">{timeOf(finished.graph, result, shown ? { ...selection, node: shown, nodes: [shown.id] } : selection)}</Row>
        </dl>
      )}
      {numbers && <Numbers r={numbers} />}
      <p class="dim small">Time: {timeText(result)}, as in use, layers fused. Numbers: a second run that keeps every output.</p>
    </PanelPiece>
  );
}
