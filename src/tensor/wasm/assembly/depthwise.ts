// Depthwise convolution: each channel by itself, four channels at a time, four output pixels at a time so that a weight is loaded once for
// four multiply–adds. Reads a zeroed halo instead of testing borders.
import { clamp, fma, splat } from './simd';

/** Weights [tap][channel], a tap every `tapBytes`; `x` is the address of the window of output (0, 0). Output rows [from, to). */
export function depthwise(
  x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, w: usize, tapBytes: usize, bias: usize, OW: i32, C: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, dh: i32, dw: i32, lo: f32, hi: f32, from: i32, to: i32
): void {
  const low = splat(lo), high = splat(hi);
  const tapX = <usize>dw * xp, next = <usize>sw * xp;
  for (let oy = from; oy < to; oy++) {
    const line = x + <usize>(oy * sh) * xr, out = y + <usize>oy * yr;
    let ox = 0;
    for (; ox + 4 <= OW; ox += 4) {
      for (let c: usize = 0; c < <usize>C * 4; c += 16) {
        let v = w + c, a0 = v128.load(bias + c), a1 = a0, a2 = a0, a3 = a0;
        let s = line + <usize>ox * next + c;
        for (let i = 0; i < kh; i++) {
          let q = s;
          for (let j = 0; j < kw; j++) {
            const t = v128.load(v);
            a0 = fma(v128.load(q), t, a0);
            a1 = fma(v128.load(q + next), t, a1);
            a2 = fma(v128.load(q + 2 * next), t, a2);
            a3 = fma(v128.load(q + 3 * next), t, a3);
            q += tapX;
            v += tapBytes;
          }
          s += <usize>dh * xr;
        }
        const d = out + <usize>ox * yp + c;
        v128.store(d, clamp(a0, low, high));
        v128.store(d + yp, clamp(a1, low, high));
        v128.store(d + 2 * yp, clamp(a2, low, high));
        v128.store(d + 3 * yp, clamp(a3, low, high));
      }
    }
    for (; ox < OW; ox++) {
      for (let c: usize = 0; c < <usize>C * 4; c += 16) {
        let v = w + c, a0 = v128.load(bias + c), s = line + <usize>ox * next + c;
        for (let i = 0; i < kh; i++) {
          let q = s;
          for (let j = 0; j < kw; j++) {
            a0 = fma(v128.load(q), v128.load(v), a0);
            q += tapX;
            v += tapBytes;
          }
          s += <usize>dh * xr;
        }
        v128.store(out + <usize>ox * yp + c, clamp(a0, low, high));
      }
    }
  }
}
