/** What a piece of text costs, about, in lines: what folding makes less. */
import type { Seq, Term } from './tree.ts';

export const LAYER = 0.34;
const CALL = 0.5;
/** A value that a call takes beside the flow. */
const TAKEN = 0.3;

/** What a call costs where it replaces a piece that reads these values from outside. */
export const callCost = (outside: readonly number[]): number => 0.6 + TAKEN * outside.length;

export function costOf(terms: Seq): number {
  return terms.reduce((sum, t) => sum + costOfTerm(t), 0);
}
function costOfTerm(t: Term): number {
  switch (t.type) {
    case 'layer':
    case 'use':
      return LAYER;
    case 'merge':
      return 2 + t.branches.reduce((sum, b) => sum + Math.max(0.75, costOf(b)), 0);
    case 'call':
      return t.takes.length > 0 ? CALL + TAKEN * t.takes.length : CALL;
    case 'loop':
      return 1 + costOf(t.rounds[0] ?? []);
    case 'start':
    case 'pass':
      return 0.3;
    case 'output':
      return 0.5 + costOf(t.body);
    default:
      return t satisfies never;
  }
}

/** Its head, its closing brace, and the empty line before the next. */
export const DECLARATION = 2.6;
