/** Convolutions as kernel calls: implicit matrix product, Winograd, depthwise, transposed, and matrix × vector. */
import type { Dims } from '../program.ts';
import { type Builder, bounds, call, foldAffine, geometry } from './builder.ts';
import type { Call } from './call.ts';
import type { OpOf, Step } from './fuse.ts';
import { kernelOf, type Technique, TILE } from './technique.ts';

/** Bytes of packed weights that one pass over the rows keeps in the second-level cache. */
const CACHE = 196608;
/** Fewer rows than this, and threads share panels of output channels instead. */
const ROWS_TO_SPLIT = 200;

const up = (n: number, to: number): number => Math.ceil(n / to) * to;
const panelsOf = (channels: number): number => Math.ceil(channels / 8);

/** Bytes of V and M that a Winograd step works in. */
export function winogradScratch(b: { readonly C: number; readonly O: number; readonly tiles: number; readonly points: number }): number {
  return winogradShape(b.C, b.O, b.tiles, b.points).bytes;
}

/** Tiles are done in blocks so that V and M stay in the cache; strides are kept off multiples of 4 KiB. */
function winogradShape(C: number, O: number, tiles: number, points: number) {
  const vr = up(C, 4) * 4;
  const mr = panelsOf(O) * 32;
  const block = Math.min(tiles, Math.max(24, Math.floor(BLOCK / (points * (vr + mr)))));
  const blocks = Math.ceil(tiles / block);
  const per = Math.ceil(tiles / blocks);
  const vs = up(per * vr, 64) + 64;
  const ms = up(per * mr, 64) + 64;
  return { vr, mr, per, vs, ms, bytes: points * (vs + ms) };
}

const BLOCK = 16 << 20;

/** A convolution's bias after folding, and the factor that its weights take, per output channel. */
function folded(b: Builder, step: Step, channels: number, bias: number | undefined): { scale: Float32Array; bias: Float64Array } {
  const { a, b: offset } = foldAffine(step.affine, channels, b.weights);
  const own = bias === undefined ? undefined : b.weights(bias);
  return { scale: Float32Array.from(a), bias: offset.map((o, c) => o + (own?.[c] ?? 0) * (a[c] as number)) };
}

export function lowerConv(b: Builder, step: Step, op: OpOf<'conv'>, technique: Technique, scratch: number): readonly Call[] {
  switch (technique) {
    case 'direct':
      return direct(b, step, op);
    case 'winograd3':
    case 'winograd5':
      return winograd(b, step, op, technique === 'winograd3' ? 3 : 5, scratch);
    case 'depthwise':
      return depthwise(b, step, op);
    case 'vector':
      return [vector(b, step, op)];
    default:
      return technique satisfies never;
  }
}

/** y = W·x + bias: a linear layer, or a 1×1 convolution on one pixel. */
export function vector(b: Builder, step: Step, op: OpOf<'linear'> | OpOf<'conv'>): Call {
  const n = b.dims(op.x).reduce((a, d) => a * d, 1);
  const [m] = b.dims(step.y);
  const address = b.reserve(up(m, 4) * n * 4);
  b.constants.push({ address, numbers: () => b.weights(op.weight) });
  const bias = b.perChannel(op.bias === undefined ? new Float32Array(m) : b.weights(op.bias));
  return call('linear', Math.ceil(m / 4), [b.place(op.x).base, b.place(step.y).base, address, bias, n, ...bounds(step.clamp)]);
}

interface Product {
  readonly rows: number;
  readonly out: number;
  readonly residual: number;
  readonly pixels: number;
  readonly inOffset: number;
  readonly outOffset: number;
  readonly segments: number;
  readonly count: number;
  readonly K: number;
  readonly weights: number;
  readonly bias: number;
  readonly panels: number;
}

/** The call for one implicit matrix product; see `microkernel.ts`. */
function product(p: Product, clamp: Step['clamp']): Call {
  const block = Math.max(1, Math.floor(CACHE / (Math.max(1, p.K * p.count) * 32)));
  const shared = [p.rows, p.out, p.residual, p.inOffset, p.outOffset, p.segments, p.count, p.K, p.weights, p.bias, block, ...clamp];
  const byRows = p.pixels >= ROWS_TO_SPLIT;
  return byRows ? call('gemmRows', p.pixels, [...shared, p.panels], 6) : call('gemmPanels', p.panels, [...shared, p.pixels]);
}

/** How pointers move from segment to segment, from the byte offsets of the taps; each segment is `K` floats. */
function segmentTable(b: Builder, offsets: readonly number[], K: number): number {
  const moves = offsets.map((o, i) => (i === 0 ? o : o - (offsets[i - 1] as number) - K * 4));
  return b.table(`segments ${moves}`, moves.length, () => Uint32Array.from(moves));
}

/** Packs one group's weights, O × C × taps, into panels; returns their address. */
function packed(b: Builder, raw: () => Float32Array, scale: Float32Array, O: number, C: number, taps: number): number {
  const panels = panelsOf(O);
  const address = b.reserve(panels * 8 * C * taps * 4);
  b.packings.push({ raw, scale, room: 0, calls: (r, s) => [call('pack', panels, [r, address, s, O, C, taps])] });
  return address;
}

/** Implicit matrix product, any kernel, stride, dilation and number of groups. */
function direct(b: Builder, step: Step, op: OpOf<'conv'>): readonly Call[] {
  const [C] = b.dims(op.x);
  const [O, OH, OW] = b.dims(step.y);
  const [kh, kw] = kernelOf(b.program, op.weight);
  const { scale, bias } = folded(b, step, O, op.bias);
  const [x, y] = [b.place(op.x), b.place(step.y)];
  const c = C / op.groups;
  const o = O / op.groups;
  const merged = op.groups === 1 && op.dilation[1] === 1 && x.pixel === C * 4;
  const offsets: number[] = [];
  for (let ky = 0; ky < kh; ky++) {
    for (let kx = 0; kx < (merged ? 1 : kw); kx++) offsets.push(ky * op.dilation[0] * x.row + kx * op.dilation[1] * x.pixel);
  }
  const K = merged ? kw * c : c;
  const rows = b.pixels(x, OH, OW, op.stride, [-op.pads[0], -op.pads[1]]);
  const out = b.pixels(y, OH, OW);
  const residual = step.residual === undefined ? 0 : b.pixels(b.place(step.residual), OH, OW);
  const segments = segmentTable(b, offsets, K);
  return Array.from({ length: op.groups }, (_, g) => {
    const raw = (): Float32Array => b.weights(op.weight).subarray(g * o * c * kh * kw, (g + 1) * o * c * kh * kw);
    return product(
      {
        rows,
        out,
        residual,
        pixels: OH * OW,
        inOffset: g * c * 4,
        outOffset: g * o * 4,
        segments,
        count: offsets.length,
        K,
        weights: packed(b, raw, scale.subarray(g * o, (g + 1) * o), o, c, kh * kw),
        bias: b.perChannel(bias.subarray(g * o, (g + 1) * o)),
        panels: panelsOf(o),
      },
      step.clamp,
    );
  });
}

/** Numbers of a Winograd convolution of r×r kernels: points per tile and side. */
export const winogradSide = (r: 3 | 5): number => TILE + r - 1;

/** F(4×4, r×r), in blocks of tiles: input transform, one matrix product per point, output transform. */
function winograd(b: Builder, step: Step, op: OpOf<'conv'>, r: 3 | 5, scratch: number): readonly Call[] {
  const [C] = b.dims(op.x);
  const [O, OH, OW] = b.dims(step.y);
  const { scale, bias } = folded(b, step, O, op.bias);
  const [x, y] = [b.place(op.x), b.place(step.y)];
  const side = winogradSide(r);
  const points = side * side;
  const [th, tw] = [Math.ceil(OH / TILE), Math.ceil(OW / TILE)];
  const panels = panelsOf(O);
  const { vr, mr, per, vs, ms } = winogradShape(C, O, th * tw, points);
  const us = panels * 8 * C * 4;

  const U = b.reserve(points * us);
  b.packings.push({
    raw: () => b.weights(op.weight),
    scale,
    room: panels * 8 * C * r * r * 4,
    calls: (raw, s, room) => [
      call('pack', panels, [raw, room, s, O, C, r * r]),
      call(r === 3 ? 'winogradWeights3' : 'winogradWeights5', panels, [room, U, C, us]),
    ],
  });

  const residual = step.residual === undefined ? undefined : b.place(step.residual);
  const tiles = b.pixels(x, th, tw, [TILE, TILE], [-op.pads[0], -op.pads[1]]);
  const outs = b.pixels(y, th, tw, [TILE, TILE]);
  const residuals = residual ? b.pixels(residual, th, tw, [TILE, TILE]) : 0;
  const sizes = b.table(`tiles ${OH} ${OW}`, th * tw, () =>
    Uint32Array.from({ length: th * tw }, (_, t) => {
      const [ty, tx] = [Math.floor(t / tw), t % tw];
      return (Math.min(TILE, OH - ty * TILE) << 8) | Math.min(TILE, OW - tx * TILE);
    }),
  );
  const V = scratch;
  const M = scratch + points * vs;
  const vRows = b.pixels({ base: V, pixel: vr, row: 0 }, 1, per);
  const mRows = b.pixels({ base: M, pixel: mr, row: 0 }, 1, per);
  const none = b.table('segment at once', 1, () => Uint32Array.of(0));
  const zeros = b.table(`zeros ${panels}`, panels * 8, () => new Uint32Array(panels * 8));
  const biases = b.perChannel(bias);
  const block = Math.max(1, Math.floor((CACHE * 4) / 3 / (C * 32)));
  const calls: Call[] = [];
  for (let t = 0; t < th * tw; t += per) {
    const n = Math.min(per, th * tw - t);
    const at = (table: number): number => (table === 0 ? 0 : table + t * 4);
    const suffix = r === 3 ? '6' : '8';
    calls.push(
      call(`winogradInput${suffix}`, n, [at(tiles), C, x.pixel, x.row, V, vs, vr]),
      call('gemmPoints', points, [vRows, mRows, n, vs, ms, us, none, C, U, zeros, block, panels]),
      call(`winogradOutput${suffix}`, n, [
        ...[M, ms, mr, O, at(outs), y.pixel, y.row, at(residuals), residual?.pixel ?? 0, residual?.row ?? 0, at(sizes), biases],
        ...step.clamp,
      ]),
    );
  }
  return calls;
}

function depthwise(b: Builder, step: Step, op: OpOf<'conv'>): readonly Call[] {
  const [C, OH, OW] = b.dims(step.y);
  const [kh, kw] = kernelOf(b.program, op.weight);
  const { scale, bias } = folded(b, step, C, op.bias);
  const [x, y] = [b.place(op.x), b.place(step.y)];
  const lanes = up(C, 8);
  const weights = b.reserve(lanes * kh * kw * 4);
  b.packings.push({
    raw: () => b.weights(op.weight),
    scale,
    room: 0,
    calls: (raw, s) => [call('packDepthwise', kh * kw, [raw, weights, s, C, kh * kw, lanes])],
  });
  const start = x.base - op.pads[0] * x.row - op.pads[1] * x.pixel;
  const shape = [OW, C, kh, kw, ...op.stride, ...op.dilation];
  const args = [start, x.pixel, x.row, ...geometry(y), weights, lanes * 4, b.perChannel(bias), ...shape, ...step.clamp];
  return [call('depthwise', OH, args)];
}

/**
 * Transposed convolution, one product per phase of the output: outputs whose (y + top) mod stride is `py` read only the taps with
 * ky·dilation mod stride = py, at input rows (y + top − ky·dilation) / stride, so each phase is a plain convolution of its taps.
 */
export function lowerDeconv(b: Builder, step: Step, op: OpOf<'deconv'>): readonly Call[] {
  const [C] = b.dims(op.x);
  const [O, OH, OW] = b.dims(step.y);
  const [kh, kw] = kernelOf(b.program, op.weight);
  const { scale, bias } = folded(b, step, O, op.bias);
  const [x, y] = [b.place(op.x), b.place(step.y)];
  const [sh, sw] = op.stride;
  const [c, o] = [C / op.groups, O / op.groups];
  const calls: Call[] = [];
  for (let py = 0; py < sh; py++) {
    for (let px = 0; px < sw; px++) {
      const ys = phase(py, op.pads[0], sh, kh, op.dilation[0], OH);
      const xs = phase(px, op.pads[1], sw, kw, op.dilation[1], OW);
      if (ys.n === 0 || xs.n === 0) continue;
      const taps = ys.taps.flatMap((ky) => xs.taps.map((kx) => [ky, kx] as const));
      const offsets = taps.map(([ky, kx]) => -((ky * op.dilation[0] - py) / sh) * x.row - ((kx * op.dilation[1] - px) / sw) * x.pixel);
      const rows = b.pixels(x, ys.n, xs.n, [1, 1], [(ys.first + op.pads[0] - py) / sh, (xs.first + op.pads[1] - px) / sw]);
      const out = b.pixels(y, ys.n, xs.n, op.stride, [ys.first, xs.first]);
      for (let g = 0; g < op.groups; g++) {
        const raw = (): Float32Array => phaseWeights(b.weights(op.weight), g, c, o, kh, kw, taps);
        calls.push(
          product(
            {
              rows,
              out,
              residual: 0,
              pixels: ys.n * xs.n,
              inOffset: g * c * 4,
              outOffset: g * o * 4,
              segments: segmentTable(b, offsets, c),
              count: taps.length,
              K: c,
              weights: packed(b, raw, scale.subarray(g * o, (g + 1) * o), o, c, taps.length),
              bias: b.perChannel(bias.subarray(g * o, (g + 1) * o)),
              panels: panelsOf(o),
            },
            step.clamp,
          ),
        );
      }
    }
  }
  return calls;
}

/** One axis of a phase: its taps, its first output, and how many outputs it has. */
function phase(p: number, pad: number, stride: number, kernel: number, dilation: number, out: number) {
  const taps = Array.from({ length: kernel }, (_, k) => k).filter((k) => (k * dilation) % stride === p);
  const first = (((p - pad) % stride) + stride) % stride;
  return { taps, first, n: first < out ? Math.ceil((out - first) / stride) : 0 };
}

/** The taps of a phase from a group of C × O/groups × kh × kw weights, as O × C × taps. */
function phaseWeights(
  w: Float32Array,
  g: number,
  c: number,
  o: number,
  kh: number,
  kw: number,
  taps: readonly (readonly [number, number])[],
) {
  const out = new Float32Array(o * c * taps.length);
  let i = 0;
  for (let oo = 0; oo < o; oo++) {
    for (let cc = 0; cc < c; cc++) {
      for (const [ky, kx] of taps) out[i++] = w[(((g * c + cc) * o + oo) * kh + ky) * kw + kx] as number;
    }
  }
  return out;
}

/** Tiles and points of a Winograd step, for its scratch memory. */
export function winogradTiles(y: Dims, r: 3 | 5): { readonly tiles: number; readonly points: number } {
  return { tiles: Math.ceil(y[1] / TILE) * Math.ceil(y[2] / TILE), points: winogradSide(r) ** 2 };
}
