/**
 * Panels: packed weights of 8 output channels, two vectors of four, that one pass of the micro-kernel computes. How many bytes and channels they
 * take, and how many of them the cache keeps.
 */

/** Output channels of a panel; the bytes of them, or of one weight for each. */
export const PANEL = 8;
export const PANEL_BYTES = 32;

/** `n` rounded up to a multiple of `to`. */
export const up = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Panels that so many output channels fill. */
export const panelsOf = (channels: number): number => Math.ceil(channels / PANEL);

/** Bytes of packed weights that one pass over the rows keeps in the second-level cache; more, and too few rows pass while they come in. */
export const CACHE = 98304;

/** Panels that stay in the cache while rows pass, where each output takes `per` weights. */
export const panelsInCache = (per: number): number => Math.max(1, Math.floor(CACHE / (Math.max(1, per) * PANEL_BYTES)));

/** Where each of so many parts of some channels ends and the next begins, in whole panels: `parts` + 1 numbers. */
export const channelBounds = (channels: number, parts: number): readonly number[] =>
  Array.from({ length: parts + 1 }, (_, i) => Math.min(channels, PANEL * Math.round((panelsOf(channels) * i) / parts)));
