/**
 * A map's height or width as a function of the input's, n. Windows that stride and maps that grow make times·floor((n + plus) / by) + more
 * of it (Dumoulin and Visin 2016, chapter 2 and 4), and so do nearly all chains of them; what does not is kept as a table of its residues.
 */
import { divisor } from '../../layers/geometry.ts';

export type Extent =
  | { readonly kind: 'floor'; readonly times: number; readonly plus: number; readonly by: number; readonly more: number }
  /** n = by·q + r gives times·q + values[r]. */
  | { readonly kind: 'table'; readonly times: number; readonly by: number; readonly values: readonly number[] };

/** Residues beyond which a table is given up, and what depends on it is not known. */
export const MOST_RESIDUES = 512;
/** Products of strides beyond which numbers are not exact; no map is as large. */
const TOO_FAR = 2 ** 40;

export const SAME: Extent = { kind: 'floor', times: 1, plus: 0, by: 1, more: 0 };
export const constant = (n: number): Extent => ({ kind: 'floor', times: 0, plus: 0, by: 1, more: n });
export const isConstant = (e: Extent): boolean => e.times === 0 && (e.kind === 'floor' || e.values.every((v) => v === e.values[0]));

export const residueOf = (n: number, by: number): number => ((n % by) + by) % by;

export function at(e: Extent, n: number): number {
  if (e.kind === 'floor') return e.times * Math.floor((n + e.plus) / e.by) + e.more;
  const r = residueOf(n, e.by);
  return (e.times * (n - r)) / e.by + (e.values[r] as number);
}

export const multiple = (a: number, b: number): number => (a / divisor(a, b)) * b;
export const slopeOf = (e: Extent): number => e.times / e.by;
export const sameSlope = (a: Extent, b: Extent): boolean => a.times * b.by === b.times * a.by;

export const sameExtent = (a: Extent, b: Extent): boolean =>
  a === b || (a.kind === 'floor' && b.kind === 'floor' && a.times === b.times && a.plus === b.plus && a.by === b.by && a.more === b.more);

/** The extent behind a layer, which makes `outer` of what arrives, `inner`; undefined where it is beyond what is counted here. */
export function behind(inner: Extent, outer: Extent): Extent | undefined {
  if (inner.by > TOO_FAR || inner.times > TOO_FAR) return undefined;
  if (isConstant(inner)) return constant(at(outer, at(inner, 0)));
  if (inner.kind === 'floor' && outer.kind === 'floor') {
    const add = inner.more + outer.plus;
    const from = (times: number, plus: number, by: number, more: number): Extent => ({ kind: 'floor', times, plus, by, more });
    // floor((t·x + add) / b) is (t/b)·x + floor(add/b) where b divides t, and floor((x + floor(add/t)) / (b/t)) where t divides b; floors of
    // floors are one floor of the product.
    if (inner.times % outer.by === 0)
      return from((outer.times * inner.times) / outer.by, inner.plus, inner.by, outer.times * Math.floor(add / outer.by) + outer.more);
    if (outer.by % inner.times === 0)
      return from(outer.times, inner.plus + inner.by * Math.floor(add / inner.times), (inner.by * outer.by) / inner.times, outer.more);
  }
  const rounds = outer.by / divisor(inner.times, outer.by);
  const by = inner.by * rounds;
  if (by > MOST_RESIDUES) return undefined;
  const values = Array.from({ length: by }, (_, r) => at(outer, at(inner, r)));
  return { kind: 'table', times: at(outer, at(inner, by)) - (values[0] as number), by, values };
}

/** The input extents n for which slope·n may be what the extent is not off by more than its steps: slope·n + least ≤ e ≤ slope·n + most. */
export function band(e: Extent): { readonly slope: number; readonly least: number; readonly most: number } {
  const slope = slopeOf(e);
  if (e.kind === 'floor') return { slope, least: e.more + slope * (e.plus - e.by + 1), most: e.more + slope * e.plus };
  const off = e.values.map((v, r) => v - slope * r);
  return { slope, least: Math.min(...off), most: Math.max(...off) };
}

/** The least n from which on an extent that grows is at least `size`. */
export function leastFor(e: Extent, size: number): number {
  if (e.kind === 'floor') return e.by * Math.ceil((size - e.more) / e.times) - e.plus;
  const { slope, least } = band(e);
  let n = Math.ceil((size - least) / slope - 1e-9);
  while (at(e, n - 1) >= size) n--;
  return n;
}
