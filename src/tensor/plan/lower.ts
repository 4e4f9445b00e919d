/** Lowers steps other than convolutions to kernel calls. Geometry arguments follow the signatures in `wasm/assembly`. */

import { type Move, source } from '../geometry/moves.ts';
import { tap } from '../geometry/taps.ts';
import { type Dims, joined, type MergeName, type PoolKind, type ValueId, type WeightId } from '../program.ts';
import { asFunction, UNCLAMPED } from './activations.ts';
import { type Builder, call, callRows, foldAffine, geometry, lines } from './builder.ts';
import { type Call, rowsOf } from './call.ts';
import type { OpOf, Step } from './fuse.ts';
import type { Place } from './layout.ts';
import { lowerDeconv, vector } from './lower-conv.ts';
import { up } from './panel.ts';

const LANES = 4;
const POOLS: Readonly<Record<PoolKind['of'], number>> = { max: 0, avg: 1, lp: 2 };

/** Numbered as in `assembly/pointwise.ts`, `combine`. */
const MERGES: Readonly<Record<MergeName, number>> = { add: 0, mul: 1, sub: 2, div: 3, max: 4, min: 5 };

/** The calls of a step whose main operation is not a convolution, without what `after` adds. */
export function lowerStep(b: Builder, step: Step): readonly Call[] {
  const { op, y } = step;
  const [C, H, W] = b.dims(y);
  const yp = b.place(y);
  switch (op.op) {
    case 'conv':
      throw new Error('Convolutions are lowered by lowerConv');
    case 'deconv':
      return lowerDeconv(b, step, op);
    case 'linear':
      return [vector(b, step, op)];
    case 'batchnorm':
    case 'scale':
    case 'affine': {
      const { a, b: offset } = foldAffine([op], C, b.weights);
      return [affine(b.place(op.x), yp, [C, H, W], b.zeros(up(C, LANES)), b.perChannel(a), b.perChannel(offset), step.clamp)];
    }
    case 'norm':
      return norm(b, op, yp, [C, H, W]);
    case 'grn':
      return grn(b, op, yp, [C, H, W]);
    case 'activation':
      return [activation(b.place(op.x), yp, [C, H, W], asFunction(op.activation))];
    case 'prelu': {
      const slope = b.weights(op.slope);
      const address = b.perChannel(Float32Array.from({ length: C }, (_, c) => slope[slope.length === 1 ? 0 : c] ?? 0));
      return [callRows('prelu', H, [...geometry(b.place(op.x)), ...geometry(yp), address, W, C])];
    }
    case 'lrn':
      return [callRows('lrn', H, [...geometry(b.place(op.x)), ...geometry(yp), op.size, op.alpha / op.size, op.beta, op.k, W, C])];
    case 'softmax':
      return op.over === 'channels'
        ? [callRows('softmax', H, [...geometry(b.place(op.x)), ...geometry(yp), W, C, C / op.groups])]
        : [call('softmaxPixels', Math.ceil(C / LANES), [...geometry(b.place(op.x)), ...geometry(yp), H, W])];
    case 'pool': {
      const [, ih, iw] = b.dims(op.x);
      const kind = [POOLS[op.kind.of], op.kind.of === 'lp' ? op.kind.p : 1, op.kind.of === 'avg' && op.kind.countIncludePad ? 1 : 0];
      if (isMax3(op)) {
        const window = [...op.stride, op.pads[0], op.pads[1]];
        return [callRows('maxPool3', H, [...geometry(b.place(op.x)), ih, iw, ...geometry(yp), W, C, ...window])];
      }
      if (maxPoolLine(op, b.dims(op.x)) > 0) {
        const window = [...op.kernel, ...op.stride, op.pads[0], op.pads[1]];
        return [callRows('maxPool', H, [...geometry(b.place(op.x)), ih, iw, ...geometry(yp), W, C, ...window])];
      }
      const window = [...op.kernel, ...op.stride, ...op.pads, ...op.dilation];
      return [callRows('pool', H, [...kind, ...geometry(b.place(op.x)), ih, iw, ...geometry(yp), W, C, ...window])];
    }
    case 'adaptivepool': {
      const [, ih, iw] = b.dims(op.x);
      return [callRows('adaptivePool', H, [op.kind === 'avg' ? 1 : 0, ...geometry(b.place(op.x)), ih, iw, ...geometry(yp), H, W, C])];
    }
    case 'channelpool': {
      const [c] = b.dims(op.x);
      return [callRows('channelPool', H, [op.kind === 'avg' ? 1 : 0, ...geometry(b.place(op.x)), ...geometry(yp), W, c])];
    }
    case 'upsample':
      return [op.mode === 'nearest' ? nearest(b, op, yp, [C, H, W]) : bilinear(b, op, yp, [C, H, W])];
    case 'slice':
    case 'crop':
    case 'pad':
    case 'reshape':
    case 'transpose':
    case 'shuffle':
    case 'depthtospace':
    case 'spacetodepth':
      return move(b, op, y);
    case 'concat':
      return concat(b, op);
    case 'add':
    case 'mul':
    case 'sub':
    case 'div':
    case 'max':
    case 'min':
      return merge(b, op, step);
    case 'matmul': {
      const [left, right] = [b.place(op.xs[0]), b.place(op.xs[1])];
      const [, , k] = b.dims(op.xs[0]);
      return [callRows('matmul', H, [...geometry(left), ...geometry(right), ...geometry(yp), W, k, C])];
    }
    default:
      return op satisfies never;
  }
}

/** Bytes of the line in which the two-pass maximum works; 0 where the window needs the general kernel. */
export function maxPoolLine(op: OpOf<'pool'>, [C, , W]: Dims): number {
  const [top, left, bottom, right] = op.pads;
  const fits = 2 * Math.max(top, bottom) <= op.kernel[0] && 2 * Math.max(left, right) <= op.kernel[1];
  return op.kind.of === 'max' && fits && op.dilation[0] === 1 && op.dilation[1] === 1 ? W * Math.ceil(C / LANES) * LANES * 4 : 0;
}

/** Whether the kernel for the common maximum pool takes it: 3×3, stride 1 or 2, padding at most 1. */
function isMax3(op: OpOf<'pool'>): boolean {
  const of = (pair: readonly number[], what: (n: number) => boolean): boolean => pair.every(what);
  return (
    op.kind.of === 'max' &&
    of(op.kernel, (n) => n === 3) &&
    of(op.stride, (n) => n <= 2) &&
    of(op.pads, (n) => n <= 1) &&
    of(op.dilation, (n) => n === 1)
  );
}

/** An activation from one image to another, or in place. */
export function activation(x: Place, y: Place, d: Dims, [fn, p, q]: readonly [number, number, number]): Call {
  const { W, C } = lines(d, x, y);
  return callRows('activate', d[1], [fn, p, q, ...geometry(x), ...geometry(y), W, C]);
}

function affine(x: Place, y: Place, [C, H, W]: Dims, mean: number, a: number, offset: number, clamp: Step['clamp']): Call {
  return callRows('affine', H, [...geometry(x), ...geometry(y), mean, a, offset, ...clamp, W, C]);
}

function norm(b: Builder, op: OpOf<'norm'>, y: Place, [C, H, W]: Dims): readonly Call[] {
  const x = b.place(op.x);
  const optional = (id: WeightId | undefined, otherwise: number): number =>
    b.perChannel(id === undefined ? new Float32Array(C).fill(otherwise) : b.weights(id));
  const gamma = optional(op.gamma, 1);
  const beta = optional(op.beta, 0);
  if (op.over === 'pixel') return [callRows('normPixel', H, [...geometry(x), ...geometry(y), gamma, beta, op.eps, W, C])];
  const per = C / op.groups;
  const n = per * H * W;
  const quads = Math.ceil(C / LANES);
  const sums = b.reserve(quads * LANES * 8);
  // Each run computes these anew.
  const [means = 0, a = 0] = [0, 1].map(() => b.reserve(quads * LANES * 4));
  return [
    call('channelSums', quads, [...geometry(x), H, W, b.zeros(quads * LANES), 0, sums]),
    call('groupMeans', op.groups, [sums, means, per, n]),
    call('channelSums', quads, [...geometry(x), H, W, means, 1, sums]),
    call('groupFactors', op.groups, [sums, gamma, a, op.eps, per, n]),
    affine(x, y, [C, H, W], means, a, beta, UNCLAMPED),
  ];
}

function grn(b: Builder, op: OpOf<'grn'>, y: Place, [C, H, W]: Dims): readonly Call[] {
  const x = b.place(op.x);
  const quads = Math.ceil(C / LANES);
  const none = b.zeros(quads * LANES);
  const [gamma, beta] = [b.perChannel(b.weights(op.gamma)), b.perChannel(b.weights(op.beta))];
  // Each run computes these anew.
  const [sums, a] = [b.reserve(quads * LANES * 8), b.reserve(quads * LANES * 4)];
  return [
    call('channelSums', quads, [...geometry(x), H, W, none, 1, sums]),
    call('responseFactors', 1, [sums, gamma, a, op.eps, C]),
    affine(x, y, [C, H, W], none, a, beta, UNCLAMPED),
  ];
}

/** Copies whole pixels: output pixel (h, w) from the input pixel that the two axes' tables name. */
function nearest(b: Builder, op: OpOf<'upsample'>, y: Place, [C, H, W]: Dims): Call {
  const [, ih, iw] = b.dims(op.x);
  const x = b.place(op.x);
  const from = b.table(`nearest ${geometry(x)} ${ih} ${iw} ${H} ${W}`, H * W, () =>
    Uint32Array.from({ length: H * W }, (_, i) => {
      const [h, w] = [Math.floor(i / W), i % W];
      return x.base + tap('nearest', h, ih, H).a * x.row + tap('nearest', w, iw, W).a * x.pixel;
    }),
  );
  return call('copy', H * W, [from, b.pixels(y, H, W), C], { rows: rowsOf(W) });
}

function bilinear(b: Builder, op: OpOf<'upsample'>, y: Place, [C, H, W]: Dims): Call {
  const [, ih, iw] = b.dims(op.x);
  const x = b.place(op.x);
  const axis = (n: number, to: number, bytes: number): number =>
    b.table(`bilinear ${n} ${to} ${bytes}`, to * 3, () => {
      const out = new Uint32Array(to * 3);
      const floats = new Float32Array(out.buffer);
      for (let o = 0; o < to; o++) {
        const t = tap('bilinear', o, n, to);
        out[o * 3] = t.a * bytes;
        out[o * 3 + 1] = t.b * bytes;
        floats[o * 3 + 2] = t.t;
      }
      return out;
    });
  return callRows('bilinear', H, [axis(ih, H, x.row), axis(iw, W, x.pixel), ...[x.base, ...geometry(y)], W, C]);
}

/**
 * Moves of numbers. All but a reshape between two images take entry (c, pixel) from address source[pixel] + channel[c], so one gather does
 * them; that reshape goes through the flat vector in C, H, W order.
 */
function move(b: Builder, op: Move, y: ValueId): readonly Call[] {
  const yp = b.place(y);
  if (b.layout.within(y, op.x)) return [];
  const [xd, yd] = [b.dims(op.x), b.dims(y)];
  const x = b.place(op.x);
  const image = (d: Dims): boolean => d[1] * d[2] > 1;
  if (op.op === 'reshape' && image(xd) && image(yd) && xd.join() !== yd.join()) {
    const n = xd[0] * xd[1] * xd[2];
    const flat: Place = { base: b.reserve(n * 4), pixel: n * 4, row: n * 4 };
    // Its first call makes no rows of the output.
    return [{ ...gather(b, op, x, xd, flat, [n, 1, 1]), rows: undefined }, gather(b, op, flat, [n, 1, 1], yp, yd)];
  }
  if (op.op === 'pad') {
    const constant = b.perChannel(new Float32Array(yd[0]).fill(op.value));
    return [copies(b, op, x, xd, yp, yd, constant)];
  }
  return [gather(b, op, x, xd, yp, yd)];
}

const address = (p: Place, place: readonly [number, number, number]): number =>
  p.base + place[1] * p.row + place[2] * p.pixel + place[0] * 4;

function copies(b: Builder, op: Move, x: Place, xd: Dims, y: Place, yd: Dims, constant: number): Call {
  const [C, H, W] = yd;
  const from = b.table(`${JSON.stringify(op)} ${geometry(x)}`, H * W, () =>
    Uint32Array.from({ length: H * W }, (_, i) => {
      const place = source(op, xd, yd, 0, Math.floor(i / W), i % W);
      return place ? address(x, place) : constant;
    }),
  );
  return call('copy', H * W, [from, b.pixels(y, H, W), C], { rows: rowsOf(W) });
}

function gather(b: Builder, op: Move, x: Place, xd: Dims, y: Place, yd: Dims): Call {
  const [C, H, W] = yd;
  const at = (c: number, i: number): number => address(x, source(op, xd, yd, c, Math.floor(i / W), i % W) ?? [0, 0, 0]);
  const key = `${JSON.stringify(op)} ${geometry(x)} ${xd} ${yd}`;
  const pixels = b.table(`${key} pixels`, H * W, () => Uint32Array.from({ length: H * W }, (_, i) => at(0, i)));
  const channels = b.table(`${key} channels`, C, () => Uint32Array.from({ length: C }, (_, c) => at(c, 0) - at(0, 0)));
  return call('gather', H * W, [pixels, channels, b.pixels(y, H, W), C], { rows: rowsOf(W) });
}

/** Copies the branches that were not written in place. */
function concat(b: Builder, op: OpOf<'concat'>): readonly Call[] {
  const calls: Call[] = [];
  const y = b.place(op.y);
  for (const { x, channel } of joined(b.program, op)) {
    const [c, h, w] = b.dims(x);
    if (!b.layout.within(x, op.y) && b.target(x) === 0) {
      calls.push(
        call('copy', h * w, [b.pixels(b.place(x), h, w), b.pixels({ ...y, base: y.base + channel * 4 }, h, w), c], { rows: rowsOf(w) }),
      );
    }
  }
  return calls;
}

function merge(b: Builder, op: OpOf<MergeName>, step: Step): readonly Call[] {
  const yd = b.dims(step.y);
  const y = b.place(step.y);
  const operand = (p: Place, d: Dims): readonly number[] => [p.base, d[2] === 1 ? 0 : p.pixel, d[1] === 1 ? 0 : p.row, d[0] === 1 ? 0 : 1];
  const same = (d: Dims): boolean => d.join() === yd.join();
  const calls: Call[] = [];
  let left = { place: b.place(op.xs[0] as ValueId), dims: b.dims(op.xs[0] as ValueId) };
  op.xs.slice(1).forEach((v, i) => {
    const right = { place: b.place(v), dims: b.dims(v) };
    const last = i === op.xs.length - 2;
    const whole = same(left.dims) && same(right.dims);
    const { W, C } = whole ? lines(yd, left.place, right.place, y) : { W: yd[2], C: yd[0] };
    const clamp = last ? step.clamp : UNCLAMPED;
    const operands = [...operand(left.place, left.dims), ...operand(right.place, right.dims)];
    calls.push(callRows('combine', yd[1], [MERGES[op.op], ...operands, ...geometry(y), ...clamp, W, C]));
    left = { place: y, dims: yd };
  });
  if (op.xs.length === 1)
    calls.push(
      call('copy', yd[1] * yd[2], [b.pixels(left.place, yd[1], yd[2]), b.pixels(y, yd[1], yd[2]), yd[0]], { rows: rowsOf(yd[2]) }),
    );
  return calls;
}
