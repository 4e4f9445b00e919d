// Moves between layouts: planes (C×H×W, NCHW) at the edges, pixels (height × width × channels, NHWC with gaps) inside; halos; copies and
// gathers by table. Turning round is transposing between planes and pixels.
import { scratch, sink } from './simd';

/** Four vectors of four channels' pixels become four pixels' channels, or back. */
// @ts-ignore: decorator
@inline export function transpose(s: usize, ss: usize, d: usize, ds: usize): void {
  const a = v128.load(s), b = v128.load(s + ss), e = v128.load(s + 2 * ss), f = v128.load(s + 3 * ss);
  const t0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), t1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(e, f, 0, 4, 1, 5), t3 = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
  v128.store(d, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(d + ds, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(d + 2 * ds, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(d + 3 * ds, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/**
 * Reads a number of every cache line of `n` neighbours in C planes. A plane's next run stands in another page, where no hardware looks ahead;
 * reads of which none waits for another bring the lines in at once, up to twice as fast as the moves that need them one by one.
 */
export function touch(p: usize, plane: usize, C: i32, n: i32): void {
  const last = <usize>n * 4 - 4;
  let seen: u32 = 0;
  for (let c = 0; c < C; c++) {
    for (let i: usize = 0; i < last; i += 64) seen |= load<u32>(p + i);
    seen |= load<u32>(p + last);
    p += plane;
  }
  store<u32>(sink, seen);
}

/**
 * `n` neighbours in each of C `planes`, `plane` bytes apart, to `n` `pixels` of C channels, `pixel` bytes apart, or back. 16 channels at a time,
 * so that whole cache lines are read and written.
 */
// @ts-ignore: decorator
@inline function turn(toPixels: bool, planes: usize, plane: usize, pixels: usize, pixel: usize, C: i32, n: i32): void {
  for (let block = 0; block < C; block += 16) {
    const end = min(C, block + 16);
    let p0 = planes + <usize>block * plane, q0 = pixels + <usize>block * 4;
    touch(p0, plane, end - block, n);
    for (let x = 0; x < n; ) {
      const width = x + 4 <= n ? 4 : 1;
      let p = p0, q = q0, c = block;
      for (; width == 4 && c + 4 <= end; c += 4) {
        if (toPixels) transpose(p, plane, q, pixel);
        else transpose(q, pixel, p, plane);
        p += 4 * plane;
        q += 16;
      }
      for (; c < end; c++) {
        for (let i: usize = 0; i < <usize>width; i++) {
          if (toPixels) store<f32>(q + i * pixel, load<f32>(p + i * 4));
          else store<f32>(p + i * 4, load<f32>(q + i * pixel));
        }
        p += plane;
        q += 4;
      }
      x += width;
      p0 += <usize>width * 4;
      q0 += <usize>width * pixel;
    }
  }
}

export function planesToPixels(planes: usize, plane: usize, pixels: usize, pixel: usize, C: i32, n: i32): void {
  turn(true, planes, plane, pixels, pixel, C, n);
}
export function pixelsToPlanes(pixels: usize, pixel: usize, planes: usize, plane: usize, C: i32, n: i32): void {
  turn(false, planes, plane, pixels, pixel, C, n);
}

/** Rows to turn round at once: where they stand without a gap they are one long row, up to `LONG` pixels. */
const LONG: i32 = 224;
// @ts-ignore: decorator
@inline function rowsAtOnce(W: i32, pixel: usize, row: usize): i32 {
  return <usize>W * pixel == row ? max(1, LONG / W) : 1;
}

/** C×H×W at `src` to pixels at `dst`, image rows [from, to). */
export function loadChw(src: usize, dst: usize, C: i32, H: i32, W: i32, pixel: usize, row: usize, from: i32, to: i32): void {
  const plane = <usize>(H * W * 4), step = rowsAtOnce(W, pixel, row);
  for (let y = from; y < to; y += step) {
    planesToPixels(src + <usize>(y * W * 4), plane, dst + <usize>y * row, pixel, C, W * min(step, to - y));
  }
}

/** Pixels at `src` to C×H×W at `dst`, image rows [from, to). */
export function storeChw(src: usize, dst: usize, C: i32, H: i32, W: i32, pixel: usize, row: usize, from: i32, to: i32): void {
  const plane = <usize>(H * W * 4), step = rowsAtOnce(W, pixel, row);
  for (let y = from; y < to; y += step) {
    const s = src + <usize>y * row, n = W * min(step, to - y);
    touch(s, pixel, n, C);
    pixelsToPlanes(s, pixel, dst + <usize>(y * W * 4), plane, C, n);
  }
}

/**
 * Zeroes the halo of an image of H rows whose pixel (0, 0) is at `base`: `top` rows above it, and `left` and `right` bytes beside its `inner` bytes
 * of pixels; `row`: bytes from a row to the next. Rows [from, to), the halo's counted.
 */
export function zeroHalo(base: usize, H: i32, row: usize, inner: usize, top: i32, left: usize, bottom: i32, right: usize, from: i32, to: i32): void {
  const full = left + inner + right;
  for (let y = from - top; y < to - top; y++) {
    const q = base + <usize>y * row - left;
    if (y < 0 || y >= H) memory.fill(q, 0, full);
    else {
      if (left) memory.fill(q, 0, left);
      if (right) memory.fill(q + left + inner, 0, right);
    }
  }
}

// @ts-ignore: decorator
@inline function copyFloats(s: usize, d: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(d + i * 4, v128.load(s + i * 4));
  for (; i < n; i++) store<f32>(d + i * 4, load<f32>(s + i * 4));
}

/** Copies pixels [from, to) of C channels from the addresses in one table to those in another. */
export function copy(src: usize, dst: usize, C: i32, from: i32, to: i32): void {
  for (let p = from; p < to; p++) copyFloats(<usize>load<u32>(src + p * 4), <usize>load<u32>(dst + p * 4), C);
}

/** y[pixel][c] = the float at source[pixel] + channels[c], for pixels [from, to). */
export function gather(source: usize, channels: usize, dst: usize, C: i32, from: i32, to: i32): void {
  for (let p = from; p < to; p++) {
    const s = <usize>load<u32>(source + p * 4), d = <usize>load<u32>(dst + p * 4);
    for (let c = 0; c < C; c++) store<f32>(d + c * 4, load<f32>(s + load<u32>(channels + c * 4)));
  }
}
