/** Which technique computes a convolution, and how far it reads beyond its image. */
import type { Dims, Program, WeightId } from '../program.ts';
import { isDepthwise, type OpOf, type Step } from './fuse.ts';
import { phases, WINOGRAD, type WinogradName, winogradForms, winogradTiles } from './winograd-forms.ts';

/** Pixels beyond the image on each side that must be there and be zero. */
export interface Halo {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const NO_HALO: Halo = { top: 0, left: 0, bottom: 0, right: 0 };

export type Technique = 'direct' | WinogradName | 'depthwise' | 'vector';

export const isWinograd = (t: Technique | undefined): t is WinogradName => t !== undefined && t in WINOGRAD;

/**
 * Costs in multiply–adds from the cache: a packed weight is read once, which costs as much as twelve uses of it; transforming one number costs ten.
 * Measured; they only have to rank the techniques.
 */
const READ_WEIGHT = 12;
const TRANSFORM = 10;
/** Fewer channels than this, in (those of all phases) or out, and products are too thin for any transform to pay. */
const FEWEST = 12;

export const kernelOf = (program: Program, id: WeightId): readonly [number, number] => {
  const [, , kh = 1, kw = 1] = program.weights[id]?.dims ?? [];
  return [kh, kw];
};

/** The technique for a step whose operation is the convolution `op`. `exact` forbids Winograd. */
export function techniqueOf(program: Program, op: OpOf<'conv'>, step: Step, exact: boolean): Technique {
  const [c] = program.values[op.x] as Dims;
  const [o, h, w] = program.values[op.y] as Dims;
  const [kh, kw] = kernelOf(program, op.weight);
  if (op.groups > 1) return isDepthwise(program, op) ? 'depthwise' : 'direct';
  const [, ih, iw] = program.values[op.x] as Dims;
  const onePixel = kh * kw * ih * iw * h * w === 1 && op.pads.every((n) => n === 0);
  if (onePixel && step.residual === undefined && step.affine.length === 0) return 'vector';
  const seen = exact ? undefined : phases(program, op);
  const channels = c * (seen?.stride ?? 1) ** 2;
  if (!seen || channels < FEWEST || o < FEWEST) return 'direct';
  let best: Technique = 'direct';
  let least = kh * kw * c * o * (h * w + READ_WEIGHT);
  for (const name of winogradForms(seen.taps)) {
    const { points, tiles } = winogradTiles(name, [o, h, w]);
    const cost = points * (channels * o * (tiles + READ_WEIGHT) + TRANSFORM * tiles * (channels + o));
    if (cost < least) [best, least] = [name, cost];
  }
  return best;
}

/** What a step's convolution reads beyond its input's image. */
export function haloOf(program: Program, { op }: Step, technique: Technique | undefined): Halo {
  if (op.op === 'conv' && technique) return convHalo(program, op, technique);
  if (op.op === 'deconv') return deconvHalo(program, op);
  return NO_HALO;
}

function convHalo(program: Program, op: OpOf<'conv'>, technique: Technique): Halo {
  const [, h, w] = program.values[op.x] as Dims;
  const [, oh, ow] = program.values[op.y] as Dims;
  const [kh, kw] = kernelOf(program, op.weight);
  const [top, left] = op.pads;
  if (isWinograd(technique)) {
    const { stride, taps, shift } = phases(program, op) ?? { stride: 1, taps: kh, shift: [0, 0] };
    const { tile } = WINOGRAD[technique];
    /** Beyond the last pixel, where tiles cover `out` outputs and the window starts `before` pixels before the image. */
    const after = (n: number, out: number, before: number): number =>
      Math.max(0, stride * (Math.ceil(out / tile) * tile + taps - 1) - before - n);
    const [up, back] = [top + shift[0], left + shift[1]];
    return { top: up, left: back, bottom: after(h, oh, up), right: after(w, ow, back) };
  }
  return {
    top,
    left,
    bottom: Math.max(0, (oh - 1) * op.stride[0] + (kh - 1) * op.dilation[0] + 1 - top - h),
    right: Math.max(0, (ow - 1) * op.stride[1] + (kw - 1) * op.dilation[1] + 1 - left - w),
  };
}

function deconvHalo(program: Program, op: OpOf<'deconv'>): Halo {
  const [, h, w] = program.values[op.x] as Dims;
  const [, oh, ow] = program.values[op.y] as Dims;
  const [kh, kw] = kernelOf(program, op.weight);
  const axis = (n: number, out: number, kernel: number, stride: number, pad: number, dilation: number): [number, number] => [
    Math.ceil(Math.max(0, (kernel - 1) * dilation - pad) / stride),
    Math.max(0, Math.floor((out - 1 + pad) / stride) - (n - 1)),
  ];
  const [top, bottom] = axis(h, oh, kh, op.stride[0], op.pads[0], op.dilation[0]);
  const [left, right] = axis(w, ow, kw, op.stride[1], op.pads[1], op.dilation[1]);
  return { top, left, bottom, right };
}
