// Matrix × vector: each weight is used once, so memory is the limit and the weights stay in PyTorch's layout, unpacked. Four rows at a time
// share the loads of x and keep eight sums in flight.
import { clamp, fma, splat } from './simd';

// @ts-ignore: decorator
@inline function across(a: v128, b: v128, c: v128, d: v128): v128 {
  const t0 = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const t1 = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(t0, t1, 0, 1, 4, 5), v128.shuffle<f32>(t0, t1, 2, 3, 6, 7));
}

/** y = clamp(W·x + bias), W being rows of n floats; groups of four rows [from, to). Rows beyond the last are read: they are zeros. */
export function linear(x: usize, y: usize, w: usize, bias: usize, n: i32, lo: f32, hi: f32, from: i32, to: i32): void {
  const row = <usize>n * 4;
  for (let g = from; g < to; g++) {
    let p = w + <usize>g * 4 * row, q = x;
    let a0 = splat(0), b0 = splat(0), c0 = splat(0), d0 = splat(0), a1 = splat(0), b1 = splat(0), c1 = splat(0), d1 = splat(0);
    let k = n;
    for (; k >= 8; k -= 8) {
      const u = v128.load(q), v = v128.load(q, 16);
      a0 = fma(u, v128.load(p), a0);
      a1 = fma(v, v128.load(p, 16), a1);
      b0 = fma(u, v128.load(p + row), b0);
      b1 = fma(v, v128.load(p + row, 16), b1);
      c0 = fma(u, v128.load(p + 2 * row), c0);
      c1 = fma(v, v128.load(p + 2 * row, 16), c1);
      d0 = fma(u, v128.load(p + 3 * row), d0);
      d1 = fma(v, v128.load(p + 3 * row, 16), d1);
      p += 32;
      q += 32;
    }
    let sum = across(f32x4.add(a0, a1), f32x4.add(b0, b1), f32x4.add(c0, c1), f32x4.add(d0, d1));
    for (; k > 0; k--) {
      const t = v128.load32_splat(q);
      const r = f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(v128.load32_splat(p), 1, load<f32>(p + row)), 2, load<f32>(p + 2 * row)), 3, load<f32>(p + 3 * row));
      sum = fma(t, r, sum);
      p += 4;
      q += 4;
    }
    v128.store(y + g * 16, clamp(f32x4.add(sum, v128.load(bias + g * 16)), splat(lo), splat(hi)));
  }
}

/** y[h][w] = Σ over K pixels k of a[h][k] · b[k][w], channel by channel; rows [from, to). Four sums go along together, and share the loads of a. */
export function matmul(
  a: usize, ap: usize, ar: usize, b: usize, bp: usize, br: usize, y: usize, yp: usize, yr: usize, W: i32, K: i32, C: i32, from: i32, to: i32
): void {
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w += 4) {
      // Beyond the last pixel the last is summed again, into the same place.
      const n = W - 1 - w;
      const b1 = <usize>min(1, n) * bp, b2 = <usize>min(2, n) * bp, b3 = <usize>min(3, n) * bp;
      for (let c: usize = 0; c < <usize>C * 4; c += 16) {
        let p = a + <usize>h * ar + c, q = b + <usize>w * bp + c;
        let s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0);
        for (let k = 0; k < K; k++) {
          const u = v128.load(p);
          s0 = fma(u, v128.load(q), s0);
          s1 = fma(u, v128.load(q + b1), s1);
          s2 = fma(u, v128.load(q + b2), s2);
          s3 = fma(u, v128.load(q + b3), s3);
          p += ap;
          q += br;
        }
        const d = y + <usize>h * yr + <usize>w * yp + c;
        v128.store(d, s0);
        v128.store(d + <usize>min(1, n) * yp, s1);
        v128.store(d + <usize>min(2, n) * yp, s2);
        v128.store(d + <usize>min(3, n) * yp, s3);
      }
    }
  }
}
