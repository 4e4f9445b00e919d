/** The panel of figures of the panes that show the target, behind its splitter. */
import type { JSX } from 'preact';
import { Panel } from '../parts/panel.tsx';
import { Splitter } from '../parts/splitter.tsx';
import type { PaneProps } from './pane.ts';

const ID = 'figures';

export const TargetPanel = ({ state, view, compared, selection, results, layout, dispatch, onReveal, onTab }: PaneProps): JSX.Element => {
  const { folded } = state.kept.panel;
  return (
    <>
      <Splitter controls={ID} onSize={(change) => dispatch({ type: 'figures', change })} />
      <Panel
        id={ID}
        graph={view.graph}
        facts={view.facts}
        comparison={compared?.comparison}
        current={compared?.current ?? false}
        selection={selection}
        results={results}
        placed={layout.placed}
        folded={folded}
        onFold={(piece, is) => dispatch({ type: 'figures', change: { folded: { ...folded, [piece]: is } } })}
        onSelect={(b) => {
          dispatch({ type: 'select', path: b.box.key });
          onReveal(b.box.source);
        }}
        onPath={(path) => dispatch({ type: 'select', path })}
        onCompare={() => onTab('compare')}
      />
    </>
  );
};
