/** Window arithmetic that convolutions and pools share: output sizes and padding, as PyTorch documents them for Conv2d and MaxPool2d. */
import type { Pads, Pair } from '../tensor/index.ts';
import { type Fault, fault } from './fault.ts';
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

/** The window of a layer whose output pixels see the pixel in their own place, where its arguments may say otherwise. */
export const ownPixel: Sliding = { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pads: [0, 0, 0, 0] };

/** (k − 1) · dilation / 2 on each side, rounded down. */
export function samePads(k: Pair, dilation: Pair): Pads {
  const [v, h] = [Math.floor(((k[0] - 1) * dilation[0]) / 2), Math.floor(((k[1] - 1) * dilation[1]) / 2)];
  return [v, h, v, h];
}

interface Padded {
  readonly pad: 'same' | Pads;
  readonly kernel: Pair;
  readonly dilation: Pair;
}
/** The padding in pixels, `same` resolved. */
export const padsOf = (p: Padded): Pads => (p.pad === 'same' ? samePads(p.kernel, p.dilation) : p.pad);

/** Output height × width of a convolution whose padding may be `same`, which an even kernel has not. */
export function convolve(layer: string, x: FeatureMap, p: Padded & { readonly stride: Pair }): Pair | Fault {
  return p.pad === 'same' && p.kernel.some((k) => k % 2 === 0) ? evenKernel(layer, x, p) : slide(layer, x, { ...p, pads: padsOf(p) });
}

/** An even kernel needs a pixel more on one side than on the other, or none at all where it steps by its own size. */
function evenKernel(layer: string, x: FeatureMap, p: Padded & { readonly stride: Pair }): Fault {
  const [v, h] = [(p.kernel[0] - 1) * p.dilation[0], (p.kernel[1] - 1) * p.dilation[1]];
  const more: Pads = [Math.floor(v / 2), Math.floor(h / 2), Math.ceil(v / 2), Math.ceil(h / 2)];
  const steps = p.kernel.every((k, i) => k === p.stride[i]);
  const ways = [more, [0, 0, 0, 0] as const].flatMap((pads) => {
    const out = slide(layer, x, { ...p, pads });
    return 'fault' in out ? [] : [{ value: showPads(pads), gives: out.join('×') }];
  });
  if (steps) ways.reverse();
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
