/** The sizes that fit, of what is asked of them. */
import { type Conditions, conditionsOf, type Periodic } from './conditions.ts';
import { multiple } from './extent.ts';
import { misfit } from './follow.ts';
import type { Step } from './steps.ts';

/** The heights, or widths, of the input that fit. */
export interface Sizes {
  /** Those below `from` that do, whatever their remainder. */
  readonly small: readonly number[];
  /** From here on those fit that leave one of the remainders by the divisor; no more where there is none. */
  readonly from: number;
  readonly divisor: number;
  readonly remainders: readonly number[];
  /** False where a layer is not understood, so that some of these may not fit after all. */
  readonly sure: boolean;
}

/** Remainders that are held at once, at most. */
const MOST_REMAINDERS = 1 << 12;
/** Sizes times nodes that are followed one by one, at most. */
const MOST_STEPS = 2e6;

interface Congruence {
  readonly divisor: number;
  readonly remainders: readonly number[];
}

/**
 * The remainders for which all hold. Each is looked at by its own period, the shortest first, among the remainders that are left: those of
 * a U-Net are so never more than two at once, however deep it is.
 */
function sieve(periodic: readonly Periodic[]): Congruence & { readonly complete: boolean } {
  let [divisor, remainders, complete]: [number, readonly number[], boolean] = [1, [0], true];
  for (const { by, holds } of [...periodic].sort((a, b) => a.by - b.by)) {
    const next = multiple(divisor, by);
    const rounds = next / divisor;
    if (rounds * remainders.length > MOST_REMAINDERS) {
      complete = false;
      continue;
    }
    const left: number[] = [];
    for (let i = 0; i < rounds; i++) for (const r of remainders) if (holds(r + i * divisor)) left.push(r + i * divisor);
    ({ divisor, remainders } = reduced({ divisor: next, remainders: left }));
  }
  return { divisor, remainders, complete };
}

/** The same with the least divisor. */
function reduced({ divisor, remainders }: Congruence): Congruence {
  const has = new Set(remainders);
  let by = divisor;
  for (const p of factorsOf(divisor)) if (remainders.every((r) => has.has((r + by / p) % divisor))) by /= p;
  return { divisor: by, remainders: remainders.filter((r) => r < by).sort((a, b) => a - b) };
}

/** The prime factors, each as often as it divides. */
function factorsOf(n: number): readonly number[] {
  const factors: number[] = [];
  for (let p = 2; p * p <= n; p++) for (; n % p === 0; n /= p) factors.push(p);
  return n > 1 ? [...factors, n] : factors;
}

/** The sizes that fit all steps. */
export function solve(steps: readonly Step[]): Sizes {
  const c: Conditions = conditionsOf(steps);
  const { divisor, remainders, complete } = sieve(c.periodic);
  const left = new Set(remainders);
  const obeys = (n: number): boolean => left.has(n % divisor);
  /** Those of a range, ends included, that fit, each followed by itself. */
  let few = true;
  const among = (first: number, last: number): readonly number[] => {
    few &&= (last - first) * steps.length <= MOST_STEPS;
    const range = few ? Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i) : [];
    return range.filter((n) => misfit(steps, n) === undefined);
  };
  const start = Math.max(c.from, c.least);
  const small = among(1, c.from - 1);
  if (Number.isFinite(c.most) || remainders.length === 0) {
    const more = remainders.length === 0 ? [] : among(start, c.most);
    return { small: [...small, ...more], from: start, divisor: 1, remainders: [], sure: c.sure && complete && few };
  }
  // The rule may hold further down than where it begins for certain.
  const fit = new Set(small);
  let from = start;
  while (from > 1 && fit.has(from - 1) === obeys(from - 1)) from--;
  while (!obeys(from)) from++;
  return { small: small.filter((n) => n < from), from, divisor, remainders, sure: c.sure && complete && few };
}

/** Whether a size is among them. */
export const isAmong = (s: Sizes, n: number): boolean => s.small.includes(n) || (n >= s.from && s.remainders.includes(n % s.divisor));

/** The least; undefined where none fits. */
export const leastOf = (s: Sizes): number | undefined => s.small[0] ?? (s.remainders.length > 0 ? s.from : undefined);

/** The nearest that fit, at most `n` and at least `n`. */
export function nearestTo(s: Sizes, n: number): { readonly below: number | undefined; readonly above: number | undefined } {
  const inSmall = { below: s.small.findLast((x) => x <= n), above: s.small.find((x) => x >= n) };
  if (s.remainders.length === 0) return inSmall;
  let [below, above] = [n, Math.max(n, s.from)];
  while (below >= s.from && !isAmong(s, below)) below--;
  while (!s.remainders.includes(above % s.divisor)) above++;
  return { below: below >= s.from ? below : inSmall.below, above: inSmall.above ?? above };
}
