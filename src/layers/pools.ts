/** What the window pools share: parameters, the default stride, the output shape. Each pool has its own file. */

import type { Pads, Pair } from '../tensor/index.ts';
import { type Fault, fault } from './fault.ts';
import { convolve, padsOf } from './geometry.ts';
import { ints, type OnnxAttribute, type OnnxWriter } from './onnx.ts';
import { bool, optionalSize, type PadWord, padding, size } from './params.ts';
import { call, kw, type Py, type PyArg, pyBool, pyNum } from './python.ts';
import type { FeatureMap } from './shape.ts';
import {
  bothOf,
  CannotSay,
  type Given,
  type GivenParams,
  knownOf,
  one,
  padModule,
  type TorchForm,
  type TorchHelper,
  type TorchPlace,
  padding as torchPadding,
  unless,
} from './torch.ts';

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

export type GivenPool = GivenParams<typeof poolParams> & { readonly dilation?: Given<Pair> };

/** The padding of a dilated pool where it is more than half its kernel, as wide as its window is: PyTorch's pools refuse that. */
function widePads(p: GivenPool, place: TorchPlace): Pads | undefined {
  const [kernel, dilation, pad] = [p.kernel.known, p.dilation?.known, p.pad.known];
  if (!kernel || !dilation || pad === undefined || p.stride.known === undefined) return undefined;
  const [x] = place.xs ?? [];
  // TensorFlow's depends on the size.
  if (pad === 'tf' && x?.length !== 3) return undefined;
  const { pads } = poolWindow({ kernel, dilation, pad, stride: p.stride.known, ceil: false }, x?.length === 3 ? x : [1, 1, 1]);
  return pads.some((n, i) => n > Math.floor((kernel[i % 2] as number) / 2)) ? pads : undefined;
}

/** The window of a pool for PyTorch: its arguments, and what pads before it. A stride that is the kernel's is left out. */
function torchWindow(
  p: GivenPool,
  place: TorchPlace,
  fill: Py,
): ReturnType<typeof torchPadding> & { readonly args: readonly (Py | PyArg)[] } {
  const dilation = p.dilation ?? { known: [1, 1] as const, py: pyNum(1) };
  const stride: Given<Pair> = p.stride.known === null ? p.kernel : (p.stride as Given<Pair>);
  const usual = torchPadding({ kernel: p.kernel, stride, pad: p.pad, dilation }, place, fill);
  const wide = usual.arg && widePads(p, place);
  const pads = wide ? { before: [{ name: 'pad', make: padModule(wide, fill) }], helpers: [], arg: undefined } : usual;
  const isKernel = p.stride.known === null || (p.kernel.known !== undefined && String(p.kernel.known) === String(p.stride.known));
  const args = [bothOf(p.kernel), ...(isKernel ? [] : [kw('stride', bothOf(stride))]), ...(pads.arg ? [kw('padding', pads.arg)] : [])];
  return { ...pads, args };
}

/** The padding of a pool with, where `hanging`, the rows and columns by which its last windows hang over the padded map: known where the sizes are. */
export function overhang(p: GivenPool, place: Pick<TorchPlace, 'xs' | 'y'>, hanging = true): Pads {
  const [x] = place.xs ?? [];
  if (x?.length !== 3 || place.y?.length !== 3) throw new CannotSay('the overhang of a pool');
  const window = poolWindow(
    {
      kernel: knownOf(p.kernel, 'kernel'),
      stride: knownOf(p.stride, 'stride'),
      pad: knownOf(p.pad, 'pad'),
      ceil: knownOf(p.ceil, 'ceil'),
      ...(p.dilation ? { dilation: knownOf(p.dilation, 'dilation') } : {}),
    },
    x,
  );
  const [top, left, bottom, right] = window.pads;
  if (!hanging) return window.pads;
  const over = (axis: 0 | 1, n: number, out: number, pads: number): number =>
    Math.max(0, (out - 1) * window.stride[axis] + window.dilation[axis] * (window.kernel[axis] - 1) + 1 - n - pads);
  return [top, left, bottom + over(0, x[1], place.y[1], top + bottom), right + over(1, x[2], place.y[2], left + right)];
}

/** A pool as PyTorch's module; where only one side is padded and the size is rounded up, the padding reaches as far as the windows. */
export function poolTorch(
  kind: string,
  module: string,
  p: GivenPool,
  place: TorchPlace,
  { fill, more }: { readonly fill: Py; readonly more: readonly PyArg[] },
): TorchForm {
  const ceil = p.ceil.known !== false;
  const w = torchWindow(p, place, fill);
  if (ceil && w.before.length > 0) {
    const pads: Given<Pads> = { known: overhang(p, place), py: pyNum(0) };
    const { args } = torchWindow({ ...p, pad: { known: [0, 0, 0, 0], py: pyNum(0) } }, place, fill);
    return {
      modules: [
        { name: 'pad', make: padModule(pads.known as Pads, fill) },
        { name: kind, make: call(module, ...args, ...more) },
      ],
    };
  }
  const make = call(module, ...w.args, ...more, ...unless('ceil_mode', p.ceil, false));
  return { modules: [...w.before, { name: kind, make }], helpers: w.helpers };
}

const AVERAGE: TorchHelper = {
  name: 'AvgPoolInside',
  imports: ['import torch.nn.functional as F'],
  source: `class AvgPoolInside(nn.Module):
    """The mean of each window over what lies inside the map, however its sides are padded."""

    def __init__(self, pad, *args, **kwargs):
        super().__init__()
        self.pad = pad
        self.pool = nn.AvgPool2d(*args, **kwargs)

    def forward(self, x):
        inside = self.pool(self.pad(torch.ones_like(x[:1, :1])))
        return self.pool(self.pad(x)) / inside`,
};

/** A mean, with or without the padding. */
export function averageTorch(p: GivenPool, place: TorchPlace, counted: boolean): TorchForm {
  const zero = pyNum(0);
  const w = torchWindow(p, place, zero);
  const [pad] = w.before;
  if (!pad) {
    const form = poolTorch('avgpool', 'nn.AvgPool2d', p, place, { fill: zero, more: [] });
    return counted || !w.arg
      ? form
      : poolTorch('avgpool', 'nn.AvgPool2d', p, place, { fill: zero, more: [kw('count_include_pad', pyBool(false))] });
  }
  const ceil = unless('ceil_mode', p.ceil, false);
  if (!counted && ceil.length > 0) {
    const make = call(AVERAGE.name, padModule(overhang(p, place)), ...w.args);
    return { modules: [{ name: 'avgpool', make }], helpers: [AVERAGE] };
  }
  if (!counted) return { modules: [{ name: 'avgpool', make: call(AVERAGE.name, pad.make, ...w.args) }], helpers: [AVERAGE, ...w.helpers] };
  if (ceil.length > 0) {
    // What is padded counts, what hangs over does not.
    const [top, left, bottom, right] = knownOf(p.pad, 'pad') as Pads;
    const all = overhang(p, place);
    const make = call(AVERAGE.name, padModule([all[0] - top, all[1] - left, all[2] - bottom, all[3] - right]), ...w.args);
    return { modules: [pad, { name: 'avgpool', make }], helpers: [AVERAGE] };
  }
  return { modules: [pad, { name: 'avgpool', make: call('nn.AvgPool2d', ...w.args) }], helpers: w.helpers };
}

const POWER: TorchHelper = {
  name: 'PowerPool',
  imports: ['import torch.nn.functional as F'],
  source: `class PowerPool(nn.Module):
    """The p-norm of each window."""

    def __init__(self, p, *args, **kwargs):
        super().__init__()
        self.p = p
        self.args = args
        self.kwargs = {**kwargs, "divisor_override": 1}

    def forward(self, x):
        sums = F.avg_pool2d(x.abs() ** self.p, *self.args, **self.kwargs)
        return sums ** (1 / self.p)`,
};

/** A p-norm; PyTorch's own pads nothing, and takes odd powers of negative entries. */
export function powerTorch(p: GivenPool & { readonly p: Given<number> }, place: TorchPlace): TorchForm {
  const w = torchWindow(p, place, pyNum(0));
  if (w.args.length <= 2 && !w.arg && w.before.length === 0 && p.ceil.known === false && p.p.known !== undefined && p.p.known % 2 === 0)
    return one('lppool', call('nn.LPPool2d', p.p.py, ...w.args));
  const ceil = unless('ceil_mode', p.ceil, false);
  // Where one side only is padded and the size is rounded up, the padding reaches as far as the windows.
  const reaches = w.before.length > 0 && ceil.length > 0;
  const before = reaches ? [{ name: 'pad', make: padModule(overhang(p, place)) }] : w.before;
  const make = call(POWER.name, p.p.py, ...w.args, ...(reaches ? [] : ceil));
  return { modules: [...before, { name: 'lppool', make }], helpers: [POWER, ...w.helpers] };
}
