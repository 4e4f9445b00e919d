/**
 * Operations that only move numbers: each says, for an entry of its output, which entry of its input it is. The reference kernel and the
 * WASM planner read the same table, so the two cannot disagree.
 */
import type { Dims, Op } from '../program.ts';

export type Move = Extract<
  Op,
  { readonly op: 'reshape' | 'transpose' | 'pad' | 'crop' | 'slice' | 'shuffle' | 'depthtospace' | 'spacetodepth' }
>;

/** A place in a C×H×W value. */
export type Entry = readonly [c: number, h: number, w: number];

/** Index of a padded pixel in an axis of n pixels; undefined outside, in constant mode. */
function padded(i: number, n: number, mode: 'constant' | 'reflect' | 'edge'): number | undefined {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case 'constant':
      return undefined;
    case 'edge':
      return i < 0 ? 0 : n - 1;
    case 'reflect': {
      const period = Math.max(1, 2 * (n - 1));
      const m = ((i % period) + period) % period;
      return m < n ? m : period - m;
    }
    default:
      return mode satisfies never;
  }
}

/** The input entry from which `op` takes entry (c, h, w) of its output; undefined where padding writes its constant. */
export function source(op: Move, x: Dims, y: Dims, c: number, h: number, w: number): Entry | undefined {
  switch (op.op) {
    case 'reshape': {
      const i = (c * y[1] + h) * y[2] + w;
      return [Math.floor(i / (x[1] * x[2])), Math.floor(i / x[2]) % x[1], i % x[2]];
    }
    case 'transpose': {
      const from: [number, number, number] = [0, 0, 0];
      const to = [c, h, w] as const;
      for (const [i, axis] of op.axes.entries()) from[axis] = to[i] as number;
      return from;
    }
    case 'pad': {
      const iy = padded(h - op.pads[0], x[1], op.mode);
      const ix = padded(w - op.pads[1], x[2], op.mode);
      return iy === undefined || ix === undefined ? undefined : [c, iy, ix];
    }
    case 'crop':
      return [c, h + op.top, w + op.left];
    case 'slice':
      return [c + op.from, h, w];
    case 'shuffle':
      // ShuffleNet (Zhang et al. 2017): view as groups × n, transpose, flatten.
      return [(c % op.groups) * (x[0] / op.groups) + Math.floor(c / op.groups), h, w];
    case 'depthtospace': {
      const s = op.scale;
      return [(c * s + (h % s)) * s + (w % s), Math.floor(h / s), Math.floor(w / s)];
    }
    case 'spacetodepth': {
      const s = op.scale;
      return [Math.floor(c / (s * s)), h * s + (Math.floor(c / s) % s), w * s + (c % s)];
    }
    default:
      return op satisfies never;
  }
}
