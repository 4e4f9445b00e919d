/**
 * Writes the micro-kernels of the matrix product as AssemblyScript, which has no macros for unrolled registers (technique: implicit GEMM
 * over row pointers, after XNNPACK's "indirect convolution", Dukhan 2019, https://arxiv.org/abs/1907.02129). That keeps a pointer for each tap of
 * each pixel; here it is one for each pixel, and one table of moves from tap to tap for all of them. So a window may hang over no border: round
 * the image stands a halo of zeros.
 *
 * `tile<R>u<U>` computes R rows (output pixels) × 8 output channels in 2·R vector registers, for `panels` panels of 8 channels in turn:
 *
 *   y[r][8p + j] = clamp(bias[8p + j] + Σ over segments Σ over k of x[r][segment][k] · w[p][segment][k][j] + residual[r][8p + j], lo, hi)
 *
 * - `rows`, `out`, `residual`: tables of R addresses each (u32): where a row's window starts, where its output stands.
 * - `inOffset`, `outOffset`: bytes added to each address in `rows`, and in `out` and `residual`.
 * - A segment is a run of `K` floats that stand together in memory: a row of a kernel's window where channels are contiguous, else a tap.
 *   `segments` holds, for each of `count`, how many bytes the pointers move before it, counted from the end of the one before.
 * - `w` holds panels one after the other, each [segment][k][8].
 * - Every tile adds in the order of k with one accumulator per output, so all tiles, and any number of threads, give the same bits. (Whether a
 *   multiply–add is rounded once or twice depends on the module and the machine.)
 *
 * One step of k is two vector loads of weights, and for each row one load that splats and two multiply–adds. Six rows use 12 accumulators + 2
 * weights + 1 splat of the 16 registers that x64 has. Unrolling by 4 spares the pointer increments; V8 before 13 spills there, and gets `u1`.
 */

/** Row counts and unroll factors to write: the driver mixes row counts of one unroll factor, see `gemm.ts`. */
export const TILES: readonly { readonly rows: number; readonly unroll: number }[] = [
  ...[1, 2, 3, 4, 5, 6].map((rows) => ({ rows, unroll: 4 })),
  ...[1, 2, 3, 4].map((rows) => ({ rows, unroll: 1 })),
];

/** The text of `microkernel.ts` beside the hand-written assembly files. */
export function microkernels(): string {
  return ["import { fma, clamp } from './simd';", ...TILES.map((t) => microkernel(t.rows, t.unroll))].join('\n');
}

function microkernel(rows: number, unroll: number): string {
  const each = (line: (r: number) => string): string => Array.from({ length: rows }, (_, r) => line(r)).join(' ');
  /** One step of k, `u` floats after the pointers. */
  const step = (u: number): string =>
    `b0 = v128.load(w, ${u * 32}); b1 = v128.load(w, ${u * 32 + 16});` +
    each((r) => `a = v128.load32_splat(p${r}, ${u * 4}); c${r}0 = fma(a, b0, c${r}0); c${r}1 = fma(a, b1, c${r}1);`);
  const advance = (n: number): string => `${each((r) => `p${r} += ${n * 4};`)} w += ${n * 32};`;
  const steps = Array.from({ length: unroll }, (_, u) => step(u)).join('\n          ');
  return `
export function tile${rows}u${unroll}(
  rows: usize, out: usize, residual: usize, inOffset: usize, outOffset: usize,
  segments: usize, count: i32, K: i32, w: usize, panels: i32, bias: usize, lo: v128, hi: v128
): void {
  let a: v128;
  while (panels > 0) {
    ${each((r) => `let p${r} = <usize>load<u32>(rows, ${r * 4}) + inOffset;`)}
    let b0 = v128.load(bias), b1 = v128.load(bias, 16);
    ${each((r) => `let c${r}0 = b0, c${r}1 = b1;`)}
    let s = segments, left = count;
    while (left > 0) {
      const move = <usize>load<i32>(s);
      ${each((r) => `p${r} += move;`)}
      let k = K${unroll === 4 ? ' >> 2' : ''};
      while (k > 0) {
          ${steps}
          ${advance(unroll)}
          k--;
      }
      ${unroll === 1 ? '' : `k = K & 3; while (k > 0) { ${step(0)} ${advance(1)} k--; }`}
      s += 4;
      left--;
    }
    if (residual != 0) {
      ${each((r) => `{ const q = <usize>load<u32>(residual, ${r * 4}) + outOffset; c${r}0 = f32x4.add(c${r}0, v128.load(q)); c${r}1 = f32x4.add(c${r}1, v128.load(q, 16)); }`)}
    }
    ${each((r) => `{ const q = <usize>load<u32>(out, ${r * 4}) + outOffset; v128.store(q, clamp(c${r}0, lo, hi)); v128.store(q, clamp(c${r}1, lo, hi), 16); }`)}
    outOffset += 32; bias += 32; panels--;
  }
}`;
}
