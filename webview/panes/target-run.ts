/** The run of panes that show the target itself: it, once, with its values. */
import { failedIn } from '../../src/graph/graph.ts';
import { shownName } from '../parts/what-if/says.ts';
import type { State } from '../state.ts';
import type { Pane } from './pane.ts';

function obstacle({ init, view }: State): string | undefined {
  if (!init || !view) return 'There is nothing to run yet.';
  const [failed] = failedIn(view.graph);
  if (failed) return `${failed.path} (line ${failed.source.range.start.line + 1}) has an error: correct it first.`;
  return undefined;
}

export const ofTarget: Pick<Pane, 'run' | 'obstacle' | 'isAwaited' | 'jobs'> = {
  run: 'Run',
  obstacle,
  isAwaited: () => false,
  jobs: (s) => (s.view && obstacle(s) === undefined ? [{ which: 'target', graph: s.view.graph, what: shownName(s.view), look: true }] : []),
};
