/** Which rows of a tree are seen, and in what order: folded and unfolded, filtered, sorted within each block or as one list. */
import { type ColumnName, columnOf } from './columns.ts';
import type { Row } from './row.ts';
import { holding, leavesOf } from './tree.ts';

/** What is open: all, nothing, or as much as can be read at once; and what someone opened and closed since, by path. */
export interface RowFolds {
  readonly base: 'readable' | 'open' | 'folded';
  readonly rows: Readonly<Record<string, boolean>>;
}
export const READABLE: RowFolds = { base: 'readable', rows: {} };

export interface Sort {
  readonly column: ColumnName;
  readonly down: boolean;
}

export interface Arrangement {
  /** Layers alone, as one list. */
  readonly flat: boolean;
  /** Words, each of which has to be found. */
  readonly filter: string;
  /** Undefined: in the order of the flow. */
  readonly sort: Sort | undefined;
  readonly folds: RowFolds;
}

/** A row as it is seen. */
export interface Line {
  readonly row: Row;
  /** Its path within the row around it. */
  readonly name: string;
  /** From 1. */
  readonly level: number;
  /** Undefined for what cannot be opened. */
  readonly open: boolean | undefined;
  /** The line of the row around it. */
  readonly parent: number | undefined;
  /** From 1, among those beside it, of how many. */
  readonly position: number;
  readonly of: number;
}

export interface Arranged {
  readonly lines: readonly Line[];
  /** The layers that are found; undefined where nothing is filtered. */
  readonly found: readonly Row[] | undefined;
}

/** As many rows as one likes to see at first. */
const READABLE_ROWS = 40;

/** Arranges a tree; `total` is its sum. */
export function arrange(tree: readonly Row[], total: Row, a: Arrangement): Arranged {
  const words = wordsOf(a.filter);
  const isFound = words.length > 0 ? finder(words) : undefined;
  const kept = isFound ? filtered(tree, isFound) : { rows: tree, holders: new Set<string>() };
  const found = isFound && leavesOf(kept.rows);
  const compare = a.sort && comparer(a.sort, total);
  const inOrder = (rows: readonly Row[]): readonly Row[] => (compare ? rows.toSorted(compare) : rows);
  if (a.flat) {
    const rows = inOrder(leavesOf(kept.rows));
    const line = (row: Row, i: number): Line => ({
      row,
      name: row.path,
      level: 1,
      open: undefined,
      parent: undefined,
      position: i + 1,
      of: rows.length,
    });
    return { lines: rows.map(line), found };
  }
  const depth = depthOf(a.folds.base, tree);
  const isOpen = (row: Row, level: number): boolean => a.folds.rows[row.path] ?? (kept.holders.has(row.path) || level <= depth);
  const lines: Line[] = [];
  const add = (rows: readonly Row[], level: number, around: Row | undefined, parent: number | undefined): void => {
    for (const [i, row] of inOrder(rows).entries()) {
      const open = row.children.length > 0 ? isOpen(row, level) : undefined;
      lines.push({ row, name: nameIn(row, around), level, open, parent, position: i + 1, of: rows.length });
      if (open) add(row.children, level + 1, row, lines.length - 1);
    }
  };
  add(kept.rows, 1, undefined, undefined);
  return { lines, found };
}

/** A path within that of the row around it; rounds stand beside each other in what is around the loop. */
export function nameIn({ path }: Row, around: Row | undefined): string {
  if (!around) return path;
  const place = around.type === 'rounds' ? around.path.slice(0, around.path.lastIndexOf('/') + 1) : `${around.path}/`;
  return path.startsWith(place) ? path.slice(place.length) : path;
}

/** To which level a tree is open at first: as deep as it can be read at once. */
function depthOf(base: RowFolds['base'], tree: readonly Row[]): number {
  if (base !== 'readable') return base === 'open' ? Number.POSITIVE_INFINITY : 0;
  let [shown, depth] = [tree.length, 0];
  for (let level = tree; ; depth++) {
    level = level.flatMap((r) => r.children);
    shown += level.length;
    if (level.length === 0 || shown > READABLE_ROWS) return depth;
  }
}

/** `3x3 Conv` as `3×3` and `conv`. */
const wordsOf = (filter: string): readonly string[] =>
  normal(filter)
    .split(/\s+/)
    .filter((w) => w !== '');
const normal = (text: string): string => text.toLowerCase().replace(/(?<=\d)x(?=\d)/g, '×');

/** Whether all words are in what a row is called, what it is, and what it makes; `:7` is what stands in that line of the text. */
const finder =
  (words: readonly string[]) =>
  (r: Row): boolean => {
    const text = normal(`${r.path} ${r.kind} ${r.shape.join('×')} ${r.formula}`);
    return words.every((w) => (/^:\d+$/.test(w) ? Number(w.slice(1)) === r.source.range.start.line + 1 : text.includes(w)));
  };

/** What is found, with all that is in it, in what it stands in; and which rows are there only to hold what is found. */
function filtered(
  tree: readonly Row[],
  isFound: (r: Row) => boolean,
): { readonly rows: readonly Row[]; readonly holders: ReadonlySet<string> } {
  const holders = new Set<string>();
  const keep = (r: Row): readonly Row[] => {
    if (isFound(r)) return [r];
    const children = r.children.flatMap(keep);
    // What holds but one thing that is found is joined with it, as in the whole tree.
    if (children.length < 2) return children;
    holders.add(r.path);
    // Its figures are those of what is found in it: they add up to the sum of all that is found.
    return [holding(children, r)];
  };
  return { rows: tree.flatMap(keep), holders };
}

/** Empty cells stand last, whichever way; what is equal stays in the order of the flow. */
function comparer({ column, down }: Sort, total: Row): (a: Row, b: Row) => number {
  const { value, text } = columnOf(column);
  const known = new Map<Row, string | number | undefined>();
  const of = (r: Row): string | number | undefined => {
    if (!known.has(r)) known.set(r, text(r, total) === '' ? undefined : value(r, total));
    return known.get(r);
  };
  const names = new Intl.Collator('en', { numeric: true });
  return (a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    const order = typeof x === 'number' ? x - Number(y) : names.compare(x, String(y));
    return down ? -order : order;
  };
}
