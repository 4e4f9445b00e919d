// Winograd's minimal filtering, part three (see winograd-input.ts): Y = Aᵀ M A, with bias, residual and clamp, into the image.
//
// A pass along each row of points leaves m columns in scratch memory; a pass down each column writes its pixels into the image. Both are the
// same formulas; `output4of6` makes four outputs from six points.
import { transpose } from './layout';
import { clamp, fma, scratch, splat } from './simd';

/**
 * Output i of a pass. To scratch memory (`image` false): as it is. To the image: if it lies among the first `h` pixels, plus bias and the
 * residual at `r` (or 0), clamped. `ds`, `rs`: bytes from an output to the next.
 */
// @ts-ignore: decorator
@inline function put(image: bool, i: usize, v: v128, d: usize, ds: usize, r: usize, rs: usize, h: usize, b: v128, lo: v128, hi: v128): void {
  if (!image) v128.store(d + i * ds, v);
  else if (i == 0 || h > i) {
    v = f32x4.add(v, b);
    if (r) v = f32x4.add(v, v128.load(r + i * rs));
    v128.store(d + i * ds, clamp(v, lo, hi));
  }
}

// @ts-ignore: decorator
@inline function output4of6(image: bool, s: usize, ss: usize, d: usize, ds: usize, r: usize, rs: usize, h: usize, b: v128, lo: v128, hi: v128): void {
  const m1 = v128.load(s + ss), m2 = v128.load(s + 2 * ss), m3 = v128.load(s + 3 * ss), m4 = v128.load(s + 4 * ss);
  const e = f32x4.add(m1, m2), o = f32x4.sub(m1, m2);
  put(image, 0, f32x4.add(f32x4.add(v128.load(s), e), f32x4.add(m3, m4)), d, ds, r, rs, h, b, lo, hi);
  put(image, 1, fma(splat(-2), m4, fma(splat(0.5), m3, o)), d, ds, r, rs, h, b, lo, hi);
  put(image, 2, fma(splat(4), m4, fma(splat(0.25), m3, e)), d, ds, r, rs, h, b, lo, hi);
  put(image, 3, f32x4.add(fma(splat(-8), m4, fma(splat(0.125), m3, o)), v128.load(s + 5 * ss)), d, ds, r, rs, h, b, lo, hi);
}

/** Four, five or six outputs from eight points; the point at infinity is in the last one only. */
// @ts-ignore: decorator
@inline function outputOf8(m: i32, image: bool, s: usize, ss: usize, d: usize, ds: usize, r: usize, rs: usize, h: usize, b: v128, lo: v128, hi: v128): void {
  const m1 = v128.load(s + ss), m2 = v128.load(s + 2 * ss), m3 = v128.load(s + 3 * ss), m4 = v128.load(s + 4 * ss);
  const m5 = v128.load(s + 5 * ss), m6 = v128.load(s + 6 * ss);
  const e1 = f32x4.add(m1, m2), o1 = f32x4.sub(m1, m2), e2 = f32x4.add(m3, m4), o2 = f32x4.sub(m3, m4);
  const e3 = f32x4.add(m5, m6), o3 = f32x4.sub(m5, m6);
  put(image, 0, f32x4.add(f32x4.add(v128.load(s), e1), f32x4.add(e2, e3)), d, ds, r, rs, h, b, lo, hi);
  put(image, 1, fma(splat(2), o2, fma(splat(0.5), o3, o1)), d, ds, r, rs, h, b, lo, hi);
  put(image, 2, fma(splat(4), e2, fma(splat(0.25), e3, e1)), d, ds, r, rs, h, b, lo, hi);
  const y3 = fma(splat(8), o2, fma(splat(0.125), o3, o1));
  if (m == 4) put(image, 3, f32x4.add(y3, v128.load(s + 7 * ss)), d, ds, r, rs, h, b, lo, hi);
  else {
    put(image, 3, y3, d, ds, r, rs, h, b, lo, hi);
    const y4 = fma(splat(16), e2, fma(splat(0.0625), e3, e1));
    if (m == 5) put(image, 4, f32x4.add(y4, v128.load(s + 7 * ss)), d, ds, r, rs, h, b, lo, hi);
    else {
      put(image, 4, y4, d, ds, r, rs, h, b, lo, hi);
      put(image, 5, f32x4.add(fma(splat(32), o2, fma(splat(0.03125), o3, o1)), v128.load(s + 7 * ss)), d, ds, r, rs, h, b, lo, hi);
    }
  }
}

// @ts-ignore: decorator
@inline function pass(
  m: i32, side: usize, image: bool, s: usize, ss: usize, d: usize, ds: usize, r: usize, rs: usize, h: usize, b: v128, lo: v128, hi: v128
): void {
  if (side == 6) output4of6(image, s, ss, d, ds, r, rs, h, b, lo, hi);
  else outputOf8(m, image, s, ss, d, ds, r, rs, h, b, lo, hi);
}

/** Where a tile's outputs stand before they are turned round into planes: behind the 8×8 points of four channels. */
const TURN: usize = 1024;

/** A tile's outputs of four channels, h × w of the m × m at `s`, into four planes at `d`. */
function toPlanes(m: i32, s: usize, h: usize, w: usize, d: usize, plane: usize, row: usize): void {
  for (let y: usize = 0; y < h; y++) {
    if (w >= 4) {
      // Four by four; what is left of five or six overlaps.
      transpose(s, 16, d, plane);
      if (w > 4) transpose(s + (w - 4) * 16, 16, d + (w - 4) * 4, plane);
    } else {
      for (let x: usize = 0; x < w; x++) {
        for (let c: usize = 0; c < 4; c++) store<f32>(d + c * plane + x * 4, load<f32>(s + x * 16 + c * 4));
      }
    }
    s += m * 16;
    d += row;
  }
}

/**
 * Tiles [from, to) of this call's C output channels. `M`, `mr`, `mt`: the products, bytes from a point to the next and from a tile to the next.
 * `out`, `residual` (or 0): address of each tile's first pixel; `sizes`: height << 8 | width of the part that lies in the image.
 * `plane`: 0 where the output is pixels. Else it is planes (C a multiple of 4), and `plane` bytes from a channel to the next, `row` from a row to the
 * next; `pixel` is then 16, the step of four channels in scratch memory.
 */
// @ts-ignore: decorator
@inline function tiles(
  m: i32, side: usize, M: usize, mr: usize, mt: i32, C: i32, out: usize, pixel: usize, row: usize, residual: usize, resPixel: usize, resRow: usize,
  sizes: usize, plane: usize, bias: usize, lo: f32, hi: f32, from: i32, to: i32
): void {
  const low = splat(lo), high = splat(hi), column = side * 16;
  for (let t = from; t < to; t++) {
    const o = <usize>load<u32>(out + t * 4), r = residual ? <usize>load<u32>(residual + t * 4) : 0, size = <usize>load<u32>(sizes + t * 4);
    const h = size >> 8, w = size & 255;
    for (let c = 0; c < C; c += 4) {
      const p = M + <usize>(t * mt + c * 4), b = v128.load(bias + c * 4);
      for (let y: usize = 0; y < side; y++) pass(m, side, false, p + y * side * mr, mr, scratch + y * 16, column, 0, 0, 0, b, low, high);
      const d = plane ? scratch + TURN : o + c * 4, ds = plane ? m * 16 : row;
      for (let x: usize = 0; x < w; x++) {
        pass(m, side, true, scratch + x * column, 16, d + x * pixel, ds, r ? r + c * 4 + x * resPixel : 0, resRow, h, b, low, high);
      }
      if (plane) toPlanes(m, d, h, w, o + <usize>c * plane, plane, row);
    }
  }
}

export function winogradOutput4of6(
  M: usize, mr: usize, mt: i32, C: i32, out: usize, pixel: usize, row: usize, residual: usize, resPixel: usize, resRow: usize,
  sizes: usize, plane: usize, bias: usize, lo: f32, hi: f32, from: i32, to: i32
): void {
  tiles(4, 6, M, mr, mt, C, out, pixel, row, residual, resPixel, resRow, sizes, plane, bias, lo, hi, from, to);
}
export function winogradOutput4of8(
  M: usize, mr: usize, mt: i32, C: i32, out: usize, pixel: usize, row: usize, residual: usize, resPixel: usize, resRow: usize,
  sizes: usize, plane: usize, bias: usize, lo: f32, hi: f32, from: i32, to: i32
): void {
  tiles(4, 8, M, mr, mt, C, out, pixel, row, residual, resPixel, resRow, sizes, plane, bias, lo, hi, from, to);
}
export function winogradOutput5of8(
  M: usize, mr: usize, mt: i32, C: i32, out: usize, pixel: usize, row: usize, residual: usize, resPixel: usize, resRow: usize,
  sizes: usize, plane: usize, bias: usize, lo: f32, hi: f32, from: i32, to: i32
): void {
  tiles(5, 8, M, mr, mt, C, out, pixel, row, residual, resPixel, resRow, sizes, plane, bias, lo, hi, from, to);
}
export function winogradOutput6of8(
  M: usize, mr: usize, mt: i32, C: i32, out: usize, pixel: usize, row: usize, residual: usize, resPixel: usize, resRow: usize,
  sizes: usize, plane: usize, bias: usize, lo: f32, hi: f32, from: i32, to: i32
): void {
  tiles(6, 8, M, mr, mt, C, out, pixel, row, residual, resPixel, resRow, sizes, plane, bias, lo, hi, from, to);
}
