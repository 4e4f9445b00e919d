// The driver of the micro-kernels: walks panels of output channels in blocks that fit the cache, and rows in tiles.
import { splat } from './simd';
import { tile1u1, tile1u4, tile2u1, tile2u4, tile3u1, tile3u4, tile4u1, tile4u4, tile5u4, tile6u4 } from './microkernel';

/** Most rows of a tile, and whether its loop is unrolled: 6 or 5 (unrolled by four), 4 (not unrolled). Set once, by the probe. */
let most: i32 = 6;
export function setTile(rows: i32): void {
  most = rows;
}

/** Rows for the next tile when `left` remain: the largest, or one less where that leaves no thin rest (49 = 6·4 + 5·5). */
function tileRows(left: i32): i32 {
  if (left <= most) return left;
  const rest = left % most;
  return rest != 0 && left >= (most - 1) * (most - rest) ? most - 1 : most;
}

/**
 * Rows [r0, r1) × panels [p0, p1): see `microkernel.ts` for the tables. `block` panels are kept in the cache while all rows pass.
 */
export function product(
  rows: usize, out: usize, residual: usize, inOffset: usize, outOffset: usize, segments: usize, count: i32, K: i32,
  w: usize, bias: usize, block: i32, lo: f32, hi: f32, r0: i32, r1: i32, p0: i32, p1: i32
): void {
  const low = splat(lo), high = splat(hi);
  const panelBytes = <usize>(count * K * 32);
  for (let p = p0; p < p1; p += block) {
    const n = min(block, p1 - p);
    const wp = w + <usize>p * panelBytes, b = bias + <usize>p * 32, o = outOffset + <usize>p * 32;
    let r = r0;
    while (r < r1) {
      const R = tileRows(r1 - r);
      const i = rows + <usize>r * 4, t = out + <usize>r * 4, res = residual ? residual + <usize>r * 4 : 0;
      if (most == 4) {
        if (R == 4) tile4u1(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
        else if (R == 3) tile3u1(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
        else if (R == 2) tile2u1(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
        else tile1u1(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
      } else if (R == 6) tile6u4(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
      else if (R == 5) tile5u4(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
      else if (R == 4) tile4u4(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
      else if (R == 3) tile3u4(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
      else if (R == 2) tile2u4(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
      else tile1u4(i, t, res, inOffset, o, segments, count, K, wp, n, b, low, high);
      r += R;
    }
  }
}

/** The product of all panels for rows [from, to). */
export function gemmRows(
  rows: usize, out: usize, residual: usize, inOffset: usize, outOffset: usize, segments: usize, count: i32, K: i32,
  w: usize, bias: usize, block: i32, lo: f32, hi: f32, panels: i32, from: i32, to: i32
): void {
  product(rows, out, residual, inOffset, outOffset, segments, count, K, w, bias, block, lo, hi, from, to, 0, panels);
}

/** The product of all rows for panels [from, to): for images of few pixels. */
export function gemmPanels(
  rows: usize, out: usize, residual: usize, inOffset: usize, outOffset: usize, segments: usize, count: i32, K: i32,
  w: usize, bias: usize, block: i32, lo: f32, hi: f32, pixels: i32, from: i32, to: i32
): void {
  product(rows, out, residual, inOffset, outOffset, segments, count, K, w, bias, block, lo, hi, 0, pixels, from, to);
}

/**
 * Winograd's products: for each point e in [from, to), M[e] = V[e]·U[e], tiles × C times C × O.
 * `rows` and `out` are the tables for e = 0; each further point stands `vr`, `mr`, `us` bytes on.
 */
export function gemmPoints(
  rows: usize, out: usize, tiles: i32, vr: usize, mr: usize, us: usize, segments: usize, K: i32,
  w: usize, zeros: usize, block: i32, panels: i32, from: i32, to: i32
): void {
  for (let e = from; e < to; e++) {
    const u = w + <usize>e * us, v = <usize>e * vr, m = <usize>e * mr;
    product(rows, out, 0, v, m, segments, 1, K, u, zeros, block, f32.NEGATIVE_INFINITY, f32.POSITIVE_INFINITY, 0, tiles, 0, panels);
  }
}
