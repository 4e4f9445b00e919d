/** The numbers of a run. */
import { later } from '../later.tsx';
import type { Pane } from '../pane.ts';
import { ofTarget } from '../target-run.ts';

export const values: Pane = { title: 'Values', ...ofTarget, Body: later(() => import('./body.tsx')) };
