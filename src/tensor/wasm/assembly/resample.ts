// Bilinear resampling of images of pixels.
import { fma, splat } from './simd';

/** Entries of `rows` and `columns`: byte offsets of two neighbours, and the share of the second (f32). Output rows [from, to). */
export function bilinear(rows: usize, columns: usize, x: usize, y: usize, yp: usize, yr: usize, OW: i32, C: i32, from: i32, to: i32): void {
  for (let oy = from; oy < to; oy++) {
    const r = rows + <usize>oy * 12;
    const a = x + <usize>load<u32>(r), b = x + <usize>load<u32>(r, 4), tv = v128.load32_splat(r, 8), sv = f32x4.sub(splat(1), tv);
    for (let ox = 0; ox < OW; ox++) {
      const k = columns + <usize>ox * 12;
      const l = <usize>load<u32>(k), m = <usize>load<u32>(k, 4), th = v128.load32_splat(k, 8), sh = f32x4.sub(splat(1), th);
      const d = y + <usize>oy * yr + <usize>ox * yp;
      for (let i: usize = 0; i < <usize>C * 4; i += 16) {
        const upper = fma(v128.load(a + m + i), th, f32x4.mul(v128.load(a + l + i), sh));
        const lower = fma(v128.load(b + m + i), th, f32x4.mul(v128.load(b + l + i), sh));
        v128.store(d + i, fma(lower, tv, f32x4.mul(upper, sv)));
      }
    }
  }
}
