/** What the window pools share: parameters, the default stride, the output shape. Each pool has its own file. */
import type { Pads, Pair } from '../tensor/index.ts';
import { type Fault, fault } from './fault.ts';
import { convolve, padsOf } from './geometry.ts';
import { ints, type OnnxAttribute, type OnnxWriter } from './onnx.ts';
import { bool, optionalSize, type PadWord, padding, size } from './params.ts';
import type { FeatureMap } from './shape.ts';

export const poolParams = {
  kernel: size('Window, height × width.'),
  stride: optionalSize('Step of the window; the kernel’s size if not given.', 'kernel'),
  pad: padding('Padding around the input, at most half the kernel; `same` is (k−1)·dilation/2 on each side, `tf` TensorFlow’s SAME.', {
    default: [0, 0, 0, 0],
  }),
  ceil: bool('Rounds the output size up, so that the last window may hang over the edge.', { default: false }),
} as const;

interface Pool {
  readonly kernel: Pair;
  readonly stride: Pair | null;
  readonly pad: PadWord | Pads;
  readonly ceil: boolean;
  readonly dilation?: Pair;
}
/** A pool with its defaults, but not its padding, resolved. */
const whole = (p: Pool): Required<Pool> & { readonly stride: Pair } => ({
  kernel: p.kernel,
  stride: p.stride ?? p.kernel,
  pad: p.pad,
  dilation: p.dilation ?? [1, 1],
  ceil: p.ceil,
});
/** The window of a pool over an input of this size. */
export function poolWindow(p: Pool, x: FeatureMap): { kernel: Pair; stride: Pair; pads: Pads; dilation: Pair; ceil: boolean } {
  const { kernel, stride, dilation, ceil, ...rest } = whole(p);
  return { kernel, stride, dilation, ceil, pads: padsOf({ kernel, stride, dilation, ...rest }, x) };
}

/** The output of a window pool: the input's channels, fewer pixels. */
export function poolShape(layer: string, p: Pool, x: FeatureMap): FeatureMap | Fault {
  const { pad } = p;
  const most = p.kernel.map((k) => Math.floor(k / 2));
  if (typeof pad !== 'string' && [0, 1, 2, 3].some((i) => (pad[i] ?? 0) > (most[i % 2] ?? 0)))
    return fault(
      'pad-too-large',
      `\`${layer}\` pads by ${Math.max(...pad)}, more than half its ${p.kernel.join('×')} kernel: use at most ${most.join('×')}.`,
      { param: 'pad' },
    );
  const out = convolve(layer, x, whole(p));
  return 'fault' in out ? out : [x[0], ...out];
}

/** What stands in for a pixel beyond the edge, and whether an average counts the padding that was written. */
interface Beyond {
  readonly fill: number;
  readonly counted?: boolean;
}
interface OnnxPool {
  readonly x: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** Whether an average counts the padding of `attributes`. */
  readonly counted: boolean;
}

/**
 * A pool's window in ONNX, always rounding down, with padding as far as the last windows reach. Readers disagree about rounding up: shape
 * inference knows no rule that a last window must start inside, and onnxruntime divided an average by the whole window where part of it hung
 * over (until its fix of July 2026). Padding that an average counts beside an overhang that it does not, and padding as large as the window,
 * which onnxruntime refuses, become a layer of their own.
 */
export function onnxPool(g: OnnxWriter, p: Pool, x: string, from: FeatureMap, to: FeatureMap, { fill, counted = false }: Beyond): OnnxPool {
  const { kernel, stride, dilation, pads } = poolWindow(p, from);
  const [top, left, bottom, right] = pads;
  const over = ([1, 2] as const).map((axis) => {
    const i = axis - 1;
    const reach = (to[axis] - 1) * (stride[i] as number) + (dilation[i] as number) * ((kernel[i] as number) - 1) + 1;
    return Math.max(0, reach - (pads[i] as number) - from[axis] - (pads[i + 2] as number));
  });
  const [below = 0, beside = 0] = over;
  const all: Pads = [top, left, bottom + below, right + beside];
  const hangs = below + beside > 0;
  const pooled = (input: string, inside: Pads, countsThem: boolean): OnnxPool => ({
    x: input,
    attributes: { kernel_shape: ints(kernel), strides: ints(stride), pads: ints(inside) },
    counted: countsThem,
  });
  const padded = ([t, l, b, r]: Pads): string =>
    g.node('Pad', [x, g.constant([8], [0, 0, t, l, 0, 0, b, r], 'int64'), g.constant([], [fill])], {}, [
      from[0],
      from[1] + t + b,
      from[2] + l + r,
    ]);
  const pads0 = pads.every((n) => n === 0);
  if (counted && hangs && !pads0) return pooled(padded(pads), [0, 0, below, beside], false);
  if (all.some((n, i) => n >= (kernel[i % 2] as number))) return pooled(padded(all), [0, 0, 0, 0], false);
  return pooled(x, all, counted && !pads0);
}
