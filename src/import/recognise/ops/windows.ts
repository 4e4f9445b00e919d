/** Convolutions and pools. */
import { samePads } from '../../../layers/geometry.ts';
import type { Value } from '../../../layers/params.ts';
import type { FeatureMap } from '../../../layers/shape.ts';
import type { Pads, Pair } from '../../../tensor/index.ts';
import type { Tensor } from '../../read/tensor.ts';
import { type Attributes, number, numbers, text } from '../../simplify/attributes.ts';
import { reshaped } from '../../simplify/evaluate.ts';
import { type Window, windowOf } from '../../simplify/shapes.ts';
import type { Step } from '../../simplify/simplify.ts';
import { type Made, sizeValue, unsayable } from '../builder.ts';
import { biasOf, type Context, constant, derived, type Recognise } from '../context.ts';
import type { View } from '../view.ts';
import { zerosBefore } from './pads.ts';

/** A window of one or two axes as one of two; the first of one is the height. */
export function twoAxes(values: readonly number[], fill: number): Pair {
  const [a = fill, b] = values;
  return b === undefined ? [fill, a] : [a, b];
}
function pads4(pads: readonly number[]): Pads {
  if (pads.length === 2) return [0, pads[0] ?? 0, 0, pads[1] ?? 0];
  return [pads[0] ?? 0, pads[1] ?? 0, pads[2] ?? 0, pads[3] ?? 0];
}
/** Top, left, bottom, right as one writes them: top, bottom, left, right. */
const written = ([top, left, bottom, right]: Pads): Value => [top, bottom, left, right];

interface Geometry {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly pads: Pads;
}
const geometry = (w: Window): Geometry => ({
  kernel: twoAxes(w.kernel, 1),
  stride: twoAxes(w.strides, 1),
  dilation: twoAxes(w.dilations, 1),
  pads: pads4(w.pads),
});

/** The padding of a convolution in the shortest words. */
function padValue(g: Geometry): Value {
  const same = g.kernel.every((k) => k % 2 === 1) && samePads(g.kernel, g.dilation).every((n, i) => n === g.pads[i]);
  return same ? 'same' : written(g.pads);
}

const common = (g: Geometry): Readonly<Record<string, Value>> => ({
  kernel: sizeValue(...g.kernel),
  stride: sizeValue(...g.stride),
  dilation: sizeValue(...g.dilation),
});

/** A kernel of one axis as one of two. */
const kernel2 = (t: Tensor): Tensor =>
  t.dims.length === 3 ? derived(t, 'as 2d', () => reshaped(t, [t.dims[0] ?? 1, t.dims[1] ?? 1, 1, t.dims[2] ?? 1])) : t;

/** The map that enters a convolution, and the rank of the tensor. */
function entering(c: Context, s: Step): { readonly x: number; readonly rank: number; readonly pads: Pads } {
  const v = c.view(s.inputs[0]);
  const rank = v.axes.length;
  if (rank !== 3 && rank !== 4) return unsayable(`it works on ${rank} axes`);
  const { node, pads } = zerosBefore(c, c.b.map(v).node);
  return { x: node, rank, pads };
}

/** The view of a map as a tensor of the rank that entered. */
function leaving(c: Context, node: number, rank: number): View {
  const v = c.b.fresh(node);
  const [n = [], ch = [], , w = []] = v.axes;
  return rank === 3 ? { ...v, axes: [n, ch, w] } : v;
}

/** The extents of a map as ONNX has them. */
const dimsAt = (c: Context, node: number, rank: number): readonly number[] => {
  const [ch = 1, h = 1, w = 1] = c.b.shape(node);
  return rank === 3 ? [1, ch, w] : [1, ch, h, w];
};

/** The k binomial coefficients of k − 1, over their sum. */
const binomial = (k: number): readonly number[] =>
  Array.from({ length: k - 1 }).reduce<readonly number[]>((row) => [...row, 0].map((n, i) => (n + (row[i - 1] ?? 0)) / 2), [1]);

/** Whether a depthwise convolution behind mirrored edges is the fixed filter of anti-aliased networks. */
function isBlur(before: Made, weight: Tensor, g: Geometry): boolean {
  const [kh, kw] = g.kernel;
  const sides = [(kh - 1) >> 1, (kw - 1) >> 1, kh >> 1, kw >> 1];
  if (before.kind !== 'pad' || before.params.mode !== 'reflect' || String(before.params.size) !== String(sides)) return false;
  if (g.pads.some((n) => n > 0) || g.dilation.some((n) => n > 1)) return false;
  const taps = binomial(kh).flatMap((v) => binomial(kw).map((u) => v * u));
  return weight.numbers()?.every((n, i) => Math.abs(n - (taps[i % taps.length] ?? 0)) < 1e-6) ?? false;
}

/** What the convolution itself sees, behind the zeros that it takes over. */
const windowDims = (c: Context, node: number, rank: number, [top, left, bottom, right]: Pads): readonly number[] => {
  const [n = 1, ch = 1, h = 1, w = 1] = dimsAt(c, node, rank);
  return rank === 3 ? [n, ch, h + left + right] : [n, ch, h + top + bottom, w + left + right];
};

export const conv: Recognise = (c, s) => {
  const weight = constant(s.inputs[1], 'kernel');
  const bias = biasOf(s.inputs[2]);
  const { x, rank, pads } = entering(c, s);
  const own = geometry(windowOf(s.attributes, windowDims(c, x, rank, pads), numbers(s.attributes, 'kernel_shape') ?? weight.dims.slice(2)));
  const g = { ...own, pads: own.pads.map((n, i) => n + (pads[i] ?? 0)) as unknown as Pads };
  const [out = 0, perGroup = 0] = weight.dims;
  const groups = number(s.attributes, 'group', 1);
  const [arriving] = c.b.shape(x);
  const depthwise = groups > 1 && perGroup === 1 && groups === arriving;
  const more = depthwise ? { multiplier: out / groups } : { channels: out, groups };
  const before = c.b.at(x);
  if (depthwise && !bias && out === groups && isBlur(before, weight, g))
    return [c.b.fresh(c.b.layer('blur', [before.inputs[0] as number], { kernel: sizeValue(...g.kernel), stride: sizeValue(...g.stride) }))];
  const given = { ...common(g), ...more, pad: padValue(g), bias: bias !== undefined };
  const node = c.b.layer(depthwise ? 'dwconv' : 'conv', [x], given, { weight: kernel2(weight), bias });
  return [leaving(c, node, rank)];
};

export const convTranspose: Recognise = (c, s) => {
  const weight = constant(s.inputs[1], 'kernel');
  const bias = biasOf(s.inputs[2]);
  const x = c.b.map(c.view(s.inputs[0]));
  const dims = dimsAt(c, x.node, 4);
  if (weight.dims.length !== 4) return unsayable(`it works on ${weight.dims.length} axes`);
  const g = geometry(windowOf(s.attributes, dims, numbers(s.attributes, 'kernel_shape') ?? weight.dims.slice(2)));
  const groups = number(s.attributes, 'group', 1);
  const full = ([0, 1] as const).map((i) => ((dims[i + 2] ?? 1) - 1) * g.stride[i] + g.dilation[i] * (g.kernel[i] - 1) + 1);
  const to = s.outputs[0]?.dims ?? [];
  const auto = text(s.attributes, 'auto_pad', 'NOTSET').startsWith('SAME') || numbers(s.attributes, 'output_shape') !== undefined;
  let more = twoAxes(numbers(s.attributes, 'output_padding') ?? [0, 0], 0);
  let pads = g.pads;
  if (auto) {
    const cut = ([0, 1] as const).map((i) => (full[i] ?? 0) - (to[i + 2] ?? 0));
    more = [Math.max(0, -(cut[0] ?? 0)), Math.max(0, -(cut[1] ?? 0))];
    const off = cut.map((n) => Math.max(0, n));
    const lower = text(s.attributes, 'auto_pad') === 'SAME_LOWER';
    const begins = off.map((n) => (lower ? Math.ceil(n / 2) : Math.floor(n / 2)));
    pads = [begins[0] ?? 0, begins[1] ?? 0, (off[0] ?? 0) - (begins[0] ?? 0), (off[1] ?? 0) - (begins[1] ?? 0)];
  }
  const given = {
    ...common(g),
    channels: (weight.dims[1] ?? 1) * groups,
    pad: written(pads),
    output_pad: sizeValue(...more),
    groups,
    bias: bias !== undefined,
  };
  return [c.b.fresh(c.b.layer('deconv', [x.node], given, { weight, bias }))];
};

/** Whether rounding up with equal padding gives the same windows as padding that goes on below and right. */
function asCeil(g: Geometry, [, h, w]: FeatureMap, to: readonly number[]): boolean {
  const [top, left, bottom, right] = g.pads;
  if (bottom <= top && right <= left) return false;
  return ([0, 1] as const).every((i) => {
    const [n, before, after] = [i === 0 ? h : w, g.pads[i], g.pads[i + 2] ?? 0];
    const room = n + 2 * before - g.dilation[i] * (g.kernel[i] - 1) - 1;
    const out = Math.ceil(room / g.stride[i]) + 1;
    const given = (out - 1) * g.stride[i] >= n + before ? out - 1 : out;
    return after >= before && given === to[i + 2];
  });
}

export const pool: Recognise = (c, s) => {
  const kind = { MaxPool: 'maxpool', AveragePool: 'avgpool', LpPool: 'lppool' }[s.type] ?? '';
  const v = c.view(s.inputs[0]);
  if (v.axes.length !== 4) return unsayable(`it works on ${v.axes.length} axes`);
  const x = c.b.map(v);
  const shape = c.b.shape(x.node) as FeatureMap;
  const kernel = numbers(s.attributes, 'kernel_shape') ?? [];
  const g = geometry(windowOf(s.attributes, [1, ...shape], kernel));
  if (s.outputs.slice(1).some((o) => c.readers(o) > 0)) return unsayable('its indices are read');
  // One pixel to each is what adaptive pools become where the map has that size already.
  if (g.kernel.every((k) => k === 1) && g.stride.every((k) => k === 1) && kind !== 'lppool') return [v];
  const padded = g.pads.some((n) => n > 0);
  const tf = isTf(s.attributes);
  const before = zerosBefore(c, x.node);
  const fits = before.node !== x.node && before.pads.every((n, i) => n <= Math.floor((g.kernel[i % 2] ?? 0) / 2));
  if (kind === 'avgpool' && !padded && fits && number(s.attributes, 'ceil_mode') === 0)
    return [c.b.fresh(c.b.layer(kind, [before.node], poolArgs(kind, { ...g, pads: before.pads }, false, true)))];
  const whole = kind !== 'lppool' && !padded && g.kernel[0] === shape[1] && g.kernel[1] === shape[2] && g.dilation.every((d) => d === 1);
  if (whole) return [c.b.fresh(c.b.layer(kind === 'maxpool' ? 'gmp' : 'gap', [x.node]))];
  const counted = kind === 'avgpool' && padded && number(s.attributes, 'count_include_pad') !== 0;
  const ceil = number(s.attributes, 'ceil_mode') !== 0;
  const up = !ceil && !tf && !counted && asCeil(g, shape, s.outputs[0]?.dims ?? []);
  const trimmed: Pads = up ? [g.pads[0], g.pads[1], g.pads[0], g.pads[1]] : g.pads;
  const isSame = kind === 'avgpool' && padded && !counted;
  const args = poolArgs(kind, { ...g, pads: trimmed }, ceil || up, counted || !isSame || trimmed.every((n) => n === 0));
  return [c.b.fresh(c.b.layer(kind, [x.node], tf && !counted ? { ...args, pad: 'tf' } : args))];
};

const isTf = (a: Attributes): boolean => text(a, 'auto_pad') === 'SAME_UPPER';

function poolArgs(kind: string, g: Geometry, ceil: boolean, counted: boolean): Readonly<Record<string, Value>> {
  const equal = g.kernel.every((k, i) => k === g.stride[i]);
  return {
    kernel: sizeValue(...g.kernel),
    ...(equal ? {} : { stride: sizeValue(...g.stride) }),
    pad: written(g.pads),
    ceil,
    ...(kind === 'maxpool' ? { dilation: sizeValue(...g.dilation) } : {}),
    ...(kind === 'avgpool' ? { count_include_pad: counted } : {}),
  };
}

export const globalPool: Recognise = (c, s) => {
  const v = c.view(s.inputs[0]);
  const x = c.b.map(v);
  const node = c.b.layer(s.type === 'GlobalMaxPool' ? 'gmp' : 'gap', [x.node]);
  return [leaving(c, node, v.axes.length)];
};
