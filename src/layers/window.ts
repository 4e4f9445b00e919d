/**
 * How output pixels read input pixels, for the receptive field: along each axis, which positions of the input the output's position p
 * reads. Positions are pixels, counted from 0 on both sides, and go on beyond the edges, as in Araujo et al. 2019.
 */
import type { Pads, Pair } from '../tensor/index.ts';

/** A window that slides over the input. */
export interface SlidingWindow {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly pads: Pads;
}

/** What one position of the output reads along one axis. */
export type Reading =
  /** The taps stride·p − before + dilation·t, t < kernel. */
  | { readonly kind: 'slide'; readonly kernel: number; readonly stride: number; readonly dilation: number; readonly before: number }
  /** The transposed window: each x from which stride·x + dilation·t = p + before for some t < kernel; there may be none. */
  | { readonly kind: 'spread'; readonly kernel: number; readonly stride: number; readonly dilation: number; readonly before: number }
  /**
   * `from` pixels over which `to` are spread: the pixel floor(p·from/to) (`nearest`), the one or two between whose centres p's centre lies
   * (`linear`), or all from floor(p·from/to) up to, not including, ceil((p + 1)·from/to) (`cells`).
   */
  | { readonly kind: 'resize'; readonly from: number; readonly to: number; readonly by: 'nearest' | 'linear' | 'cells' }
  /** The whole axis, wherever p lies. */
  | { readonly kind: 'all' };

/** What an output pixel reads: a window, a reading for height and one for width, or everything. */
export type Window = SlidingWindow | readonly [height: Reading, width: Reading] | 'all';

const along = ({ kernel, stride, dilation, pads }: SlidingWindow, axis: 0 | 1): Reading => ({
  kind: 'slide',
  kernel: kernel[axis],
  stride: stride[axis],
  dilation: dilation[axis],
  before: pads[axis],
});

/** The readings of a window along height and width. */
export function readingsOf(w: Window): readonly [Reading, Reading] {
  if (w === 'all') return [{ kind: 'all' }, { kind: 'all' }];
  return 'kernel' in w ? [along(w, 0), along(w, 1)] : w;
}

/** The same pixels, shifted: the output begins `before` pixels before the input does. */
export const shifted = ([v, h]: Pair): Window => ({ kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pads: [v, h, 0, 0] });
