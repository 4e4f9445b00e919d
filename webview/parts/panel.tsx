/** The panel of figures: the selected layer (or the target), then its last run, where the cost is, the comparison. */
import type { JSX } from 'preact';
import type { Placed, PlacedBox } from '../../src/diagram/index.ts';
import type { Comparison, Facts } from '../../src/graph/facts.ts';
import { bytes, count, fewer, fieldText, percent } from '../../src/graph/figures.ts';
import { failedIn, type Graph } from '../../src/graph/graph.ts';
import { shapesText } from '../../src/graph/shapes-text.ts';
import type { Finished } from '../state.ts';
import type { Selection } from './figures.ts';
import { Heaviest } from './heaviest.tsx';
import { LastRun } from './last-run.tsx';
import { type Folding, PanelPiece, Row } from './piece.tsx';
import { severalOf } from './several.ts';

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

function Layer({ s, ...p }: PanelProps & { readonly s: Selection }): JSX.Element {
  const { facts } = p;
  const f = s.node ? facts.nodes[s.node.id] : undefined;
  const other = s.params - s.weights - s.biases;
  return (
    <PanelPiece folded={p.folded} onFold={p.onFold} piece="figures" first title={s.title}>
      <p class="dim path">
        {s.path} · line {s.source.range.start.line + 1}
      </p>
      <Which {...p} s={s} />
      {s.node?.failed && <p class="error">This layer has an error; its shape is assumed.</p>}
      <dl>
        <Row name="shape">{s.node && s.node.inputs.length === 0 ? s.to : `${s.from} → ${s.to}`}</Row>
        {s.weights > 0 && (
          <Row name="weights" mono={f !== undefined}>
            {f?.formula ? `${f.formula} = ${count(s.weights)}` : count(s.weights)}
          </Row>
        )}
        {s.biases > 0 && <Row name="biases">{count(s.biases)}</Row>}
        {s.times > 1 && s.weights > 0 && <Row name={`each of ${s.times}`}>{count(s.weights / s.times)} weights</Row>}
        {other > 0 && <Row name="other params">{count(other)}</Row>}
        {s.macs > 0 && <Row name="MACs">{count(s.macs)}</Row>}
        {f && <Row name="activation">{bytes(f.activationBytes)}</Row>}
        {f && s.node?.kind !== 'input' && <Row name="receptive field">{fieldText(f)}</Row>}
        {s.weights > 0 && <Row name="share">{percent(s.weights, facts.totals.weights)} of weights</Row>}
        {s.macs > 0 && <Row name="">{percent(s.macs, facts.totals.totalMacs)} of MACs</Row>}
      </dl>
    </PanelPiece>
  );
}

function Target({ graph, facts, folded, onFold }: PanelProps): JSX.Element {
  const t = facts.totals;
  const about = failedIn(graph).length > 0 ? '≈ ' : '';
  return (
    <PanelPiece folded={folded} onFold={onFold} piece="figures" first title={graph.name}>
      <p class="dim">Select a layer to see its figures.</p>
      <dl>
        <Row name="shape">{shapesText(graph)}</Row>
        <Row name="weights">
          {about}
          {count(t.weights)}
        </Row>
        <Row name="params">
          {about}
          {count(t.params)}
        </Row>
        <Row name="MACs">
          {about}
          {count(t.macs)}
        </Row>
        {t.totalMacs > t.macs && (
          <Row name="">
            {about}
            {count(t.totalMacs)} with all outputs
          </Row>
        )}
        <Row name="peak memory">
          {about}
          {bytes(t.memory)}
        </Row>
        <Row name="layers">
          {t.layers} with weights, {t.depth} deep
        </Row>
      </dl>
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
    <aside class="panel" id={p.id} aria-label="Figures">
      {selection ? <Layer {...p} s={selection} /> : <Target {...p} />}
      {results && <LastRun {...folding} facts={facts} results={results} selection={selection} />}
      {placed && <Heaviest {...folding} placed={placed} onSelect={p.onSelect} />}
      {comparison && <Bars {...folding} comparison={comparison} current={p.current} onCompare={p.onCompare} />}
    </aside>
  );
}
