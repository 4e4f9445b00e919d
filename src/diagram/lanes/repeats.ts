/**
 * Modules that follow each other: cards in a row whose like comes again and again (HRNet's four modules of three streams, EfficientDet's seven
 * pyramids) stand once, ×n. A round may read the one before it, and what was there before all of them; only the last may be read by what follows.
 */
import type { Graph } from '../../graph/graph.ts';
import type { Scopes, Unit } from '../units.ts';
import type { Card } from './cards.ts';

/** A module has at most so many cards, and a picture in which rounds are looked for so many. */
const MOST_CARDS = 40;
const MOST_ALL = 1000;

/** The cards with rounds folded. */
export function foldRounds(cards: readonly Card[], graph: Graph, scopes: Scopes): readonly Card[] {
  if (cards.length > MOST_ALL) return cards;
  const signs = cards.map((c) => signOf(c, graph, scopes));
  const owner = new Map(cards.flatMap((c, i) => c.nodes.map((id) => [id, i] as const)));
  const reads = cards.map((c) => c.reads.map((v) => owner.get(v) ?? 0));
  const readers = cards.map((): number[] => []);
  for (const [i, list] of reads.entries()) for (const from of list) readers[from]?.push(i);
  const out: Card[] = [];
  for (let i = 0; i < cards.length; ) {
    const { period, rounds } = rowAt(i, signs, reads, readers);
    for (let j = 0; j < period; j++) {
      const all = Array.from({ length: rounds }, (_, t) => cards[i + j + t * period] as Card);
      const [first] = all;
      if (first) out.push(rounds > 1 ? { ...first, nodes: all.flatMap((c) => c.nodes), times: rounds } : first);
    }
    i += period * rounds;
  }
  return out;
}

/** The rounds that begin at a card: one of one card where there are none. */
function rowAt(
  at: number,
  signs: readonly string[],
  reads: readonly (readonly number[])[],
  readers: readonly (readonly number[])[],
): { readonly period: number; readonly rounds: number } {
  for (let period = 1; period <= MOST_CARDS && at + 2 * period <= signs.length; period++) {
    let end = at + period;
    while (end < signs.length && signs[end] === signs[end - period]) end++;
    for (let rounds = Math.floor((end - at) / period); rounds > 1; rounds--)
      if (areRounds(at, period, rounds, reads, readers)) return { period, rounds };
  }
  return { period: 1, rounds: 1 };
}

function areRounds(
  at: number,
  period: number,
  rounds: number,
  reads: readonly (readonly number[])[],
  readers: readonly (readonly number[])[],
): boolean {
  const end = at + period * rounds;
  const round = (i: number): number => Math.floor((i - at) / period);
  for (let t = 1; t < rounds; t++) {
    let follows = false;
    for (let i = at + t * period; i < at + (t + 1) * period; i++)
      for (const from of reads[i] ?? []) {
        if (from >= at && round(from) < t - 1) return false;
        follows ||= from >= at && round(from) === t - 1;
      }
    if (!follows) return false;
  }
  for (let i = at; i < end - period; i++) if (readers[i]?.some((r) => r >= end)) return false;
  return true;
}

/** What is the same about cards that are rounds of one loop: their place in the text, what they do, and their shapes. */
function signOf(c: Card, graph: Graph, scopes: Scopes): string {
  const unit = (u: Unit): unknown =>
    u.kind === 'call'
      ? u.scopes.map((s) => [s.source.range.start, scopes.signature(s)])
      : [u.node.kind, u.node.params, u.node.shape, u.node.source.uri, u.node.source.range.start];
  return JSON.stringify([c.lane, c.units.map(unit), c.reads.map((v) => graph.nodes[v]?.shape)]);
}
