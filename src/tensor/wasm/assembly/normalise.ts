// Normalisations that look at the data, softmax, and what else sums over channels.
import { exp4, fma, log4, scratch, splat } from './simd';

/** Sum over C floats in float64 pairs, deterministic for a given C. */
// @ts-ignore: decorator
@inline function total(s: usize, C: i32, mean: f32, squares: bool): f64 {
  let a = f64x2.splat(0), b = f64x2.splat(0), c = 0;
  const m = splat(mean);
  for (; c + 4 <= C; c += 4) {
    let v = f32x4.sub(v128.load(s + c * 4), m);
    if (squares) v = f32x4.mul(v, v);
    a = f64x2.add(a, f64x2.promote_low_f32x4(v));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
  }
  a = f64x2.add(a, b);
  let sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
  for (; c < C; c++) {
    const v = load<f32>(s + c * 4) - mean;
    sum += <f64>(squares ? v * v : v);
  }
  return sum;
}

/** Layer norm over the C channels of each pixel, rows [from, to). */
export function normPixel(
  x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, gamma: usize, beta: usize, eps: f32, W: i32, C: i32, from: i32, to: i32
): void {
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      const s = x + <usize>h * xr + <usize>w * xp, d = y + <usize>h * yr + <usize>w * yp;
      const mean = <f32>(total(s, C, 0, false) / C);
      const factor = splat(<f32>(1 / Math.sqrt(total(s, C, mean, true) / C + eps)));
      const m = splat(mean);
      for (let c = 0; c < C; c += 4) {
        const v = f32x4.mul(f32x4.sub(v128.load(s + c * 4), m), factor);
        v128.store(d + c * 4, fma(v, v128.load(gamma + c * 4), v128.load(beta + c * 4)));
      }
    }
  }
}

/** sums[c] (float64) = Σ over all pixels of x, or of (x − means[c])² where `squares`; for vectors of four channels [from, to). */
export function channelSums(x: usize, xp: usize, xr: usize, H: i32, W: i32, means: usize, squares: i32, sums: usize, from: i32, to: i32): void {
  for (let q = from; q < to; q++) {
    const m = v128.load(means + q * 16);
    let a = f64x2.splat(0), b = f64x2.splat(0);
    for (let h = 0; h < H; h++) {
      let s = x + <usize>h * xr + <usize>q * 16;
      for (let w = 0; w < W; w++) {
        let v = f32x4.sub(v128.load(s), m);
        if (squares) v = f32x4.mul(v, v);
        a = f64x2.add(a, f64x2.promote_low_f32x4(v));
        b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
        s += xp;
      }
    }
    v128.store(sums + q * 32, a);
    v128.store(sums + q * 32, b, 16);
  }
}

/** means[c] for every channel of groups [from, to), from sums over n numbers per group. */
export function groupMeans(sums: usize, means: usize, per: i32, n: i32, from: i32, to: i32): void {
  for (let g = from; g < to; g++) {
    let sum: f64 = 0;
    for (let c = g * per; c < (g + 1) * per; c++) sum += load<f64>(sums + c * 8);
    for (let c = g * per; c < (g + 1) * per; c++) store<f32>(means + c * 4, <f32>(sum / n));
  }
}

/** a[c] = gamma / sqrt(variance + eps) for every channel of groups [from, to), from sums of squares. */
export function groupFactors(sums: usize, gamma: usize, a: usize, eps: f32, per: i32, n: i32, from: i32, to: i32): void {
  for (let g = from; g < to; g++) {
    let sum: f64 = 0;
    for (let c = g * per; c < (g + 1) * per; c++) sum += load<f64>(sums + c * 8);
    const factor = 1 / Math.sqrt(sum / n + eps);
    for (let c = g * per; c < (g + 1) * per; c++) store<f32>(a + c * 4, <f32>(<f64>load<f32>(gamma + c * 4) * factor));
  }
}

/** a[c] = 1 + gamma[c] · g[c] / (mean of g + eps), g[c] being the root of the sum of squares: the global response of C channels. One work item. */
export function responseFactors(sums: usize, gamma: usize, a: usize, eps: f32, C: i32, from: i32, to: i32): void {
  let mean: f64 = 0;
  for (let c = 0; c < C; c++) mean += Math.sqrt(load<f64>(sums + c * 8));
  const share = 1 / (mean / C + eps);
  for (let c = 0; c < C; c++) store<f32>(a + c * 4, <f32>(1 + <f64>load<f32>(gamma + c * 4) * Math.sqrt(load<f64>(sums + c * 8)) * share));
}

/** x / (k + alpha · Σ x²)^beta, `alpha` divided by `size` already, over `size` neighbouring channels; the squares pass through scratch, with zeros on both sides. */
export function lrn(
  x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, size: i32, alpha: f32, beta: f32, k: f32, W: i32, C: i32, from: i32, to: i32
): void {
  const before = (size - 1) / 2;
  const z = scratch + 16, zc = z + before * 4;
  memory.fill(z, 0, (C + size + 8) * 4);
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      const s = x + <usize>h * xr + <usize>w * xp, d = y + <usize>h * yr + <usize>w * yp;
      for (let c = 0; c < C; c++) {
        const v = load<f32>(s + c * 4);
        store<f32>(zc + c * 4, v * v);
      }
      for (let c = 0; c < C; c += 4) {
        let sum = splat(0);
        for (let i = 0; i < size; i++) sum = f32x4.add(sum, v128.load(z + (c + i) * 4));
        const base = fma(splat(alpha), sum, splat(k));
        v128.store(d + c * 4, f32x4.mul(v128.load(s + c * 4), exp4(f32x4.mul(splat(-beta), log4(base)))));
      }
    }
  }
}

/**
 * Over the channels of each pixel, `per` of them at a time; rows [from, to). No lane beyond a group is written: the next group's numbers, or
 * behind the last one the next row's, stand there.
 */
export function softmax(x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, W: i32, C: i32, per: i32, from: i32, to: i32): void {
  const whole = per & ~3;
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      for (let g = 0; g < C; g += per) {
        const s = x + <usize>h * xr + <usize>w * xp + <usize>g * 4, d = y + <usize>h * yr + <usize>w * yp + <usize>g * 4;
        let most: f32 = f32.NEGATIVE_INFINITY;
        for (let c = 0; c < per; c++) most = max(most, load<f32>(s + c * 4));
        for (let c = 0; c < per; c += c < whole ? 4 : 1) {
          const e = exp4(f32x4.sub(v128.load(s + c * 4), splat(most)));
          if (c < whole) v128.store(d + c * 4, e);
          else store<f32>(d + c * 4, f32x4.extract_lane(e, 0));
        }
        const share = <f32>(1 / total(d, per, 0, false));
        for (let c = 0; c < whole; c += 4) v128.store(d + c * 4, f32x4.mul(v128.load(d + c * 4), splat(share)));
        for (let c = whole; c < per; c++) store<f32>(d + c * 4, load<f32>(d + c * 4) * share);
      }
    }
  }
}

/** Of each channel over all pixels; vectors of four channels [from, to). */
export function softmaxPixels(x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, H: i32, W: i32, from: i32, to: i32): void {
  for (let q = from; q < to; q++) {
    const s = x + <usize>q * 16, d = y + <usize>q * 16;
    let most = splat(f32.NEGATIVE_INFINITY);
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) most = f32x4.pmax(most, v128.load(s + <usize>h * xr + <usize>w * xp));
    }
    let a = f64x2.splat(0), b = f64x2.splat(0);
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) {
        const e = exp4(f32x4.sub(v128.load(s + <usize>h * xr + <usize>w * xp), most));
        v128.store(d + <usize>h * yr + <usize>w * yp, e);
        a = f64x2.add(a, f64x2.promote_low_f32x4(e));
        b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<f32>(e, e, 2, 3, 0, 1)));
      }
    }
    const sum = v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
    const share = f32x4.div(splat(1), sum);
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) {
        const p = d + <usize>h * yr + <usize>w * yp;
        v128.store(p, f32x4.mul(v128.load(p), share));
      }
    }
  }
}

/** The mean or the largest of the C channels of each pixel, rows [from, to). A NaN gives NaN. */
export function channelPool(average: i32, x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, W: i32, C: i32, from: i32, to: i32): void {
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      const s = x + <usize>h * xr + <usize>w * xp;
      let v: f32 = f32.NEGATIVE_INFINITY;
      if (average) v = <f32>(total(s, C, 0, false) / C);
      else for (let c = 0; c < C; c++) v = max(v, load<f32>(s + c * 4));
      store<f32>(y + <usize>h * yr + <usize>w * yp, v);
    }
  }
}
