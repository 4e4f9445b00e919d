// Winograd's minimal filtering (Lavin & Gray 2016, https://arxiv.org/abs/1509.09308): F(4×4, 3×3) on 6×6 windows, F(4×4, 5×5) on 8×8.
//
// An output tile Y of 4×4 is Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A. Summed over channels, ⊙ becomes one matrix product for each of the 36 (64) points.
// The matrices are Cook and Toom's for interpolation at 0, ±1, ½, −2, ∞ (six points) and 0, ±1, ±2, ±½, ∞ (eight): row i of Bᵀ holds the
// coefficients of Π (x − pⱼ) over j ≠ i, row i of G the powers of pᵢ over Π (pᵢ − pⱼ), column i of Aᵀ the powers of pᵢ. ½ and −2 in place
// of ±2 lose four times fewer digits (the negative reciprocal: Barabasz et al. 2020, https://arxiv.org/abs/1803.10986).
//
// Layouts: V is [point][tile][C], U [point][panel][C][8], M [point][tile][O]. A 2-D transform is a 1-D one along columns into scratch memory,
// then one along rows. Four channels at a time.
import { clamp, fma, scratch, splat } from './simd';

/** Bᵀ for six points: from six vectors `ss` bytes apart to six `ds` bytes apart. */
// @ts-ignore: decorator
@inline function input6(s: usize, ss: usize, d: usize, ds: usize): void {
  const d0 = v128.load(s), d1 = v128.load(s + ss), d2 = v128.load(s + 2 * ss);
  const d3 = v128.load(s + 3 * ss), d4 = v128.load(s + 4 * ss), d5 = v128.load(s + 5 * ss);
  const u = f32x4.sub(d4, d2), v = f32x4.sub(d3, d1), c = splat(1.5);
  v128.store(d, fma(c, v, f32x4.add(f32x4.sub(d0, d2), u)));
  const e = fma(c, d3, u), o = fma(c, d2, v);
  v128.store(d + ds, f32x4.add(e, o));
  v128.store(d + 2 * ds, f32x4.sub(e, o));
  v128.store(d + 3 * ds, fma(splat(2), v, u));
  v128.store(d + 4 * ds, fma(splat(-0.5), v, u));
  v128.store(d + 5 * ds, fma(c, u, f32x4.sub(f32x4.sub(d5, d3), v)));
}

/** Bᵀ for eight points. */
// @ts-ignore: decorator
@inline function input8(s: usize, ss: usize, d: usize, ds: usize): void {
  const d0 = v128.load(s), d1 = v128.load(s + ss), d2 = v128.load(s + 2 * ss), d3 = v128.load(s + 3 * ss);
  const d4 = v128.load(s + 4 * ss), d5 = v128.load(s + 5 * ss), d6 = v128.load(s + 6 * ss), d7 = v128.load(s + 7 * ss);
  v128.store(d, fma(splat(5.25), f32x4.sub(d2, d4), f32x4.sub(d6, d0)));
  let e = fma(splat(-4.25), d4, f32x4.add(d2, d6)), o = fma(splat(-4.25), d3, f32x4.add(d1, d5));
  v128.store(d + ds, f32x4.add(e, o));
  v128.store(d + 2 * ds, f32x4.sub(e, o));
  e = fma(splat(-1.25), d4, fma(splat(0.25), d2, d6));
  o = fma(splat(2), d5, fma(splat(-2.5), d3, f32x4.mul(splat(0.5), d1)));
  v128.store(d + 3 * ds, f32x4.add(e, o));
  v128.store(d + 4 * ds, f32x4.sub(e, o));
  e = fma(splat(-5), d4, fma(splat(4), d2, d6));
  o = fma(splat(0.5), d5, fma(splat(-2.5), d3, f32x4.add(d1, d1)));
  v128.store(d + 5 * ds, f32x4.add(e, o));
  v128.store(d + 6 * ds, f32x4.sub(e, o));
  v128.store(d + 7 * ds, fma(splat(5.25), f32x4.sub(d3, d5), f32x4.sub(d7, d1)));
}

/** V for tiles [from, to) of F(4×4, 3×3). `tiles`: address of each 6×6 window; `pixel`, `row`: bytes between its pixels and rows. */
export function winogradInput6(tiles: usize, C: i32, pixel: usize, row: usize, V: usize, vs: usize, vr: i32, from: i32, to: i32): void {
  for (let t = from; t < to; t++) {
    const base = <usize>load<u32>(tiles + t * 4);
    for (let c = 0; c < C; c += 4) {
      for (let x: usize = 0; x < 6; x++) input6(base + c * 4 + x * pixel, row, scratch + x * 16, 96);
      const v = V + <usize>(t * vr + c * 4);
      for (let y: usize = 0; y < 6; y++) input6(scratch + y * 96, 16, v + y * 6 * vs, vs);
    }
  }
}

/** V for tiles [from, to) of F(4×4, 5×5), on 8×8 windows. */
export function winogradInput8(tiles: usize, C: i32, pixel: usize, row: usize, V: usize, vs: usize, vr: i32, from: i32, to: i32): void {
  for (let t = from; t < to; t++) {
    const base = <usize>load<u32>(tiles + t * 4);
    for (let c = 0; c < C; c += 4) {
      for (let x: usize = 0; x < 8; x++) input8(base + c * 4 + x * pixel, row, scratch + x * 16, 128);
      const v = V + <usize>(t * vr + c * 4);
      for (let y: usize = 0; y < 8; y++) input8(scratch + y * 128, 16, v + y * 8 * vs, vs);
    }
  }
}

/** Aᵀ for six points, along a row of points: from six vectors `ss` bytes apart to four `ds` bytes apart. */
// @ts-ignore: decorator
@inline function output6(s: usize, ss: usize, d: usize, ds: usize): void {
  const m0 = v128.load(s), m1 = v128.load(s + ss), m2 = v128.load(s + 2 * ss);
  const m3 = v128.load(s + 3 * ss), m4 = v128.load(s + 4 * ss), m5 = v128.load(s + 5 * ss);
  const e = f32x4.add(m1, m2), o = f32x4.sub(m1, m2);
  v128.store(d, f32x4.add(f32x4.add(m0, e), f32x4.add(m3, m4)));
  v128.store(d + ds, fma(splat(-2), m4, fma(splat(0.5), m3, o)));
  v128.store(d + 2 * ds, fma(splat(4), m4, fma(splat(0.25), m3, e)));
  v128.store(d + 3 * ds, f32x4.add(fma(splat(-8), m4, fma(splat(0.125), m3, o)), m5));
}

/** Aᵀ for eight points. */
// @ts-ignore: decorator
@inline function output8(s: usize, ss: usize, d: usize, ds: usize): void {
  const m1 = v128.load(s + ss), m2 = v128.load(s + 2 * ss), m3 = v128.load(s + 3 * ss), m4 = v128.load(s + 4 * ss);
  const m5 = v128.load(s + 5 * ss), m6 = v128.load(s + 6 * ss);
  const e1 = f32x4.add(m1, m2), o1 = f32x4.sub(m1, m2), e2 = f32x4.add(m3, m4), o2 = f32x4.sub(m3, m4);
  const e3 = f32x4.add(m5, m6), o3 = f32x4.sub(m5, m6);
  v128.store(d, f32x4.add(f32x4.add(v128.load(s), e1), f32x4.add(e2, e3)));
  v128.store(d + ds, fma(splat(2), o2, fma(splat(0.5), o3, o1)));
  v128.store(d + 2 * ds, fma(splat(4), e2, fma(splat(0.25), e3, e1)));
  v128.store(d + 3 * ds, f32x4.add(fma(splat(8), o2, fma(splat(0.125), o3, o1)), v128.load(s + 7 * ss)));
}

/** Adds bias and residual (at `r`, or 0) to an output, clamps and stores it. */
// @ts-ignore: decorator
@inline function put(v: v128, b: v128, r: usize, q: usize, lo: v128, hi: v128): void {
  v = f32x4.add(v, b);
  if (r) v = f32x4.add(v, v128.load(r));
  v128.store(q, clamp(v, lo, hi));
}

/** Aᵀ down one column of six vectors, 16 bytes apart, straight into the first `h` pixels of an image's column. */
// @ts-ignore: decorator
@inline function column6(s: usize, q: usize, row: usize, r: usize, resRow: usize, h: i32, b: v128, lo: v128, hi: v128): void {
  const m3 = v128.load(s, 48), m4 = v128.load(s, 64), m1 = v128.load(s, 16), m2 = v128.load(s, 32);
  const e = f32x4.add(m1, m2), o = f32x4.sub(m1, m2);
  put(f32x4.add(f32x4.add(v128.load(s), e), f32x4.add(m3, m4)), b, r, q, lo, hi);
  if (h > 1) put(fma(splat(-2), m4, fma(splat(0.5), m3, o)), b, r ? r + resRow : 0, q + row, lo, hi);
  if (h > 2) put(fma(splat(4), m4, fma(splat(0.25), m3, e)), b, r ? r + 2 * resRow : 0, q + 2 * row, lo, hi);
  if (h > 3) put(f32x4.add(fma(splat(-8), m4, fma(splat(0.125), m3, o)), v128.load(s, 80)), b, r ? r + 3 * resRow : 0, q + 3 * row, lo, hi);
}

/** Aᵀ down one column of eight vectors. */
// @ts-ignore: decorator
@inline function column8(s: usize, q: usize, row: usize, r: usize, resRow: usize, h: i32, b: v128, lo: v128, hi: v128): void {
  const m1 = v128.load(s, 16), m2 = v128.load(s, 32), m3 = v128.load(s, 48), m4 = v128.load(s, 64), m5 = v128.load(s, 80), m6 = v128.load(s, 96);
  const e1 = f32x4.add(m1, m2), o1 = f32x4.sub(m1, m2), e2 = f32x4.add(m3, m4), o2 = f32x4.sub(m3, m4);
  const e3 = f32x4.add(m5, m6), o3 = f32x4.sub(m5, m6);
  put(f32x4.add(f32x4.add(v128.load(s), e1), f32x4.add(e2, e3)), b, r, q, lo, hi);
  if (h > 1) put(fma(splat(2), o2, fma(splat(0.5), o3, o1)), b, r ? r + resRow : 0, q + row, lo, hi);
  if (h > 2) put(fma(splat(4), e2, fma(splat(0.25), e3, e1)), b, r ? r + 2 * resRow : 0, q + 2 * row, lo, hi);
  if (h > 3) put(f32x4.add(fma(splat(8), o2, fma(splat(0.125), o3, o1)), v128.load(s, 112)), b, r ? r + 3 * resRow : 0, q + 3 * row, lo, hi);
}

/**
 * Y from M for tiles [from, to): adds bias and residual, clamps, and writes the part of each 4×4 tile that lies in the image.
 * `out`, `residual` (or 0): address of each tile's first pixel; `sizes`: height << 8 | width of that part.
 */
export function winogradOutput6(
  M: usize, ms: usize, mr: i32, C: i32, out: usize, pixel: usize, row: usize, residual: usize, resPixel: usize, resRow: usize,
  sizes: usize, bias: usize, lo: f32, hi: f32, from: i32, to: i32
): void {
  const low = splat(lo), high = splat(hi);
  for (let t = from; t < to; t++) {
    const o = <usize>load<u32>(out + t * 4), r = residual ? <usize>load<u32>(residual + t * 4) : 0, size = load<u32>(sizes + t * 4);
    const h = <i32>(size >> 8), w = <usize>(size & 255);
    for (let c = 0; c < C; c += 4) {
      const m = M + <usize>(t * mr + c * 4), b = v128.load(bias + c * 4);
      for (let y: usize = 0; y < 6; y++) output6(m + y * 6 * ms, ms, scratch + y * 16, 96);
      for (let x: usize = 0; x < w; x++) {
        column6(scratch + x * 96, o + c * 4 + x * pixel, row, r ? r + c * 4 + x * resPixel : 0, resRow, h, b, low, high);
      }
    }
  }
}

/** The same on 8×8 points. */
export function winogradOutput8(
  M: usize, ms: usize, mr: i32, C: i32, out: usize, pixel: usize, row: usize, residual: usize, resPixel: usize, resRow: usize,
  sizes: usize, bias: usize, lo: f32, hi: f32, from: i32, to: i32
): void {
  const low = splat(lo), high = splat(hi);
  for (let t = from; t < to; t++) {
    const o = <usize>load<u32>(out + t * 4), r = residual ? <usize>load<u32>(residual + t * 4) : 0, size = load<u32>(sizes + t * 4);
    const h = <i32>(size >> 8), w = <usize>(size & 255);
    for (let c = 0; c < C; c += 4) {
      const m = M + <usize>(t * mr + c * 4), b = v128.load(bias + c * 4);
      for (let y: usize = 0; y < 8; y++) output8(m + y * 8 * ms, ms, scratch + y * 16, 128);
      for (let x: usize = 0; x < w; x++) {
        column8(scratch + x * 128, o + c * 4 + x * pixel, row, r ? r + c * 4 + x * resPixel : 0, resRow, h, b, low, high);
      }
    }
  }
}

/** G for three taps: from three vectors to six. */
// @ts-ignore: decorator
@inline function weight3(s: usize, ss: usize, d: usize, ds: usize): void {
  const g0 = v128.load(s), g1 = v128.load(s + ss), g2 = v128.load(s + 2 * ss);
  const e = f32x4.add(g0, g2);
  v128.store(d, g0);
  v128.store(d + ds, f32x4.mul(splat(1.0 / 3), f32x4.add(e, g1)));
  v128.store(d + 2 * ds, f32x4.mul(splat(-1.0 / 3), f32x4.sub(e, g1)));
  v128.store(d + 3 * ds, f32x4.mul(splat(-16.0 / 15), fma(splat(0.25), g2, fma(splat(0.5), g1, g0))));
  v128.store(d + 4 * ds, f32x4.mul(splat(1.0 / 15), fma(splat(4), g2, fma(splat(-2), g1, g0))));
  v128.store(d + 5 * ds, g2);
}

/** G for five taps: from five vectors to eight. */
// @ts-ignore: decorator
@inline function weight5(s: usize, ss: usize, d: usize, ds: usize): void {
  const g0 = v128.load(s), g1 = v128.load(s + ss), g2 = v128.load(s + 2 * ss), g3 = v128.load(s + 3 * ss), g4 = v128.load(s + 4 * ss);
  v128.store(d, f32x4.neg(g0));
  let e = f32x4.add(f32x4.add(g0, g2), g4), o = f32x4.add(g1, g3);
  v128.store(d + ds, f32x4.mul(splat(-1 / 4.5), f32x4.add(e, o)));
  v128.store(d + 2 * ds, f32x4.mul(splat(-1 / 4.5), f32x4.sub(e, o)));
  e = fma(splat(16), g4, fma(splat(4), g2, g0));
  o = fma(splat(8), g3, f32x4.add(g1, g1));
  v128.store(d + 3 * ds, f32x4.mul(splat(1.0 / 90), f32x4.add(e, o)));
  v128.store(d + 4 * ds, f32x4.mul(splat(1.0 / 90), f32x4.sub(e, o)));
  e = fma(splat(0.0625), g4, fma(splat(0.25), g2, g0));
  o = fma(splat(0.125), g3, f32x4.mul(splat(0.5), g1));
  v128.store(d + 5 * ds, f32x4.mul(splat(1 / 1.40625), f32x4.add(e, o)));
  v128.store(d + 6 * ds, f32x4.mul(splat(1 / 1.40625), f32x4.sub(e, o)));
  v128.store(d + 7 * ds, g4);
}

/** U for panels [from, to) from weights packed as [panel][tap][C][8]; the points stand `us` bytes apart. */
export function winogradWeights3(packed: usize, U: usize, C: i32, us: usize, from: i32, to: i32): void {
  const tap = <usize>C * 32;
  for (let p = from; p < to; p++) {
    for (let c = 0; c < C; c++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const s = packed + <usize>p * 9 * tap + c * 32 + half, d = U + <usize>(p * C + c) * 32 + half;
        for (let x: usize = 0; x < 3; x++) weight3(s + x * tap, 3 * tap, scratch + x * 16, 48);
        for (let y: usize = 0; y < 6; y++) weight3(scratch + y * 48, 16, d + y * 6 * us, us);
      }
    }
  }
}

export function winogradWeights5(packed: usize, U: usize, C: i32, us: usize, from: i32, to: i32): void {
  const tap = <usize>C * 32;
  for (let p = from; p < to; p++) {
    for (let c = 0; c < C; c++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const s = packed + <usize>p * 25 * tap + c * 32 + half, d = U + <usize>(p * C + c) * 32 + half;
        for (let x: usize = 0; x < 5; x++) weight5(s + x * tap, 5 * tap, scratch + x * 16, 80);
        for (let y: usize = 0; y < 8; y++) weight5(scratch + y * 80, 16, d + y * 8 * us, us);
      }
    }
  }
}
