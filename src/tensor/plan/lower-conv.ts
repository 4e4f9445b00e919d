/** Convolutions as kernel calls: implicit GEMM, depthwise, transposed, and matrix × vector. Winograd has its own file. */
import { type Builder, call, callRows, foldBias, geometry } from './builder.ts';
import { type Call, type Channels, type Rows, rowsOf } from './call.ts';
import type { OpOf, Step } from './fuse.ts';
import type { Place } from './layout.ts';
import { lowerWinograd } from './lower-winograd.ts';
import { PANEL, PANEL_BYTES, panelsInCache, panelsOf, up } from './panel.ts';
import { BAND, bandPixel } from './planes.ts';
import { isWinograd, kernelOf, type Technique } from './technique.ts';

/** Fewer rows than this, and threads share panels of output channels instead. */
const ROWS_TO_SPLIT = 150;

export function lowerConv(b: Builder, step: Step, op: OpOf<'conv'>, technique: Technique, scratch: number): readonly Call[] {
  if (isWinograd(technique)) return lowerWinograd(b, step, op, technique, scratch);
  switch (technique) {
    case 'direct':
      return direct(b, step, op);
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
  return call('linear', Math.ceil(m / 4), [b.place(op.x).base, b.place(step.y).base, address, bias, n, ...step.clamp], {
    channels: { first: 0, count: m },
  });
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
  /** Which rows of the output the pixels are. */
  readonly lines: Rows;
  readonly channels: Channels;
}

/** The call for one implicit GEMM; see `microkernel.ts`. Rows are shared out in whole tiles of six. */
function product(p: Product, clamp: Step['clamp']): Call {
  const block = panelsInCache(p.K * p.count);
  const shared = [p.rows, p.out, p.residual, p.inOffset, p.outOffset, p.segments, p.count, p.K, p.weights, p.bias, block, ...clamp];
  const byRows = p.pixels >= ROWS_TO_SPLIT;
  const parts = { rows: p.lines, channels: p.channels };
  return byRows
    ? call('gemmRows', p.pixels, [...shared, p.panels], { quantum: 6, ...parts })
    : call('gemmPanels', p.panels, [...shared, p.pixels], parts);
}

/** How pointers move from segment to segment, from the byte offsets of the taps; each segment is `K` floats. */
function segmentTable(b: Builder, offsets: readonly number[], K: number): number {
  const moves = offsets.map((o, i) => (i === 0 ? o : o - (offsets[i - 1] as number) - K * 4));
  return b.table(`segments ${moves}`, moves.length, () => Uint32Array.from(moves));
}

/** Packs one group's weights, O × C × taps, into panels; returns their address. */
function packed(b: Builder, raw: () => Float32Array, scale: Float32Array, O: number, C: number, taps: number): number {
  const bytes = panelsOf(O) * C * taps * PANEL_BYTES;
  const address = b.reserve(bytes);
  b.packings.push({
    raw,
    per: C * taps,
    scale,
    whole: { address, bytes },
    room: 0,
    calls: (from, s, _, first, n) => [call('pack', panelsOf(n), [from, address + first * C * taps * PANEL_BYTES, s, n, C, taps])],
  });
  return address;
}

/**
 * Implicit GEMM, any kernel, stride, dilation and number of groups. Where channels stand without gaps, a row of the window is one segment of kw·C
 * floats, else each tap is one of C: both read the packed weights, [panel][tap][C][8], in order.
 */
function direct(b: Builder, step: Step, op: OpOf<'conv'>): readonly Call[] {
  const [C] = b.dims(op.x);
  const [O, OH, OW] = b.dims(step.y);
  const [kh, kw] = kernelOf(b.program, op.weight);
  const { scale, bias } = foldBias(b, step, O, op.bias);
  const c = C / op.groups;
  const o = O / op.groups;
  const [source, target] = [b.source(op.x), b.target(step.y)];
  const x = source ? bandPlace(C) : b.place(op.x);
  const y = target ? bandPlace(O) : b.place(step.y);
  const merged = op.groups === 1 && op.dilation[1] === 1 && x.pixel === C * 4;
  const offsets: number[] = [];
  for (let ky = 0; ky < kh; ky++) {
    for (let kx = 0; kx < (merged ? 1 : kw); kx++) offsets.push(ky * op.dilation[0] * x.row + kx * op.dilation[1] * x.pixel);
  }
  const K = merged ? kw * c : c;
  const rows = source ? b.pixels(x, 1, BAND) : b.pixels(x, OH, OW, op.stride, [-op.pads[0], -op.pads[1]]);
  const out = target ? b.pixels(y, 1, BAND) : b.pixels(y, OH, OW);
  const segments = segmentTable(b, offsets, K);
  return Array.from({ length: op.groups }, (_, g) => {
    const raw = (): Float32Array => b.weights(op.weight).subarray(g * o * c * kh * kw, (g + 1) * o * c * kh * kw);
    const p: Product = {
      rows,
      out,
      residual: step.residual === undefined ? 0 : target ? b.planes(step.residual) : b.pixels(b.place(step.residual), OH, OW),
      pixels: OH * OW,
      inOffset: g * c * 4,
      outOffset: g * o * 4,
      segments,
      count: offsets.length,
      K,
      weights: packed(b, raw, scale.subarray(g * o, (g + 1) * o), o, c, kh * kw),
      bias: b.perChannel(bias.subarray(g * o, (g + 1) * o)),
      panels: panelsOf(o),
      lines: rowsOf(OW),
      channels: { first: g * o, count: o },
    };
    if (!source && !target) return product(p, step.clamp);
    const edges = [source, x.pixel, C, target, y.pixel, O, OH * OW * 4, BAND, p.rows, p.out, p.residual];
    return call('gemmPlanes', p.pixels, [...edges, p.segments, p.count, K, p.weights, p.bias, p.panels, ...step.clamp, p.panels], {
      quantum: 12,
      rows: p.lines,
    });
  });
}

/** A band of pixels in scratch memory, by offset. */
const bandPlace = (channels: number): Place => ({ base: 0, pixel: bandPixel(channels), row: 0 });

function depthwise(b: Builder, step: Step, op: OpOf<'conv'>): readonly Call[] {
  const [C, OH, OW] = b.dims(step.y);
  const [kh, kw] = kernelOf(b.program, op.weight);
  const { scale, bias } = foldBias(b, step, C, op.bias);
  const [x, y] = [b.place(op.x), b.place(step.y)];
  const lanes = up(C, PANEL);
  const weights = b.reserve(lanes * kh * kw * 4);
  b.packings.push({
    raw: () => b.weights(op.weight),
    per: kh * kw,
    scale,
    whole: undefined,
    room: 0,
    calls: (raw, s, _, first, n) => [call('packDepthwise', kh * kw, [raw, weights + first * PANEL_BYTES, s, n, kh * kw, lanes])],
  });
  const start = x.base - op.pads[0] * x.row - op.pads[1] * x.pixel;
  const shape = [OW, C, kh, kw, ...op.stride, ...op.dilation];
  const args = [start, x.pixel, x.row, ...geometry(y), weights, lanes * 4, b.perChannel(bias), ...shape, ...step.clamp];
  return [callRows('depthwise', OH, args)];
}

/**
 * Transposed convolution, one product per phase of the output: outputs whose (y + top) mod stride is `py` read only the taps with
 * ky·dilation mod stride = py, at input rows (y + top − ky·dilation) / stride, so each phase is a plain convolution of its taps.
 */
export function lowerDeconv(b: Builder, step: Step, op: OpOf<'deconv'>): readonly Call[] {
  const [C] = b.dims(op.x);
  const [O, OH, OW] = b.dims(step.y);
  const [kh, kw] = kernelOf(b.program, op.weight);
  const { scale, bias } = foldBias(b, step, O, op.bias);
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
              lines: rowsOf(xs.n, { first: ys.first, step: sh }),
              channels: { first: g * o, count: o },
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
