/**
 * Fusion: which operations of a program run as one step.
 *
 * An operation takes along what follows it, as long as nobody else reads what stands between:
 *
 * - convolutions and transposed convolutions: batch norms, scales and constants, which fold into weights and bias;
 * - convolutions that are not depthwise: one residual addition, made as the result is stored;
 * - these, linear layers, batch norms, scales, constants and merges: an activation, as a clamp where it is one.
 */
import { type Activation, type Op, type Program, reads, type ValueId } from '../program.ts';
import { asClamp, type Clamp, UNCLAMPED } from './activations.ts';

export type OpOf<K extends Op['op']> = Extract<Op, { readonly op: K }>;
/** Operations that are a factor and an offset per channel. */
export type AffineOp = OpOf<'batchnorm'> | OpOf<'scale'> | OpOf<'affine'>;
const isAffine = (op: Op): op is AffineOp => op.op === 'batchnorm' || op.op === 'scale' || op.op === 'affine';

/** One step of a plan: a main operation and what was fused into it. */
export interface Step {
  readonly op: Op;
  /** Indices into `program.ops`: the main operation first. */
  readonly ops: readonly number[];
  /** The value that the step writes: that of its last operation. */
  readonly y: ValueId;
  /** Folded into the weights, in order. */
  readonly affine: readonly AffineOp[];
  /** Added before the clamp. */
  readonly residual: ValueId | undefined;
  readonly clamp: Clamp;
  /** An activation that is no clamp, applied in place at the end. */
  readonly after: Activation | undefined;
}

const CLAMPING: ReadonlySet<Op['op']> = new Set(['conv', 'deconv', 'linear', 'batchnorm', 'scale', 'affine', 'add', 'mul'] as const);

/** A group for each channel, in and out. With a channel multiplier it is a grouped convolution like others. */
export const isDepthwise = (program: Program, { x, y, groups }: OpOf<'conv'>): boolean =>
  groups > 1 && [x, y].every((v) => program.values[v]?.[0] === groups);

/** The steps of a program, in an order in which they can run. With `observe`, one step per operation. */
export function fuse(program: Program, observe: boolean): Step[] {
  const readers = program.values.map((): number[] => []);
  program.ops.forEach((op, i) => {
    for (const v of reads(op)) readers[v]?.push(i);
  });
  const outputs = new Set(program.outputs);
  const ready = new Set(program.inputs);
  const taken = new Set<number>();
  const steps: Step[] = [];

  program.ops.forEach((op, index) => {
    if (taken.has(index)) return;
    const ops = [index];
    const affine: AffineOp[] = [];
    let y = op.y;
    let residual: ValueId | undefined;
    let clamp: Clamp = UNCLAMPED;
    let after: Activation | undefined;
    const folds = op.op === 'conv' || op.op === 'deconv';
    const adds = op.op === 'conv' && !isDepthwise(program, op);
    for (;;) {
      const following = readers[y] ?? [];
      const only = following.length === 1 && !outputs.has(y) && !observe ? following[0] : undefined;
      const next = only === undefined ? undefined : program.ops[only];
      if (only === undefined || !next || after || clamp !== UNCLAMPED || !CLAMPING.has(op.op)) break;
      if (isAffine(next) && folds && residual === undefined) affine.push(next);
      else if (next.op === 'add' && adds && residual === undefined) {
        const other = residualOf(program, next, y);
        if (other === undefined || !ready.has(other)) break;
        residual = other;
      } else if (next.op === 'activation') {
        const c = asClamp(next.activation);
        if (c) clamp = c;
        else after = next.activation;
      } else break;
      taken.add(only);
      ops.push(only);
      y = next.y;
    }
    ready.add(y);
    steps.push({ op, ops, y, affine, residual, clamp, after });
  });
  return steps;
}

/** The other operand of a two-operand addition of equal sizes. */
function residualOf(program: Program, add: OpOf<'add' | 'mul'>, v: ValueId): ValueId | undefined {
  const [a, b, more] = add.xs;
  if (a === undefined || b === undefined || more !== undefined || a === b) return undefined;
  const [da, db] = [program.values[a], program.values[b]];
  return da?.join() === db?.join() ? (a === v ? b : a) : undefined;
}
