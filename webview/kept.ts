/** What a page keeps while it is hidden, and when VS Code restarts. */
import type { Arrangement, Folds } from '../src/diagram/index.ts';
import { isMetricName, type MetricName } from '../src/graph/metrics.ts';
import { READABLE, type RowFolds, type Sort } from '../src/graph/tree/arrange.ts';
import { type ColumnName, isColumnName } from '../src/graph/tree/columns.ts';
import type { Shows, Tab } from '../src/protocol/page.ts';
import type { Asked, Tried } from '../src/protocol/server.ts';
import { restoredSetup, type Setup, START_SETUP } from './setup.ts';

export interface Kept {
  readonly tab: Tab;
  readonly seed: number;
  /** What runs are made with, beside the seed. */
  readonly setup: Setup;
  /** By target: folds by path, the selected path, the part of the comparison. */
  readonly folds: Readonly<Record<string, Folds>>;
  readonly selected: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, string>>;
  /** By target: what it is compared with, where that was chosen. */
  readonly against: Readonly<Record<string, Asked>>;
  /** By target: values that are tried on it. */
  readonly tried: Readonly<Record<string, Tried>>;
  /** Whether the bar is open in which other values are tried. */
  readonly whatIf: boolean;
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
  readonly panel: KeptPanel;
  /** What the panel shows: the extension asks for it after a reload. */
  readonly shows: Shows | undefined;
}

export const ACROSS = ['params', 'macs', 'memory'] as const;
export type Across = (typeof ACROSS)[number];

/** The panel of figures: its size where one has dragged it, beside the picture or below it, and which of its pieces are folded. */
export interface KeptPanel {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly folded: Readonly<Partial<Record<Piece, boolean>>>;
}
export const PIECES = ['figures', 'run', 'heaviest', 'comparison'] as const;
export type Piece = (typeof PIECES)[number];

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

export const START: Kept = {
  tab: 'diagram',
  seed: 1,
  setup: START_SETUP,
  folds: {},
  selected: {},
  parts: {},
  against: {},
  tried: {},
  whatIf: false,
  compareAs: 'diagram',
  metric: 'weights',
  arrangement: undefined,
  table: { flat: false, filter: '', sort: undefined, columns: {} },
  rowFolds: {},
  across: 'params',
  panel: { width: undefined, height: undefined, folded: {} },
  shows: undefined,
};

/** Takes what an earlier page kept, as far as it makes sense among the tabs that there are. */
export function restored(kept: unknown, tabs: readonly Tab[]): Kept {
  if (typeof kept !== 'object' || kept === null) return START;
  const { tab, seed, setup, folds, selected, parts, against, compareAs, metric, arrangement, table, rowFolds, across, panel, shows } =
    kept as Partial<Record<keyof Kept, unknown>>;
  const { tried, whatIf } = kept as Partial<Record<keyof Kept, unknown>>;
  const record = <T>(v: unknown): Readonly<Record<string, T>> => (typeof v === 'object' && v !== null ? (v as Record<string, T>) : {});
  return {
    tab: tabs.find((t) => t === tab) ?? START.tab,
    seed: typeof seed === 'number' && isSeed(seed) ? seed : 1,
    setup: restoredSetup(setup),
    folds: record(folds),
    selected: record(selected),
    parts: record(parts),
    against: record(against),
    tried: restoredTried(tried),
    whatIf: whatIf === true,
    compareAs: compareAs === 'code' ? 'code' : 'diagram',
    metric: isMetricName(metric) ? metric : START.metric,
    arrangement: arrangement === 'column' || arrangement === 'lanes' ? arrangement : undefined,
    table: restoredTable(table),
    rowFolds: Object.fromEntries(Object.entries(record<unknown>(rowFolds)).map(([target, folds]) => [target, restoredFolds(folds)])),
    across: ACROSS.find((a) => a === across) ?? START.across,
    panel: restoredPanel(panel),
    shows: restoredShows(shows),
  };
}

const entriesOf = (v: unknown): readonly (readonly [string, unknown])[] => (typeof v === 'object' && v !== null ? Object.entries(v) : []);
const flags = (v: unknown): Readonly<Record<string, boolean>> =>
  Object.fromEntries(entriesOf(v).filter((e): e is readonly [string, boolean] => typeof e[1] === 'boolean'));

/** Texts by key, by target; of a target on which nothing is tried there is no entry. */
function restoredTried(v: unknown): Kept['tried'] {
  const texts = (of: unknown): Tried =>
    Object.fromEntries(entriesOf(of).filter((e): e is readonly [string, string] => typeof e[1] === 'string'));
  const all = entriesOf(v).map(([target, of]) => [target, texts(of)] as const);
  return Object.fromEntries(all.filter(([, of]) => Object.keys(of).length > 0));
}

function restoredShows(v: unknown): Shows | undefined {
  const { uri, target, pinned } = Object.fromEntries(entriesOf(v));
  return typeof uri === 'string' ? { uri, ...(typeof target === 'string' ? { target } : {}), pinned: pinned === true } : undefined;
}

function restoredPanel(v: unknown): KeptPanel {
  const { width, height, folded } = Object.fromEntries(entriesOf(v));
  const size = (n: unknown): number | undefined => (typeof n === 'number' && n > 0 ? n : undefined);
  const known = Object.entries(flags(folded)).filter(([name]) => PIECES.some((p) => p === name));
  return { width: size(width), height: size(height), folded: Object.fromEntries(known) };
}

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
