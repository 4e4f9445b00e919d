/** The cells that adaptive pools share: output pixel i of m reads the pixels from floor(i·n/m) up to, not including, ceil((i+1)·n/m). */
import type { Pair } from '../tensor/index.ts';
import { divisor, resampling } from './geometry.ts';
import type { Window } from './layer.ts';
import { size } from './params.ts';
import type { FeatureMap } from './shape.ts';

export const adaptiveParams = { size: size('Height × width of the output.') } as const;

/** First pixel and end of each cell along an axis of n pixels. */
export const cells = (n: number, m: number): readonly Pair[] =>
  Array.from({ length: m }, (_, i) => [Math.floor((i * n) / m), Math.ceil(((i + 1) * n) / m)] as const);

/** Pixels of the largest cell: the one that begins furthest behind a whole pixel, by 1 − divisor/m of one. */
export const largestCell = (n: number, m: number): number => 1 + Math.ceil((n - divisor(n, m)) / m);

/** Cells are windows of the largest cell's size, n/m apart; the one cell of 1×1 sees everything. */
export function cellWindow([h, w]: Pair, [, H, W]: FeatureMap): Window | 'all' {
  if (h === 1 && w === 1) return 'all';
  const [v, u] = [resampling(H, h, largestCell(H, h)), resampling(W, w, largestCell(W, w))];
  return { kernel: [v.kernel, u.kernel], stride: [v.stride, u.stride], dilation: [1, 1] };
}
