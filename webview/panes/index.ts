/** The panes, one per tab, in the order of the tabs. A tab without a pane does not compile. */
import type { Tab } from '../../src/protocol/page.ts';
import { code } from './code/pane.tsx';
import { compare } from './compare-pane.tsx';
import { diagram } from './diagram.tsx';
import type { Pane } from './pane.ts';
import { space } from './space/pane.ts';
import { table } from './table/pane.tsx';
import { values } from './values/pane.ts';

export const PANES = { diagram, table, values, compare, space, code } as const satisfies Record<Tab, Pane>;
export const TABS = Object.keys(PANES) as readonly Tab[];
