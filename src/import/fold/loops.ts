/**
 * Loops: equal pieces in a row are a `repeat`; pieces in a row that differ in numbers are a `for` over a table. A call that stands alone where
 * others of its family stand several times counts as repeated once.
 */
import { flatHoles } from './holes.ts';
import { skeletonOf } from './skeleton.ts';
import { type CallTerm, nodesOf, resultOf, type Seq, type Starts, sharedIn, startsIn, type Term } from './tree.ts';

const MOST_TERMS = 8;

/** Everything that is written of a piece: two of the same text are equal. */
const written = (terms: Seq): string =>
  `${skeletonOf(terms).text} ${flatHoles(terms)
    .map((h) => h.text)
    .join(',')}`;
/** Whether pipelines start elsewhere from what a term gives: then a loop may end with it, and not go on. */
function isRead(t: Term, all: Starts): boolean {
  const result = resultOf([t]);
  return result !== undefined && (all.get(result) ?? 0) > (startsIn([t]).get(result) ?? 0);
}

/** A term without its numbers; undefined where it cannot stand in a loop, since something outside reads a value inside it. */
function shapeOf(t: Term, all: Starts): string | undefined {
  const { text, open, outside } = skeletonOf([t]);
  const own = startsIn([t]);
  // What is shared is declared outside of loops.
  if (sharedIn([t]).size > 0) return undefined;
  const result = resultOf([t]);
  const isOpen = nodesOf([t]).some(({ id }) => id !== result && (all.get(id) ?? 0) > (own.get(id) ?? 0));
  return open || outside.length > 0 || isOpen ? undefined : text;
}

/** How many pieces of `k` terms in a row, from a place, are alike. `read` are those that give a value to others: only the last of all may. */
function runOf(
  keys: readonly (string | undefined)[],
  read: readonly boolean[],
  from: number,
  k: number,
  alike: (a: number, b: number) => boolean,
): number {
  const givesInside = (n: number): boolean => read.slice(from + n * k, from + (n + 1) * k - 1).some(Boolean);
  let n = 1;
  if (givesInside(0)) return n;
  while (from + (n + 1) * k <= keys.length) {
    if (read[from + n * k - 1] || givesInside(n)) return n;
    for (let i = 0; i < k; i++) {
      const [a, b] = [from + i, from + n * k + i];
      if (keys[a] === undefined || keys[a] !== keys[b] || !alike(a, b)) return n;
    }
    n++;
  }
  return n;
}

/** Equal pieces in a row as one loop, the shortest pieces first. `equal` tells whether two places are equal. */
function repeats(
  terms: Seq,
  all: Starts,
  equal: (a: number, b: number) => boolean,
): readonly { readonly from: number; readonly k: number; readonly n: number }[] {
  const keys = terms.map((t) => shapeOf(t, all));
  const read = terms.map((t) => isRead(t, all));
  const found: { from: number; k: number; n: number }[] = [];
  for (let from = 0; from < terms.length; ) {
    let best = { k: 1, n: 1 };
    for (let k = 1; k <= MOST_TERMS; k++) {
      const n = runOf(keys, read, from, k, equal);
      const piece = terms.slice(from, from + k);
      const worth = piece.some((t) => t.type === 'call' || t.type === 'merge') || k * n >= 4;
      if (n > 1 && worth && n * k > best.n * best.k) best = { k, n };
    }
    if (best.n > 1) found.push({ from, ...best });
    from += best.n * best.k;
  }
  return found;
}

function wrapped(terms: Seq, loops: ReturnType<typeof repeats>): Seq {
  const out: Term[] = [];
  let at = 0;
  for (const { from, k, n } of loops) {
    out.push(...terms.slice(at, from));
    out.push({ type: 'loop', uniform: true, rounds: Array.from({ length: n }, (_, i) => terms.slice(from + i * k, from + (i + 1) * k)) });
    at = from + k * n;
  }
  return [...out, ...terms.slice(at)];
}

const repeated = (terms: Seq, all: Starts): Seq => {
  const texts = terms.map((t) => written([t]));
  return wrapped(
    terms,
    repeats(terms, all, (a, b) => texts[a] === texts[b]),
  );
};

/** A call as a loop of one round, so that it is like one of several. */
const asLoop = (t: Term): Term => (t.type === 'call' ? { type: 'loop', uniform: true, rounds: [[t]] } : t);

/** Lines that a family saves as a `for`. */
function saving(rounds: readonly Seq[]): number {
  const [first] = rounds;
  if (!first) return 0;
  const lines = first.reduce((n, t) => n + (t.type === 'layer' ? 0.4 : t.type === 'merge' ? 5 : 1), 0);
  const rows = rounds.map((r) => flatHoles(r).map((h) => h.text));
  const columns = (rows[0] ?? []).map((_, j) => rows.map((r) => r[j]));
  const varied = new Set(columns.filter((c) => c.some((v) => v !== c[0])).map((c) => c.join()));
  const width = [...varied].reduce((n, c) => n + c.length + 2 * rounds.length, 0);
  const table = width < 60 ? 0 : rounds.length + 1;
  return rounds.length * lines - (lines + 2 + table) - 0.15 * varied.size;
}

/** Families in a row as `for` loops over tables. */
function families(terms: Seq, all: Starts): Seq {
  const loose = terms.map((t) => asLoop(t));
  const keys = loose.map((t) => shapeOf(t, all));
  const read = loose.map((t) => isRead(t, all));
  const out: Term[] = [];
  for (let from = 0; from < terms.length; ) {
    let best: { rounds: readonly Seq[]; gain: number; length: number } | undefined;
    for (let k = 1; k <= MOST_TERMS; k++) {
      const n = runOf(keys, read, from, k, () => true);
      if (n < 2) continue;
      const plain = Array.from({ length: n }, (_, i) => terms.slice(from + i * k, from + (i + 1) * k));
      // Where none of a column is a loop, its calls stay calls.
      const columns = Array.from({ length: k }, (_, j) => plain.some((r) => r[j]?.type === 'loop'));
      const rounds = plain.map((r) => r.map((t, j) => (columns[j] ? asLoop(t) : t)));
      const gain = saving(rounds);
      if (gain > 0.5 && gain > (best?.gain ?? 0)) best = { rounds, gain, length: k * n };
    }
    if (best) {
      out.push({ type: 'loop', uniform: false, rounds: best.rounds });
      from += best.length;
    } else out.push(terms[from++] as Term);
  }
  return out;
}

/** The calls in a text, by block, those inside others too. */
export function callsIn(terms: Seq, found = new Map<number, CallTerm[]>()): Map<number, CallTerm[]> {
  for (const t of terms) {
    if (t.type === 'call') {
      found.set(t.block, [...(found.get(t.block) ?? []), t]);
      callsIn(t.body, found);
    } else if (t.type === 'use') callsIn([t.of], found);
    else if (t.type === 'merge') for (const b of t.branches) callsIn(b, found);
    else if (t.type === 'output') callsIn(t.body, found);
    else if (t.type === 'loop') for (const r of t.rounds) callsIn(r, found);
  }
  return found;
}

/** Finds the loops of a text: `repeat` everywhere, `for` in what is no block. */
export function findLoops(root: Seq): Seq {
  const all = startsIn(root);
  const outside = (terms: Seq): Seq => {
    const inner = terms.map((t): Term => {
      if (t.type === 'merge') return { ...t, branches: t.branches.map(outside) };
      if (t.type === 'output') return { ...t, body: outside(t.body) };
      return t;
    });
    return families(repeated(inner, all), all);
  };
  return outside(inBlocks(root, all));
}

/** Loops in the bodies of blocks, where all calls of a block agree on them. */
function inBlocks(root: Seq, starts: Starts): Seq {
  const plans = new Map<string, ReturnType<typeof repeats>>();
  const bodies = new Map<string, Seq[]>();
  const collect = (terms: Seq, key: string): void => {
    bodies.set(key, [...(bodies.get(key) ?? []), terms]);
    for (const [i, t] of terms.entries()) {
      if (t.type === 'merge') for (const [j, b] of t.branches.entries()) collect(b, `${key}/${i}.${j}`);
      if (t.type === 'call') collect(t.body, `#${t.block}`);
      if (t.type === 'use') collect(t.of.body, `#${t.of.block}`);
    }
  };
  collect(root, '');
  for (const [key, all] of bodies) {
    if (!key.startsWith('#')) continue;
    const [first] = all;
    const texts = all.map((terms) => terms.map((t) => written([t])));
    if (first)
      plans.set(
        key,
        repeats(first, starts, (a, b) => texts.every((t) => t[a] === t[b])),
      );
  }
  const apply = (terms: Seq, key: string): Seq => {
    const inner = terms.map((t, i): Term => {
      if (t.type === 'merge') return { ...t, branches: t.branches.map((b, j) => apply(b, `${key}/${i}.${j}`)) };
      if (t.type === 'call') return { ...t, body: apply(t.body, `#${t.block}`) };
      if (t.type === 'use') return { ...t, of: { ...t.of, body: apply(t.of.body, `#${t.of.block}`) } };
      return t;
    });
    return wrapped(inner, plans.get(key) ?? []);
  };
  return apply(root, '');
}
