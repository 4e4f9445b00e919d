/** The rows of a table of differences: what is equal, or alike in every round of a loop, takes one row. */
import type { Figures } from './data.ts';
import { type Entry, figures, type Status } from './entries.ts';

export interface Row {
  readonly status: Status;
  /** How many rows of blocks it stands under. */
  readonly depth: number;
  /** What it tells of; absent where it only counts layers that are equal, or that moved to this place. */
  readonly entry: Entry | undefined;
  /** Its path, with the rounds of a loop that it tells of at once: `Unit[0…2]/conv`. */
  readonly path: string;
  /** The same within the row under which it stands. */
  readonly name: string;
  /** How many blocks are told of at once. */
  readonly times: number;
  /** How many layers it stands for, in all rounds. */
  readonly layers: number;
  /** After less before, summed over all rounds: what rows hold adds up to them. */
  readonly delta: Figures;
}

/** Rows of entries; `all` of them, or folded. */
export const rowsOf = (entries: readonly Entry[], all = false): readonly Row[] =>
  rowsIn(entries, { all, depth: 0, rounds: 1, around: undefined });

/** Under which row others stand. */
interface Site {
  readonly all: boolean;
  readonly depth: number;
  /** How many rounds of loops they are told of at once. */
  readonly rounds: number;
  readonly around: (Pick<Row, 'status' | 'path'> & { readonly entry: Entry }) | undefined;
}

function rowsIn(entries: readonly Entry[], site: Site): readonly Row[] {
  const { all, depth, rounds, around } = site;
  /** Nobody asks for each of them. */
  const isQuiet = ({ status }: Entry): boolean => !all && (status === 'equal' || (status === 'moved' && around?.status === 'added'));
  const rows: Row[] = [];
  for (let i = 0; i < entries.length; ) {
    const first = entries[i] as Entry;
    const times = all ? 1 : isQuiet(first) ? quietFrom(entries, i) : alikeFrom(entries, i);
    const alike = entries.slice(i, i + times);
    i += times;
    const sums = {
      layers: rounds * alike.reduce((n, x) => n + x.layers, 0),
      delta: figures((f) => rounds * alike.reduce((n, x) => n + x.delta[f], 0)),
    };
    if (isQuiet(first)) {
      if (sums.layers > 0) rows.push({ status: first.status, depth, entry: undefined, path: '', name: '', times: 1, ...sums });
      continue;
    }
    // Where one thing in a block is all that there is to tell of it, it needs no row of its own.
    const entry = all ? first : innermost(first);
    const paths = times > 1 ? pathOf(first).replace(/\]$/, `…${round(alike.at(-1) ?? first)?.[1]}]`) : pathOf(first);
    const name = within(paths, around && pathOf(around.entry)) + pathOf(entry).slice(pathOf(first).length);
    const path = around ? `${around.path}/${name}` : name;
    rows.push({ status: entry.status, depth, entry, path, name, times, ...sums });
    if (all || isOpen(entry))
      rows.push(
        ...rowsIn(entry.children, { all, depth: depth + 1, rounds: rounds * times, around: { status: entry.status, path, entry } }),
      );
  }
  return rows;
}

const pathOf = ({ before, after }: Entry): string => (after ?? before)?.path ?? '';

/** A path within that of a block; what is gone from a block that had another path is told by its whole path. */
const within = (path: string, block = ''): string => (block !== '' && path.startsWith(`${block}/`) ? path.slice(block.length + 1) : path);

/** What there is to tell of a block in which one thing alone has changed: that thing. */
function innermost(e: Entry): Entry {
  const [one, ...more] = e.children.filter((c) => c.status !== 'equal');
  const isAlone = e.status === 'changed' && e.edits.length === 0 && one !== undefined && more.length === 0;
  return isAlone && pathOf(one).startsWith(`${pathOf(e)}/`) ? innermost(one) : e;
}

/** Whether one wants to see what stands in it: something that was edited, or that came from elsewhere or went there. */
const isOpen = ({ status, children }: Entry): boolean =>
  status === 'added' || status === 'gone' ? !isAll(children, status) : children.some((c) => c.status !== 'follows' && c.status !== 'equal');

const isAll = (entries: readonly Entry[], status: Status): boolean =>
  entries.every((e) => e.status === status && isAll(e.children, status));

/** How many entries from one on are only counted. */
function quietFrom(entries: readonly Entry[], start: number): number {
  let end = start + 1;
  while (entries[end]?.status === entries[start]?.status) end++;
  return end - start;
}

/** How many blocks from one on are rounds of a loop of which the same is to be told. */
function alikeFrom(entries: readonly Entry[], start: number): number {
  const first = entries[start] as Entry;
  let end = start + 1;
  let like: string | undefined;
  for (let next = entries[end]; first.type === 'scope' && next && isNext(entries[end - 1] as Entry, next); next = entries[end]) {
    like ??= tell(first);
    if (tell(next) !== like) break;
    end++;
  }
  return end - start;
}

const round = (e: Entry): readonly [name: string, round: number] | undefined => {
  const [, name, index] = /^(.*)\[(\d+)\]$/.exec(pathOf(e)) ?? [];
  return name === undefined ? undefined : [name, Number(index)];
};

/** Whether two are rounds of a loop, one behind the other. */
function isNext(e: Entry, next: Entry): boolean {
  const [a, b] = [round(e), round(next)];
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] + 1 === b[1];
}

/** A text that is equal for blocks of which the same is to be told. */
function tell(e: Entry): string {
  const side = (s: Entry['before'], inner: boolean) => s && [inner ? s.segment : 0, s.kind, s.params, s.shape, s.figures];
  const all = (x: Entry, inner: boolean): unknown => [
    x.status,
    side(x.before, inner),
    side(x.after, inner),
    x.edits,
    x.layers,
    x.children.map((c) => all(c, true)),
  ];
  return JSON.stringify(all(e, false));
}
