/** Elementwise functions and broadcasting, by their definitions (PyTorch's documentation of each function). */
import type { Activation, Dims, MergeName } from '../../program.ts';

/** Error function: Taylor's series near zero, the continued fraction of erfc beyond 2.5. To about 1e-12. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; n < 60; n++) {
      term *= -(a * a) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let f = 0;
  for (let n = 60; n >= 1; n--) f = n / 2 / (a + f);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + f));
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** log(1 + eˣ), without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const clamp = (x: number, min: number, max: number): number => Math.min(Math.max(x, min), max);

/** The function of one number that an activation stands for. NaN stays NaN. */
export function scalar(a: Activation): (x: number) => number {
  switch (a.fn) {
    case 'relu':
      return (x) => Math.max(x, 0);
    case 'relu6':
      return (x) => clamp(x, 0, 6);
    case 'clip':
      return (x) => clamp(x, a.min, a.max);
    case 'leakyrelu':
      return (x) => (x < 0 ? a.slope * x : x);
    case 'elu':
      return (x) => (x < 0 ? a.alpha * Math.expm1(x) : x);
    case 'selu':
      return (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x);
    case 'sigmoid':
      return sigmoid;
    case 'tanh':
      return Math.tanh;
    case 'softplus':
      return softplus;
    case 'silu':
      return (x) => x * sigmoid(x);
    case 'mish':
      return (x) => x * Math.tanh(softplus(x));
    case 'hardsigmoid':
      return (x) => clamp(x + 3, 0, 6) / 6;
    case 'hardswish':
      return (x) => (x * clamp(x + 3, 0, 6)) / 6;
    case 'gelu':
      return a.approximate
        ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
        : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2));
    default:
      return a satisfies never;
  }
}

/** The function of two numbers that a merge stands for. NaN stays NaN. */
export function joining(op: MergeName): (a: number, b: number) => number {
  switch (op) {
    case 'add':
      return (a, b) => a + b;
    case 'mul':
      return (a, b) => a * b;
    case 'sub':
      return (a, b) => a - b;
    case 'div':
      return (a, b) => a / b;
    case 'max':
      return Math.max;
    case 'min':
      return Math.min;
    default:
      return op satisfies never;
  }
}

/** y = x₁ ∘ x₂ ∘ …, where an extent of 1 is broadcast. */
export function merge(
  combine: (a: number, b: number) => number,
  xs: readonly { readonly data: Float32Array; readonly dims: Dims }[],
  y: Float32Array,
  [C, H, W]: Dims,
): void {
  const at = (d: Dims, c: number, h: number, w: number): number =>
    ((d[0] === 1 ? 0 : c) * d[1] + (d[1] === 1 ? 0 : h)) * d[2] + (d[2] === 1 ? 0 : w);
  for (let c = 0; c < C; c++) {
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) {
        y[(c * H + h) * W + w] = xs.map((x) => x.data[at(x.dims, c, h, w)] as number).reduce((a, b) => combine(a, b));
      }
    }
  }
}
