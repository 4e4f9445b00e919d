/** The table of the target's layers, with the side panel. */
import type { JSX } from 'preact';
import type { Pane, PaneProps } from './pane.ts';
import { Table } from './table.tsx';
import { TargetPanel } from './target-panel.tsx';
import { ofTarget } from './target-run.ts';

function Body(p: PaneProps): JSX.Element {
  const { view, results } = p;
  const select = (path: string): void => {
    p.dispatch({ type: 'select', path });
    const node = view.graph.nodes.find((n) => n.path === path);
    if (node) p.onReveal(node.source);
  };
  return (
    <>
      <Table
        graph={view.graph}
        facts={view.facts}
        result={results?.current ? results.finished.result : undefined}
        selected={p.selection?.path}
        marked={p.marked}
        stale={p.stale}
        onSelect={select}
      />
      <TargetPanel {...p} />
    </>
  );
}

export const table: Pane = { title: 'Table', ...ofTarget, Body };
