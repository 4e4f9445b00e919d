/** The state of the page and how messages and people change it: one pure function. What draws it is elsewhere. */

import type { Arrangement, Folds } from '../src/diagram/index.ts';
import type { Comparison } from '../src/graph/facts.ts';
import { failedIn, type Graph, type Location } from '../src/graph/graph.ts';
import { isMetricName, METRICS, type MetricName } from '../src/graph/metrics.ts';
import { READABLE, type RowFolds, type Sort } from '../src/graph/tree/arrange.ts';
import { type ColumnName, isColumnName } from '../src/graph/tree/columns.ts';
import type { Asked, Init, Tab, TargetView, ToPage } from '../src/protocol.ts';
import { type Received, receive } from '../src/view/receive.ts';
import type { RunResult, RunStage } from './workers/run-protocol.ts';

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
  readonly result: RunResult;
  /** When it ended, to tell the last of several. */
  readonly at: number;
}
/** A run that was not even tried, for its memory. */
export interface Refused {
  readonly version: number;
  readonly message: string;
}

/** What is kept when the page is hidden or VS Code restarts. */
export interface Kept {
  readonly tab: Tab;
  readonly seed: number;
  /** By target: folds by path, the selected path, the part of the comparison. */
  readonly folds: Readonly<Record<string, Folds>>;
  readonly selected: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, string>>;
  /** By target: what it is compared with, where that was chosen. */
  readonly against: Readonly<Record<string, Asked>>;
  /** How a comparison is shown. */
  readonly compareAs: CompareAs;
  /** What the ink of a picture tells. */
  readonly metric: MetricName;
  /** How whole networks are laid out, where the reader chose it. */
  readonly arrangement: Arrangement | undefined;
  readonly table: KeptTable;
  /** By target: what is open in the table. */
  readonly rowFolds: Readonly<Record<string, RowFolds>>;
  /** What the design space is spread by, from left to right. */
  readonly across: Across;
}

export const ACROSS = ['params', 'macs', 'memory'] as const;
export type Across = (typeof ACROSS)[number];

/** How the table of layers is shown. */
export interface KeptTable {
  readonly flat: boolean;
  readonly filter: string;
  /** Undefined: in the order of the flow. */
  readonly sort: Sort | undefined;
  /** The columns that were chosen or dismissed; of the others, as many are shown as have room. */
  readonly columns: Readonly<Partial<Record<ColumnName, boolean>>>;
}

export type CompareAs = 'diagram' | 'code';

export interface State {
  readonly init: Init | undefined;
  readonly fileName: string;
  /** The last good view, and what the next one builds on. */
  readonly view: TargetView | undefined;
  readonly received: Received | undefined;
  /** A view came that builds on another than this: the whole has to be asked for. */
  readonly lost: boolean;
  /** The last comparison that came, of which target and text. */
  readonly compared: Compared | undefined;
  /** The last design space that came, around which target. */
  readonly spaced: Spaced | undefined;
  readonly freshness: Freshness;
  readonly cursor: Location | undefined;
  readonly run: RunState;
  /** By `resultKey`. */
  readonly results: Readonly<Record<string, Finished>>;
  readonly refused: Readonly<Record<string, Refused>>;
  readonly kept: Kept;
}

export const START: Kept = {
  tab: 'diagram',
  seed: 1,
  folds: {},
  selected: {},
  parts: {},
  against: {},
  compareAs: 'diagram',
  metric: 'weights',
  arrangement: undefined,
  table: { flat: false, filter: '', sort: undefined, columns: {} },
  rowFolds: {},
  across: 'params',
};

/** Takes what an earlier page kept, as far as it makes sense among the tabs that there are. */
export function restored(kept: unknown, tabs: readonly Tab[]): Kept {
  if (typeof kept !== 'object' || kept === null) return START;
  const { tab, seed, folds, selected, parts, against, compareAs, metric, arrangement, table, rowFolds, across } = kept as Partial<
    Record<keyof Kept, unknown>
  >;
  const record = <T>(v: unknown): Readonly<Record<string, T>> => (typeof v === 'object' && v !== null ? (v as Record<string, T>) : {});
  return {
    tab: tabs.find((t) => t === tab) ?? START.tab,
    seed: typeof seed === 'number' && isSeed(seed) ? seed : 1,
    folds: record(folds),
    selected: record(selected),
    parts: record(parts),
    against: record(against),
    compareAs: compareAs === 'code' ? 'code' : 'diagram',
    metric: isMetricName(metric) ? metric : START.metric,
    arrangement: arrangement === 'column' || arrangement === 'lanes' ? arrangement : undefined,
    table: restoredTable(table),
    rowFolds: Object.fromEntries(Object.entries(record<unknown>(rowFolds)).map(([target, folds]) => [target, restoredFolds(folds)])),
    across: ACROSS.find((a) => a === across) ?? START.across,
  };
}

const entriesOf = (v: unknown): readonly (readonly [string, unknown])[] => (typeof v === 'object' && v !== null ? Object.entries(v) : []);
const flags = (v: unknown): Readonly<Record<string, boolean>> =>
  Object.fromEntries(entriesOf(v).filter((e): e is readonly [string, boolean] => typeof e[1] === 'boolean'));

function restoredTable(v: unknown): KeptTable {
  const { flat, filter, sort, columns } = Object.fromEntries(entriesOf(v));
  const { column, down } = Object.fromEntries(entriesOf(sort));
  return {
    flat: flat === true,
    filter: typeof filter === 'string' ? filter : '',
    sort: isColumnName(column) ? { column, down: down === true } : undefined,
    columns: Object.fromEntries(Object.entries(flags(columns)).filter(([name]) => isColumnName(name))),
  };
}

function restoredFolds(v: unknown): RowFolds {
  const { base, rows } = Object.fromEntries(entriesOf(v));
  return { base: base === 'open' || base === 'folded' ? base : READABLE.base, rows: flags(rows) };
}

/** As at the command line. */
export const MOST_SEED = 2 ** 32 - 1;
export const isSeed = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= MOST_SEED;

export const begin = (kept: Kept): State => ({
  init: undefined,
  fileName: '',
  view: undefined,
  received: undefined,
  lost: false,
  compared: undefined,
  spaced: undefined,
  freshness: { status: 'waiting' },
  cursor: undefined,
  run: { status: 'idle' },
  results: {},
  refused: {},
  kept,
});

export type Action =
  | Exclude<ToPage, { type: 'show' | 'code' }>
  | { readonly type: 'tab'; readonly tab: Tab }
  | { readonly type: 'seed'; readonly seed: number }
  | { readonly type: 'select'; readonly path: string | undefined }
  | { readonly type: 'fold'; readonly path: string; readonly open: boolean }
  | { readonly type: 'folds'; readonly folds: Folds }
  | { readonly type: 'part'; readonly path: string }
  | { readonly type: 'compare-as'; readonly as: CompareAs }
  /** What the target is compared with; undefined for what says most. */
  | { readonly type: 'ask'; readonly asked: Asked | undefined }
  | { readonly type: 'metric'; readonly metric: MetricName }
  | { readonly type: 'arrangement'; readonly arrangement: Arrangement }
  | { readonly type: 'table'; readonly change: Partial<KeptTable> }
  /** In the table of the target. */
  | { readonly type: 'row-folds'; readonly folds: RowFolds }
  | { readonly type: 'across'; readonly across: Across }
  | { readonly type: 'run'; readonly run: RunState }
  | { readonly type: 'refused'; readonly key: string; readonly refused: Refused }
  | { readonly type: 'finished'; readonly key: string; readonly finished: Finished };

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
      return withView(s, a);
    case 'comparison':
      return { ...s, compared: a };
    case 'space':
      return { ...s, spaced: a };
    case 'cursor':
      return { ...s, cursor: a.location };
    case 'tab':
      return keep({ tab: a.tab });
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
    case 'refused':
      return { ...s, refused: { ...s.refused, [a.key]: a.refused } };
    case 'run':
      return { ...s, run: a.run };
    case 'finished':
      return { ...s, results: { ...s.results, [a.key]: a.finished }, kept: { ...s.kept, metric: afterRun(s.kept.metric) } };
    default:
      return a satisfies never;
  }
}

/** After a run one wants to see where the time went. */
const afterRun = (metric: MetricName): MetricName => (METRICS[metric].ofRun ? metric : 'time');

const seen = (received: Received): Pick<State, 'view' | 'received' | 'lost'> => ({ view: received.view, received, lost: false });

/** What the target of a view is compared with, where that was chosen. */
export const askedOf = ({ view, kept }: Pick<State, 'view' | 'kept'>): Asked | undefined => view && kept.against[targetKey(view)];

const answers = (compared: Compared, s: Pick<State, 'view' | 'kept'>): boolean =>
  s.view !== undefined && targetKey(compared) === targetKey(s.view) && JSON.stringify(compared.asked) === JSON.stringify(askedOf(s));

/** Whether there is something to compare the target of a view with. */
const isComparable = (s: State): boolean =>
  s.view !== undefined && failedIn(s.view.graph).length === 0 && (s.view.comparable || askedOf(s) !== undefined);

/** The comparison of a view, and whether it is of the text as it stands; undefined until it has come. */
export function comparisonOf(s: State): { readonly comparison: Comparison; readonly current: boolean } | undefined {
  const { view, compared } = s;
  // What a text with an error saves is not known.
  if (!view || !isComparable(s) || !compared?.comparison || !answers(compared, s)) return undefined;
  return { comparison: compared.comparison, current: compared.version === view.version };
}

/** Why there is nothing of what was asked for. */
export const refusedOf = (s: State): string | undefined =>
  s.compared && answers(s.compared, s) && s.compared.version === s.view?.version ? s.compared.refused : undefined;

/** Whether a comparison of the text as it stands is still to come. */
export const isAwaited = (s: State): boolean =>
  isComparable(s) && !(s.compared && answers(s.compared, s) && s.compared.version === s.view?.version);

function withView(s: State, { result, fileName }: Extract<ToPage, { type: 'view' }>): State {
  switch (result.status) {
    case 'ok': {
      const received = receive(result.sent, s.received);
      if (!received) return { ...s, lost: true };
      const same = s.view && targetKey(s.view) === targetKey(received.view);
      const ended = s.run.status === 'running' ? s.run : ({ status: 'idle' } as const);
      return { ...s, fileName, ...seen(received), freshness: { status: 'fresh' }, run: same ? s.run : ended };
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
  return { finished, current: finished.version === s.view.version || sameGraph(finished.graph, graph) };
}

/** Whether two graphs compute the same: an edit of a comment does not make a result old. */
function sameGraph(a: Graph, b: Graph): boolean {
  if (a === b) return true;
  const plain = (g: Graph): string => JSON.stringify(g.nodes.map((n) => [n.kind, n.path, n.inputs, n.params, n.shape]));
  return a.nodes.length === b.nodes.length && plain(a) === plain(b);
}
