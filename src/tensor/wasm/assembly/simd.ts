// Vector helpers: multiply–add, clamping that keeps NaN, and elementary functions on four lanes.
//
// exp and log follow Cephes (S. L. Moshier, expf.c and logf.c, https://www.netlib.org/cephes/): range reduction, then a short polynomial.

/** a·b + c; fused where the module is built with relaxed SIMD. */
// @ts-ignore: decorator
@inline export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** min(max(x, lo), hi); pmax(a, b) is `a < b ? b : a`, so a NaN in x stays. */
// @ts-ignore: decorator
@inline export function clamp(x: v128, lo: v128, hi: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, lo), hi);
}

// @ts-ignore: decorator
@inline export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** The address of a thread's own scratch memory; each instance of the module has its own. */
export let scratch: usize = 0;
/** A line before it, for numbers that are written so that reading them is not left out. */
export let sink: usize = 0;
export function setScratch(address: usize): void {
  sink = address;
  scratch = address + 64;
}

/** eˣ: 2ⁿ·e^r with |r| ≤ ln 2 / 2; 0 and infinity beyond the range, NaN stays. */
export function exp4(x0: v128): v128 {
  const x = clamp(x0, splat(-104), splat(89));
  const n = f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, splat(-2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = fma(p, r, splat(1.3981999507e-3));
  p = fma(p, r, splat(8.3334519073e-3));
  p = fma(p, r, splat(4.1665795894e-2));
  p = fma(p, r, splat(1.6666665459e-1));
  p = fma(p, r, splat(5.0000001201e-1));
  p = f32x4.add(fma(p, f32x4.mul(r, r), r), splat(1));
  // 2ⁿ in two factors, so that n = 128 and the subnormals come out right.
  const i = i32x4.trunc_sat_f32x4_s(n);
  const h = i32x4.shr_s(i, 1);
  const bias = i32x4.splat(127);
  const s1 = i32x4.shl(i32x4.add(h, bias), 23);
  const s2 = i32x4.shl(i32x4.add(i32x4.sub(i, h), bias), 23);
  return f32x4.mul(f32x4.mul(p, s1), s2);
}

/** Natural logarithm of x ≥ 0; −infinity at 0, infinity and NaN stay. */
export function log4(x: v128): v128 {
  // Subnormals count as the smallest normal number.
  const y = f32x4.pmax(x, splat(1.17549435e-38));
  let e = i32x4.sub(i32x4.shr_u(y, 23), i32x4.splat(126));
  let m = v128.or(v128.and(y, i32x4.splat(0x007fffff)), splat(0.5));
  const small = f32x4.lt(m, splat(0.707106781186547524));
  e = i32x4.add(e, small); // a mask is −1
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), splat(1));
  const z = f32x4.mul(m, m);
  let p = splat(7.0376836292e-2);
  p = fma(p, m, splat(-1.1514610310e-1));
  p = fma(p, m, splat(1.1676998740e-1));
  p = fma(p, m, splat(-1.2420140846e-1));
  p = fma(p, m, splat(1.4249322787e-1));
  p = fma(p, m, splat(-1.6668057665e-1));
  p = fma(p, m, splat(2.0000714765e-1));
  p = fma(p, m, splat(-2.4999993993e-1));
  p = fma(p, m, splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), z);
  const fe = f32x4.convert_i32x4_s(e);
  p = fma(fe, splat(-2.12194440e-4), p);
  p = fma(z, splat(-0.5), p);
  const r = fma(fe, splat(0.693359375), f32x4.add(m, p));
  const infinite = f32x4.eq(x, splat(f32.POSITIVE_INFINITY));
  const zero = f32x4.eq(x, splat(0));
  const plain = v128.bitselect(splat(f32.NEGATIVE_INFINITY), v128.bitselect(x, r, infinite), zero);
  return v128.bitselect(x, plain, f32x4.ne(x, x));
}

/** log(1 + z) for z ≥ 0, right for small z too (W. Kahan's correction). */
export function log1p4(z: v128): v128 {
  const u = f32x4.add(splat(1), z);
  const corrected = f32x4.div(f32x4.mul(log4(u), z), f32x4.sub(u, splat(1)));
  return v128.bitselect(z, corrected, f32x4.eq(u, splat(1)));
}

/** eˣ − 1 for x ≤ 0 (or NaN): a series where the difference would lose digits. */
export function expm14(x: v128): v128 {
  let p = splat(1.0 / 720);
  p = fma(p, x, splat(1.0 / 120));
  p = fma(p, x, splat(1.0 / 24));
  p = fma(p, x, splat(1.0 / 6));
  p = fma(p, x, splat(0.5));
  const series = fma(f32x4.mul(x, x), p, x);
  return v128.bitselect(series, f32x4.sub(exp4(x), splat(1)), f32x4.gt(x, splat(-0.35)));
}

/** tanh: a polynomial near zero (Cephes' tanhf), else 1 − 2 / (e^2x + 1). */
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = splat(-5.70498872745e-3);
  p = fma(p, z, splat(2.06390887954e-2));
  p = fma(p, z, splat(-5.37397155531e-2));
  p = fma(p, z, splat(1.33314422036e-1));
  p = fma(p, z, splat(-3.33332819422e-1));
  const near = fma(f32x4.mul(p, z), x, x);
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(exp4(f32x4.add(x, x)), splat(1))));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), splat(0.625)));
}

/** Error function to 1.5e-7 (Abramowitz & Stegun 7.1.26). */
export function erf4(x: v128): v128 {
  const a = f32x4.abs(x);
  const t = f32x4.div(splat(1), fma(splat(0.3275911), a, splat(1)));
  let p = splat(1.061405429);
  p = fma(p, t, splat(-1.453152027));
  p = fma(p, t, splat(1.421413741));
  p = fma(p, t, splat(-0.284496736));
  p = fma(p, t, splat(0.254829592));
  const tail = f32x4.mul(f32x4.mul(p, t), exp4(f32x4.neg(f32x4.mul(a, a))));
  const positive = f32x4.sub(splat(1), tail);
  return v128.bitselect(f32x4.neg(positive), positive, f32x4.lt(x, splat(0)));
}
