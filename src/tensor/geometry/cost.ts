/** Multiply–accumulates of an operation, as papers count them: convolutions, linear layers and matrix products; nothing else. */
import { type Dims, entries, type Op, type Program } from '../program.ts';

/** MACs of one operation; transposed convolutions count over input pixels. */
export function convolutionMacs(program: Program, op: Op): number {
  if (op.op === 'matmul') return entries(program.values[op.y] as Dims) * ((program.values[op.xs[0]] as Dims)[2] ?? 0);
  if (op.op !== 'conv' && op.op !== 'deconv' && op.op !== 'linear') return 0;
  const weight = (program.weights[op.weight]?.dims ?? []).reduce((n, d) => n * d, 1);
  const [c, h, w] = program.values[op.op === 'deconv' ? op.x : op.y] as Dims;
  return (weight / c) * entries([c, h, w]);
}
