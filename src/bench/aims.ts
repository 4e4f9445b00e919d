/**
 * How many times faster than onnxruntime-web on one thread, in the same runtime, the kernels aim to be: set by a sketch on a server processor of
 * 58.8 GFLOP/s by fused multiply–add with little else to do. Strict SIMD aims at three quarters of the first row.
 */
export const AIMS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  fast: { W1: 4, W1n: 6.5, W2b: 2.7, W2s: 6.5, W3: 2.6, W4: 3.7 },
  '2 threads': { W1: 7, W1n: 11, W2b: 4.5, W2s: 12, W3: 5, W4: 7 },
  exact: { W1: 2, W1n: 2, W2b: 1.7, W2s: 1.85, W3: 2.05, W4: 2.1 },
  'strict SIMD': { W1: 3, W1n: 4.9, W2b: 2, W2s: 4.9, W3: 1.95, W4: 2.8 },
};
