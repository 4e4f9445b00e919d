/** The page: state, messages, runs, and what is drawn of them. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { nodesAt, type PlacedBox, type Room } from '../src/diagram/index.ts';
import type { Graph, Location } from '../src/graph/graph.ts';
import type { FromPage, Tab, ToPage } from '../src/protocol.ts';
import { Compare } from './panes/compare.tsx';
import { chosenPart, partsOf } from './panes/compare-parts.ts';
import { DiagramPane } from './panes/diagram.tsx';
import { Table } from './panes/table.tsx';
import { selectionOf } from './parts/figures.ts';
import { Foot } from './parts/foot.tsx';
import { Panel } from './parts/panel.tsx';
import { TopBar } from './parts/topbar.tsx';
import {
  begin,
  comparisonOf,
  isAwaited,
  type Kept,
  reduce,
  restored,
  resultKey,
  resultsFor,
  type State,
  targetKey,
  type Which,
} from './state.ts';
import { useLayout } from './workers/layouter.ts';
import { RunCancelled, RunFailed, Runner } from './workers/runner.ts';

/** What the page may ask of VS Code. */
export interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: Kept): void;
}

const NONE: ReadonlySet<number> = new Set();
/** Milliseconds without an edit after which the side panel's comparison is asked for. */
const IDLE = 400;

/** Why the graph cannot run now, in words. */
function obstacle(s: State, graph: Graph | undefined): string | undefined {
  if (!s.init || !graph) return 'There is nothing to run yet.';
  if (graph.nodes.some((n) => n.failed)) return 'A layer has an error: mend it to run.';
  return undefined;
}

export function App({ host }: { readonly host: Host }): JSX.Element {
  const [state, dispatch] = useReducer(reduce, undefined, () => begin(restored(host.getState())));
  const latest = useRef(state);
  latest.current = state;
  const runner = useRef(new Runner()).current;
  const { view, kept, freshness, init } = state;
  const target = view ? targetKey(view) : '';
  const compared = comparisonOf(state);
  const comparison = compared?.comparison;
  const parts = useMemo(() => (comparison ? partsOf(comparison) : []), [comparison]);
  const part = chosenPart(parts, kept.parts[target]);

  useEffect(() => host.setState(kept), [host, kept]);

  /** Runs graphs one after another; each is kept under its key. */
  const run = useCallback(
    async (
      jobs: readonly {
        readonly which: Which;
        readonly part?: string;
        readonly graph: Graph;
        readonly what: string;
        readonly look: boolean;
      }[],
    ): Promise<void> => {
      const s = latest.current;
      if (!s.init || !s.view || s.run.status === 'running') return;
      const { init: started, view: of, kept: now } = s;
      for (const job of jobs) {
        dispatch({ type: 'run', run: { status: 'running', what: job.what, stage: 'preparing', layer: 0, of: 0 } });
        try {
          const result = await runner.run(started, job.graph, { seed: now.seed, look: job.look }, (stage, layer, total) =>
            dispatch({ type: 'run', run: { status: 'running', what: job.what, stage, layer, of: total } }),
          );
          dispatch({
            type: 'finished',
            key: resultKey(of, job.which, job.part),
            finished: { graph: job.graph, version: of.version, result },
          });
          host.postMessage({ type: 'ran', target: of.target, ms: result.ms, layers: job.graph.nodes.length - 1 });
        } catch (e) {
          if (e instanceof RunCancelled) return dispatch({ type: 'run', run: { status: 'cancelled' } });
          const message = e instanceof Error ? e.message : String(e);
          if (e instanceof RunFailed && e.died) host.postMessage({ type: 'failed', message });
          return dispatch({ type: 'run', run: { status: 'failed', message } });
        }
      }
      dispatch({ type: 'run', run: { status: 'idle' } });
    },
    [host, runner],
  );

  const runTab = useCallback(
    (tab: Tab): void => {
      const s = latest.current;
      const v = s.view;
      if (!v) return;
      const against = comparisonOf(s)?.comparison;
      const all = against ? partsOf(against) : [];
      const chosen = chosenPart(all, s.kept.parts[targetKey(v)]);
      if (tab === 'compare' && chosen && against) {
        void run([
          { which: 'this', part: chosen.path, graph: chosen.this, what: chosen.path.length > 1 ? chosen.path : v.target, look: false },
          { which: 'other', part: chosen.path, graph: chosen.other, what: against.otherName, look: false },
        ]);
      } else if (tab !== 'compare' && obstacle(s, v.graph) === undefined)
        void run([{ which: 'target', graph: v.graph, what: v.target, look: true }]);
    },
    [run],
  );

  // What a view builds on may be gone: the page was made anew, or the server was.
  useEffect(() => {
    if (state.lost) host.postMessage({ type: 'whole' });
  }, [host, state.lost]);

  // A comparison is much work: at once where one looks at it, else when nothing has changed for a while.
  const awaited = isAwaited(state);
  useEffect(() => {
    if (!awaited || !view) return;
    const ask = (): void => host.postMessage({ type: 'compare', uri: view.uri, target: view.target });
    const timer = setTimeout(ask, kept.tab === 'compare' ? 0 : IDLE);
    return () => clearTimeout(timer);
  }, [host, awaited, view, kept.tab]);

  // A command may ask for a run before the view that it means has arrived.
  const wantsRun = useRef<Tab | undefined>(undefined);
  useEffect(() => {
    const onMessage = ({ data }: MessageEvent<ToPage>): void => {
      if (data?.type === 'show') {
        dispatch({ type: 'tab', tab: data.tab });
        if (data.run) wantsRun.current = data.tab;
      } else if (data?.type === 'init' || data?.type === 'view' || data?.type === 'comparison' || data?.type === 'cursor') dispatch(data);
    };
    window.addEventListener('message', onMessage);
    host.postMessage({ type: 'ready' });
    return () => window.removeEventListener('message', onMessage);
  }, [host]);
  useEffect(() => {
    if (wantsRun.current === undefined || !view || !init || state.run.status === 'running') return;
    if (wantsRun.current === 'compare' && isAwaited(state)) return;
    const tab = wantsRun.current;
    wantsRun.current = undefined;
    runTab(tab);
  });

  const folds = kept.folds[target];
  const [room, setRoom] = useState<Room>();
  const changeRoom = useCallback((now: Room) => setRoom((old) => (old?.width === now.width && old.height === now.height ? old : now)), []);
  const layout = useLayout(init?.assets.layoutWorker, view?.graph, view?.facts, folds, { room });
  const selection = useMemo(
    () => (view ? selectionOf(view.graph, view.facts, kept.selected[target]) : undefined),
    [view, kept.selected, target],
  );
  const marked = useMemo(() => (view && state.cursor ? nodesAt(view.graph, state.cursor) : NONE), [view, state.cursor]);
  const reveal = (location: Location): void => host.postMessage({ type: 'reveal', location });
  const choose = (b: PlacedBox | undefined): void => {
    dispatch({ type: 'select', path: b?.box.key });
    if (b) reveal(b.box.source);
  };
  const results = view && resultsFor(state, view.graph, 'target');
  const partResults = (which: 'this' | 'other') => (part ? resultsFor(state, part[which], which, part.path) : undefined);
  const current = (r: ReturnType<typeof resultsFor>) => (r?.current ? r.finished.result : undefined);
  const stale = freshness.status === 'stale';
  const cannotRun = kept.tab === 'compare' ? (part ? undefined : 'There is no variant to compare with.') : obstacle(state, view?.graph);
  const onTab = useCallback((tab: Tab) => dispatch({ type: 'tab', tab }), []);
  return (
    <div class="page">
      <TopBar
        fileName={state.fileName}
        target={view?.target}
        targets={view?.targets ?? []}
        tab={kept.tab}
        seed={kept.seed}
        running={state.run.status === 'running'}
        cannotRun={cannotRun}
        onTarget={(name) => host.postMessage({ type: 'target', target: name })}
        onTab={onTab}
        onSeed={(seed) => dispatch({ type: 'seed', seed })}
        onRun={() => runTab(kept.tab)}
        onCancel={() => runner.cancel()}
      />
      {stale && (
        <p class="banner" role="alert">
          <span class="codicon codicon-warning" />
          <span>
            The picture shows the last good state. <Prose text={freshness.reason} />
            {freshness.at ? ` (line ${freshness.at.range.start.line + 1})` : ''}
          </span>
          {freshness.at && (
            <button type="button" class="as-link" onClick={() => freshness.at && reveal(freshness.at)}>
              Show
            </button>
          )}
        </p>
      )}
      <main class={kept.tab}>
        {!view ? (
          <Empty state={state} />
        ) : kept.tab === 'compare' ? (
          comparison && part ? (
            <Compare
              comparison={comparison}
              subject={target}
              kind={view.kind}
              assets={init?.assets}
              as={kept.compareAs}
              parts={parts}
              part={part}
              results={{ this: current(partResults('this')), other: current(partResults('other')) }}
              folds={folds}
              stale={stale || !compared?.current}
              onPart={(path) => dispatch({ type: 'part', path })}
              onFold={(path, open) => dispatch({ type: 'fold', path, open })}
              onReveal={reveal}
              onAs={(as) => dispatch({ type: 'compare-as', as })}
              onOpen={(text) => host.postMessage({ type: 'open', text })}
            />
          ) : awaited ? (
            <p class="empty">
              <span class="codicon codicon-diff" />
              <span>Comparing {view.target} …</span>
            </p>
          ) : (
            <p class="empty">
              <span class="codicon codicon-diff" />
              <b>Nothing to compare {view.target} with</b>
              <span>It has no 1×1 reduction from which a naive form could be derived, and names no variant with “versus”.</span>
            </p>
          )
        ) : (
          <>
            {kept.tab === 'table' ? (
              <Table
                graph={view.graph}
                facts={view.facts}
                result={results?.current ? results.finished.result : undefined}
                selected={selection?.path}
                marked={marked}
                stale={stale}
                onSelect={(path) => {
                  dispatch({ type: 'select', path });
                  const node = view.graph.nodes.find((n) => n.path === path);
                  if (node) reveal(node.source);
                }}
              />
            ) : layout.failed && !layout.placed ? (
              <p class="empty">
                <span class="codicon codicon-error" />
                <b>No picture</b>
                <span>{layout.failed}</span>
              </p>
            ) : (
              <DiagramPane
                placed={layout.placed}
                subject={layout.graph === view.graph || layout.graph?.name === view.graph.name ? target : `${target}?`}
                selected={selection?.path}
                marked={marked}
                stale={stale}
                label={`Diagram of ${view.target}`}
                onRoom={changeRoom}
                onSelect={choose}
                onFold={(path, open) => dispatch({ type: 'fold', path, open })}
              />
            )}
            <Panel
              graph={view.graph}
              facts={view.facts}
              comparison={comparison}
              current={compared?.current ?? false}
              selection={selection}
              results={results}
              onCompare={() => onTab('compare')}
            />
          </>
        )}
      </main>
      <Foot view={view} freshness={freshness} run={state.run} />
    </div>
  );
}

/** A message of the language server, whose names stand in backticks. */
const Prose = ({ text }: { readonly text: string }): JSX.Element => (
  <span>{text.split('`').map((piece, i) => (i % 2 === 1 ? <code key={`${i}${piece}`}>{piece}</code> : piece))}</span>
);

function Empty({ state }: { readonly state: State }): JSX.Element {
  const { freshness } = state;
  switch (freshness.status) {
    case 'missing':
    case 'stale':
      return (
        <p class="empty">
          <span class="codicon codicon-circle-slash" />
          <b>{freshness.status === 'missing' ? 'Nothing to show' : 'No picture yet'}</b>
          <Prose text={freshness.reason} />
        </p>
      );
    case 'waiting':
    case 'fresh':
      return (
        <p class="empty">
          <span class="codicon codicon-loading codicon-modifier-spin" />
          <span>Waiting for the analysis …</span>
        </p>
      );
    default:
      return freshness satisfies never;
  }
}
