/**
 * Which values a plan never holds as pixels: an input that its only reader takes as C×H×W planes, and an output, or a branch of a joined
 * output, that its writer leaves as planes. That spares the passes through memory that turn whole images round.
 */
import { type Dims, type Program, reads, type ValueId } from '../program.ts';
import type { OpOf, Step } from './fuse.ts';
import { isWinograd, kernelOf, type Technique } from './technique.ts';

/** Bytes of packed weights that one pass over the rows keeps in the second-level cache; more, and too few rows pass while they come in. */
export const CACHE = 98304;

/** Pixels that a product turns round at a time: sixteen tiles of six, whole vectors of four, and runs long enough that lines come in together. */
export const BAND = 96;

/** Bytes of a pixel in a band: a cache line more than its channels, so that pixels do not fall on the same lines of the cache. */
export const bandPixel = (channels: number): number => Math.ceil(channels / 8) * 32 + 64;

export interface Planes {
  readonly inputs: ReadonlySet<ValueId>;
  /** The output that a value belongs to, and its first channel there. */
  readonly outputs: ReadonlyMap<ValueId, { readonly of: ValueId; readonly channel: number }>;
  /** Bytes of scratch memory that the bands of the widest step take. */
  readonly scratch: number;
}

export const NO_PLANES: Planes = { inputs: new Set(), outputs: new Map(), scratch: 0 };

/** The convolution of a step if it takes all channels at once and its packed weights stay in the cache while bands pass. */
function productOf(program: Program, { op }: Step, technique: Technique | undefined): OpOf<'conv'> | undefined {
  if (op.op !== 'conv' || technique !== 'direct' || op.groups !== 1) return undefined;
  const [c] = program.values[op.x] as Dims;
  const [o] = program.values[op.y] as Dims;
  const [kh, kw] = kernelOf(program, op.weight);
  return kh * kw * c * Math.ceil(o / 8) * 32 <= CACHE ? op : undefined;
}

/** Whether the step reads exactly the pixels that it writes, so that it may take its input in bands. */
function takesPlanes(program: Program, step: Step, technique: Technique | undefined): boolean {
  const op = productOf(program, step, technique);
  if (!op) return false;
  const [c] = program.values[op.x] as Dims;
  const ones = [...kernelOf(program, op.weight), ...op.stride].every((n) => n === 1);
  return ones && op.pads.every((n) => n === 0) && c % 4 === 0;
}

function givesPlanes(program: Program, step: Step, technique: Technique | undefined): boolean {
  const [o] = program.values[step.y] as Dims;
  if (step.after || o % 4 !== 0) return false;
  if (isWinograd(technique)) return true;
  return productOf(program, step, technique) !== undefined && (step.residual === undefined || program.inputs.includes(step.residual));
}

export function findPlanes(program: Program, steps: readonly Step[], techniques: readonly (Technique | undefined)[]): Planes {
  const makers = new Map(steps.map((s, i) => [s.y, i]));
  const times = (v: ValueId): number =>
    steps.reduce((n, { op, residual }) => n + reads(op).filter((x) => x === v).length + (residual === v ? 1 : 0), 0) +
    program.outputs.filter((x) => x === v).length;

  const outputs = new Map<ValueId, { readonly of: ValueId; readonly channel: number }>();
  for (const of of program.outputs) {
    const op = steps[makers.get(of) ?? -1]?.op;
    if (times(of) > 1) continue;
    let channel = 0;
    for (const y of op?.op === 'concat' ? op.xs : [of]) {
      const at = makers.get(y) ?? -1;
      const step = steps[at];
      if (step && times(y) === 1 && givesPlanes(program, step, techniques[at])) outputs.set(y, { of, channel });
      channel += (program.values[y] as Dims)[0];
    }
  }

  const reading = (v: ValueId): readonly Step[] => steps.filter((s) => reads(s.op).includes(v));
  const inputs = new Set(
    program.inputs.filter((v) => {
      const [only, more] = reading(v);
      if (!only || more || program.outputs.includes(v)) return false;
      const added = steps.filter((s) => s.residual === v);
      const asPlanes = (s: Step): boolean => outputs.has(s.y) && !isWinograd(techniques[steps.indexOf(s)]);
      return takesPlanes(program, only, techniques[steps.indexOf(only)]) && added.every(asPlanes);
    }),
  );

  let scratch = 0;
  for (const { op, y } of steps) {
    if (op.op !== 'conv') continue;
    const bytes =
      (inputs.has(op.x) ? bandPixel(program.values[op.x]?.[0] ?? 0) : 0) + (outputs.has(y) ? bandPixel(program.values[y]?.[0] ?? 0) : 0);
    scratch = Math.max(scratch, BAND * bytes);
  }
  return { inputs, outputs, scratch };
}
