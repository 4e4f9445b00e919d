/** Which rows of its inputs a step reads to make some rows of its output. */
import { tap } from '../geometry/taps.ts';
import type { Step } from '../plan/fuse.ts';
import { isWinograd, kernelOf, type Technique } from '../plan/technique.ts';
import { phases, WINOGRAD } from '../plan/winograd-forms.ts';
import { type Dims, type Program, reads, type ValueId } from '../program.ts';

/** Rows [from, to). */
export interface Band {
  readonly from: number;
  readonly to: number;
}
export interface Need {
  readonly value: ValueId;
  readonly band: Band;
}

/** Rows of tiles that a band of the output of Winograd's convolution begins and ends with. */
export const gridOf = (technique: Technique | undefined): number => (isWinograd(technique) ? WINOGRAD[technique].tile : 1);

/** The rows of every value that a step reads for the rows `of` its output; what lies outside of images is left out. */
export function needsOf(program: Program, step: Step, technique: Technique | undefined, of: Band): readonly Need[] {
  const inside = (value: ValueId, { from, to }: Band): Need => {
    const [, h] = program.values[value] as Dims;
    const last = Math.min(h, Math.max(0, to));
    return { value, band: { from: Math.max(0, Math.min(from, last)), to: last } };
  };
  const main = reads(step.op).map((v) => inside(v, bandOf(program, step, technique, v, of)));
  return step.residual === undefined ? main : [...main, inside(step.residual, of)];
}

/** The rows under windows that slide along an axis. */
const windows = ({ from, to }: Band, size: number, stride: number, pad: number, dilation: number): Band => ({
  from: from * stride - pad,
  to: (to - 1) * stride - pad + (size - 1) * dilation + 1,
});

function bandOf(program: Program, { op, y }: Step, technique: Technique | undefined, x: ValueId, of: Band): Band {
  const [, h] = program.values[x] as Dims;
  const [, oh] = program.values[y] as Dims;
  const all: Band = { from: 0, to: h };
  switch (op.op) {
    case 'conv': {
      const [kh] = kernelOf(program, op.weight);
      const seen = isWinograd(technique) ? phases(program, op) : undefined;
      if (!seen) return windows(of, kh, op.stride[0], op.pads[0], op.dilation[0]);
      const tile = gridOf(technique);
      const end = Math.ceil(of.to / tile) * tile;
      return {
        from: of.from * seen.stride - op.pads[0] - seen.shift[0],
        to: (end + seen.taps - 1) * seen.stride - op.pads[0] - seen.shift[0],
      };
    }
    case 'deconv': {
      const [kh] = kernelOf(program, op.weight);
      const [s] = op.stride;
      return {
        from: Math.floor((of.from + op.pads[0] - (kh - 1) * op.dilation[0]) / s),
        to: Math.floor((of.to - 1 + op.pads[0]) / s) + 1,
      };
    }
    case 'pool':
      return windows(of, op.kernel[0], op.stride[0], op.pads[0], op.dilation[0]);
    case 'adaptivepool':
      return { from: Math.floor((of.from * h) / oh), to: Math.ceil((of.to * h) / oh) };
    case 'upsample':
      return { from: tap(op.mode, of.from, h, oh).a, to: tap(op.mode, of.to - 1, h, oh).b + 1 };
    case 'crop':
      return { from: of.from + op.top, to: of.to + op.top };
    case 'depthtospace':
      return { from: Math.floor(of.from / op.scale), to: Math.ceil(of.to / op.scale) };
    case 'spacetodepth':
      return { from: of.from * op.scale, to: of.to * op.scale };
    case 'softmax':
      return op.over === 'channels' ? of : all;
    case 'norm':
      return op.over === 'pixel' ? of : all;
    case 'matmul':
      return x === op.xs[0] && x !== op.xs[1] ? of : all;
    case 'batchnorm':
    case 'scale':
    case 'affine':
    case 'activation':
    case 'prelu':
    case 'lrn':
    case 'channelpool':
    case 'slice':
    case 'shuffle':
    case 'concat':
      return of;
    case 'add':
    case 'mul':
    case 'sub':
    case 'div':
    case 'max':
    case 'min':
      return h === 1 ? all : of;
    case 'linear':
    case 'grn':
    case 'reshape':
    case 'transpose':
    case 'pad':
      return all;
    default:
      return op satisfies never;
  }
}
