/** The state of the page and how messages and people change it: one pure function. What draws it is elsewhere. */
import { type Arrangement, type Folds, type Place, placesAt } from '../src/diagram/index.ts';
import type { Comparison } from '../src/graph/facts.ts';
import { failedIn, type Graph, type Location } from '../src/graph/graph.ts';
import { METRICS, type MetricName } from '../src/graph/metrics.ts';
import type { RowFolds } from '../src/graph/tree/arrange.ts';
import type { Init, Tab, ToPage } from '../src/protocol/page.ts';
import type { Asked, Knob, TargetView, Tried } from '../src/protocol/server.ts';
import type { RunResult, RunStage } from '../src/run/protocol.ts';
import { type Received, receive } from '../src/view/receive.ts';
import { type Across, type CompareAs, isSeed, type Kept, type KeptPanel, type KeptTable } from './kept.ts';
import type { Given, Setup } from './setup.ts';

/** A comparison as it came. */
export type Compared = Extract<ToPage, { readonly type: 'comparison' }>;

export type Freshness =
  | { readonly status: 'waiting' }
  | { readonly status: 'fresh' }
  | { readonly status: 'stale'; readonly reason: string; readonly at: Location | undefined }
  | { readonly status: 'missing'; readonly reason: string };

export type RunState =
  | { readonly status: 'idle' }
  | { readonly status: 'running'; readonly what: string; readonly stage: RunStage; readonly layer: number; readonly of: number }
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly message: string };

/** The design space around a target as it came. */
export type Spaced = Extract<ToPage, { readonly type: 'space' }>;

/** Which graph was run: the target for its values, a side of its comparison, or a point of the design space. */
export type Which = 'target' | 'this' | 'other' | 'point';
export interface Finished {
  readonly graph: Graph;
  readonly version: number;
  /** With which values in place of the text's. */
  readonly tried: Tried;
  readonly result: RunResult;
  /** When it ended, to tell the last of several. */
  readonly at: number;
}
/** A run that was not even tried, for its memory. */
export interface Refused {
  readonly version: number;
  readonly message: string;
}

export interface State {
  readonly init: Init | undefined;
  readonly fileName: string;
  /** The last good view, and what the next one builds on. */
  readonly view: TargetView | undefined;
  readonly received: Received | undefined;
  /** A view came that builds on another than this: the whole has to be asked for. */
  readonly lost: boolean;
  /** How many views came: whoever asked for one knows by it that there is an answer. */
  readonly views: number;
  /** Values that were tried for what the last view no longer has. */
  readonly dropped: Tried;
  /** The last comparison that came, of which target and text. */
  readonly compared: Compared | undefined;
  /** The last design space that came, around which target. */
  readonly spaced: Spaced | undefined;
  readonly freshness: Freshness;
  readonly cursor: Location | undefined;
  /** The view shows nothing at the cursor: the next may. A text is opened, or typed, before its view comes. */
  readonly isAhead: boolean;
  /** The place in the text that the page asked to see last: the cursor there is its own echo. */
  readonly revealed: Location | undefined;
  readonly run: RunState;
  /** By `resultKey`. */
  readonly results: Readonly<Record<string, Finished>>;
  readonly refused: Readonly<Record<string, Refused>>;
  /** Files that were given for runs. */
  readonly given: Given;
  /** The result whose numbers can still be asked for. */
  readonly held: RunResult | undefined;
  readonly kept: Kept;
}

export const begin = (kept: Kept): State => ({
  init: undefined,
  fileName: '',
  view: undefined,
  received: undefined,
  lost: false,
  views: 0,
  dropped: {},
  compared: undefined,
  spaced: undefined,
  freshness: { status: 'waiting' },
  cursor: undefined,
  isAhead: false,
  revealed: undefined,
  run: { status: 'idle' },
  results: {},
  refused: {},
  given: {},
  held: undefined,
  kept,
});

export type Action =
  | Exclude<ToPage, { type: 'show' | 'menu' | 'runner' | 'picture' | 'code' }>
  | { readonly type: 'tab'; readonly tab: Tab }
  | { readonly type: 'seed'; readonly seed: number }
  | { readonly type: 'setup'; readonly change: Partial<Setup> }
  /** A file is let go of, for what is made. */
  | { readonly type: 'made'; readonly what: 'input' | 'weights' }
  | { readonly type: 'select'; readonly path: string | undefined }
  | { readonly type: 'fold'; readonly path: string; readonly open: boolean }
  | { readonly type: 'folds'; readonly folds: Folds }
  | { readonly type: 'part'; readonly path: string }
  | { readonly type: 'compare-as'; readonly as: CompareAs }
  /** What the target is compared with; undefined for what says most. */
  | { readonly type: 'ask'; readonly asked: Asked | undefined }
  /** Other values for the target; none goes back to the text. */
  | { readonly type: 'try'; readonly tried: Tried }
  | { readonly type: 'what-if'; readonly open: boolean }
  | { readonly type: 'metric'; readonly metric: MetricName }
  | { readonly type: 'arrangement'; readonly arrangement: Arrangement }
  | { readonly type: 'table'; readonly change: Partial<KeptTable> }
  /** In the table of the target. */
  | { readonly type: 'row-folds'; readonly folds: RowFolds }
  | { readonly type: 'across'; readonly across: Across }
  | { readonly type: 'figures'; readonly change: Partial<KeptPanel> }
  /** The text is asked to show a place. */
  | { readonly type: 'reveal'; readonly location: Location }
  | { readonly type: 'run'; readonly run: RunState }
  | { readonly type: 'refused'; readonly key: string; readonly refused: Refused }
  | { readonly type: 'finished'; readonly key: string; readonly finished: Finished }
  /** The numbers of a result are gone. */
  | { readonly type: 'forgotten' };

/** Targets of different files have the same names. */
export const targetKey = (view: Pick<TargetView, 'uri' | 'target'>): string => `${view.uri}#${view.target}`;
export const resultKey = (view: Pick<TargetView, 'uri' | 'target'>, which: Which, part = ''): string =>
  `${targetKey(view)}#${which}#${part}`;

/** The next state. */
export function reduce(s: State, a: Action): State {
  const keep = (kept: Partial<Kept>): State => ({ ...s, kept: { ...s.kept, ...kept } });
  const target = s.view ? targetKey(s.view) : '';
  switch (a.type) {
    case 'init':
      return { ...s, init: a };
    case 'view':
      return withView({ ...s, views: s.views + 1 }, a);
    case 'comparison':
      return { ...s, compared: a };
    case 'space':
      return { ...s, spaced: a };
    case 'cursor':
      return withCursor(s, a.location);
    case 'panel':
      return keep({ shows: a.shows });
    case 'reveal':
      return { ...s, revealed: a.location };
    case 'tab':
      return keep({ tab: a.tab });
    case 'setup':
      return keep({ setup: { ...s.kept.setup, ...a.change } });
    case 'made': {
      const { [a.what]: _old, ...given } = s.given;
      return { ...s, given };
    }
    case 'files':
      return { ...s, given: { ...s.given, ...(a.what === 'input' ? { input: a.files } : a.files[0] ? { weights: a.files[0] } : {}) } };
    case 'seed':
      return isSeed(a.seed) ? keep({ seed: a.seed }) : s;
    case 'select': {
      const { [target]: _old, ...others } = s.kept.selected;
      return keep({ selected: a.path === undefined ? others : { ...others, [target]: a.path } });
    }
    case 'fold':
      return keep({ folds: { ...s.kept.folds, [target]: { ...s.kept.folds[target], [a.path]: a.open } } });
    case 'folds':
      return keep({ folds: { ...s.kept.folds, [target]: { ...s.kept.folds[target], ...a.folds } } });
    case 'against':
      return keep({ against: { ...s.kept.against, [targetKey(a)]: a.asked } });
    case 'ask': {
      const { [target]: _old, ...others } = s.kept.against;
      return keep({ against: a.asked ? { ...others, [target]: a.asked } : others });
    }
    case 'try':
      return s.view ? { ...trying(s, s.view, a.tried), dropped: {} } : s;
    case 'what-if':
      return { ...keep({ whatIf: a.open }), dropped: {} };
    case 'part':
      return keep({ parts: { ...s.kept.parts, [target]: a.path } });
    case 'compare-as':
      return keep({ compareAs: a.as });
    case 'arrangement':
      return keep({ arrangement: a.arrangement });
    case 'metric':
      return keep({ metric: a.metric });
    case 'table':
      return keep({ table: { ...s.kept.table, ...a.change } });
    case 'row-folds':
      return keep({ rowFolds: { ...s.kept.rowFolds, [target]: a.folds } });
    case 'across':
      return keep({ across: a.across });
    case 'figures':
      return keep({ panel: { ...s.kept.panel, ...a.change } });
    case 'refused':
      return { ...s, refused: { ...s.refused, [a.key]: a.refused } };
    case 'run':
      return { ...s, run: a.run };
    case 'forgotten':
      return { ...s, held: undefined };
    case 'finished':
      return {
        ...s,
        results: { ...s.results, [a.key]: a.finished },
        held: a.finished.result.kept ? a.finished.result : s.held,
        kept: { ...s.kept, metric: afterRun(s.kept.metric) },
      };
    default:
      return a satisfies never;
  }
}

/** A target with other values tried on it; with none it is no longer compared with its text. */
function trying(s: State, view: TargetView, tried: Tried): State {
  const target = targetKey(view);
  const { [target]: _old, ...others } = s.kept.tried;
  if (Object.keys(tried).length > 0) return { ...s, kept: { ...s.kept, tried: { ...others, [target]: tried } } };
  const { [target]: asked, ...left } = s.kept.against;
  const against = JSON.stringify(asked) === JSON.stringify(textOf(view)) ? left : s.kept.against;
  return { ...s, kept: { ...s.kept, tried: others, against } };
}

/** The target as its text has it, to compare with. */
export const textOf = ({ uri, target }: Pick<TargetView, 'uri' | 'target'>): Asked => ({ kind: 'target', uri, name: target });

/** The values that are tried on the target of a view. */
export const triedOn = (s: Pick<State, 'kept'>, view: Pick<TargetView, 'uri' | 'target'>): Tried => s.kept.tried[targetKey(view)] ?? {};
/** Those that it shows. */
export const shownOf = (view: Pick<TargetView, 'trying'>): Tried => view.trying?.shown ?? {};

/** Texts of values that differ by spaces alone are equal. */
const bare = (text: string): string => text.trim().replace(/\s*([^\w\s])\s*/g, '$1');
/** Whether the text says so already. */
export const says = (k: Knob, text: string): boolean => bare(text) === bare(k.written);

/** What the text says by now is no longer tried, and what it no longer has cannot be. */
function settled(s: State, view: TargetView): State {
  const tried = Object.entries(triedOn(s, view));
  const knobs = new Map(view.knobs.map((k) => [k.key, k]));
  const gone = tried.filter(([key]) => !knobs.has(key));
  const left = tried.filter(([key, text]) => {
    const knob = knobs.get(key);
    return knob && !says(knob, text);
  });
  if (left.length === tried.length) return s;
  const dropped = gone.length > 0 ? Object.fromEntries(gone) : s.dropped;
  return { ...trying(s, view, Object.fromEntries(left)), dropped };
}

const isSame = (a: Location | undefined, b: Location): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What stands at the cursor is chosen, once the cursor has gone there: of several the one next to what was chosen before. */
function withCursor(s: State, cursor: Location): State {
  if (isSame(s.cursor, cursor)) return s;
  const chosen = s.view && s.kept.selected[targetKey(s.view)];
  // What was kept from before a reload stays chosen.
  return s.cursor === undefined && chosen !== undefined ? { ...s, cursor } : atCursor({ ...s, cursor, isAhead: true });
}

/** The choice of what a cursor that is ahead means, if the view shows it. What one has just clicked stays chosen. */
function atCursor(s: State): State {
  const { view, cursor, kept } = s;
  if (!view || !cursor || !s.isAhead) return s;
  if (s.revealed && isSame(s.revealed, cursor)) return { ...s, isAhead: false };
  const target = targetKey(view);
  const place = nearest(placesAt(view.graph, cursor), kept.selected[target]);
  return place ? { ...s, isAhead: false, kept: { ...kept, selected: { ...kept.selected, [target]: place.path } } } : s;
}

/** Of several places the one whose path has most in common with another: the next line of a block is read in the same call of it. */
function nearest(places: readonly Place[], path = ''): Place | undefined {
  const common = (p: Place): number => {
    let n = 0;
    while (n < path.length && path[n] === p.path[n]) n++;
    return n;
  };
  return places.reduce<Place | undefined>((best, p) => (best && common(best) >= common(p) ? best : p), undefined);
}

/** After a run one wants to see where the time went. */
const afterRun = (metric: MetricName): MetricName => (METRICS[metric].ofRun ? metric : 'time');

const seen = (received: Received): Pick<State, 'view' | 'received' | 'lost'> => ({ view: received.view, received, lost: false });

/** What the target of a view is compared with, where that was chosen. */
export const askedOf = ({ view, kept }: Pick<State, 'view' | 'kept'>): Asked | undefined => view && kept.against[targetKey(view)];

const answers = (compared: Compared, s: Pick<State, 'view' | 'kept'>): boolean =>
  s.view !== undefined && targetKey(compared) === targetKey(s.view) && JSON.stringify(compared.asked) === JSON.stringify(askedOf(s));

/** Whether something is of what a view shows: of its text, and with the values that are tried. */
const isCurrent = (
  of: { readonly version: number; readonly tried?: Tried },
  view: TargetView | undefined,
  shown: Tried = view ? shownOf(view) : {},
): boolean => of.version === view?.version && JSON.stringify(of.tried ?? {}) === JSON.stringify(shown);

/** Whether there is something to compare the target of a view with. */
const isComparable = (s: State): boolean =>
  s.view !== undefined && failedIn(s.view.graph).length === 0 && (s.view.comparable || askedOf(s) !== undefined);

/** The comparison of a view, and whether it is of the text as it stands; undefined until it has come. */
export function comparisonOf(s: State): { readonly comparison: Comparison; readonly current: boolean } | undefined {
  const { view, compared } = s;
  // What a text with an error saves is not known.
  if (!view || !isComparable(s) || !compared?.comparison || !answers(compared, s)) return undefined;
  return { comparison: compared.comparison, current: isCurrent(compared, view) };
}

/** Why there is nothing of what was asked for. */
export const refusedOf = (s: State): string | undefined =>
  s.compared && answers(s.compared, s) && isCurrent(s.compared, s.view) ? s.compared.refused : undefined;

/** Whether a comparison of the text as it stands is still to come. */
export const isAwaited = (s: State): boolean => isComparable(s) && !(s.compared && answers(s.compared, s) && isCurrent(s.compared, s.view));

function withView(s: State, { result, fileName }: Extract<ToPage, { type: 'view' }>): State {
  switch (result.status) {
    case 'ok': {
      const received = receive(result.sent, s.received);
      if (!received) return { ...s, lost: true };
      const same = s.view && targetKey(s.view) === targetKey(received.view);
      const ended = s.run.status === 'running' ? s.run : ({ status: 'idle' } as const);
      const next = { ...s, fileName, ...seen(received), freshness: { status: 'fresh' } as const, run: same ? s.run : ended };
      return atCursor(settled(same ? next : { ...next, dropped: {} }, received.view));
    }
    case 'stale': {
      // A page that was opened on broken text has no picture of its own; the server may still have one.
      const received = result.sent && receive(result.sent, s.received);
      if (result.sent && !received) return { ...s, lost: true };
      return { ...s, fileName, ...(received ? seen(received) : {}), freshness: { status: 'stale', reason: result.reason, at: result.at } };
    }
    case 'missing':
      return { ...s, fileName, view: undefined, freshness: { status: 'missing', reason: result.reason } };
    default:
      return result satisfies never;
  }
}

/** Whether the design space of the text as it stands is still to come. What stands in a broken text is not known. */
export const isSpaceAwaited = ({ view, spaced, freshness }: State): boolean =>
  view !== undefined &&
  freshness.status === 'fresh' &&
  !(spaced && targetKey(spaced) === targetKey(view) && spaced.version === view.version);

/** The results for a graph of the view, with whether they are of the text as it stands. */
export function resultsFor(
  s: State,
  graph: Graph,
  which: Which,
  part = '',
  target = s.view?.target ?? '',
): { readonly finished: Finished; readonly current: boolean } | undefined {
  const finished = s.view && s.results[resultKey({ uri: s.view.uri, target }, which, part)];
  if (!finished || !s.view) return undefined;
  // The points of the design space are those of the text.
  const shown = which === 'point' ? {} : shownOf(s.view);
  return { finished, current: isCurrent(finished, s.view, shown) || sameGraph(finished.graph, graph) };
}

/** Whether two graphs compute the same: an edit of a comment does not make a result old. */
function sameGraph(a: Graph, b: Graph): boolean {
  if (a === b) return true;
  const plain = (g: Graph): string => JSON.stringify(g.nodes.map((n) => [n.kind, n.path, n.inputs, n.params, n.shape]));
  return a.nodes.length === b.nodes.length && plain(a) === plain(b);
}
