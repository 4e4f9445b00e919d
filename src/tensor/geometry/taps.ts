/** Where resampling reads: the reference kernel and the WASM planner read the same table. */

/** Where an output pixel reads along one axis: two neighbours and the share of the second. */
export interface Tap {
  readonly a: number;
  readonly b: number;
  readonly t: number;
}

/** Source of output pixel `o` of `to`, from `n`: nearest is floor(o·n/to); bilinear takes pixel centres (align_corners=false). */
export function tap(mode: 'nearest' | 'bilinear', o: number, n: number, to: number): Tap {
  if (mode === 'nearest') {
    const a = Math.min(n - 1, Math.floor((o * n) / to));
    return { a, b: a, t: 0 };
  }
  const at = Math.max(0, ((o + 0.5) * n) / to - 0.5);
  const a = Math.min(n - 1, Math.floor(at));
  return { a, b: Math.min(n - 1, a + 1), t: at - a };
}
