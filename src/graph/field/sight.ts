/** What a layer's output pixels see of the input along one axis: sweeps of different strides, whose hull it is, or all of it. */
import type { Reading } from '../../layers/window.ts';
import { bound, firstAt, ITSELF, lastAt, MOST_PHASES, multiple, type Sweep, still, strideOf, together } from './sweep.ts';
import { paceOf, through } from './through.ts';

export interface Sight {
  /** A pixel sees from the first pixel that any of them sees to the last. None where it sees nothing of the input. */
  readonly sweeps: readonly Sweep[];
  /** The whole input, as behind a global pool: the pixels, and the width of the field, which is no less than what the pool reads. */
  readonly whole?: { readonly pixels: number; readonly width: number };
  /** Of the layers on the way, where no sweep has one any more. */
  readonly stride: number;
}

/** Along one axis, in pixels of the input. */
export interface Field {
  /** From the first pixel seen to the last; of the output pixel that sees most. */
  readonly width: number;
  /** Between what two neighbours of the output see. */
  readonly stride: number;
  /** How far what the first output pixel sees reaches beyond the edge; negative where it begins within. */
  readonly padding: number;
  /** The middle of what the first output pixel sees, 0 being the centre of the input's first pixel. */
  readonly centre: number;
}

export const START: Sight = { sweeps: [ITSELF], stride: 1 };
/** A further input sees nothing of the first. */
export const NOTHING: Sight = { sweeps: [], stride: 1 };

/** Strides at which branches that meet may step; those of more are bounds. Maps of odd sizes that are resampled to each other have many. */
const MOST_SWEEPS = 4;

/** Numbers beyond which they are no longer exact; what is seen is far more than the input then. */
const TOO_FAR = 2 ** 52;
const isFar = (s: Sweep): boolean =>
  s.advance > TOO_FAR ||
  s.first.some((x) => x < -TOO_FAR && x > Number.NEGATIVE_INFINITY) ||
  s.last.some((x) => x > TOO_FAR && x < Number.POSITIVE_INFINITY);

/** A sum of fractions may lie a hair beside a whole number. */
const HAIR = 1e-6;
const wholePixels = (first: number, last: number): number => (last < first - HAIR ? 0 : Math.floor(last - first + HAIR) + 1);

/** What position p sees, ends included; undefined for nothing. */
export function seenFrom(s: Sight, p: number): readonly [first: number, last: number] | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const w of s.sweeps) [first, last] = [Math.min(first, firstAt(w, p)), Math.max(last, lastAt(w, p))];
  return last >= first ? [first, last] : undefined;
}

/** Positions that together show every phase of every sweep: at the beginning, and, where strides differ, at the end of n. */
function samples({ sweeps }: Sight, n: number): readonly number[] {
  const phases = Math.min(
    n,
    MOST_PHASES,
    sweeps.reduce((period, w) => multiple(period, w.period), 1),
  );
  const start = Array.from({ length: phases }, (_, p) => p);
  return sweeps.length > 1 ? [...start, ...start.map((p) => n - 1 - p)] : start;
}

/** The width of the field of an output of n pixels. */
function widthOf(s: Sight, n: number): number {
  if (s.whole) return s.whole.width;
  const [only] = s.sweeps;
  if (only?.period === 1 && s.sweeps.length === 1) return wholePixels(only.first[0] as number, only.last[0] as number);
  let width = 0;
  for (const p of samples(s, n)) {
    const seen = seenFrom(s, p);
    if (seen) width = Math.max(width, wholePixels(...seen));
  }
  return width;
}

function slopeOf(s: Sight): number {
  const least = s.sweeps.reduce((n, w) => (w.advance > 0 ? Math.min(n, strideOf(w)) : n), Number.POSITIVE_INFINITY);
  return least < Number.POSITIVE_INFINITY ? least : s.stride;
}

/** The field of an output of n pixels. */
export function fieldOf(s: Sight, n: number): Field {
  const width = widthOf(s, n);
  const stride = slopeOf(s);
  if (s.whole) return { width, stride, padding: Math.ceil((width - s.whole.pixels) / 2), centre: (s.whole.pixels - 1) / 2 };
  // A transposed convolution with holes may leave the first pixels without anything to see.
  const seen =
    seenFrom(s, 0) ??
    samples(s, n)
      .map((p) => seenFrom(s, p))
      .find((x) => x);
  if (!seen) return { width, stride, padding: 0, centre: 0 };
  const [first, last] = [Math.ceil(seen[0] - HAIR), Math.floor(seen[1] + HAIR)];
  return { width, stride, padding: -first + 0, centre: (first + last) / 2 };
}

/** All of an input of `pixels`; as wide as what is seen already where that, with its padding, is more. */
export function wholeOf(s: Sight, n: number, pixels: number): Sight {
  if (s.sweeps.length === 0 && !s.whole) return s;
  return { sweeps: [], whole: { pixels, width: Math.max(pixels, widthOf(s, n)) }, stride: pixels };
}

/** Behind one more layer, whose input has n of the input's `pixels`. */
export function behind(s: Sight, r: Reading, n: number, pixels: number): Sight {
  if (r.kind === 'all') return wholeOf(s, n, pixels);
  if (r.kind === 'slide' && r.kernel === 1 && r.stride === 1 && r.before === 0) return s;
  const { over, by } = paceOf(r);
  const stride = Math.min((s.stride * by) / over, Number.MAX_SAFE_INTEGER);
  const next = { ...s, sweeps: s.sweeps.map((w) => through(w, r)), stride };
  return next.sweeps.some(isFar) ? { ...wholeOf(s, n, pixels), stride } : next;
}

/** One pixel that a merge spreads over a map. */
export const spreadOut = (s: Sight): Sight => ({ ...s, sweeps: s.sweeps.map(still) });

const sameStride = (a: Sweep, b: Sweep): boolean => a.advance * b.period === b.advance * a.period;

/** Branches that meet in a map of n pixels. */
export function met(branches: readonly Sight[], n: number): Sight {
  const all = branches.filter((b) => b.whole || b.sweeps.length > 0);
  const [first = NOTHING] = all;
  if (all.every((b) => b === first)) return first;
  const stride = all.reduce((least, b) => Math.min(least, slopeOf(b)), Number.POSITIVE_INFINITY);
  const pixels = all.find((b) => b.whole)?.whole?.pixels;
  if (pixels !== undefined) return { sweeps: [], whole: { pixels, width: Math.max(...all.map((b) => widthOf(b, n))) }, stride };
  let sweeps: readonly Sweep[] = [];
  for (const b of all) for (const w of b.sweeps) sweeps = joined(sweeps, w, n);
  return { sweeps, stride };
}

/** With one sweep more: together with one of its stride, else beside the others, else with that whose stride is nearest. */
function joined(sweeps: readonly Sweep[], w: Sweep, n: number): readonly Sweep[] {
  const distance = (s: Sweep): number => Math.abs(strideOf(s) - strideOf(w));
  const like = sweeps.findIndex((s) => sameStride(s, w));
  if (like >= 0) return sweeps.with(like, together(sweeps[like] as Sweep, w));
  if (sweeps.length < MOST_SWEEPS) return [...sweeps, w];
  const nearest = sweeps.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  return sweeps.with(sweeps.indexOf(nearest), bound(nearest, w, n));
}
