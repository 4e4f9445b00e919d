// The product at a plan's edge: pixels come out of, or go into, C×H×W planes, a band at a time, so that they stay in the cache between.
//
// A plan's input and output are C×H×W, and its inside height × width × channels. Turning a whole image round costs two passes through memory;
// a product whose weights fit the cache turns a band of `BAND` pixels round in scratch memory just before, or just after, it multiplies.
import { product } from './gemm';
import { pixelsToPlanes, planesToPixels } from './layout';
import { scratch } from './simd';

/**
 * Pixels [from, to), see `microkernel.ts` for the tables. `band`: pixels of a band; `inPixel`, `outPixel`: bytes of a pixel in it.
 *
 * - `src` (or 0): C planes, `plane` bytes apart. Then `rows` is the table of a band's pixels, counted from address 0; else that of the image.
 * - `dst` (or 0): O planes. Then `out` is the table of a band's pixels, and the residual (or 0) stands as planes too: it is turned round
 *   into the band, and the product adds to what it finds there. Else `out` and `residual` are tables of the image.
 */
export function gemmPlanes(
  src: usize, inPixel: usize, C: i32, dst: usize, outPixel: usize, O: i32, plane: usize, band: i32, rows: usize, out: usize, residual: usize,
  segments: usize, count: i32, K: i32, w: usize, bias: usize, block: i32, lo: f32, hi: f32, panels: i32, from: i32, to: i32
): void {
  const input = src ? scratch : 0, output = dst ? scratch + (src ? <usize>band * inPixel : 0) : 0;
  for (let p = from; p < to; p += band) {
    const n = min(band, to - p), at = <usize>p * 4;
    if (src) planesToPixels(src + at, plane, input, inPixel, C, n);
    if (dst && residual) planesToPixels(residual + at, plane, output, outPixel, O, n);
    const table = dst ? out : out + at;
    const added = residual ? (dst ? out : residual + at) : 0;
    product(src ? rows : rows + at, table, added, input, output, segments, count, K, w, bias, block, lo, hi, 0, n, 0, panels);
    if (dst) pixelsToPlanes(output, outPixel, dst + at, plane, O, n);
  }
}
