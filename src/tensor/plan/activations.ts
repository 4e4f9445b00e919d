/** Activations as the WASM kernel takes them: a clamp, which any kernel does as it stores, or a numbered function of two parameters. */
import type { Activation } from '../program.ts';

/** Lowest and highest value; (−∞, ∞) leaves everything. */
export type Clamp = readonly [low: number, high: number];

export const UNCLAMPED: Clamp = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The clamp that an activation is, if it is one. */
export function asClamp(a: Activation): Clamp | undefined {
  if (a.fn === 'relu') return [0, Number.POSITIVE_INFINITY];
  if (a.fn === 'relu6') return [0, 6];
  return a.fn === 'clip' ? [a.min, a.max] : undefined;
}

/** Number and parameters of a function in `assembly/pointwise.ts`, `evaluate`. */
export function asFunction(a: Activation): readonly [fn: number, a: number, b: number] {
  switch (a.fn) {
    case 'relu':
      return [0, 0, Number.POSITIVE_INFINITY];
    case 'relu6':
      return [0, 0, 6];
    case 'clip':
      return [0, a.min, a.max];
    case 'leakyrelu':
      return [1, a.slope, 0];
    case 'elu':
      return [2, a.alpha, 1];
    case 'selu':
      return [2, 1.6732632423543772, 1.0507009873554805];
    case 'sigmoid':
      return [3, 0, 0];
    case 'tanh':
      return [4, 0, 0];
    case 'softplus':
      return [5, 0, 0];
    case 'silu':
      return [6, 0, 0];
    case 'mish':
      return [7, 0, 0];
    case 'hardsigmoid':
      return [8, 0, 0];
    case 'hardswish':
      return [9, 0, 0];
    case 'gelu':
      return [a.approximate ? 11 : 10, 0, 0];
    default:
      return a satisfies never;
  }
}
