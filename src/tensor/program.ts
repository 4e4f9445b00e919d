/**
 * A program: the list of operations that the tensor package plans and runs, as plain data.
 *
 * Layers do not execute: they record operations here (see `recorder.ts`), so that a planner sees the whole network and can fuse, reuse
 * buffers and choose techniques. Everything is one image (batch 1), float32. A value is C×H×W; a vector of n features is n×1×1.
 */

/** Channels × height × width. A vector of n features is `[n, 1, 1]`. */
export type Dims = readonly [channels: number, height: number, width: number];
/** Height, then width. */
export type Pair = readonly [height: number, width: number];
/** Padding in pixels: top, left, bottom, right (ONNX's order of `pads`). */
export type Pads = readonly [top: number, left: number, bottom: number, right: number];

/** The axes of a C×H×W value by number, each once. */
export type Axes = readonly [number, number, number];

/** Index into `Program.values`. */
export type ValueId = number;
/** Index into `Program.weights`. */
export type WeightId = number;

/** How a weight starts. `he` draws uniformly from ±sqrt(6 / fanIn) (He et al. 2015, the uniform form of equation 10). */
export type Init = { readonly kind: 'he'; readonly fanIn: number } | { readonly kind: 'constant'; readonly value: number };

/** One weight tensor, in PyTorch's layout (conv: out × in/groups × kh × kw; deconv: in × out/groups × kh × kw; linear: out × in). */
export interface WeightSpec {
  /** Unique in the program: the node's path, a slash and the weight's name, `stem/conv/weight`. Random streams derive from it. */
  readonly name: string;
  readonly dims: readonly number[];
  readonly init: Init;
}

/** Elementwise functions of one value. Parameters stand in the operation. */
export type Activation =
  | { readonly fn: 'relu' | 'relu6' | 'silu' | 'mish' | 'sigmoid' | 'tanh' | 'softplus' | 'hardsigmoid' | 'hardswish' | 'selu' }
  | { readonly fn: 'leakyrelu'; readonly slope: number }
  | { readonly fn: 'elu'; readonly alpha: number }
  | { readonly fn: 'gelu'; readonly approximate: boolean }
  | { readonly fn: 'clip'; readonly min: number; readonly max: number };

interface Unary {
  readonly x: ValueId;
  readonly y: ValueId;
}

/** One operation. `x`/`xs` are what it reads, `y` what it writes; every value is written once. */
export type Op =
  | (Unary & {
      readonly op: 'conv';
      readonly weight: WeightId;
      readonly bias: WeightId | undefined;
      readonly stride: Pair;
      readonly pads: Pads;
      readonly dilation: Pair;
      readonly groups: number;
    })
  | (Unary & {
      readonly op: 'deconv';
      readonly weight: WeightId;
      readonly bias: WeightId | undefined;
      readonly stride: Pair;
      readonly pads: Pads;
      readonly outputPad: Pair;
      readonly dilation: Pair;
      readonly groups: number;
    })
  | (Unary & { readonly op: 'linear'; readonly weight: WeightId; readonly bias: WeightId | undefined })
  /** Batch norm at inference: (x − mean) / sqrt(variance + eps) · gamma + beta, per channel. */
  | (Unary & {
      readonly op: 'batchnorm';
      readonly gamma: WeightId | undefined;
      readonly beta: WeightId | undefined;
      readonly mean: WeightId;
      readonly variance: WeightId;
      readonly eps: number;
    })
  /** Normalises over the channels of each group and all pixels (`over: 'group'`), or over the channels at each pixel (`over: 'pixel'`). */
  | (Unary & {
      readonly op: 'norm';
      readonly over: 'group' | 'pixel';
      readonly groups: number;
      readonly gamma: WeightId | undefined;
      readonly beta: WeightId | undefined;
      readonly eps: number;
    })
  /** Global response normalisation (Woo et al. 2023): x + gamma · x·g/(mean of g + eps) + beta, g being each channel's Euclidean norm over its pixels. */
  | (Unary & { readonly op: 'grn'; readonly gamma: WeightId; readonly beta: WeightId; readonly eps: number })
  /** Local response normalisation across channels, as PyTorch and ONNX define it: alpha is divided by size. */
  | (Unary & { readonly op: 'lrn'; readonly size: number; readonly alpha: number; readonly beta: number; readonly k: number })
  | (Unary & { readonly op: 'activation'; readonly activation: Activation })
  /** max(0, x) + slope · min(0, x); the slope weight has one entry, or one per channel. */
  | (Unary & { readonly op: 'prelu'; readonly slope: WeightId })
  /** y = x · factor + offset, the same two constants for every entry. */
  | (Unary & { readonly op: 'affine'; readonly factor: number; readonly offset: number })
  /** y = x · gamma + beta, per channel; each of the two has one entry per channel, or one for all. */
  | (Unary & { readonly op: 'scale'; readonly gamma: WeightId; readonly beta: WeightId | undefined })
  /** Over the channels of each group, at each pixel; or, of each channel, over all pixels. */
  | (Unary & { readonly op: 'softmax'; readonly groups: number; readonly over: 'channels' | 'pixels' })
  | (Unary & {
      readonly op: 'pool';
      readonly kind: PoolKind;
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly pads: Pads;
      readonly dilation: Pair;
      readonly ceil: boolean;
    })
  /** The mean or the largest of all channels at each pixel: 1×H×W. */
  | (Unary & { readonly op: 'channelpool'; readonly kind: 'max' | 'avg' })
  /** Cells as PyTorch's adaptive pooling: from floor(i·H/h) to ceil((i+1)·H/h). */
  | (Unary & { readonly op: 'adaptivepool'; readonly kind: 'max' | 'avg'; readonly size: Pair })
  /** Same numbers in C, H, W order under other dims. */
  | (Unary & { readonly op: 'reshape' })
  /** The axes in another order: axis i of the output is the input's axis `axes[i]`. */
  | (Unary & { readonly op: 'transpose'; readonly axes: Axes })
  | (Unary & { readonly op: 'upsample'; readonly mode: 'nearest' | 'bilinear' })
  | (Unary & { readonly op: 'pad'; readonly pads: Pads; readonly mode: 'constant' | 'reflect' | 'edge'; readonly value: number })
  | (Unary & { readonly op: 'crop'; readonly top: number; readonly left: number })
  | (Unary & { readonly op: 'slice'; readonly from: number; readonly to: number })
  | (Unary & { readonly op: 'shuffle'; readonly groups: number })
  | (Unary & { readonly op: 'depthtospace' | 'spacetodepth'; readonly scale: number })
  | { readonly op: 'concat'; readonly xs: readonly ValueId[]; readonly y: ValueId }
  /** Elementwise, where an extent of 1 is broadcast. */
  | { readonly op: 'add' | 'mul'; readonly xs: readonly ValueId[]; readonly y: ValueId };

export type PoolKind =
  | { readonly of: 'max' }
  | { readonly of: 'avg'; readonly countIncludePad: boolean }
  | { readonly of: 'lp'; readonly p: number };

/** A whole computation. `inputs` are the values no operation writes; operations stand in an order in which they can run. */
export interface Program {
  readonly values: readonly Dims[];
  readonly weights: readonly WeightSpec[];
  readonly ops: readonly Op[];
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
}

/** The values that an operation reads. */
export const reads = (op: Op): readonly ValueId[] => ('xs' in op ? op.xs : [op.x]);

/** The branches of a concatenation, each with its first channel in what is joined. */
export function joined(
  program: Program,
  { xs }: Extract<Op, { readonly op: 'concat' }>,
): readonly { readonly x: ValueId; readonly channel: number }[] {
  let channel = 0;
  return xs.map((x) => {
    const first = channel;
    channel += program.values[x]?.[0] ?? 0;
    return { x, channel: first };
  });
}

/** The number of float32 entries in a value. */
export const entries = (d: Dims): number => d[0] * d[1] * d[2];
