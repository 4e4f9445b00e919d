/**
 * Seeded random numbers that come out with the same bits on every engine: integer arithmetic and the operations that IEEE 754 defines
 * exactly (+ − × ÷ √), never Math.log or Math.cos, whose last bit is each engine's own.
 *
 * The integers are a counter passed through a 32-bit mixing function (after lowbias32, Wellons 2018,
 * https://nullprogram.com/blog/2018/07/31/, with the constants found by TheIronBorn, https://github.com/skeeto/hash-prospector/issues/19) with a second key between its rounds, so that two streams are not one sequence at two offsets. Normal numbers are Wichura's inverse of the
 * normal distribution (algorithm AS 241, Applied Statistics 37, 1988), here with its own logarithm.
 */
import type { Dims, WeightSpec } from './program.ts';

/** Two 32-bit keys that name a stream. */
interface Stream {
  readonly start: number;
  readonly key: number;
}

/** A stream from a seed and a name: 32-bit FNV-1a over both, twice. */
function stream(seed: number, name: string): Stream {
  const hash = (basis: number): number => {
    let h = basis ^ Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 2 ** 32);
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d);
    return h ^ (h >>> 13);
  };
  return { start: hash(0x811c9dc5 | 0), key: hash(0x050c5d1f) };
}

/** Entry `i` of a stream: 32 random bits, signed. */
function bits(s: Stream, i: number): number {
  let x = (s.start + i) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad) ^ s.key;
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** Input of C×H×W entries, standard normal. */
export function randomInput(dims: Dims, seed: number): Float32Array {
  const out = new Float32Array(dims[0] * dims[1] * dims[2]);
  const s = stream(seed, 'input');
  // The centre of one of 2^32 equal cells of (0, 1), so that neither end is met.
  for (let i = 0; i < out.length; i++) out[i] = normal(((bits(s, i) >>> 0) + 0.5) * 2 ** -32);
  return out;
}

/** Input of C×H×W entries, uniform between 0 and 1. */
export function uniformInput(dims: Dims, seed: number): Float32Array {
  const s = stream(seed, 'input');
  return Float32Array.from({ length: dims[0] * dims[1] * dims[2] }, (_, i) => (bits(s, i) >>> 0) * 2 ** -32);
}

/** How weights start where a layer leaves it open: by He, by Xavier (Glorot and Bengio 2010, the uniform form), or 1 / fanIn for each. */
export type Filling = 'he' | 'xavier' | 'constant';

/** The bound of a uniform draw, or the one number of all. Fans as PyTorch counts them: inputs and outputs of a kernel, times its pixels. */
function boundOf(filling: Filling, fanIn: number, [out = 1, , ...kernel]: readonly number[]): number {
  switch (filling) {
    case 'he':
      return Math.sqrt(6 / fanIn);
    case 'xavier':
      return Math.sqrt(6 / (fanIn + out * kernel.reduce((n, k) => n * k, 1)));
    case 'constant':
      return 1 / fanIn;
    default:
      return filling satisfies never;
  }
}

/** Starting weights, one array per spec. Each stream derives from the seed and the weight's name: changing one layer leaves the others. */
export function initialise(weights: readonly WeightSpec[], seed: number, filling: Filling = 'he'): Float32Array[] {
  return weights.map((spec) => {
    const out = new Float32Array(spec.dims.reduce((n, d) => n * d, 1));
    const { init } = spec;
    switch (init.kind) {
      case 'constant':
        return init.value === 0 ? out : out.fill(init.value);
      case 'he':
        if (filling === 'constant') return out.fill(boundOf(filling, init.fanIn, spec.dims));
        uniform(out, stream(seed, spec.name), boundOf(filling, init.fanIn, spec.dims));
        return out;
      default:
        return init satisfies never;
    }
  });
}

/** Fills with uniform draws from [−bound, bound). The mixing function stands here once more, unrolled by the engine: this loop is hot. */
function uniform(out: Float32Array, { start, key }: Stream, bound: number): void {
  const unit = bound * 2 ** -31;
  for (let i = 0; i < out.length; i++) {
    let x = (start + i) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad) ^ key;
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    out[i] = (x ^ (x >>> 15)) * unit;
  }
}

/** Natural logarithm of 0 < x < 1 to about 1e-15: x = m·2^−e with m in [1, 2), then 2·artanh((m − √2) / (m + √2)). */
function log(x: number): number {
  let m = x;
  let e = 0;
  while (m < 1) {
    m *= 2;
    e++;
  }
  const t = (m - Math.SQRT2) / (m + Math.SQRT2);
  const t2 = t * t;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * t2 + 1 / n;
  return 2 * t * sum + (0.5 - e) * Math.LN2;
}

const ratio = (x: number, a: readonly number[], b: readonly number[]): number =>
  a.reduceRight((sum, c) => sum * x + c, 0) / b.reduceRight((sum, c) => sum * x + c, 0);

/** AS 241, PPND7: the x for which a standard normal number is below x with probability p, to about seven figures. */
function normal(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    );
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const tail =
    r <= 5
      ? ratio(r - 1.6, [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103], [1, 0.7370016425, 0.12021132975])
      : ratio(r - 5, [6.657905115, 3.081226386, 0.42868294337, 0.017337203997], [1, 0.24197894225, 0.012258202635]);
  return q < 0 ? -tail : tail;
}
