/** The forms F(tile×tile, kernel×kernel) of Winograd's convolution that there are kernels for; what they are stands in `winograd-input.ts`. */
import type { Dims } from '../program.ts';
import type { KernelName } from './call.ts';

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
