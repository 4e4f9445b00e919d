/** The foot: totals, what a run is doing or how it ended, and how fresh all of it is. */
import type { JSX } from 'preact';
import { bytes, count, short } from '../../src/graph/figures.ts';
import { failedIn } from '../../src/graph/graph.ts';
import { shapesText } from '../../src/graph/shapes-text.ts';
import type { TargetView } from '../../src/protocol/server.ts';
import type { Freshness, RunState } from '../state.ts';

const STAGES = { preparing: 'Preparing', calibrating: 'Calibrating batch norm', timing: 'Timing', looking: 'Looking at' } as const;

function Running({ run }: { readonly run: RunState }): JSX.Element | null {
  switch (run.status) {
    case 'idle':
      return null;
    case 'running':
      return (
        <span class="run-state" role="status">
          <progress value={run.layer} max={Math.max(1, run.of)} aria-label="Progress of the run" />
          {run.what}: {STAGES[run.stage]}{' '}
          {run.stage === 'preparing' || run.stage === 'calibrating' ? '…' : `layer ${run.layer} of ${run.of}`}
        </span>
      );
    case 'cancelled':
      return <span class="run-state">Run cancelled</span>;
    case 'failed':
      return (
        <span class="run-state error" title={run.message}>
          <span class="codicon codicon-error" /> {run.message}
        </span>
      );
    default:
      return run satisfies never;
  }
}

export function Foot({
  view,
  freshness,
  run,
}: {
  readonly view: TargetView | undefined;
  readonly freshness: Freshness;
  readonly run: RunState;
}): JSX.Element {
  const t = view?.facts.totals;
  const about = view && failedIn(view.graph).length > 0 ? '≈ ' : '';
  const shapes = view ? shapesText(view.graph) : '';
  return (
    <footer>
      {/* A failed run needs the room: the figures stand in the panel too. */}
      {view && t && run.status !== 'failed' && (
        <>
          <span class="shapes" title={shapes}>
            {shapes}
          </span>
          <span title={`${about}${count(t.params)} params`}>
            {about}
            {count(t.params)} params
          </span>
          <span class="macs" title={`${about}${count(t.macs)} MACs`}>
            {about}
            {short(t.macs)} MACs
          </span>
          <span class="peak" title={`peak memory ${about}${bytes(t.memory)}`}>
            peak {about}
            {bytes(t.memory)}
          </span>
        </>
      )}
      <span class="space" />
      <Running run={run} />
      {view && freshness.status === 'fresh' && run.status !== 'failed' && (
        <span class="analysed">analysed in {view.analysisMs < 10 ? view.analysisMs.toFixed(1) : Math.round(view.analysisMs)} ms</span>
      )}
      {freshness.status === 'stale' && <span class="warning">last good state</span>}
    </footer>
  );
}
