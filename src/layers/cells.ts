/** The cells that adaptive pools share: output pixel i of m reads the pixels from floor(i·n/m) up to, not including, ceil((i+1)·n/m). */
import type { Pair } from '../tensor/index.ts';
import { divisor } from './geometry.ts';
import { size } from './params.ts';
import type { FeatureMap } from './shape.ts';
import type { Reading, Window } from './window.ts';

export const adaptiveParams = { size: size('Height × width of the output.') } as const;

/** First pixel and end of each cell along an axis of n pixels. */
export const cells = (n: number, m: number): readonly Pair[] =>
  Array.from({ length: m }, (_, i) => [Math.floor((i * n) / m), Math.ceil(((i + 1) * n) / m)] as const);

/** Pixels of the largest cell: the one that begins furthest behind a whole pixel, by 1 − divisor/m of one. */
export const largestCell = (n: number, m: number): number => 1 + Math.ceil((n - divisor(n, m)) / m);

/** What cells read along each axis; the one cell of an axis sees all of it. */
export function cellWindow([h, w]: Pair, [, H, W]: FeatureMap): Window {
  const along = (from: number, to: number): Reading => (to === 1 ? { kind: 'all' } : { kind: 'resize', from, to, by: 'cells' });
  return [along(H, h), along(W, w)];
}
