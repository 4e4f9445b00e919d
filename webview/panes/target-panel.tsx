/** The side panel of the panes that show the target. */
import type { JSX } from 'preact';
import { Panel } from '../parts/panel.tsx';
import type { PaneProps } from './pane.ts';

export const TargetPanel = ({ view, compared, selection, results, layout, dispatch, onReveal, onTab }: PaneProps): JSX.Element => (
  <Panel
    graph={view.graph}
    facts={view.facts}
    comparison={compared?.comparison}
    current={compared?.current ?? false}
    selection={selection}
    results={results}
    placed={layout.placed}
    onSelect={(b) => {
      dispatch({ type: 'select', path: b.box.key });
      onReveal(b.box.source);
    }}
    onCompare={() => onTab('compare')}
  />
);
