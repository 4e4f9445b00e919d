/**
 * Loops over several values: statements that come again and again in the same order, each round of which reads what the one before it gave. Values
 * that go from round to round have one name, that of what enters the first: `a = add { | a | b }`.
 */
import { flatHoles } from './holes.ts';
import { skeletonOf } from './skeleton.ts';
import { nodesOf, resultOf, type Seq, type Starts, sharedIn, startsHere, type Term } from './tree.ts';

/** The most terms of a round. */
const LONGEST = 60;

/** Of a term: all that is written of it but the values that it reads by name, and these, with how often. */
interface Reading {
  readonly text: string;
  readonly reads: readonly number[];
  readonly times: Starts;
  readonly gives: number | undefined;
}
/** Where a value comes from, seen from a round: which of its own terms gives it, which of those of the round before, or it is the same for all. */
type From = { readonly at: 'own' | 'before'; readonly term: number } | { readonly at: 'outside'; readonly value: number };

interface Found {
  readonly from: number;
  readonly k: number;
  readonly n: number;
  /** By the place of the term that gives it: the value that enters the first round in its place. */
  readonly enters: ReadonlyMap<number, number>;
}

/** Whether there is a table in a term, of which more is written than its first row. */
const hasTable = (t: Term): boolean => {
  if (t.type === 'loop') return !t.uniform || (t.rounds[0] ?? []).some(hasTable);
  return t.type === 'merge' && t.branches.some((b) => b.some(hasTable));
};

/** Undefined where a term cannot stand in a loop. */
function readingOf(t: Term, all: Starts): Reading | undefined {
  const { text, open } = skeletonOf([t]);
  if (open || sharedIn([t]).size > 0 || hasTable(t)) return undefined;
  const times = startsHere([t]);
  const inside = new Set(nodesOf([t]).map((n) => n.id));
  const gives = t.type === 'start' ? undefined : resultOf([t]);
  // Nothing outside reads what is given inside it.
  for (const id of inside) if (id !== gives && (all.get(id) ?? 0) > (times.get(id) ?? 0)) return undefined;
  const numbers = flatHoles([t]).map((h) => h.text);
  const reads = [...times.keys()].filter((v): v is number => typeof v === 'number' && !inside.has(v));
  return { text: `${text.replace(/=$/, '')} ${numbers.join()}`, reads, times, gives };
}

const count = (readings: readonly (Reading | undefined)[], value: number): number =>
  readings.reduce((n, r) => n + (r?.times.get(value) ?? 0), 0);

/** The rounds of `k` terms from a place. */
function roundsAt(
  terms: readonly (Reading | undefined)[],
  from: number,
  k: number,
  placeOf: ReadonlyMap<number, number>,
): Found | undefined {
  const origin = (v: number, round: number): From => {
    const place = placeOf.get(v) ?? -1;
    const start = from + round * k;
    if (place >= start && place < start + k) return { at: 'own', term: place - start };
    if (round > 0 && place >= start - k && place < start) return { at: 'before', term: place - start + k };
    return { at: 'outside', value: v };
  };
  // What the second round reads of the first tells what goes from round to round.
  const enters = new Map<number, number>();
  const like = (a: From, b: From): boolean => JSON.stringify(a) === JSON.stringify(b);
  let n = 1;
  for (; from + (n + 1) * k <= terms.length; n++) {
    let fits = true;
    for (let p = 0; p < k && fits; p++) {
      const [first, second, here] = [terms[from + p], terms[from + k + p], terms[from + n * k + p]];
      fits = first !== undefined && second !== undefined && here?.text === first.text && here.reads.length === first.reads.length;
      for (let i = 0; fits && i < (here?.reads.length ?? 0); i++) {
        const [v0, v1, v] = [first?.reads[i] ?? 0, second?.reads[i] ?? 0, here?.reads[i] ?? 0];
        const [o0, o1, o] = [origin(v0, 0), origin(v1, 1), origin(v, n)];
        fits = like(o, o1);
        if (!fits || o1.at !== 'before') {
          fits &&= like(o0, o1);
          continue;
        }
        fits = o0.at === 'outside' && (enters.get(o1.term) ?? v0) === v0;
        if (fits) enters.set(o1.term, v0);
      }
    }
    if (!fits) break;
  }
  return n > 1 ? { from, k, n, enters } : undefined;
}

/** Whether a loop says the same: names that are given anew in it are read by nothing else. */
function holds(
  { from, k, n, enters }: Found,
  terms: readonly (Reading | undefined)[],
  all: Starts,
  placeOf: ReadonlyMap<number, number>,
): boolean {
  const entering = [...enters.values()];
  if (new Set(entering).size < entering.length) return false;
  for (const [term, value] of enters) {
    const given = placeOf.get(value);
    // It has a name before the loop, and nothing reads it behind the place that gives it anew.
    if (given === undefined || given >= from || (all.get(value) ?? 0) !== count(terms.slice(0, from + term + 1), value)) return false;
  }
  for (let round = 0; round + 1 < n; round++)
    for (let p = 0; p < k; p++) {
      const gives = terms[from + round * k + p]?.gives;
      if (gives === undefined) continue;
      if ((all.get(gives) ?? 0) !== count(terms.slice(from + round * k, from + (round + 2) * k), gives)) return false;
    }
  return true;
}

/** The terms of a text with loops over several values, and by value the one whose name it has. */
export function findStates(terms: Seq, all: Starts): { readonly root: Seq; readonly names: ReadonlyMap<number, number> } {
  const readings = terms.map((t) => readingOf(t, all));
  const placeOf = new Map<number, number>();
  for (const [i, r] of readings.entries()) if (r?.gives !== undefined) placeOf.set(r.gives, i);
  const names = new Map<number, number>();
  const root: Term[] = [];
  for (let from = 0; from < terms.length; ) {
    let best: Found | undefined;
    for (let k = 2; k <= Math.min(LONGEST, (terms.length - from) / 2); k++) {
      const found = roundsAt(readings, from, k, placeOf);
      if (
        found &&
        found.enters.size > 0 &&
        found.k * (found.n - 1) > (best ? best.k * (best.n - 1) : 6) &&
        holds(found, readings, all, placeOf)
      )
        best = found;
    }
    if (!best) {
      root.push(terms[from++] as Term);
      continue;
    }
    const { k, n, enters } = best;
    const rounds = Array.from({ length: n }, (_, r) => terms.slice(from + r * k, from + (r + 1) * k));
    for (let r = 0; r < n; r++)
      for (let p = 0; p < k; p++) {
        const gives = readings[from + r * k + p]?.gives;
        const first = enters.get(p) ?? readings[from + p]?.gives;
        if (gives !== undefined && first !== undefined && gives !== first) names.set(gives, names.get(first) ?? first);
      }
    root.push({ type: 'loop', uniform: true, states: true, rounds });
    from += k * n;
  }
  return { root, names };
}
