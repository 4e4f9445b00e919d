// Winograd's minimal filtering (Lavin & Gray 2016, https://arxiv.org/abs/1509.09308), part one: Bᵀ d B, from windows of an image.
//
// An output tile Y of m×m under r×r kernels is Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, d being a window of m + r − 1 pixels a side. Summed over channels, ⊙
// becomes one matrix product for each of the (m + r − 1)² points:
//
//   F(4×4, 3×3)  6×6 points: 0, ±1, ½, −2, ∞   multiplies 1/4 of the direct convolution
//   F(6×6, 3×3)  8×8 points: 0, ±1, ±2, ±½, ∞  1/5.06; for large images
//   F(4×4, 5×5)  8×8 points: the same          1/6.25
//   F(5×5, 4×4)  8×8 points: the same          1/6.25; 1/4.8 of a 7×7 at stride 2, whose 49 taps become 4·16:
//                                             see `phases` in plan/winograd-forms.ts
//
// The matrices are Cook and Toom's for interpolation at these points: row i of Bᵀ holds the coefficients of Π (x − pⱼ) over j ≠ i (at ∞: over
// all j), row i of G the powers of pᵢ over Π (pᵢ − pⱼ), column i of Aᵀ the powers of pᵢ. ½ and −2 in place of ±2 make the error about four times
// smaller (the negative reciprocal: Barabasz et al. 2020, https://arxiv.org/abs/1803.10986). Points ±p share their even and odd parts, e and o.
//
// Layouts: V is [tile][point][K], M [tile][point][output channel], U [point][panel][K][8], where K is C, or 4·C at stride 2. `vt` and `mt` are
// bytes from a tile to the next, `vr`, `mr` and `us` from a point to the next. A 2-D transform is a 1-D one along columns into scratch memory,
// then one along rows (part three the other way round). Four channels at a time. G stands in winograd-weights.ts, Aᵀ in winograd-output.ts.
import { fma, scratch, splat } from './simd';

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

// @ts-ignore: decorator
@inline function transform(side: usize, s: usize, ss: usize, d: usize, ds: usize): void {
  if (side == 6) input6(s, ss, d, ds);
  else input8(s, ss, d, ds);
}

/**
 * V for tiles [from, to). `tiles`: address of each window's first pixel, its side being `side`·`stride` pixels; `pixel`, `row`: bytes between
 * pixels and rows of the image; `vr`, `vt`: bytes from a point to the next and from a tile to the next. At `stride` 2 the four phases of the image follow each other
 * as C channels each: pixels of even rows and columns, of even rows and odd columns, and so on.
 */
// @ts-ignore: decorator
@inline function windows(side: usize, tiles: usize, stride: i32, C: i32, pixel: usize, row: usize, V: usize, vr: usize, vt: i32, from: i32, to: i32): void {
  const line = side * 16;
  const nextPixel = <usize>stride * pixel, nextRow = <usize>stride * row;
  for (let t = from; t < to; t++) {
    const tile = <usize>load<u32>(tiles + t * 4);
    let d = V + <usize>(t * vt);
    for (let i = 0; i < stride; i++) {
      for (let j = 0; j < stride; j++) {
        const s = tile + <usize>i * row + <usize>j * pixel;
        for (let c = 0; c < C; c += 4) {
          for (let x: usize = 0; x < side; x++) transform(side, s + c * 4 + x * nextPixel, nextRow, scratch + x * 16, line);
          for (let y: usize = 0; y < side; y++) transform(side, scratch + y * line, 16, d + c * 4 + y * side * vr, vr);
        }
        d += <usize>C * 4;
      }
    }
  }
}

export function winogradInput6(tiles: usize, stride: i32, C: i32, pixel: usize, row: usize, V: usize, vr: usize, vt: i32, from: i32, to: i32): void {
  windows(6, tiles, stride, C, pixel, row, V, vr, vt, from, to);
}
export function winogradInput8(tiles: usize, stride: i32, C: i32, pixel: usize, row: usize, V: usize, vr: usize, vt: i32, from: i32, to: i32): void {
  windows(8, tiles, stride, C, pixel, row, V, vr, vt, from, to);
}
