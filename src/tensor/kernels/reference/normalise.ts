/** Normalisations and softmax, by their definitions, in float64. Layout C×H×W; `hw` is the number of pixels. */
import type { Op } from '../../program.ts';

type Of<K extends Op['op']> = Extract<Op, { readonly op: K }>;

/** y = x·a[c] + b[c]. */
export function affine(x: Float32Array, y: Float32Array, channels: number, a: (c: number) => number, b: (c: number) => number): void {
  const hw = x.length / channels;
  for (let c = 0; c < channels; c++) {
    const factor = a(c);
    const offset = b(c);
    for (let i = c * hw; i < (c + 1) * hw; i++) y[i] = (x[i] as number) * factor + offset;
  }
}

/** Group norm (Wu & He 2018), or layer norm over the channels of each pixel. */
export function norm(
  op: Of<'norm'>,
  x: Float32Array,
  y: Float32Array,
  channels: number,
  gamma: Float32Array | undefined,
  beta: Float32Array | undefined,
): void {
  const hw = x.length / channels;
  const normalise = (c0: number, c1: number, p0: number, p1: number): void => {
    const n = (c1 - c0) * (p1 - p0);
    const each = (visit: (i: number, c: number) => void): void => {
      for (let c = c0; c < c1; c++) for (let p = p0; p < p1; p++) visit(c * hw + p, c);
    };
    let sum = 0;
    each((i) => {
      sum += x[i] as number;
    });
    const mean = sum / n;
    let squares = 0;
    each((i) => {
      squares += ((x[i] as number) - mean) ** 2;
    });
    const factor = 1 / Math.sqrt(squares / n + op.eps);
    each((i, c) => {
      y[i] = ((x[i] as number) - mean) * factor * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
    });
  };
  if (op.over === 'pixel') for (let p = 0; p < hw; p++) normalise(0, channels, p, p + 1);
  else for (let c = 0; c < channels; c += channels / op.groups) normalise(c, c + channels / op.groups, 0, hw);
}

/** Global response normalisation (Woo et al. 2023, ConvNeXt V2, section 3.2). */
export function grn(op: Of<'grn'>, x: Float32Array, y: Float32Array, channels: number, gamma: Float32Array, beta: Float32Array): void {
  const hw = x.length / channels;
  const norms = Array.from({ length: channels }, (_, c) => Math.sqrt(x.subarray(c * hw, (c + 1) * hw).reduce((s, v) => s + v * v, 0)));
  const mean = norms.reduce((a, b) => a + b, 0) / channels;
  for (let c = 0; c < channels; c++) {
    const response = (norms[c] as number) / (mean + op.eps);
    for (let i = c * hw; i < (c + 1) * hw; i++) {
      const v = x[i] as number;
      y[i] = (gamma[c] as number) * (v * response) + (beta[c] as number) + v;
    }
  }
}

/** Local response normalisation (Krizhevsky et al. 2012, section 3.3) with alpha divided by size. */
export function lrn(op: Of<'lrn'>, x: Float32Array, y: Float32Array, channels: number): void {
  const hw = x.length / channels;
  const before = Math.floor((op.size - 1) / 2);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < hw; p++) {
      let squares = 0;
      for (let i = Math.max(0, c - before); i < Math.min(channels, c - before + op.size); i++) squares += (x[i * hw + p] as number) ** 2;
      y[c * hw + p] = (x[c * hw + p] as number) / (op.k + (op.alpha / op.size) * squares) ** op.beta;
    }
  }
}

/** Over the channels of each group at each pixel, or over all pixels of each channel. */
export function softmax(op: Of<'softmax'>, x: Float32Array, y: Float32Array, channels: number): void {
  const hw = x.length / channels;
  /** Over n entries from `first` on, `step` apart. */
  const share = (first: number, n: number, step: number): void => {
    const places = Array.from({ length: n }, (_, i) => first + i * step);
    const max = places.reduce((most, i) => Math.max(most, x[i] as number), Number.NEGATIVE_INFINITY);
    const sum = places.reduce((total, i) => total + Math.exp((x[i] as number) - max), 0);
    for (const i of places) y[i] = Math.exp((x[i] as number) - max) / sum;
  };
  const per = channels / op.groups;
  if (op.over === 'pixels') for (let c = 0; c < channels; c++) share(c * hw, hw, 1);
  else for (let c = 0; c < channels; c += per) for (let p = 0; p < hw; p++) share(c * hw + p, per, hw);
}
