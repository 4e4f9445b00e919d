/** What the last run found, for what is chosen. */
import type { JSX } from 'preact';
import { titleOf } from '../../src/diagram/index.ts';
import type { Facts } from '../../src/graph/facts.ts';
import { percent, short } from '../../src/graph/figures.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { layerClock, timeText } from '../../src/graph/timing.ts';
import { shapeSize, showShape } from '../../src/layers/shape.ts';
import type { NodeResult, RunResult } from '../../src/run/protocol.ts';
import type { Finished } from '../state.ts';
import { duration, type Selection } from './figures.ts';
import { Histogram } from './histogram.tsx';
import { Maps } from './maps.tsx';
import { NumberRows } from './numbers.tsx';
import { type Folding, PanelPiece, Row } from './piece.tsx';

/** `WASM relaxed SIMD · 1 thread`: what computed a result. */
export const engineOf = (r: RunResult): string =>
  r.engine.name === 'reference'
    ? 'plain TypeScript'
    : `WASM${r.engine.simd ? (r.engine.relaxed ? ' relaxed SIMD' : ' SIMD') : ''} · ${hands(r.engine)}`;

/** `2 workers`, which share by messages; `2 threads`, which share memory. */
const hands = ({ threads, workers }: RunResult['engine']): string =>
  workers === undefined ? `${threads} thread${threads === 1 ? '' : 's'}` : `${workers} workers`;

function Numbers({ r, entries }: { readonly r: NodeResult; readonly entries: number }): JSX.Element {
  return (
    <>
      {r.histogram && <Histogram {...r.histogram} />}
      <dl>
        <NumberRows statistics={r.statistics} entries={entries} deadChannels={r.deadChannels} />
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
      {shown && numbers && <Numbers r={numbers} entries={shapeSize(shown.shape)} />}
      <p class="dim small">Time: {timeText(result)}, as in use, layers fused. Numbers: a second run that keeps every output.</p>
    </PanelPiece>
  );
}
