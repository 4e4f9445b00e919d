/** What a worker's part of a step takes, in milliseconds, by a simple model: only how shares compare matters. */
import type { Step } from '../plan/fuse.ts';
import { isWinograd, kernelOf, type Technique } from '../plan/technique.ts';
import { phases, WINOGRAD } from '../plan/winograd-forms.ts';
import { type Dims, entries, type Program } from '../program.ts';
import type { Share } from './cut.ts';

/** Multiply–adds in a millisecond, and what else there is in multiply–adds: see `technique.ts`, where the first two stand too. */
const RATE = 22e6;
const READ_WEIGHT = 12;
const TRANSFORM = 10;
const MOVE = 16;

/** A message: until it is there, and what sending and taking it costs each side; bytes copied in a millisecond, and pieces of memory. */
export const LATENCY_MS = 0.05;
export const HANDLE_MS = 0.015;
export const BYTES_PER_MS = 1.5e6;
export const PIECES_PER_MS = 8000;

/** Milliseconds that a share of a step takes. */
export function stepMs(program: Program, step: Step, technique: Technique | undefined, share: Share): number {
  const [C, H, W] = program.values[step.y] as Dims;
  const rows = share.of === 'rows' ? share.to - share.from : H;
  const channels = share.of === 'channels' ? share.to - share.from : C;
  if (rows <= 0 || channels <= 0) return 0;
  return multiplies(program, step, technique, rows, channels, W) / RATE;
}

function multiplies(
  program: Program,
  { op, y }: Step,
  technique: Technique | undefined,
  rows: number,
  channels: number,
  W: number,
): number {
  const part = (rows * channels) / ((program.values[y]?.[0] ?? 1) * (program.values[y]?.[1] ?? 1));
  switch (op.op) {
    case 'conv': {
      const [c] = program.values[op.x] as Dims;
      const [kh, kw] = kernelOf(program, op.weight);
      if (technique === 'depthwise') return kh * kw * rows * W * channels * 5;
      const seen = isWinograd(technique) ? phases(program, op) : undefined;
      if (!seen || !isWinograd(technique)) return ((kh * kw * c) / op.groups) * channels * (rows * W + READ_WEIGHT);
      const { tile, side } = WINOGRAD[technique];
      const tiles = Math.ceil(rows / tile) * Math.ceil(W / tile);
      const K = c * seen.stride ** 2;
      return side ** 2 * (K * channels * (tiles + READ_WEIGHT) + TRANSFORM * tiles * (K + channels));
    }
    case 'deconv': {
      const [c] = program.values[op.x] as Dims;
      const [kh, kw] = kernelOf(program, op.weight);
      const taps = (kh * kw * c) / op.groups;
      return taps * channels * ((rows * W) / (op.stride[0] * op.stride[1]) + READ_WEIGHT);
    }
    case 'linear':
      return entries(program.values[op.x] as Dims) * channels * (1 + READ_WEIGHT);
    case 'pool':
      return MOVE * rows * W * channels * (1 + op.stride[0] * op.stride[1] * 0.5);
    case 'matmul':
      return 4 * rows * channels * W * (program.values[op.xs[0]]?.[2] ?? 1);
    default: {
      const read = 'xs' in op ? op.xs.reduce((n, v) => n + entries(program.values[v] as Dims), 0) : entries(program.values[op.x] as Dims);
      return MOVE * (rows * W * channels + read * part);
    }
  }
}
