/** Runs of the page: graphs one after another, each result kept under its key. */
import type { RefObject } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import type { FromPage } from '../src/protocol.ts';
import type { Job } from './panes/pane.ts';
import { type Action, resultKey, type State } from './state.ts';
import { RunCancelled, RunFailed, Runner } from './workers/runner.ts';

export interface Runs {
  run(jobs: readonly Job[]): Promise<void>;
  cancel(): void;
}

/** What runs graphs for the state as it is when a run is asked for. While one goes on, no other begins. */
export function useRuns(latest: RefObject<State>, dispatch: (a: Action) => void, post: (m: FromPage) => void): Runs {
  const runner = useRef(new Runner()).current;
  const run = useCallback(
    async (jobs: readonly Job[]): Promise<void> => {
      const s = latest.current;
      if (!s?.init || !s.view || s.run.status === 'running' || jobs.length === 0) return;
      const { init, view, kept } = s;
      for (const job of jobs) {
        const key = resultKey({ uri: view.uri, target: job.of ?? view.target }, job.which, job.part);
        dispatch({ type: 'run', run: { status: 'running', what: job.what, stage: 'preparing', layer: 0, of: 0 } });
        try {
          const result = await runner.run(init, job.graph, { seed: kept.seed, look: job.look }, (stage, layer, total) =>
            dispatch({ type: 'run', run: { status: 'running', what: job.what, stage, layer, of: total } }),
          );
          const finished = { graph: job.graph, version: view.version, result, at: Date.now() };
          dispatch({ type: 'finished', key, finished });
          post({ type: 'ran', target: view.target, ms: result.ms, layers: job.graph.nodes.length - 1 });
        } catch (e) {
          if (e instanceof RunCancelled) return dispatch({ type: 'run', run: { status: 'cancelled' } });
          if (e instanceof RunFailed && e.refused && job.optional) {
            dispatch({ type: 'refused', key, refused: { version: view.version, message: e.message } });
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
  return { run, cancel: () => runner.cancel() };
}
