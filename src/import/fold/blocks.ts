/**
 * Grammar induction: pieces that occur again and again become blocks. In each round the piece whose extraction makes the text shortest becomes
 * one, everywhere at once, and the search begins anew in what is left, blocks included; it ends when nothing makes the text shorter. Pieces
 * that are exactly a module of the program that wrote the file count for more, those that cut across modules for less.
 */
import { layerOf } from '../../layers/index.ts';
import { callCost, costOf, DECLARATION } from './cost.ts';
import { skeletonOf } from './skeleton.ts';
import { type CallTerm, entryOf, nodesOf, resultOf, type Seq, type Starts, startsIn, type Term, type Tree } from './tree.ts';

/** Modules around each node, by its id. */
export type Modules = readonly (readonly string[])[];

export interface Folded {
  readonly root: Seq;
  /** How many blocks there are; calls refer to them by number. */
  readonly blocks: number;
}

const LONGEST = 14;
const MOST_ROUNDS = 60;

/** Applies a change to a sequence and to all those inside it, innermost first. */
function everywhere(terms: Seq, change: (s: Seq) => Seq): Seq {
  const inner = terms.map((t): Term => {
    switch (t.type) {
      case 'merge':
        return { ...t, branches: t.branches.map((b) => everywhere(b, change)) };
      case 'call':
      case 'output':
        return { ...t, body: everywhere(t.body, change) };
      case 'loop':
        return { ...t, rounds: t.rounds.map((r) => everywhere(r, change)) };
      case 'layer':
      case 'use':
      case 'start':
      case 'pass':
        return t;
      default:
        return t satisfies never;
    }
  });
  return change(inner);
}

/** The sequences of a text as it would be written: the body of a block once, however often it is called. */
function sequences(root: Seq): readonly Seq[] {
  const seen = new Set<number>();
  const found: Seq[] = [];
  const walk = (terms: Seq): void => {
    found.push(terms);
    for (const t of terms) {
      if (t.type === 'merge') t.branches.forEach(walk);
      else if (t.type === 'output') walk(t.body);
      else if (t.type === 'loop') walk(t.rounds[0] ?? []);
      else if (t.type === 'call' && !seen.has(t.block)) {
        seen.add(t.block);
        walk(t.body);
      }
    }
  };
  walk(root);
  return found;
}

/** Whether a piece is another one several times over, which a loop says better. */
function isPeriodic(parts: readonly string[]): boolean {
  const n = parts.length;
  for (let p = 1; p <= n / 2; p++) if (n % p === 0 && parts.every((x, i) => x === parts[i % p])) return true;
  return false;
}

/** Whether a piece takes only some of several calls of one block in a row. */
const cutsRun = (tokens: readonly string[], from: number, to: number): boolean =>
  (tokens[from]?.startsWith('#') && tokens[from] === tokens[from - 1]) ||
  (tokens[to]?.startsWith('#') && tokens[to] === tokens[to - 1]) ||
  false;

/** Whether nothing outside a piece reads what is given inside it, save what it gives as a whole. `all` are the starts of the whole text. */
function isClosed(piece: Seq, all: Starts): boolean {
  const own = startsIn(piece);
  // What is shared is declared where all its uses are.
  if ([...own].some(([key, n]) => typeof key === 'string' && n !== all.get(key))) return false;
  const result = resultOf(piece);
  return nodesOf(piece).every(({ id }) => id === result || (all.get(id) ?? 0) === (own.get(id) ?? 0));
}

/** How well a piece fits the modules: above 1 where it is one, below where it cuts through some. */
function agreement(piece: Seq, before: Term | undefined, after: Term | undefined, modules: Modules): number {
  const chains = nodesOf(piece).map((n) => modules[n.id] ?? []);
  const [first] = chains;
  if (!first) return 1;
  let depth = first.length;
  for (const c of chains) {
    let same = 0;
    while (same < depth && c[same] === first[same]) same++;
    depth = same;
  }
  const prefix = first.slice(0, depth).join('/');
  const within = (t: Term | undefined): boolean => {
    const n = t && nodesOf([t]).at(-1);
    return n !== undefined && depth > 0 && (modules[n.id] ?? []).slice(0, depth).join('/') === prefix;
  };
  // Neighbours that share a deeper module with one end are cut off from it.
  const cut = (end: readonly string[] | undefined, t: Term | undefined): boolean => {
    const other = t && (modules[nodesOf([t])[0]?.id ?? -1] ?? []);
    return (
      end !== undefined &&
      other !== undefined &&
      end.length > depth &&
      other[depth] === end[depth] &&
      other.slice(0, depth).join('/') === prefix
    );
  };
  if (cut(first, before) || cut(chains.at(-1), after)) return 0.6;
  // Several modules side by side, but not all of those in the one around them.
  const several = new Set(chains.map((c) => c[depth])).size > 1;
  if (several && depth > 0 && (within(before) || within(after))) return 0.85;
  return depth > 0 && !within(before) && !within(after) ? 1.35 : 1;
}

/** A piece that begins by dressing what came before it is seldom meant. */
const beginning = (t: Term | undefined): number => {
  if (t?.type !== 'layer') return 1;
  const { role } = layerOf(t.node.kind);
  return role === 'activation' ? 0.8 : 1;
};

interface Found {
  readonly text: string;
  /** Occurrences that fit the modules less than this are left. */
  readonly least: number;
  readonly gain: number;
}

/** More inputs than a block of several is given. */
const MOST_TAKEN = 3;

/** Whether a piece that reads these values from outside can be a block: of one input, by its flow, or of several. */
function mayTake(piece: Seq, outside: readonly number[]): boolean {
  const inputs = outside.length + (entryOf(piece) === undefined ? 0 : 1);
  return outside.length === 0 || (inputs >= 2 && inputs <= MOST_TAKEN);
}

/** The piece whose extraction gains most. */
function best(root: Seq, modules: Modules, tried: ReadonlySet<string>): Found | undefined {
  const all = startsIn(root);
  const groups = new Map<string, { fits: number[]; cost: number; call: number; first: number; last: Seq; end: number }>();
  for (const terms of sequences(root)) {
    const tokens = terms.map((t) => skeletonOf([t]).text);
    for (let from = 0; from < terms.length; from++)
      for (let to = from + 1; to <= Math.min(terms.length, from + LONGEST); to++) {
        const piece = terms.slice(from, to);
        const [only] = piece;
        if (piece.length === 1 && only?.type !== 'merge') continue;
        if (piece.some((t) => t.type === 'output' || t.type === 'pass')) break;
        if (isPeriodic(tokens.slice(from, to)) || cutsRun(tokens, from, to)) continue;
        const { text, open, outside } = skeletonOf(piece);
        if (open || tried.has(text) || !mayTake(piece, outside)) continue;
        if (!isClosed(piece, all)) continue;
        const g = groups.get(text) ?? { fits: [], cost: costOf(piece), call: callCost(outside), first: beginning(only), last: [], end: 0 };
        // Pieces of one sequence do not overlap.
        if (g.last === terms && from < g.end) continue;
        g.fits.push(agreement(piece, terms[from - 1], terms[to], modules));
        g.last = terms;
        g.end = to;
        groups.set(text, g);
      }
  }
  let found: Found | undefined;
  for (const [text, { fits, cost, call, first }] of groups) {
    const least = (fits.toSorted((a, b) => a - b)[fits.length >> 1] ?? 1) * 0.74;
    const kept = fits.filter((f) => f >= least);
    if (kept.length < 2) continue;
    const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
    const gain = (kept.length * cost - (kept.length * call + cost + DECLARATION)) * mean * first;
    if (gain > 0.2 && gain > (found?.gain ?? 0)) found = { text, gain, least };
  }
  return found;
}

/** Replaces each occurrence of a skeleton by a call. */
function extract(root: Seq, { text, least }: Found, block: number, modules: Modules): Seq {
  const all = startsIn(root);
  return everywhere(root, (terms) => {
    const tokens = terms.map((t) => skeletonOf([t]).text);
    const out: Term[] = [];
    for (let from = 0; from < terms.length; ) {
      let taken = 0;
      for (let to = from + 1; to <= Math.min(terms.length, from + LONGEST) && taken === 0; to++) {
        const piece = terms.slice(from, to);
        const fits = (): boolean => agreement(piece, terms[from - 1], terms[to], modules) >= least && !cutsRun(tokens, from, to);
        if (skeletonOf(piece).text === text && isClosed(piece, all) && fits()) taken = to - from;
      }
      if (taken > 0) {
        const body = terms.slice(from, from + taken);
        out.push({ type: 'call', block, body, takes: skeletonOf(body).outside });
        from += taken;
      } else out.push(terms[from++] as Term);
    }
    return out;
  });
}

/** A sequence that is nothing but the body of a block stays what it is: a block that only calls another says nothing. */
function withoutHollow(root: Seq): Seq {
  return everywhere(root, (terms) =>
    terms.map((t): Term => {
      if (t.type !== 'call' || t.body.length !== 1) return t;
      const [only] = t.body;
      return only?.type === 'call' ? ({ ...only } satisfies CallTerm) : t;
    }),
  );
}

/** Finds the blocks of a tree, beside those that it has. */
export function findBlocks(tree: Tree & { readonly blocks: number }, modules: Modules): Folded {
  let { root, blocks } = tree;
  const tried = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = best(root, modules, tried);
    if (!found) break;
    tried.add(found.text);
    root = extract(root, found, blocks++, modules);
  }
  return { root: withoutHollow(root), blocks };
}
