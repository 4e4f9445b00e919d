/** The forms F(tile×tile, kernel×kernel) of Winograd's convolution that there are kernels for; what they are stands in `winograd-input.ts`. */
import type { Dims, Program } from '../program.ts';
import type { KernelName } from './call.ts';
import type { OpOf } from './fuse.ts';

/** Names say what a transform depends on: Bᵀ on the points alone, G on points and taps, Aᵀ on points and outputs. */
interface WinogradForm {
  /** Output pixels, kernel taps and points along one side: side = tile + kernel − 1. */
  readonly tile: number;
  readonly kernel: number;
  readonly side: number;
  readonly input: KernelName;
  readonly weights: KernelName;
  readonly output: KernelName;
}

export const WINOGRAD = {
  winograd4x3: { tile: 4, kernel: 3, side: 6, input: 'winogradInput6', weights: 'winogradWeights4x3', output: 'winogradOutput4of6' },
  winograd6x3: { tile: 6, kernel: 3, side: 8, input: 'winogradInput8', weights: 'winogradWeights6x3', output: 'winogradOutput6of8' },
  winograd4x5: { tile: 4, kernel: 5, side: 8, input: 'winogradInput8', weights: 'winogradWeights4x5', output: 'winogradOutput4of8' },
  winograd5x4: { tile: 5, kernel: 4, side: 8, input: 'winogradInput8', weights: 'winogradWeights5x4', output: 'winogradOutput5of8' },
} as const satisfies Record<string, WinogradForm>;

export type WinogradName = keyof typeof WINOGRAD;

/** The forms for kernels of k×k. */
export const winogradForms = (k: number): readonly WinogradName[] =>
  (Object.keys(WINOGRAD) as WinogradName[]).filter((name) => WINOGRAD[name].kernel === k);

/** Tiles that cover an output, and points that each needs. */
export function winogradTiles(name: WinogradName, [, h, w]: Dims): { readonly tiles: number; readonly points: number } {
  const { tile, side } = WINOGRAD[name];
  return { tiles: Math.ceil(h / tile) * Math.ceil(w / tile), points: side ** 2 };
}

/**
 * How a convolution looks to Winograd. At stride 1 as it is. At stride 2 as a convolution of stride 1 over the four phases of its input,
 * the pixels of even and odd rows and columns, as so many more channels, with half the taps: tap t of phase p is tap 2t + p − shift of the
 * kernel (or zero), where `shift` makes the padding even.
 */
export interface Phases {
  readonly stride: 1 | 2;
  /** Taps along one side. */
  readonly taps: number;
  readonly shift: readonly [number, number];
}

/** Undefined where Winograd does not apply: groups, dilation, other strides, kernels that are not square. */
export function phases(
  program: Program,
  { weight, stride: [sh, sw], dilation, groups, pads: [top, left] }: OpOf<'conv'>,
): Phases | undefined {
  const [, , kh = 1, kw = 1] = program.weights[weight]?.dims ?? [];
  if (groups !== 1 || dilation[0] !== 1 || dilation[1] !== 1 || sh !== sw) return undefined;
  if (sh === 1) return kh === kw ? { stride: 1, taps: kh, shift: [0, 0] } : undefined;
  if (sh !== 2) return undefined;
  const shift = [top % 2, left % 2] as const;
  const taps = Math.ceil((kh + shift[0]) / 2);
  return taps === Math.ceil((kw + shift[1]) / 2) ? { stride: 2, taps, shift } : undefined;
}

/** Multiply–adds of the products, one for each point. */
export function winogradMultiplies(name: WinogradName, program: Program, op: OpOf<'conv'>): number {
  const [c] = program.values[op.x] as Dims;
  const y = program.values[op.y] as Dims;
  const { tiles, points } = winogradTiles(name, y);
  return points * tiles * c * op.stride[0] ** 2 * y[0];
}
