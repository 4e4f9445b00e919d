/** Parts of an image as rectangles: rows × channels, of all columns. */

export interface Rect {
  /** Rows [r0, r1). */
  readonly r0: number;
  readonly r1: number;
  /** Channels [c0, c1). */
  readonly c0: number;
  readonly c1: number;
}

export const isEmpty = (r: Rect): boolean => r.r0 >= r.r1 || r.c0 >= r.c1;

export const meet = (a: Rect, b: Rect): Rect => ({
  r0: Math.max(a.r0, b.r0),
  r1: Math.min(a.r1, b.r1),
  c0: Math.max(a.c0, b.c0),
  c1: Math.min(a.c1, b.c1),
});

/** What of `a` is not in `b`, as rectangles that do not overlap. */
export function without(a: Rect, b: Rect): readonly Rect[] {
  const m = meet(a, b);
  if (isEmpty(m)) return [a];
  return [
    { ...a, r1: m.r0 },
    { ...a, r0: m.r1 },
    { ...m, c0: a.c0, c1: m.c0 },
    { ...m, c0: m.c1, c1: a.c1 },
  ].filter((r) => !isEmpty(r));
}

/** What of `a` is in none of some rectangles. */
export const withoutAll = (a: Rect, list: readonly Rect[]): readonly Rect[] =>
  list.reduce<readonly Rect[]>((left, b) => left.flatMap((r) => without(r, b)), [a]);
