/** Runs of the page: graphs one after another, each result kept under its key. */
import type { RefObject } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { count } from '../src/graph/figures.ts';
import { timeText, withinNoise } from '../src/graph/timing.ts';
import type { FromPage } from '../src/protocol/page.ts';
import type { Answer, Question, RunResult } from '../src/run/protocol.ts';
import { foundBy } from './found.ts';
import type { Job } from './panes/pane.ts';
import { specOf } from './setup.ts';
import { type Action, resultKey, type State, shownOf } from './state.ts';
import { RunCancelled, RunFailed, Runner } from './workers/runner.ts';

/** `Inception: 13 layers in 4.8 ms (4.6 ms to 5.1 ms), median of 12`; two that ran in turns by name. */
function ranText({ what, graph, beside }: Job, [first, second]: readonly RunResult[]): string {
  if (beside && first && second) {
    const noise = withinNoise(first, second) ? ', within the noise' : '';
    return `${graph.name} ${timeText(first)}, ${beside.graph.name} ${timeText(second)}${noise}`;
  }
  return `${what}: ${count(graph.nodes.length - 1)} layers${first ? ` in ${timeText(first)}` : ''}`;
}

export interface Runs {
  run(jobs: readonly Job[]): Promise<void>;
  cancel(): void;
  /** Asks for numbers of the run whose result is held. */
  ask<Q extends Question>(question: Q): Promise<Answer<Q> | undefined>;
}

/** What runs graphs for the state as it is when a run is asked for. While one goes on, no other begins. */
export function useRuns(latest: RefObject<State>, dispatch: (a: Action) => void, post: (m: FromPage) => void): Runs {
  const runner = useMemo(() => new Runner(post), [post]);
  const run = useCallback(
    async (jobs: readonly Job[]): Promise<void> => {
      const s = latest.current;
      if (!s?.init || !s.view || s.run.status === 'running' || jobs.length === 0) return;
      const { init, view, kept, given } = s;
      const shown = shownOf(view);
      const spec = specOf(kept.seed, kept.setup, given);
      dispatch({ type: 'forgotten' });
      for (const job of jobs) {
        const keyOf = (which: Job['which']): string => resultKey({ uri: view.uri, target: job.of ?? view.target }, which, job.part);
        dispatch({ type: 'run', run: { status: 'running', what: job.what, stage: 'preparing', layer: 0, of: 0 } });
        try {
          const { graph, beside, look } = job;
          const results = await runner.run(
            init,
            { graph, look, spec, ...(beside ? { beside: beside.graph } : {}) },
            (stage, layer, total) => dispatch({ type: 'run', run: { status: 'running', what: job.what, stage, layer, of: total } }),
          );
          const ran = [{ which: job.which, graph }, ...(beside ? [beside] : [])];
          for (const [i, { which, graph: of }] of ran.entries()) {
            const result = results[i];
            if (!result) continue;
            dispatch({
              type: 'finished',
              key: keyOf(which),
              finished: { graph: of, version: view.version, tried: which === 'point' ? {} : shown, result, at: Date.now() },
            });
          }
          const [first] = results;
          if (first)
            post({
              ...{ type: 'ran', target: job.what, version: view.version },
              says: ranText(job, results),
              // The editor tells of its text what was found, and not of what is tried on it.
              found: job.which !== 'point' && Object.keys(shown).length > 0 ? [] : foundBy(graph, first),
            });
        } catch (e) {
          if (e instanceof RunCancelled) return dispatch({ type: 'run', run: { status: 'cancelled' } });
          if (e instanceof RunFailed && e.refused && job.optional) {
            dispatch({ type: 'refused', key: keyOf(job.which), refused: { version: view.version, message: e.message } });
            continue;
          }
          const message = e instanceof Error ? e.message : String(e);
          if (e instanceof RunFailed && e.died) post({ type: 'failed', message });
          return dispatch({ type: 'run', run: { status: 'failed', message } });
        }
      }
      dispatch({ type: 'run', run: { status: 'idle' } });
    },
    [latest, dispatch, post, runner],
  );
  const ask = useCallback(<Q extends Question>(question: Q) => runner.ask(question), [runner]);
  return { run, cancel: () => runner.cancel(), ask };
}
