/** Statistics of the stretch that a normalisation or a softmax looks at, for one of its numbers. Layout C×H×W. */
import type { Entry } from '../geometry/moves.ts';
import type { Dims, Op } from '../program.ts';

type Of<K extends Op['op']> = Extract<Op, { readonly op: K }>;

/** Over the numbers of channels `from` to `to` (exclusive), at one pixel or at all. */
function over(data: Float32Array, hw: number, from: number, to: number, pixel: number | undefined): readonly number[] {
  const found: number[] = [];
  for (let c = from; c < to; c++) {
    if (pixel !== undefined) found.push(data[c * hw + pixel] as number);
    else for (let p = 0; p < hw; p++) found.push(data[c * hw + p] as number);
  }
  return found;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** Mean and variance of the group, or of the pixel's channels. */
export function momentsOf(
  op: Of<'norm'>,
  data: Float32Array,
  [C, H, W]: Dims,
  [c, h, w]: Entry,
): readonly [mean: number, variance: number] {
  const per = C / op.groups;
  const first = Math.floor(c / per) * per;
  const numbers = op.over === 'pixel' ? over(data, H * W, 0, C, h * W + w) : over(data, H * W, first, first + per, undefined);
  const mean = sum(numbers) / numbers.length;
  return [mean, sum(numbers.map((v) => (v - mean) ** 2)) / numbers.length];
}

/** The Euclidean norm of a channel over its pixels, and the mean of all channels' norms. */
export function normsOf(data: Float32Array, [C, H, W]: Dims, c: number): readonly [own: number, mean: number] {
  const norms = Array.from({ length: C }, (_, i) => Math.sqrt(sum(over(data, H * W, i, i + 1, undefined).map((v) => v * v))));
  return [norms[c] ?? Number.NaN, sum(norms) / C];
}

/** The largest number among those that share a softmax, and the sum of the exponentials of what they are below it. */
export function softmaxOf(
  op: Of<'softmax'>,
  data: Float32Array,
  [C, H, W]: Dims,
  [c, h, w]: Entry,
): readonly [most: number, total: number] {
  const per = C / op.groups;
  const first = Math.floor(c / per) * per;
  const numbers = op.over === 'pixels' ? over(data, H * W, c, c + 1, undefined) : over(data, H * W, first, first + per, h * W + w);
  const most = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return [most, sum(numbers.map((v) => Math.exp(v - most)))];
}
