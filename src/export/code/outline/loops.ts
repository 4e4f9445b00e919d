/** Loops as code has them: over what they run, how their rounds are told apart, and in which round a layer was made. */
import type { OutlineExpr, OutlineInstance, OutlineStageKind } from '../../../graph/outline.ts';
import { call, name, type Py, tuple } from '../../../layers/python.ts';
import { identifier, same } from '../code.ts';
import { patternOf } from './expressions.ts';
import type { Loop } from './source.ts';

/** The first stage that each round of a loop meets. */
export function headOf(body: unknown): string | undefined {
  if (Array.isArray(body)) {
    for (const x of body) {
      const found = headOf(x);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const o = body as Readonly<Record<string, unknown>>;
  if ('stage' in o && typeof o.at === 'string') return o.at;
  for (const k of ['value', 'body', 'branches']) {
    const found = Array.isArray(o[k]) ? headOf(o[k]) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export const INDICES = ['i', 'j', 'k', 'n', 'm', 'a', 'b', 'r', 's', 't'] as const;

export interface Rounds {
  readonly pattern: Py;
  readonly over: Py;
  readonly loop: Loop | undefined;
  /** Whether the rounds are counted beside the pattern. */
  readonly counts: boolean;
}
type ForStage = Pick<Extract<OutlineStageKind, { readonly kind: 'for' }>, 'pattern' | 'list'>;
type RepeatStage = Pick<Extract<OutlineStageKind, { readonly kind: 'repeat' }>, 'count' | 'index'>;

/** What a loop runs over, and by what its layers are told apart. `write` gives expressions, `fresh` an index that is free. */
export function roundsOf(
  s: ForStage | RepeatStage,
  at: string,
  head: string | undefined,
  write: (e: OutlineExpr) => Py,
  fresh: () => string,
): Rounds {
  const loopOf = (i: Py): Loop | undefined => (head === undefined ? undefined : { index: i, used: false, at, head });
  if ('count' in s) {
    const pattern = name(s.index === undefined ? fresh() : identifier(s.index));
    return { pattern, over: call('range', write(s.count)), loop: loopOf(pattern), counts: false };
  }
  const pattern = patternOf(s.pattern);
  const over = write(s.list);
  const isCall = (fn: string): boolean => over.k === 'call' && same(over.fn, name(fn)) && over.args.length === 1;
  if (isCall('range') && pattern.k === 'atom') return { pattern, over, loop: loopOf(pattern), counts: false };
  if (isCall('enumerate') && pattern.k === 'tuple' && pattern.items[0]?.k === 'atom')
    return { pattern, over, loop: loopOf(pattern.items[0]), counts: false };
  const own = name(fresh());
  return { pattern: tuple(own, pattern), over: call('enumerate', over), loop: loopOf(own), counts: true };
}

/**
 * In which round of a loop a trace was made. Each round meets the loop's first stage once; that trace comes before those of what follows in
 * the round, and after those of what is inside of it. A loop that runs again has been met as a whole before.
 */
export function roundOf(instance: OutlineInstance, trace: number, item: number, loop: Pick<Loop, 'at' | 'head'>): number {
  const { traces } = instance;
  let round = -1;
  for (let t = trace - 1; t >= 0 && traces[t]?.at !== loop.at; t--) if (traces[t]?.at === loop.head) round++;
  for (let t = trace; t < traces.length && traces[t]?.at !== loop.at; t++) {
    const now = traces[t];
    if (now?.at !== loop.head) continue;
    return now.from <= item && item < now.to ? round + 1 : round;
  }
  return round;
}
