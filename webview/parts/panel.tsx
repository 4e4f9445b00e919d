/** The side panel: the selected layer (or the target), then its last run, then the comparison. */
import type { ComponentChildren, JSX } from 'preact';
import { type Placed, type PlacedBox, titleOf } from '../../src/diagram/index.ts';
import type { Comparison, Facts } from '../../src/graph/facts.ts';
import { bytes, count, fewer, fieldText, percent, short } from '../../src/graph/figures.ts';
import { failedIn, type Graph } from '../../src/graph/graph.ts';
import { shapesText } from '../../src/graph/shapes-text.ts';
import { showShape } from '../../src/layers/shape.ts';
import type { NodeResult, RunResult } from '../../src/run/protocol.ts';
import type { Finished } from '../state.ts';
import { duration, measured, type Selection } from './figures.ts';
import { Heaviest } from './heaviest.tsx';
import { Histogram } from './histogram.tsx';
import { Maps } from './maps.tsx';

export interface PanelProps {
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
  onCompare(): void;
}

const Row = ({
  name,
  mono,
  children,
}: {
  readonly name: string;
  readonly mono?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <>
    <dt>{name}</dt>
    <dd class={mono ? 'mono' : ''}>{children}</dd>
  </>
);

/** `1 thread, wasm with SIMD`: what computed a result. */
export const engineOf = (r: RunResult): string =>
  r.engine.name === 'reference'
    ? 'plain TypeScript'
    : `WASM${r.engine.simd ? (r.engine.relaxed ? ' relaxed SIMD' : ' SIMD') : ''} · ${r.engine.threads} thread${r.engine.threads === 1 ? '' : 's'}`;

function Layer({ s, facts }: { readonly s: Selection; readonly facts: Facts }): JSX.Element {
  const f = s.node ? facts.nodes[s.node.id] : undefined;
  const other = s.params - s.weights - s.biases;
  return (
    <section>
      <h2>{s.title}</h2>
      <p class="dim path">
        {s.times > 1 ? `${s.path}, one of ${s.times}` : s.path} · line {s.source.range.start.line + 1}
      </p>
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
    </section>
  );
}

function Target({ graph, facts }: { readonly graph: Graph; readonly facts: Facts }): JSX.Element {
  const t = facts.totals;
  const about = failedIn(graph).length > 0 ? '≈ ' : '';
  return (
    <section>
      <h2>{graph.name}</h2>
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
    </section>
  );
}

function Numbers({ r }: { readonly r: NodeResult }): JSX.Element {
  const s = r.statistics;
  const total = (r.histogram?.counts.reduce((a, b) => a + b, 0) ?? 0) + s.nan + s.infinite;
  return (
    <>
      {r.histogram && <Histogram {...r.histogram} />}
      <dl>
        <Row name="mean ± std">
          {measured(s.mean)} ± {measured(s.std)}
        </Row>
        <Row name="min … max">
          {measured(s.min)} … {measured(s.max)}
        </Row>
        <Row name="zeros">
          {percent(s.zeros, total)} · {count(r.deadChannels)} dead {r.deadChannels === 1 ? 'channel' : 'channels'}
        </Row>
        {s.nan + s.infinite > 0 && (
          <Row name="not finite">
            <span class="error">
              {count(s.nan)} NaN, {count(s.infinite)} infinite
            </span>
          </Row>
        )}
      </dl>
      {r.maps && <Maps maps={r.maps} />}
    </>
  );
}

/** Time of a node or of all nodes in a block; in words where it was computed together with another. */
function timeOf(graph: Graph, result: RunResult, s: Selection): string {
  const r = s.node && result.nodes[s.node.id];
  if (r && r.ms === undefined) {
    const into = r.fusedInto === undefined ? undefined : graph.nodes[r.fusedInto];
    return into ? `together with ${titleOf(into)}` : 'none';
  }
  const ms = s.nodes.reduce((sum, i) => sum + (result.times[i] ?? 0), 0);
  return `${duration(ms)} · ${percent(
    ms,
    result.times.reduce<number>((a, b) => a + (b ?? 0), 0),
  )}`;
}

function LastRun({
  facts,
  results,
  selection,
}: Pick<PanelProps, 'facts' | 'selection'> & { readonly results: NonNullable<PanelProps['results']> }): JSX.Element {
  const { finished, current } = results;
  const { result } = finished;
  // Results belong to the graph that ran; an edited one is matched by path and shape.
  const at =
    selection &&
    finished.graph.nodes.find((n) => n.path === (selection.node?.path ?? finished.graph.nodes[selection.scope?.output ?? -1]?.path));
  const shown = selection?.node ? (at && showShape(at.shape) === showShape(selection.node.shape) ? at : undefined) : undefined;
  const numbers = shown && result.nodes[shown.id];
  return (
    <section class={current ? '' : 'old'}>
      <h3>
        Last run{' '}
        <span class="dim">
          seed {result.seed} · {engineOf(result)} · {duration(result.ms)}
          {result.ms > 0 ? ` · ${short((facts.totals.macs / result.ms) * 1000)}MAC/s` : ''}
        </span>
      </h3>
      {!current && <p class="dim">Of the text before the last edit.</p>}
      {selection && (current || shown) && (
        <dl title="Time is that of runs as they would really be, layers computed together where that is faster. Numbers come from a second run that keeps every layer's output.">
          <Row name="time">{timeOf(finished.graph, result, shown ? { ...selection, node: shown, nodes: [shown.id] } : selection)}</Row>
        </dl>
      )}
      {numbers && <Numbers r={numbers} />}
      <p class="dim small">
        Time: {result.runs === 1 ? 'one run' : `${result.runs} runs`} as in use, layers fused. Numbers: a second run that keeps every
        output.
      </p>
    </section>
  );
}

function Bars({
  comparison,
  current,
  onCompare,
}: {
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
    <section class={current ? '' : 'old'}>
      <h3>
        {comparison.target} against {comparison.otherName} <span class="dim">weights</span>
      </h3>
      {bar(comparison.target, a.totals.weights, 'pointwise')}
      {bar(comparison.otherName, b.totals.weights, 'conv')}
      <p class="dim">
        {fewer(comparison.ratio.weights)} weights · {fewer(comparison.ratio.macs)} MACs
      </p>
      <button type="button" class="as-link" onClick={onCompare}>
        Compare them side by side
      </button>
    </section>
  );
}

export function Panel({ graph, facts, comparison, current, selection, results, placed, onSelect, onCompare }: PanelProps): JSX.Element {
  return (
    <aside class="panel" aria-label="Figures">
      {selection ? <Layer s={selection} facts={facts} /> : <Target graph={graph} facts={facts} />}
      {results && <LastRun facts={facts} results={results} selection={selection} />}
      {placed && <Heaviest placed={placed} onSelect={onSelect} />}
      {comparison && <Bars comparison={comparison} current={current} onCompare={onCompare} />}
    </aside>
  );
}
