/**
 * Which values a plan never holds as pixels: an input that its only reader takes as C×H×W planes, and an output, or a branch of a joined
 * output, that its writer leaves as planes. That spares the passes through memory that turn whole images round.
 */
import { type Dims, joined, type Program, reads, type ValueId } from '../program.ts';
import type { OpOf, Step } from './fuse.ts';
import { CACHE, PANEL_BYTES, panelsOf } from './panel.ts';
import { isWinograd, kernelOf, type Technique } from './technique.ts';

/** Pixels that a product turns round at a time: sixteen tiles of six, whole vectors of four, and runs long enough that lines come in together. */
export const BAND = 96;

/** Bytes of a pixel in a band: a cache line more than its channels, so that pixels do not fall on the same lines of the cache. */
export const bandPixel = (channels: number): number => panelsOf(channels) * PANEL_BYTES + 64;

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
  return kh * kw * c * panelsOf(o) * PANEL_BYTES <= CACHE ? op : undefined;
}

/** Whether the step reads exactly the pixels that it writes, so that it may take its input in bands. */
function takesPlanes(program: Program, step: Step, technique: Technique | undefined): boolean {
  const op = productOf(program, step, technique);
  if (!op) return false;
  const [c] = program.values[op.x] as Dims;
  const ones = [...kernelOf(program, op.weight), ...op.stride].every((n) => n === 1);
  return ones && op.pads.every((n) => n === 0) && c % 4 === 0;
}

/** Whether the step can leave its output as planes: its residual stands as planes only if it is an input. */
function givesPlanes(program: Program, step: Step, technique: Technique | undefined): boolean {
  const [o] = program.values[step.y] as Dims;
  if (step.after || o % 4 !== 0) return false;
  if (isWinograd(technique)) return true;
  return productOf(program, step, technique) !== undefined && (step.residual === undefined || program.inputs.includes(step.residual));
}

/** Finds them among the steps of a program, whose convolutions use these techniques. */
export function findPlanes(program: Program, steps: readonly Step[], techniques: readonly (Technique | undefined)[]): Planes {
  const outputs = findOutputs(program, steps, techniques);
  const inputs = findInputs(program, steps, techniques, outputs);
  const band = (v: ValueId): number => BAND * bandPixel(program.values[v]?.[0] ?? 0);
  // Winograd turns a tile at a time round, and needs no band.
  const bands = (y: ValueId, i: number): boolean => outputs.has(y) && !isWinograd(techniques[i]);
  const bytes = steps.map(({ op, y }, i) => ('x' in op && inputs.has(op.x) ? band(op.x) : 0) + (bands(y, i) ? band(y) : 0));
  return { inputs, outputs, scratch: Math.max(0, ...bytes) };
}

/** The values that are joined in another, each with its first channel there; the value itself where it is no joining. */
export function branches(program: Program, steps: readonly Step[], v: ValueId): ReturnType<typeof joined> {
  const op = steps.find((s) => s.y === v)?.op;
  return op?.op === 'concat' ? joined(program, op) : [{ x: v, channel: 0 }];
}

/** Outputs, or branches joined to outputs, that nobody else reads and whose writer can leave planes. */
function findOutputs(program: Program, steps: readonly Step[], techniques: readonly (Technique | undefined)[]): Planes['outputs'] {
  const makers = new Map(steps.map((s, i) => [s.y, i]));
  const uses = new Map<ValueId, number>();
  const use = (v: ValueId): void => void uses.set(v, (uses.get(v) ?? 0) + 1);
  for (const { op, residual } of steps) {
    for (const v of reads(op)) use(v);
    if (residual !== undefined) use(residual);
  }
  for (const v of program.outputs) use(v);

  const found = new Map<ValueId, { readonly of: ValueId; readonly channel: number }>();
  for (const of of program.outputs) {
    if (uses.get(of) !== 1) continue;
    for (const { x: y, channel } of branches(program, steps, of)) {
      const at = makers.get(y) ?? -1;
      const step = steps[at];
      if (step && uses.get(y) === 1 && givesPlanes(program, step, techniques[at])) found.set(y, { of, channel });
    }
  }
  return found;
}

/** Inputs with one reader, which can take planes; whoever adds them to its own result must leave planes too. */
function findInputs(
  program: Program,
  steps: readonly Step[],
  techniques: readonly (Technique | undefined)[],
  outputs: Planes['outputs'],
): ReadonlySet<ValueId> {
  const takes = (v: ValueId): boolean => {
    const readers = steps.flatMap((s, i) => (reads(s.op).includes(v) ? [i] : []));
    const [only = -1] = readers;
    const step = steps[only];
    const added = steps.every((s, i) => s.residual !== v || (outputs.has(s.y) && !isWinograd(techniques[i])));
    return step !== undefined && readers.length === 1 && added && takesPlanes(program, step, techniques[only]);
  };
  return new Set(program.inputs.filter((v) => !program.outputs.includes(v) && takes(v)));
}
