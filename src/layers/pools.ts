/** What the window pools share: parameters, the default stride, the output shape. Each pool has its own file. */
import type { Pads, Pair } from '../tensor/index.ts';
import { type Fault, fault } from './fault.ts';
import { slide } from './geometry.ts';
import { int, ints, type OnnxAttribute } from './onnx.ts';
import { bool, optionalSize, padding, size } from './params.ts';
import type { FeatureMap, Shape } from './shape.ts';

export const poolParams = {
  kernel: size('Window, height × width.'),
  stride: optionalSize('Step of the window; the kernel’s size if not given.', 'kernel'),
  pad: padding('Padding around the input; at most half the kernel.', { default: [0, 0, 0, 0] }),
  ceil: bool('Rounds the output size up, so that the last window may hang over the edge.', { default: false }),
} as const;

interface Pool {
  readonly kernel: Pair;
  readonly stride: Pair | null;
  readonly pad: 'same' | Pads;
  readonly ceil: boolean;
  readonly dilation?: Pair;
}
/** The window of a pool with its defaults resolved. */
export const poolWindow = (p: Pool): { kernel: Pair; stride: Pair; pads: Pads; dilation: Pair; ceil: boolean } => ({
  kernel: p.kernel,
  stride: p.stride ?? p.kernel,
  pads: p.pad === 'same' ? [0, 0, 0, 0] : p.pad,
  dilation: p.dilation ?? [1, 1],
  ceil: p.ceil,
});

/** The output of a window pool: the input's channels, fewer pixels. */
export function poolShape(layer: string, p: Pool, x: FeatureMap): FeatureMap | Fault {
  const w = poolWindow(p);
  const [most, sides] = [w.kernel.map((k) => Math.floor(k / 2)), w.pads];
  if ([0, 1, 2, 3].some((i) => (sides[i] ?? 0) > (most[i % 2] ?? 0)))
    return fault(
      'pad-too-large',
      `\`${layer}\` pads by ${Math.max(...sides)}, more than half its ${w.kernel.join('×')} kernel: use at most ${most.join('×')}.`,
      { param: 'pad' },
    );
  const out = slide(layer, x, w);
  return 'fault' in out ? out : [x[0], ...out];
}

/**
 * A pool's window in ONNX. ONNX's shape inference rounds up without the rule that a last window must start inside; where the rule leaves
 * nothing of rounding up, rounding down says the same to every reader.
 */
export function onnxWindow(p: Pool, x: Shape, y: Shape): Readonly<Record<string, OnnxAttribute>> {
  const w = poolWindow(p);
  const down = slide('', x as FeatureMap, { ...w, ceil: false });
  const up = p.ceil && ('fault' in down || down[0] !== y[1] || down[1] !== y[2]);
  return { kernel_shape: ints(w.kernel), strides: ints(w.stride), pads: ints(w.pads), ceil_mode: int(up ? 1 : 0) };
}
