// Winograd's minimal filtering, part two (see winograd-input.ts): U = G g Gᵀ, once, when a plan is made.
import { fma, scratch, splat } from './simd';

/** G for three taps and six points: from three vectors `ss` bytes apart to six `ds` bytes apart. */
// @ts-ignore: decorator
@inline function weight3of6(s: usize, ss: usize, d: usize, ds: usize): void {
  const g0 = v128.load(s), g1 = v128.load(s + ss), g2 = v128.load(s + 2 * ss);
  const e = f32x4.add(g0, g2);
  v128.store(d, g0);
  v128.store(d + ds, f32x4.mul(splat(1.0 / 3), f32x4.add(e, g1)));
  v128.store(d + 2 * ds, f32x4.mul(splat(-1.0 / 3), f32x4.sub(e, g1)));
  v128.store(d + 3 * ds, f32x4.mul(splat(-16.0 / 15), fma(splat(0.25), g2, fma(splat(0.5), g1, g0))));
  v128.store(d + 4 * ds, f32x4.mul(splat(1.0 / 15), fma(splat(4), g2, fma(splat(-2), g1, g0))));
  v128.store(d + 5 * ds, g2);
}

/** Stores (e + o)·f and (e − o)·f: the points ±p. */
// @ts-ignore: decorator
@inline function pair(e: v128, o: v128, f: v128, d: usize, ds: usize): void {
  v128.store(d, f32x4.mul(f, f32x4.add(e, o)));
  v128.store(d + ds, f32x4.mul(f, f32x4.sub(e, o)));
}

/** G for three taps and eight points. */
// @ts-ignore: decorator
@inline function weight3of8(s: usize, ss: usize, d: usize, ds: usize): void {
  const g0 = v128.load(s), g1 = v128.load(s + ss), g2 = v128.load(s + 2 * ss);
  v128.store(d, f32x4.neg(g0));
  pair(f32x4.add(g0, g2), g1, splat(-1 / 4.5), d + ds, ds);
  pair(fma(splat(4), g2, g0), f32x4.add(g1, g1), splat(1.0 / 90), d + 3 * ds, ds);
  pair(fma(splat(0.25), g2, g0), f32x4.mul(splat(0.5), g1), splat(1 / 1.40625), d + 5 * ds, ds);
  v128.store(d + 7 * ds, g2);
}

/** G for four taps and eight points. */
// @ts-ignore: decorator
@inline function weight4of8(s: usize, ss: usize, d: usize, ds: usize): void {
  const g0 = v128.load(s), g1 = v128.load(s + ss), g2 = v128.load(s + 2 * ss), g3 = v128.load(s + 3 * ss);
  v128.store(d, f32x4.neg(g0));
  pair(f32x4.add(g0, g2), f32x4.add(g1, g3), splat(-1 / 4.5), d + ds, ds);
  pair(fma(splat(4), g2, g0), fma(splat(8), g3, f32x4.add(g1, g1)), splat(1.0 / 90), d + 3 * ds, ds);
  pair(fma(splat(0.25), g2, g0), fma(splat(0.125), g3, f32x4.mul(splat(0.5), g1)), splat(1 / 1.40625), d + 5 * ds, ds);
  v128.store(d + 7 * ds, g3);
}

/** G for five taps and eight points. */
// @ts-ignore: decorator
@inline function weight5of8(s: usize, ss: usize, d: usize, ds: usize): void {
  const g0 = v128.load(s), g1 = v128.load(s + ss), g2 = v128.load(s + 2 * ss), g3 = v128.load(s + 3 * ss), g4 = v128.load(s + 4 * ss);
  v128.store(d, f32x4.neg(g0));
  pair(f32x4.add(f32x4.add(g0, g2), g4), f32x4.add(g1, g3), splat(-1 / 4.5), d + ds, ds);
  pair(fma(splat(16), g4, fma(splat(4), g2, g0)), fma(splat(8), g3, f32x4.add(g1, g1)), splat(1.0 / 90), d + 3 * ds, ds);
  const e = fma(splat(0.0625), g4, fma(splat(0.25), g2, g0)), o = fma(splat(0.125), g3, f32x4.mul(splat(0.5), g1));
  pair(e, o, splat(1 / 1.40625), d + 5 * ds, ds);
  v128.store(d + 7 * ds, g4);
}

// @ts-ignore: decorator
@inline function transform(side: usize, taps: usize, s: usize, ss: usize, d: usize, ds: usize): void {
  if (side == 6) weight3of6(s, ss, d, ds);
  else if (taps == 3) weight3of8(s, ss, d, ds);
  else if (taps == 4) weight4of8(s, ss, d, ds);
  else weight5of8(s, ss, d, ds);
}

/** U for panels [from, to) from weights packed as [panel][tap][C][8]; the points stand `us` bytes apart. */
// @ts-ignore: decorator
@inline function kernels(side: usize, taps: usize, packed: usize, U: usize, C: i32, us: usize, from: i32, to: i32): void {
  const tap = <usize>C * 32, line = taps * 16;
  for (let p = from; p < to; p++) {
    for (let c = 0; c < C; c++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const s = packed + <usize>p * taps * taps * tap + c * 32 + half, d = U + <usize>(p * C + c) * 32 + half;
        for (let x: usize = 0; x < taps; x++) transform(side, taps, s + x * tap, taps * tap, scratch + x * 16, line);
        for (let y: usize = 0; y < side; y++) transform(side, taps, scratch + y * line, 16, d + y * side * us, us);
      }
    }
  }
}

export function winogradWeights4x3(packed: usize, U: usize, C: i32, us: usize, from: i32, to: i32): void {
  kernels(6, 3, packed, U, C, us, from, to);
}
export function winogradWeights6x3(packed: usize, U: usize, C: i32, us: usize, from: i32, to: i32): void {
  kernels(8, 3, packed, U, C, us, from, to);
}
export function winogradWeights5x4(packed: usize, U: usize, C: i32, us: usize, from: i32, to: i32): void {
  kernels(8, 4, packed, U, C, us, from, to);
}
export function winogradWeights4x5(packed: usize, U: usize, C: i32, us: usize, from: i32, to: i32): void {
  kernels(8, 5, packed, U, C, us, from, to);
}
