/** The page: its state, what VS Code says to it and it to VS Code, and the pane that is in front. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { nodesAt, type Placed, type Room } from '../src/diagram/index.ts';
import type { Location } from '../src/graph/graph.ts';
import type { FromPage, Tab, ToPage } from '../src/protocol/page.ts';
import { type Kept, restored } from './kept.ts';
import { PANES, TABS } from './panes/index.ts';
import { useCosts } from './parts/costs.ts';
import { Banner, Empty, Faults } from './parts/empty.tsx';
import { selectionOf } from './parts/figures.ts';
import { Foot } from './parts/foot.tsx';
import { CONTROLLED, TopBar } from './parts/topbar.tsx';
import { useFigureOfMenu, useMenu } from './parts/use-menu.ts';
import { WhatIf } from './parts/what-if/bar.tsx';
import { useTrying } from './parts/what-if/use-trying.ts';
import { useRuns } from './runs.ts';
import { askedOf, begin, comparisonOf, isAwaited, isSpaceAwaited, reduce, resultsFor, shownOf, targetKey } from './state.ts';
import { useLayout } from './workers/layouter.ts';

/** What the page may ask of VS Code. */
export interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: Kept): void;
}

const NONE: ReadonlySet<number> = new Set();
/** Milliseconds without an edit after which the side panel's comparison is asked for. */
const IDLE = 400;

const boxOf = (placed: Placed | undefined, key: string | undefined) =>
  key === undefined ? undefined : placed?.boxes.find((b) => b.box.key === key);

/** The size of the panel of figures, where one has chosen it. */
const sizesOf = ({ panel: { width, height } }: Kept): Readonly<Record<string, string>> => ({
  ...(width === undefined ? {} : { '--panel-width': `${width}px` }),
  ...(height === undefined ? {} : { '--panel-height': `${height}px` }),
});

export function App({ host, first }: { readonly host: Host; readonly first: readonly ToPage[] }): JSX.Element {
  const [state, dispatch] = useReducer(reduce, undefined, () => begin(restored(host.getState(), TABS)));
  const latest = useRef(state);
  latest.current = state;
  const post = useCallback((m: FromPage) => host.postMessage(m), [host]);
  const { run, cancel, ask } = useRuns(latest, dispatch, post);
  const { view, kept, freshness, init } = state;
  const pane = PANES[kept.tab];
  const target = view ? targetKey(view) : '';

  // At once, not after the next frame: a page that is closed right after a click keeps what the click did.
  useLayoutEffect(() => host.setState(kept), [host, kept]);

  // What a view builds on may be gone: the page was made anew, or the server was.
  useEffect(() => {
    if (state.lost) post({ type: 'whole' });
  }, [post, state.lost]);

  useTrying(state, post);

  // A comparison is much work: at once where one looks at it, else when nothing has changed for a while.
  const awaited = isAwaited(state);
  const asked = askedOf(state);
  useEffect(() => {
    if (!awaited || !view) return;
    const ask = (): void => {
      const tried = view.trying ? { tried: shownOf(view) } : {};
      post({ type: 'compare', uri: view.uri, target: view.target, ...(asked ? { asked } : {}), ...tried });
    };
    const timer = setTimeout(ask, kept.tab === 'compare' ? 0 : IDLE);
    return () => clearTimeout(timer);
  }, [post, awaited, view, asked, kept.tab]);

  // So is a design space; an edit asks for it anew once typing ends, and what was shown stays meanwhile.
  const lacksSpace = kept.tab === 'space' && isSpaceAwaited(state);
  const hasSpace = state.spaced !== undefined && view !== undefined && targetKey(state.spaced) === target;
  useEffect(() => {
    if (!lacksSpace || !view) return;
    const timer = setTimeout(() => post({ type: 'space', uri: view.uri, target: view.target }), hasSpace ? IDLE : 0);
    return () => clearTimeout(timer);
  }, [post, lacksSpace, view, hasSpace]);

  // What is exported is what one sees.
  const shown = useRef<{ readonly placed?: Placed }>({});
  // A command may ask for a run before the view that it means has arrived.
  const wantsRun = useRef<Tab | undefined>(undefined);
  useLayoutEffect(() => {
    const onMessage = ({ data }: Pick<MessageEvent<ToPage>, 'data'>): void => {
      if (data?.type === 'picture') {
        const { placed } = shown.current;
        post({ type: 'picture', ...(placed ? { placed } : {}) });
      } else if (data?.type === 'show') {
        dispatch({ type: 'tab', tab: data.tab });
        if (data.run) wantsRun.current = data.tab;
      } else if (
        data?.type === 'init' ||
        data?.type === 'view' ||
        data?.type === 'comparison' ||
        data?.type === 'space' ||
        data?.type === 'against' ||
        data?.type === 'files' ||
        data?.type === 'panel' ||
        data?.type === 'cursor'
      )
        dispatch(data);
    };
    window.addEventListener('message', onMessage);
    for (const data of first) onMessage({ data });
    const came = first.find((m) => m.type === 'view')?.result;
    const has = came && came.status !== 'missing' ? came.sent?.id : undefined;
    post({ type: 'ready', ...(has === undefined ? {} : { has }) });
    return () => window.removeEventListener('message', onMessage);
  }, [post]);
  useEffect(() => {
    const tab = wantsRun.current;
    if (tab === undefined || !view || !init || state.run.status === 'running' || PANES[tab].isAwaited(state)) return;
    wantsRun.current = undefined;
    void run(PANES[tab].jobs(state));
  });

  const results = view && resultsFor(state, view.graph, 'target');
  // With *run on edit*, what was run is run again once an edit has settled.
  const isOld = kept.setup.again && freshness.status === 'fresh' && results !== undefined && !results.current;
  useEffect(() => {
    if (!isOld || state.run.status === 'running') return;
    const timer = setTimeout(() => void run(PANES.values.jobs(latest.current)), IDLE);
    return () => clearTimeout(timer);
  }, [isOld, view, state.run.status]);

  const [room, setRoom] = useState<Room>();
  const changeRoom = useCallback((now: Room) => setRoom((old) => (old?.width === now.width && old.height === now.height ? old : now)), []);
  const costs = useCosts(view, kept.metric, results);
  const layout = useLayout(init?.assets, view?.graph, view?.facts, kept.folds[target], {
    arrangement: kept.arrangement,
    room,
    costs,
  });
  // What is tried is no picture of the text.
  shown.current = layout.placed && !view?.trying ? { placed: layout.placed } : {};
  const selection = useMemo(
    () => view && selectionOf(view.graph, view.facts, kept.selected[target], boxOf(layout.placed, kept.selected[target])),
    [view, kept.selected, target, layout.placed],
  );
  const marked = useMemo(() => (view && state.cursor ? nodesAt(view.graph, state.cursor) : NONE), [view, state.cursor]);
  const onReveal = (location: Location): void => {
    dispatch({ type: 'reveal', location });
    post({ type: 'reveal', location });
  };
  const figure = useFigureOfMenu();
  useMenu({
    'copy-value': () => {
      const text = figure();
      if (text) post({ type: 'copy', text, what: text });
    },
  });
  const onTab = useCallback((tab: Tab) => dispatch({ type: 'tab', tab }), []);
  return (
    <div class="page">
      <TopBar
        fileName={state.fileName}
        target={view?.target}
        targets={view?.targets ?? []}
        tabs={TABS.map((tab) => ({ tab, title: PANES[tab].title }))}
        tab={kept.tab}
        seed={kept.seed}
        running={state.run.status === 'running'}
        runs={pane.run}
        cannotRun={pane.obstacle(state)}
        pinned={kept.shows?.pinned}
        whatIf={view && view.knobs.length > 0 ? kept.whatIf : undefined}
        onWhatIf={(open) => dispatch({ type: 'what-if', open })}
        onPin={(pinned) => post({ type: 'pin', pinned })}
        onTarget={(name) => post({ type: 'target', target: name })}
        onTab={onTab}
        onSeed={(seed) => dispatch({ type: 'seed', seed })}
        onRun={() => void run(pane.jobs(latest.current))}
        onCancel={cancel}
      />
      {view && <Banner freshness={freshness} onReveal={onReveal} />}
      {view && freshness.status === 'fresh' && (
        <Faults graph={view.graph} onReveal={onReveal} onFix={(location) => post({ type: 'fix', location })} />
      )}
      {view && (
        <WhatIf
          state={state}
          view={view}
          ofText={pane.ofText === true}
          dispatch={dispatch}
          post={post}
          onCompare={() => onTab('compare')}
          onReveal={onReveal}
        />
      )}
      <main id={CONTROLLED} class={kept.tab} style={sizesOf(kept)}>
        {view ? (
          <pane.Body
            key={kept.tab}
            state={state}
            view={view}
            subject={target}
            assets={init?.assets}
            layout={layout}
            metric={costs?.metric ?? kept.metric}
            selection={selection}
            marked={marked}
            stale={freshness.status === 'stale'}
            results={results}
            compared={comparisonOf(state)}
            dispatch={dispatch}
            post={post}
            ask={ask}
            onRoom={changeRoom}
            onTab={onTab}
            onReveal={onReveal}
          />
        ) : (
          <Empty freshness={freshness} onBegin={() => post({ type: 'begin' })} />
        )}
      </main>
      <Foot view={view} freshness={freshness} run={state.run} />
    </div>
  );
}
