// Pools on images of pixels.
import { touch } from './layout';
import { exp4, log4, scratch, splat } from './simd';

const AVG = 1;
const LP = 2;

// First and last tap of a window that lie inside an axis of n pixels.
// @ts-ignore: decorator
@inline function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (-start + dilation - 1) / dilation;
}
// @ts-ignore: decorator
@inline function endTap(start: i32, kernel: i32, dilation: i32, n: i32): i32 {
  return start >= n ? 0 : min(kernel, (n - 1 - start) / dilation + 1);
}

/** |x|^p, with 0^p = 0. */
function power(x: v128, p: f32): v128 {
  const a = f32x4.abs(x);
  if (p == 1) return a;
  if (p == 2) return f32x4.mul(a, a);
  return exp4(f32x4.mul(splat(p), log4(a)));
}

/**
 * Output rows [from, to). `kind`: 0 max, 1 average, 2 lp, as `POOLS` in plan/lower.ts. `all` makes an average count padding. Each row of a window is summed by itself
 * first, which keeps large averages more exact. A NaN in a window gives NaN.
 */
export function pool(
  kind: i32, p: f32, all: i32, x: usize, xp: usize, xr: usize, H: i32, W: i32, y: usize, yp: usize, yr: usize, OW: i32, C: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, bottom: i32, right: i32, dh: i32, dw: i32, from: i32, to: i32
): void {
  for (let oy = from; oy < to; oy++) {
    const y0 = oy * sh - top, ya = firstTap(y0, dh), yb = endTap(y0, kh, dh, H);
    for (let ox = 0; ox < OW; ox++) {
      const x0 = ox * sw - left, xa = firstTap(x0, dw), xb = endTap(x0, kw, dw, W);
      const d = y + <usize>oy * yr + <usize>ox * yp;
      const s = x + <usize>((y0 + ya * dh) * <i32>xr) + <usize>((x0 + xa * dw) * <i32>xp);
      const rowStep = <usize>dh * xr, pixelStep = <usize>dw * xp;
      if (kind == 0) {
        for (let c = 0; c < C; c += 4) {
          let m = splat(f32.NEGATIVE_INFINITY), nan = i32x4.splat(0), q = s + c * 4;
          for (let i = ya; i < yb; i++) {
            let qq = q;
            for (let j = xa; j < xb; j++) {
              const v = v128.load(qq);
              m = f32x4.pmax(m, v);
              nan = v128.or(nan, f32x4.ne(v, v));
              qq += pixelStep;
            }
            q += rowStep;
          }
          v128.store(d + c * 4, v128.or(m, nan));
        }
      } else {
        const area = all ? (min(y0 + kh, H + bottom) - y0) * (min(x0 + kw, W + right) - x0) : max(0, yb - ya) * max(0, xb - xa);
        const n = splat(<f32>area), root: f32 = 1 / p;
        for (let c = 0; c < C; c += 4) {
          let sum = splat(0), q = s + c * 4;
          for (let i = ya; i < yb; i++) {
            let qq = q, line = splat(0);
            for (let j = xa; j < xb; j++) {
              line = f32x4.add(line, kind == LP ? power(v128.load(qq), p) : v128.load(qq));
              qq += pixelStep;
            }
            sum = f32x4.add(sum, line);
            q += rowStep;
          }
          v128.store(d + c * 4, kind == AVG ? f32x4.div(sum, n) : p == 2 ? f32x4.sqrt(sum) : power(sum, root));
        }
      }
    }
  }
}

/** Cells from floor(i·H/OH) to ceil((i+1)·H/OH); `average` or maximum. Output rows [from, to). */
export function adaptivePool(
  average: i32, x: usize, xp: usize, xr: usize, H: i32, W: i32, y: usize, yp: usize, yr: usize, OH: i32, OW: i32, C: i32, from: i32, to: i32
): void {
  for (let oy = from; oy < to; oy++) {
    const a = oy * H / OH, h = ((oy + 1) * H + OH - 1) / OH - a;
    for (let ox = 0; ox < OW; ox++) {
      const b = ox * W / OW, w = ((ox + 1) * W + OW - 1) / OW - b;
      const s = x + <usize>a * xr + <usize>b * xp;
      const d = y + <usize>oy * yr + <usize>ox * yp;
      const kind = average ? 1 : 0;
      pool(kind, 1, 0, s, xp, xr, h, w, d, yp, yr, 1, C, h, w, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1);
    }
  }
}

/**
 * Maximum over kh × kw windows in two passes: down the columns into a line in scratch memory, then along it, which reads kh·sw + kw numbers an
 * output rather than kh·kw. Output rows [from, to); no dilation; a NaN in a window gives NaN.
 */
export function maxPool(
  x: usize, xp: usize, xr: usize, H: i32, W: i32, y: usize, yp: usize, yr: usize, OW: i32, C: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, from: i32, to: i32
): void {
  const bytes = <usize>((C + 3) & ~3) * 4;
  for (let oy = from; oy < to; oy++) {
    const a = max(0, oy * sh - top), b = min(H, oy * sh - top + kh), line = scratch;
    for (let ix: usize = 0; ix < <usize>W; ix++) {
      const s = x + <usize>a * xr + ix * xp, d = line + ix * bytes;
      for (let c: usize = 0; c < bytes; c += 16) {
        let q = s + c, m = v128.load(q), nan = f32x4.ne(m, m);
        for (let i = a + 1; i < b; i++) {
          q += xr;
          const v = v128.load(q);
          m = f32x4.pmax(m, v);
          nan = v128.or(nan, f32x4.ne(v, v));
        }
        v128.store(d + c, v128.or(m, nan));
      }
    }
    for (let ox = 0; ox < OW; ox++) {
      const l = max(0, ox * sw - left), r = min(W, ox * sw - left + kw);
      const s = line + <usize>l * bytes, d = y + <usize>oy * yr + <usize>ox * yp;
      for (let c: usize = 0; c < bytes; c += 16) {
        let q = s + c, m = v128.load(q), nan = f32x4.ne(m, m);
        for (let i = l + 1; i < r; i++) {
          q += bytes;
          const v = v128.load(q);
          m = f32x4.pmax(m, v);
          nan = v128.or(nan, f32x4.ne(v, v));
        }
        v128.store(d + c, v128.or(m, nan));
      }
    }
  }
}

// The greatest of three rows at one pixel, and their sum.
// @ts-ignore: decorator
@inline function greatest(u: v128, v: v128, w: v128): v128 {
  return f32x4.pmax(f32x4.pmax(u, v), w);
}
// @ts-ignore: decorator
@inline function total(u: v128, v: v128, w: v128): v128 {
  return f32x4.add(f32x4.add(u, v), w);
}

/**
 * Maximum over 3×3 windows at stride 1 or 2 along a row, where padding is at most 1: the columns' maxima slide along in registers, so that a
 * number is loaded once for each row of windows that it lies in. Eight channels go along together, as each pixel lies in other cache lines
 * than the one before. A window that hangs over a border takes the border's pixel again, which changes no maximum. `pmax` may lose a NaN: a
 * row whose sum says that there may be one is done again with care. Output rows [from, to).
 */
export function maxPool3(
  x: usize, xp: usize, xr: usize, H: i32, W: i32, y: usize, yp: usize, yr: usize, OW: i32, C: i32,
  sh: i32, sw: i32, top: i32, left: i32, from: i32, to: i32
): void {
  const bytes = <usize>((C + 3) & ~3) * 4, columns = (OW - 1) * sw + 3;
  for (let oy = from; oy < to; oy++) {
    const y0 = oy * sh - top;
    const p0 = x + <usize>max(y0, 0) * xr, q0 = x + <usize>min(y0 + 1, H - 1) * xr, r0 = x + <usize>min(y0 + 2, H - 1) * xr;
    // What the next row of windows adds, in order, before it is read in strides.
    for (let i = 3; i < 3 + sh && oy + 1 < to; i++) touch(x + <usize>min(y0 + i, H - 1) * xr, xp, W, <i32>bytes >> 2);
    let sums = splat(0);
    for (let c: usize = 0; c < bytes; c += 32) {
      // The second four channels, or the first again where there are no more.
      const e: usize = c + 16 < bytes ? 16 : 0;
      const p = p0 + c, q = q0 + c, r = r0 + c;
      let d = y + <usize>oy * yr + c;
      // Maxima of the two columns before.
      let a0 = splat(0), a1 = a0, b0 = a0, b1 = a0;
      for (let i = 0; i < columns; i++) {
        let at = <usize>max(0, min(i - left, W - 1)) * xp;
        let u = v128.load(p + at), v = v128.load(q + at), w = v128.load(r + at);
        const m0 = greatest(u, v, w);
        sums = f32x4.add(sums, total(u, v, w));
        at += e;
        u = v128.load(p + at), v = v128.load(q + at), w = v128.load(r + at);
        const m1 = greatest(u, v, w);
        sums = f32x4.add(sums, total(u, v, w));
        if (i >= 2 && (sw == 1 || (i & 1) == 0)) {
          v128.store(d, greatest(a0, b0, m0));
          v128.store(d + e, greatest(a1, b1, m1));
          d += yp;
        }
        a0 = b0;
        a1 = b1;
        b0 = m0;
        b1 = m1;
      }
    }
    if (v128.any_true(f32x4.ne(sums, sums))) {
      pool(0, 1, 0, x, xp, xr, H, W, y, yp, yr, OW, C, 3, 3, sh, sw, top, left, 1, 1, 1, 1, oy, oy + 1);
    }
  }
}
