/** Window arithmetic that convolutions and pools share: output sizes and padding, as PyTorch documents them for Conv2d and MaxPool2d. */
import type { Pads, Pair } from '../tensor/index.ts';
import { type Fault, fault } from './fault.ts';
import type { PadWord } from './params.ts';
import type { FeatureMap, Inputs, Shape } from './shape.ts';

/** The input of a layer that takes a feature map; `infer` has checked that it is one. */
export const mapOf = (xs: Inputs<Shape>): FeatureMap => xs[0] as FeatureMap;

/** Height × width of a window that slides over a map. */
export interface Sliding {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pads: Pads;
  readonly dilation: Pair;
  /** Round up; the last window must still start inside the input or its top-left padding. */
  readonly ceil?: boolean;
}

/** (k − 1) · dilation / 2 on each side, rounded down. */
export function samePads(k: Pair, dilation: Pair): Pads {
  const [v, h] = [Math.floor(((k[0] - 1) * dilation[0]) / 2), Math.floor(((k[1] - 1) * dilation[1]) / 2)];
  return [v, h, v, h];
}

/**
 * TensorFlow's SAME along an axis of n pixels: ceil(n / stride) windows, and as much padding as they reach beyond the axis, the odd pixel behind
 * it (tf.nn, "Notes on padding").
 */
function tfPads(n: number, kernel: number, stride: number, dilation: number): Pair {
  const total = Math.max(0, (Math.ceil(n / stride) - 1) * stride + dilation * (kernel - 1) + 1 - n);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

interface Padded {
  readonly pad: PadWord | Pads;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
}
/** The padding in pixels, around an input of this size. */
export function padsOf({ pad, kernel, stride, dilation }: Padded, [, h, w]: FeatureMap): Pads {
  if (pad === 'same') return samePads(kernel, dilation);
  if (pad !== 'tf') return pad;
  const [top, bottom] = tfPads(h, kernel[0], stride[0], dilation[0]);
  const [left, right] = tfPads(w, kernel[1], stride[1], dilation[1]);
  return [top, left, bottom, right];
}

/** Output height × width of a window whose padding may be `same`, which an even kernel has not. */
export function convolve(layer: string, x: FeatureMap, p: Padded & { readonly ceil?: boolean }): Pair | Fault {
  return p.pad === 'same' && p.kernel.some((k) => k % 2 === 0) ? evenKernel(layer, x, p) : slide(layer, x, { ...p, pads: padsOf(p, x) });
}

/** The paddings that one may have meant by the `same` of an even kernel, the likeliest first, as they are written. */
function instead(x: FeatureMap, p: Padded): readonly { readonly value: string; readonly pads: Pads }[] {
  const [v, h] = [(p.kernel[0] - 1) * p.dilation[0], (p.kernel[1] - 1) * p.dilation[1]];
  const numbers = (pads: Pads): { readonly value: string; readonly pads: Pads } => ({ value: showPads(pads), pads });
  const none = numbers([0, 0, 0, 0]);
  const tf = { value: 'tf', pads: padsOf({ ...p, pad: 'tf' }, x) };
  // As with patches, which lie beside each other.
  if (p.kernel.every((k, i) => k === p.stride[i])) return [none, tf];
  // A pixel more on one side than on the other keeps the size.
  if (p.stride.every((s) => s === 1)) return [numbers([Math.floor(v / 2), Math.floor(h / 2), Math.ceil(v / 2), Math.ceil(h / 2)]), none];
  const equal: Pads = [Math.floor(v / 2), Math.floor(h / 2), Math.floor(v / 2), Math.floor(h / 2)];
  const out = slide('', x, { ...p, pads: equal });
  const divides = !('fault' in out) && out.every((n, i) => n === Math.ceil((x[i + 1] as number) / (p.stride[i] as number)));
  return [...(divides ? [numbers(equal)] : []), tf, none];
}

/** An even kernel needs a pixel more on one side than on the other, or none at all where it steps by its own size. */
function evenKernel(layer: string, x: FeatureMap, p: Padded & { readonly ceil?: boolean }): Fault {
  const all = instead(x, p);
  const ways = all.flatMap(({ value, pads }, i) => {
    const out = slide(layer, x, { ...p, pads });
    const said = all.findIndex((a) => a.pads.join() === pads.join()) < i;
    return 'fault' in out || said ? [] : [{ value, gives: out.join('×') }];
  });
  const said = ways.map((w) => `\`pad=${w.value}\` gives ${w.gives}`).join(', ');
  return fault(
    'even-kernel',
    `\`${layer}\` has an even kernel, ${p.kernel.join('×')}, which \`same\` cannot pad equally on both sides: give \`pad\`${said ? `; ${said}` : ''}.`,
    {
      param: 'kernel',
      suggest: ways.map((w, i) => ({ title: `Write pad=${w.value}, which gives ${w.gives}`, sure: i === 0, param: 'pad', value: w.value })),
    },
  );
}

/** A padding as it is written: `1`, `1x0`, `[0, 1, 0, 1]` for top, bottom, left and right. */
function showPads([top, left, bottom, right]: Pads): string {
  if (top !== bottom || left !== right) return `[${top}, ${bottom}, ${left}, ${right}]`;
  return top === left ? String(top) : `${top}x${left}`;
}

const outOf = (n: number, k: number, s: number, before: number, after: number, d: number, ceil: boolean): number => {
  const room = n + before + after - d * (k - 1) - 1;
  if (!ceil) return Math.floor(room / s) + 1;
  const out = Math.ceil(room / s) + 1;
  return (out - 1) * s >= n + before ? out - 1 : out;
};

/** Output height × width: floor((H + pads − dilation·(k−1) − 1) / stride) + 1, or why there is none. */
export function slide(layer: string, [, h, w]: FeatureMap, s: Sliding): Pair | Fault {
  const [top, left, bottom, right] = s.pads;
  const [kh, kw] = [s.dilation[0] * (s.kernel[0] - 1) + 1, s.dilation[1] * (s.kernel[1] - 1) + 1];
  if (kh > h + top + bottom || kw > w + left + right) {
    const padded = `${h + top + bottom}×${w + left + right}`;
    return fault(
      'kernel-too-large',
      `\`${layer}\` has a ${kh}×${kw} window${s.dilation.some((d) => d > 1) ? ' (dilated)' : ''}, but only ${padded} arrives${
        s.pads.some((p) => p > 0) ? ` with its padding (${h}×${w} without)` : ''
      }: use a smaller kernel, or more \`pad\`.`,
      { param: 'kernel' },
    );
  }
  const ceil = s.ceil ?? false;
  return [
    outOf(h, s.kernel[0], s.stride[0], top, bottom, s.dilation[0], ceil),
    outOf(w, s.kernel[1], s.stride[1], left, right, s.dilation[1], ceil),
  ];
}

/** The greatest common divisor. */
export const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
