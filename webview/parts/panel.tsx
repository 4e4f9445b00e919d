/** The panel of figures: the selected layer (or the target), then its last run, where the cost is, the comparison. */
import type { JSX } from 'preact';
import type { Placed, PlacedBox } from '../../src/diagram/index.ts';
import type { Comparison, Facts } from '../../src/graph/facts.ts';
import { count, fewer } from '../../src/graph/figures.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Finished } from '../state.ts';
import type { Selection } from './figures.ts';
import { Heaviest } from './heaviest.tsx';
import { LastRun } from './last-run.tsx';
import { type Folding, PanelPiece, Row } from './piece.tsx';
import { type FigureRow, layerRows, targetRows } from './rows.ts';
import { severalOf } from './several.ts';
import { menuOf } from './use-menu.ts';

export interface PanelProps extends Folding {
  readonly id: string;
  readonly graph: Graph;
  readonly facts: Facts;
  readonly comparison: Comparison | undefined;
  /** Whether the comparison is of the text as it stands. */
  readonly current: boolean;
  readonly selection: Selection | undefined;
  readonly results: { readonly finished: Finished; readonly current: boolean } | undefined;
  /** The picture beside it. */
  readonly placed: Placed | undefined;
  onSelect(b: PlacedBox): void;
  /** Selects what may not be drawn by itself. */
  onPath(path: string): void;
  onCompare(): void;
}

/** Which of several it is, and the ways to the others. */
function Which({
  graph,
  placed,
  s,
  onPath,
}: Pick<PanelProps, 'graph' | 'placed' | 'onPath'> & { readonly s: Selection }): JSX.Element | null {
  const several = severalOf(graph, placed, s.path, s.times);
  if (!several) return null;
  const way = (name: string, icon: string, path: string | undefined): JSX.Element => (
    <button
      type="button"
      class="tool"
      title={`${name} of what this line makes`}
      aria-label={name}
      disabled={path === undefined}
      onClick={() => path !== undefined && onPath(path)}
    >
      <span class={`codicon codicon-${icon}`} aria-hidden="true" />
    </button>
  );
  return (
    <p class="which">
      {several.previous === undefined && several.next === undefined ? null : way('Previous', 'chevron-left', several.previous)}
      <span role="status">{several.says}</span>
      {several.previous === undefined && several.next === undefined ? null : way('Next', 'chevron-right', several.next)}
    </p>
  );
}

const Figures = ({ rows }: { readonly rows: readonly FigureRow[] }): JSX.Element => (
  <dl>
    {rows.map(({ name, text, mono }) => (
      <Row key={`${name} ${text}`} name={name} {...(mono ? { mono } : {})}>
        {text}
      </Row>
    ))}
  </dl>
);

function Layer({ s, ...p }: PanelProps & { readonly s: Selection }): JSX.Element {
  const { facts } = p;
  return (
    <PanelPiece folded={p.folded} onFold={p.onFold} piece="figures" first title={s.title}>
      <p class="dim path">
        {s.path} · line {s.source.range.start.line + 1}
      </p>
      <Which {...p} s={s} />
      {s.node?.failed && <p class="error">This layer has an error; its shape is assumed.</p>}
      <Figures rows={layerRows(s, facts)} />
    </PanelPiece>
  );
}

function Target({ graph, facts, folded, onFold }: PanelProps): JSX.Element {
  return (
    <PanelPiece folded={folded} onFold={onFold} piece="figures" first title={graph.name}>
      <p class="dim">Select a layer to see its figures.</p>
      <Figures rows={targetRows(graph, facts)} />
    </PanelPiece>
  );
}

function Bars({
  comparison,
  current,
  onCompare,
  ...folding
}: Folding & {
  readonly comparison: Comparison;
  readonly current: boolean;
  onCompare(): void;
}): JSX.Element {
  const { this: a, other: b } = comparison;
  const most = Math.max(a.totals.weights, b.totals.weights, 1);
  const bar = (name: string, value: number, kind: string): JSX.Element => (
    <div class="bar-row">
      <span class="name" title={name}>
        {name}
      </span>
      <span class="track">
        <i class={`bar ${kind}`} style={{ width: `${(100 * value) / most}%` }} />
      </span>
      <span class="value">{count(value)}</span>
    </div>
  );
  return (
    <PanelPiece
      {...folding}
      piece="comparison"
      old={!current}
      title={
        <>
          {comparison.target} against {comparison.otherName} <span class="dim">weights</span>
        </>
      }
    >
      {bar(comparison.target, a.totals.weights, 'pointwise')}
      {bar(comparison.otherName, b.totals.weights, 'conv')}
      <p class="dim">
        {fewer(comparison.ratio.weights)} weights · {fewer(comparison.ratio.macs)} MACs
      </p>
      <button type="button" class="as-link" onClick={onCompare}>
        Compare them side by side
      </button>
    </PanelPiece>
  );
}

export function Panel(p: PanelProps): JSX.Element {
  const { facts, comparison, selection, results, placed } = p;
  const folding: Folding = { folded: p.folded, onFold: p.onFold };
  return (
    <aside class="panel" id={p.id} aria-label="Figures" {...menuOf('figure')}>
      {selection ? <Layer {...p} s={selection} /> : <Target {...p} />}
      {results && <LastRun {...folding} facts={facts} results={results} selection={selection} />}
      {placed && <Heaviest {...folding} placed={placed} onSelect={p.onSelect} />}
      {comparison && <Bars {...folding} comparison={comparison} current={p.current} onCompare={p.onCompare} />}
    </aside>
  );
}
