/**
 * Records a program: layers call one method per operation, and each method works out the output's dims itself.
 *
 * Nothing runs here. Sizes follow PyTorch's documentation of each operation; a layer has already checked that its arguments fit, so an output
 * that would be empty throws (it is a bug of the caller, not a problem of the user's).
 */
import type { Activation, Axes, Dims, Op, Pads, Pair, PoolKind, Program, ValueId, WeightId, WeightSpec } from './program.ts';

export interface ConvGeometry {
  readonly stride: Pair;
  readonly pads: Pads;
  readonly dilation: Pair;
  readonly groups: number;
}

export interface DeconvGeometry extends ConvGeometry {
  readonly outputPad: Pair;
}

export interface PoolGeometry {
  readonly kind: PoolKind;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pads: Pads;
  readonly dilation: Pair;
  readonly ceil: boolean;
}

/**
 * Pixels along one axis that a window of `kernel` gives: floor((n + before + after − dilation·(kernel − 1) − 1) / stride) + 1. With `ceil`,
 * rounded up, but the last window must start inside the image or its leading padding (PyTorch's rule).
 */
export function windows(n: number, kernel: number, stride: number, before: number, after: number, dilation: number, ceil = false): number {
  const span = n + before + after - dilation * (kernel - 1) - 1;
  if (!ceil) return Math.floor(span / stride) + 1;
  const out = Math.ceil(span / stride) + 1;
  return (out - 1) * stride >= n + before ? out - 1 : out;
}

export class Recorder {
  readonly #values: Dims[] = [];
  readonly #weights: WeightSpec[] = [];
  readonly #names = new Set<string>();
  readonly #ops: Op[] = [];
  readonly #inputs: ValueId[] = [];
  readonly #outputs: ValueId[] = [];

  /** A value that the caller gives at run time. */
  input(dims: Dims): ValueId {
    const id = this.#value(dims);
    this.#inputs.push(id);
    return id;
  }

  /** The dims of a value recorded so far. */
  dims(v: ValueId): Dims {
    const d = this.#values[v];
    if (!d) throw new RangeError(`No value ${v} in this program`);
    return d;
  }

  /** Declares a weight tensor; names are unique. */
  weight(spec: WeightSpec): WeightId {
    if (this.#names.has(spec.name)) throw new Error(`Two weights are named ${spec.name}`);
    this.#names.add(spec.name);
    return this.#weights.push(spec) - 1;
  }

  /** C×H×W → O×H'×W'; the weight is O × C/groups × kh × kw. */
  conv(x: ValueId, weight: WeightId, bias: WeightId | undefined, g: ConvGeometry): ValueId {
    const [, h, w] = this.dims(x);
    const [out = 0, , kh = 0, kw = 0] = this.#weightDims(weight);
    const [top, left, bottom, right] = g.pads;
    const y = this.#value([
      out,
      windows(h, kh, g.stride[0], top, bottom, g.dilation[0]),
      windows(w, kw, g.stride[1], left, right, g.dilation[1]),
    ]);
    return this.#push({ op: 'conv', x, y, weight, bias, stride: g.stride, pads: g.pads, dilation: g.dilation, groups: g.groups });
  }

  /** Transposed convolution; the weight is C × O/groups × kh × kw. H' = (H − 1)·stride − pads + dilation·(kh − 1) + outputPad + 1. */
  deconv(x: ValueId, weight: WeightId, bias: WeightId | undefined, g: DeconvGeometry): ValueId {
    const [, h, w] = this.dims(x);
    const [, perGroup = 0, kh = 0, kw = 0] = this.#weightDims(weight);
    const [top, left, bottom, right] = g.pads;
    const y = this.#value([
      perGroup * g.groups,
      (h - 1) * g.stride[0] - top - bottom + g.dilation[0] * (kh - 1) + g.outputPad[0] + 1,
      (w - 1) * g.stride[1] - left - right + g.dilation[1] * (kw - 1) + g.outputPad[1] + 1,
    ]);
    const { stride, pads, outputPad, dilation, groups } = g;
    return this.#push({ op: 'deconv', x, y, weight, bias, stride, pads, outputPad, dilation, groups });
  }

  /** n×1×1 → m×1×1; the weight is m × n. */
  linear(x: ValueId, weight: WeightId, bias: WeightId | undefined): ValueId {
    const [features = 0] = this.#weightDims(weight);
    return this.#push({ op: 'linear', x, y: this.#value([features, 1, 1]), weight, bias });
  }

  batchnorm(
    x: ValueId,
    p: {
      readonly gamma: WeightId | undefined;
      readonly beta: WeightId | undefined;
      readonly mean: WeightId;
      readonly variance: WeightId;
      readonly eps: number;
    },
  ): ValueId {
    const { gamma, beta, mean, variance, eps } = p;
    return this.#push({ op: 'batchnorm', x, y: this.#like(x), gamma, beta, mean, variance, eps });
  }

  norm(
    x: ValueId,
    p: {
      readonly over: 'group' | 'pixel';
      readonly groups: number;
      readonly gamma: WeightId | undefined;
      readonly beta: WeightId | undefined;
      readonly eps: number;
    },
  ): ValueId {
    const { over, groups, gamma, beta, eps } = p;
    return this.#push({ op: 'norm', x, y: this.#like(x), over, groups, gamma, beta, eps });
  }

  grn(x: ValueId, p: { readonly gamma: WeightId; readonly beta: WeightId; readonly eps: number }): ValueId {
    return this.#push({ op: 'grn', x, y: this.#like(x), gamma: p.gamma, beta: p.beta, eps: p.eps });
  }

  lrn(x: ValueId, p: { readonly size: number; readonly alpha: number; readonly beta: number; readonly k: number }): ValueId {
    return this.#push({ op: 'lrn', x, y: this.#like(x), size: p.size, alpha: p.alpha, beta: p.beta, k: p.k });
  }

  activation(x: ValueId, activation: Activation): ValueId {
    return this.#push({ op: 'activation', x, y: this.#like(x), activation });
  }

  prelu(x: ValueId, slope: WeightId): ValueId {
    return this.#push({ op: 'prelu', x, y: this.#like(x), slope });
  }

  /** x · factor + offset, with two constants. */
  affine(x: ValueId, factor: number, offset: number): ValueId {
    return this.#push({ op: 'affine', x, y: this.#like(x), factor, offset });
  }

  scale(x: ValueId, gamma: WeightId, beta: WeightId | undefined): ValueId {
    return this.#push({ op: 'scale', x, y: this.#like(x), gamma, beta });
  }

  softmax(x: ValueId, p: { readonly groups: number; readonly over: 'channels' | 'pixels' }): ValueId {
    return this.#push({ op: 'softmax', x, y: this.#like(x), groups: p.groups, over: p.over });
  }

  pool(x: ValueId, g: PoolGeometry): ValueId {
    const [c, h, w] = this.dims(x);
    const [top, left, bottom, right] = g.pads;
    const y = this.#value([
      c,
      windows(h, g.kernel[0], g.stride[0], top, bottom, g.dilation[0], g.ceil),
      windows(w, g.kernel[1], g.stride[1], left, right, g.dilation[1], g.ceil),
    ]);
    const { kind, kernel, stride, pads, dilation, ceil } = g;
    return this.#push({ op: 'pool', x, y, kind, kernel, stride, pads, dilation, ceil });
  }

  adaptivepool(x: ValueId, p: { readonly kind: 'max' | 'avg'; readonly size: Pair }): ValueId {
    return this.#push({ op: 'adaptivepool', x, y: this.#value([this.dims(x)[0], p.size[0], p.size[1]]), kind: p.kind, size: p.size });
  }

  /** C×H×W → 1×H×W. */
  channelpool(x: ValueId, kind: 'max' | 'avg'): ValueId {
    const [, h, w] = this.dims(x);
    return this.#push({ op: 'channelpool', x, y: this.#value([1, h, w]), kind });
  }

  /** The same numbers, in C, H, W order, under other dims of as many entries. */
  reshape(x: ValueId, dims: Dims): ValueId {
    const [c, h, w] = this.dims(x);
    if (c * h * w !== dims[0] * dims[1] * dims[2]) throw new RangeError(`Cannot reshape ${c}×${h}×${w} to ${dims.join('×')}`);
    return this.#push({ op: 'reshape', x, y: this.#value(dims) });
  }

  transpose(x: ValueId, axes: Axes): ValueId {
    const d = this.dims(x);
    const [c, h, w] = axes.map((axis) => d[axis] as number) as [number, number, number];
    return this.#push({ op: 'transpose', x, y: this.#value([c, h, w]), axes });
  }

  upsample(x: ValueId, p: { readonly size: Pair; readonly mode: 'nearest' | 'bilinear' }): ValueId {
    return this.#push({ op: 'upsample', x, y: this.#value([this.dims(x)[0], p.size[0], p.size[1]]), mode: p.mode });
  }

  pad(x: ValueId, p: { readonly pads: Pads; readonly mode: 'constant' | 'reflect' | 'edge'; readonly value: number }): ValueId {
    const [c, h, w] = this.dims(x);
    const [top, left, bottom, right] = p.pads;
    const y = this.#value([c, h + top + bottom, w + left + right]);
    return this.#push({ op: 'pad', x, y, pads: p.pads, mode: p.mode, value: p.value });
  }

  crop(x: ValueId, p: { readonly top: number; readonly left: number; readonly size: Pair }): ValueId {
    return this.#push({ op: 'crop', x, y: this.#value([this.dims(x)[0], p.size[0], p.size[1]]), top: p.top, left: p.left });
  }

  /** Channels `from` up to, not including, `to`. */
  slice(x: ValueId, from: number, to: number): ValueId {
    const [, h, w] = this.dims(x);
    return this.#push({ op: 'slice', x, y: this.#value([to - from, h, w]), from, to });
  }

  shuffle(x: ValueId, groups: number): ValueId {
    return this.#push({ op: 'shuffle', x, y: this.#like(x), groups });
  }

  /** PyTorch's pixel shuffle: C·s²×H×W → C×H·s×W·s. */
  depthtospace(x: ValueId, scale: number): ValueId {
    const [c, h, w] = this.dims(x);
    return this.#push({ op: 'depthtospace', x, y: this.#value([c / (scale * scale), h * scale, w * scale]), scale });
  }

  /** PyTorch's pixel unshuffle: C×H·s×W·s → C·s²×H×W. */
  spacetodepth(x: ValueId, scale: number): ValueId {
    const [c, h, w] = this.dims(x);
    return this.#push({ op: 'spacetodepth', x, y: this.#value([c * scale * scale, h / scale, w / scale]), scale });
  }

  /** Joined along channels. */
  concat(xs: readonly ValueId[]): ValueId {
    const all = xs.map((x) => this.dims(x));
    const [, h, w] = first(all);
    return this.#push({ op: 'concat', xs, y: this.#value([all.reduce((sum, d) => sum + d[0], 0), h, w]) });
  }

  /** Elementwise sum; an extent of 1 is broadcast. */
  add(xs: readonly ValueId[]): ValueId {
    return this.#push({ op: 'add', xs, y: this.#spread(xs) });
  }

  /** Elementwise product; an extent of 1 is broadcast. */
  mul(xs: readonly ValueId[]): ValueId {
    return this.#push({ op: 'mul', xs, y: this.#spread(xs) });
  }

  /** Marks a value as an output of the program. */
  output(v: ValueId): void {
    this.dims(v);
    this.#outputs.push(v);
  }

  /** The program as plain data, a snapshot: recording may go on. */
  finish(): Program {
    return {
      values: [...this.#values],
      weights: [...this.#weights],
      ops: [...this.#ops],
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
    };
  }

  #value(dims: Dims): ValueId {
    if (!dims.every((n) => Number.isInteger(n) && n > 0)) throw new RangeError(`${dims.join('×')} is not the size of a value`);
    return this.#values.push(dims) - 1;
  }

  #like(x: ValueId): ValueId {
    return this.#value(this.dims(x));
  }

  #spread(xs: readonly ValueId[]): ValueId {
    const all = xs.map((x) => this.dims(x));
    const extent = (axis: 0 | 1 | 2): number => all.reduce((most, d) => Math.max(most, d[axis]), 1);
    return this.#value([extent(0), extent(1), extent(2)]);
  }

  #weightDims(id: WeightId): readonly number[] {
    const spec = this.#weights[id];
    if (!spec) throw new RangeError(`No weight ${id} in this program`);
    return spec.dims;
  }

  #push(op: Op): ValueId {
    this.#ops.push(op);
    return op.y;
  }
}

function first<T>(xs: readonly T[]): T {
  const [x] = xs;
  if (x === undefined) throw new RangeError('A merge needs at least one value');
  return x;
}
