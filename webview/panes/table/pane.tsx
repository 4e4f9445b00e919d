/** The table of the target's layers, with the side panel. */
import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { bytes, count, milliseconds } from '../../../src/graph/figures.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { layerClock } from '../../../src/graph/timing.ts';
import { arrange, type Line, READABLE } from '../../../src/graph/tree/arrange.ts';
import type { ColumnName } from '../../../src/graph/tree/columns.ts';
import { nodesWithin } from '../../../src/graph/tree/paths.ts';
import type { RunFigures } from '../../../src/graph/tree/row.ts';
import { holding, tableTree, totalOf } from '../../../src/graph/tree/tree.ts';
import { type Format, written } from '../../../src/graph/tree/written.ts';
import { shapeSize } from '../../../src/layers/shape.ts';
import type { RunResult } from '../../../src/run/protocol.ts';
import { useMenu } from '../../parts/use-menu.ts';
import { fileNameOf, shownName } from '../../parts/what-if/says.ts';
import type { Pane, PaneProps } from '../pane.ts';
import { TargetPanel } from '../target-panel.tsx';
import { ofTarget } from '../target-run.ts';
import { columnsFor, columnsThere, type Measure, widthsOf } from './columns.ts';
import { Grid, layersText } from './grid.tsx';
import { Tools } from './tools.tsx';

/** What a run found, by node id. */
const figuresOf = (graph: Graph, result: RunResult): readonly RunFigures[] =>
  graph.nodes.map((n, id): RunFigures => {
    const s = result.nodes[id]?.statistics;
    return {
      ms: result.times[id],
      clock: layerClock(result),
      min: s?.min,
      max: s?.max,
      mean: s?.mean,
      std: s?.std,
      zeros: s && s.zeros / shapeSize(n.shape),
    };
  });

let canvas: CanvasRenderingContext2D | null = null;
/** In the font of the page. */
const measure: Measure = (text, bold) => {
  canvas ??= document.createElement('canvas').getContext('2d');
  if (!canvas) return 8 * text.length;
  const { fontSize, fontFamily } = getComputedStyle(document.body);
  canvas.font = `${bold ? 600 : 400} ${fontSize} ${fontFamily}`;
  return canvas.measureText(text).width;
};

const FORMATS = [
  { format: 'csv', title: 'CSV', extension: 'csv' },
  { format: 'markdown', title: 'Markdown', extension: 'md' },
] as const satisfies readonly { readonly format: Format; readonly title: string; readonly extension: string }[];

function Body(p: PaneProps): JSX.Element {
  const { view, results, state, subject } = p;
  const { graph, facts } = view;
  const kept = state.kept.table;
  const folds = state.kept.rowFolds[subject] ?? READABLE;
  const result = results?.current ? results.finished.result : undefined;
  const [room, setRoom] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const tree = useMemo(() => tableTree(graph, facts, result && figuresOf(graph, result)), [graph, facts, result]);
  const total = useMemo(() => totalOf(graph, tree), [graph, tree]);
  const { lines, found } = useMemo(() => arrange(tree, total, { ...kept, folds }), [tree, total, kept, folds]);
  const widths = useMemo(() => widthsOf(tree, total, measure), [tree, total]);
  const hasRun = result !== undefined;
  const columns = useMemo(() => columnsFor(widths, room, hasRun, kept.columns), [widths, room, hasRun, kept.columns]);
  const names = columns.map((c) => c.name);
  const sum = useMemo(() => (found ? holding(found, total) : total), [found, total]);

  const chosen = state.kept.selected[subject];
  const active = useMemo(() => lineOf(graph, lines, chosen), [graph, lines, chosen]);
  const onFold = ({ row }: Line, open: boolean): void => {
    // What is chosen and folded away is chosen no more, but what holds it.
    const current = active === undefined ? undefined : lines[active]?.row;
    if (!open && current && current !== row && current.nodes.every((n) => row.nodes.includes(n)))
      p.dispatch({ type: 'select', path: row.path });
    p.dispatch({ type: 'row-folds', folds: { ...folds, rows: { ...folds.rows, [row.path]: open } } });
  };
  const write = (format: Format, some: readonly Line[] = lines): string => written(some, names, total, sum, format);
  const copy = (format: Format): void => p.post({ type: 'copy', text: write(format), what: `the table of ${shownName(view)}` });
  const line = active === undefined ? undefined : lines[active];
  useMenu({
    'copy-table': () => copy('tabs'),
    'copy-markdown': () => copy('markdown'),
    reveal: () => line && p.onReveal(line.row.source),
  });
  const t = facts.totals;
  const notes: Partial<Record<ColumnName, string>> = {
    ...(t.totalMacs > t.macs ? { macs: `${count(t.macs)} of them for the main output` } : {}),
    memory: `at most ${bytes(t.memory)} at once`,
    ...(result ? { ms: `a whole run took ${milliseconds(result.ms, result.clock)}` } : {}),
  };
  const what = layersText(found?.length ?? total.figures.layers);
  return (
    <>
      <div class="table-stage" ref={place}>
        <Tools
          table={kept}
          layers={total.figures.layers}
          found={found?.length}
          columns={columnsThere(hasRun)}
          shown={names}
          copies={[
            { title: 'As Markdown', onClick: () => copy('markdown') },
            { title: 'As CSV', onClick: () => copy('csv') },
            { title: 'For a spreadsheet', says: 'With tabs between its cells.', onClick: () => copy('tabs') },
          ]}
          onChange={(change) => p.dispatch({ type: 'table', change })}
          onFolds={(all) => p.dispatch({ type: 'row-folds', folds: all })}
          onSave={() =>
            p.post({
              type: 'save',
              name: `${fileNameOf(view)}-layers`,
              formats: FORMATS.map(({ format, title, extension }) => ({ title, extension, text: write(format) })),
            })
          }
          onDown={() => place.current?.querySelector<HTMLElement>('.layers')?.focus()}
        />
        <Grid
          label={`Layers of ${view.target}`}
          lines={lines}
          sum={sum}
          total={total}
          sumName={found ? `${what} found` : what}
          notes={found ? {} : notes}
          columns={columns}
          sort={kept.sort}
          active={active}
          marked={p.marked}
          stale={p.stale}
          onRoom={setRoom}
          onSort={(sort) => p.dispatch({ type: 'table', change: { sort } })}
          onChoose={({ row }) => p.dispatch({ type: 'select', path: row.path })}
          onReveal={({ row }) => p.onReveal(row.source)}
          onMenu={({ row }) => p.dispatch({ type: 'select', path: row.path })}
          onFold={onFold}
          onCopy={(line) =>
            line ? p.post({ type: 'copy', text: write('tabs', [{ ...line, open: undefined }]), what: line.row.path }) : copy('tabs')
          }
        />
      </div>
      <TargetPanel {...p} />
    </>
  );
}

/** The line of what is chosen, or of what it is folded into. */
function lineOf(graph: Graph, lines: readonly Line[], path: string | undefined): number | undefined {
  if (path === undefined) return undefined;
  const exact = lines.findIndex((l) => l.row.path === path);
  if (exact >= 0) return exact;
  const [node] = nodesWithin(graph, path);
  const within = node === undefined ? -1 : lines.findLastIndex((l) => l.row.nodes.includes(node));
  return within >= 0 ? within : undefined;
}

export const table: Pane = { title: 'Table', ...ofTarget, Body };
