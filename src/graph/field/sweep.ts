/**
 * A sweep: which interval of the input each position p of an output sees along one axis, exactly, after Araujo et al. 2019, "Computing
 * receptive fields of convolutional neural networks". There the interval is [stride·p + first, stride·p + last]. Where a map was
 * enlarged the ends depend on p's phase too, its remainder by a period: p = period·q + r sees [advance·q + first[r], advance·q + last[r]].
 */
import { divisor } from '../../layers/geometry.ts';

export interface Sweep {
  /** Positions after which the pattern repeats: as many as there are phases. */
  readonly period: number;
  /** Input pixels that a period goes on by; the stride is advance ÷ period. */
  readonly advance: number;
  /** By phase, the first pixel seen; above `last` where none is. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Only a bound, of one phase: p sees nothing outside [advance·p + first, advance·p + last], whose numbers may be fractions. */
  readonly rough?: true;
}

/** More phases than enlarging gives in any network that is known to us; beyond them a sweep is a bound, so that its cost has one too. */
export const MOST_PHASES = 256;

/** Every pixel sees itself. */
export const ITSELF: Sweep = { period: 1, advance: 1, first: [0], last: [0] };

export const strideOf = (s: Sweep): number => s.advance / s.period;
export const multiple = (a: number, b: number): number => (a / divisor(a, b)) * b;

/** Phase and whole periods of a position, which may be negative. */
const phaseOf = (s: Sweep, p: number): number => ((p % s.period) + s.period) % s.period;
export function firstAt(s: Sweep, p: number): number {
  const r = phaseOf(s, p);
  return (s.first[r] as number) + ((p - r) / s.period) * s.advance;
}
export function lastAt(s: Sweep, p: number): number {
  const r = phaseOf(s, p);
  return (s.last[r] as number) + ((p - r) / s.period) * s.advance;
}

/** The bound of a sweep whose phases are given up. */
export function rough(s: Sweep): Sweep {
  if (s.rough) return s;
  const stride = strideOf(s);
  const ends = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  for (let r = 0; r < s.period; r++) {
    ends.first = Math.min(ends.first, (s.first[r] as number) - stride * r);
    ends.last = Math.max(ends.last, (s.last[r] as number) - stride * r);
  }
  return { period: 1, advance: stride, first: [ends.first], last: [ends.last], rough: true };
}

/** What position 0 sees, wherever one looks from: a single pixel that is spread over a map. */
export const still = (s: Sweep): Sweep => ({
  period: 1,
  advance: 0,
  first: [s.first[0] as number],
  last: [s.last[0] as number],
  ...(s.rough ? { rough: true } : {}),
});

/** Whether no position sees less far back, or less far ahead, than the one before it. */
export function isOrdered({ period, advance, first, last }: Sweep): boolean {
  let [from, to] = [(first[period - 1] as number) - advance, (last[period - 1] as number) - advance];
  for (let r = 0; r < period; r++) {
    const [f, l] = [first[r] as number, last[r] as number];
    if (f < from || l < to) return false;
    [from, to] = [f, l];
  }
  return true;
}

/** A bound that is ordered, with the same phases. */
export function ordered(s: Sweep): Sweep {
  const [first, last] = [[...s.first], [...s.last]];
  // Twice around, so that the ends of one period reach into the next.
  for (let i = 0; i < 2; i++) {
    for (let r = s.period - 1; r >= 0; r--)
      first[r] = Math.min(first[r] as number, r + 1 < s.period ? (first[r + 1] as number) : (first[0] as number) + s.advance);
    for (let r = 0; r < s.period; r++)
      last[r] = Math.max(last[r] as number, r > 0 ? (last[r - 1] as number) : (last[s.period - 1] as number) - s.advance);
  }
  return { ...s, first, last };
}

/** What two sweeps of one stride see together. */
export function together(a: Sweep, b: Sweep): Sweep {
  const period = multiple(a.period, b.period);
  if (a.rough || b.rough || period > MOST_PHASES) {
    const [x, y] = [rough(a), rough(b)];
    return {
      ...x,
      first: [Math.min(x.first[0] as number, y.first[0] as number)],
      last: [Math.max(x.last[0] as number, y.last[0] as number)],
    };
  }
  const [first, last]: [number[], number[]] = [[], []];
  for (let p = 0; p < period; p++) {
    first.push(Math.min(firstAt(a, p), firstAt(b, p)));
    last.push(Math.max(lastAt(a, p), lastAt(b, p)));
  }
  return { period, advance: (a.advance * period) / a.period, first, last };
}

/** A bound for two sweeps of different strides over the positions 0 to n − 1, at the stride of the first. */
export function bound(a: Sweep, b: Sweep, n: number): Sweep {
  const [x, y] = [rough(a), rough(b)];
  const drift = (y.advance - x.advance) * (n - 1);
  return {
    ...x,
    first: [Math.min(x.first[0] as number, (y.first[0] as number) + Math.min(0, drift))],
    last: [Math.max(x.last[0] as number, (y.last[0] as number) + Math.max(0, drift))],
  };
}
