// Elementwise operations over images of pixels: `C` floats at each of W pixels of rows [from, to). The planner passes one long pixel per row
// where neither image has gaps. Lanes beyond C are computed too, and land in the padding of the pixel.
import { clamp, erf4, exp4, expm14, fma, log1p4, splat, tanh4 } from './simd';

// @ts-ignore: decorator
@inline function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline function gate(x: v128): v128 {
  return clamp(f32x4.add(x, splat(3)), splat(0), splat(6));
}

// @ts-ignore: decorator
@inline function negative(x: v128, below: v128): v128 {
  return v128.bitselect(below, x, f32x4.lt(x, splat(0)));
}

/** The functions, numbered as in `activations.ts`. `a` and `b` are their parameters. */
function evaluate(fn: i32, x: v128, a: v128, b: v128): v128 {
  switch (fn) {
    case 0: return clamp(x, a, b); // relu, relu6, clip
    case 1: return negative(x, f32x4.mul(a, x)); // leaky relu
    case 2: return f32x4.mul(b, negative(x, f32x4.mul(a, expm14(x)))); // elu, selu
    case 3: return sigmoid(x);
    case 4: return tanh4(x);
    case 5: return f32x4.add(f32x4.pmax(x, splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(x))))); // softplus
    case 6: return f32x4.mul(x, sigmoid(x)); // silu
    case 7: return f32x4.mul(x, tanh4(f32x4.add(f32x4.pmax(x, splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(x))))))); // mish
    case 8: return f32x4.mul(gate(x), splat(1.0 / 6)); // hard sigmoid
    case 9: return f32x4.mul(f32x4.mul(x, gate(x)), splat(1.0 / 6)); // hard swish
    case 10: return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(splat(1), erf4(f32x4.mul(x, splat(0.70710678118654752)))));
    // gelu by tanh; 10 is the exact one
    default: {
      const cubic = fma(f32x4.mul(splat(0.044715), x), f32x4.mul(x, x), x);
      return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(splat(1), tanh4(f32x4.mul(splat(0.7978845608028654), cubic))));
    }
  }
}

export function activate(
  fn: i32, a: f32, b: f32, x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, W: i32, C: i32, from: i32, to: i32
): void {
  const pa = splat(a), pb = splat(b);
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      const s = x + <usize>h * xr + <usize>w * xp, d = y + <usize>h * yr + <usize>w * yp;
      for (let c = 0; c < C; c += 4) v128.store(d + c * 4, evaluate(fn, v128.load(s + c * 4), pa, pb));
    }
  }
}

/** y = clamp((x − mean[c]) · gamma[c] + beta[c]). Of equal numbers nothing is left but beta: x · gamma − mean · gamma would leave its rounding. */
export function affine(
  x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, mean: usize, gamma: usize, beta: usize, lo: f32, hi: f32, W: i32, C: i32, from: i32, to: i32
): void {
  const low = splat(lo), high = splat(hi);
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      const s = x + <usize>h * xr + <usize>w * xp, d = y + <usize>h * yr + <usize>w * yp;
      for (let c = 0; c < C; c += 4) {
        const v = f32x4.sub(v128.load(s + c * 4), v128.load(mean + c * 4));
        v128.store(d + c * 4, clamp(fma(v, v128.load(gamma + c * 4), v128.load(beta + c * 4)), low, high));
      }
    }
  }
}

/** y = x, times slope[c] below zero. */
export function prelu(x: usize, xp: usize, xr: usize, y: usize, yp: usize, yr: usize, slope: usize, W: i32, C: i32, from: i32, to: i32): void {
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      const s = x + <usize>h * xr + <usize>w * xp, d = y + <usize>h * yr + <usize>w * yp;
      for (let c = 0; c < C; c += 4) {
        const v = v128.load(s + c * 4);
        v128.store(d + c * 4, negative(v, f32x4.mul(v, v128.load(slope + c * 4))));
      }
    }
  }
}

/**
 * y = clamp(a + b), or a · b where `multiply`. A stride of 0 broadcasts along rows or pixels; `as`, `bs` of 0 broadcast one channel over all.
 */
export function combine(
  multiply: i32, a: usize, ap: usize, ar: usize, as: i32, b: usize, bp: usize, br: usize, bs: i32, y: usize, yp: usize, yr: usize,
  lo: f32, hi: f32, W: i32, C: i32, from: i32, to: i32
): void {
  const low = splat(lo), high = splat(hi);
  for (let h = from; h < to; h++) {
    for (let w = 0; w < W; w++) {
      const p = a + <usize>h * ar + <usize>w * ap, q = b + <usize>h * br + <usize>w * bp, d = y + <usize>h * yr + <usize>w * yp;
      const pa = v128.load32_splat(p), qb = v128.load32_splat(q);
      for (let c = 0; c < C; c += 4) {
        const u = as ? v128.load(p + c * 4) : pa, v = bs ? v128.load(q + c * 4) : qb;
        v128.store(d + c * 4, clamp(multiply ? f32x4.mul(u, v) : f32x4.add(u, v), low, high));
      }
    }
  }
}
