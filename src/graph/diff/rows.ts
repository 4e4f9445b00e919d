/** The rows of a table of differences: what is equal, or alike in every round of a loop, takes one row. */
import type { Figures } from './data.ts';
import { type Entry, figures, type Status } from './entries.ts';

export interface Row {
  readonly status: Status;
  /** How many blocks it stands in. */
  readonly depth: number;
  /** What it tells of, the first and the last of those alike; absent where it only counts layers that are equal, or that moved to this place. */
  readonly of: { readonly first: Entry; readonly last: Entry; readonly times: number } | undefined;
  /** How many layers it stands for. */
  readonly layers: number;
  /** After less before, summed. */
  readonly delta: Figures;
}

/** Rows of entries; `all` of them, or folded. */
export const rowsOf = (entries: readonly Entry[], all = false): readonly Row[] => rowsIn(entries, all, 0, undefined);

/** `around` is the status of the block in which the entries stand. */
function rowsIn(entries: readonly Entry[], all: boolean, depth: number, around: Status | undefined): readonly Row[] {
  /** Nobody asks for each of them. */
  const isQuiet = ({ status }: Entry): boolean => !all && (status === 'equal' || (status === 'moved' && around === 'added'));
  const rows: Row[] = [];
  for (let i = 0; i < entries.length; ) {
    const e = entries[i] as Entry;
    const run = all ? 1 : isQuiet(e) ? quietFrom(entries, i) : alikeFrom(entries, i);
    const alike = entries.slice(i, i + run);
    i += run;
    rows.push({
      status: e.status,
      depth,
      of: isQuiet(e) ? undefined : { first: e, last: alike.at(-1) ?? e, times: run },
      layers: alike.reduce((n, x) => n + x.layers, 0),
      delta: figures((f) => alike.reduce((n, x) => n + x.delta[f], 0)),
    });
    if (!isQuiet(e) && (all || isOpen(e))) rows.push(...rowsIn(e.children, all, depth + 1, e.status));
  }
  return rows;
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
  const [, name, index] = /^(.*)\[(\d+)\]$/.exec((e.after ?? e.before)?.segment ?? '') ?? [];
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
