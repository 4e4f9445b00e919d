/** The design space: the targets of the file and the variants of the one that is shown. */
import { isSpaceAwaited } from '../../state.ts';
import { later } from '../later.tsx';
import type { Pane } from '../pane.ts';
import { jobsOf, rowsOf } from './rows.ts';

export const space: Pane = {
  title: 'Design space',
  ofText: true,
  run: 'Time all',
  obstacle: (s) =>
    rowsOf(s).some((r) => r.point.graph)
      ? undefined
      : isSpaceAwaited(s)
        ? 'The targets of the file are still being looked at.'
        : 'There is nothing without an error to run.',
  isAwaited: isSpaceAwaited,
  jobs: (s) => jobsOf(rowsOf(s)),
  Body: later(() => import('./body.tsx')),
};
