/**
 * A model without what is not computed for an input: constants folded, shape arithmetic resolved, of an `If` the side taken that
 * extents decide, what only copies removed. What remains are steps on values whose extents are known.
 */
import { ImportFault } from '../fault.ts';
import type { Model, Op } from '../read/model.ts';
import { sizeOf, type Tensor } from '../read/tensor.ts';
import { evaluate, shapeTensor } from './evaluate.ts';
import { outputDims } from './shapes.ts';

/** What flows: an input's numbers, or those of a step. */
export interface Flow {
  readonly id: number;
  readonly name: string;
  /** Undefined behind a step that is not understood. */
  readonly dims: readonly number[] | undefined;
  /** The step that gives it; undefined for an input. */
  readonly from: Step | undefined;
}
export type Operand = Flow | Tensor;
export const isFlow = (o: Operand | undefined): o is Flow => o !== undefined && 'id' in o;

/** An operator that is computed for each input. */
export interface Step {
  readonly type: string;
  readonly name: string;
  readonly modules?: readonly string[];
  readonly attributes: Op['attributes'];
  readonly inputs: readonly (Operand | undefined)[];
  readonly outputs: readonly Flow[];
}
export interface Simplified {
  readonly inputs: readonly Flow[];
  readonly steps: readonly Step[];
  readonly outputs: readonly { readonly name: string; readonly value: Operand }[];
  /** How many steps did nothing and were left out, by their kind. */
  readonly removed: ReadonlyMap<string, number>;
}

/** Extents of a value beyond which a file is no network for images. */
const MOST_ENTRIES = 2 ** 40;

/** The extents of the inputs, the batch 1: the file's own, or those that are asked for where it leaves them open. */
function inputDims(m: Model, asked: readonly (readonly number[])[] | undefined): readonly (readonly number[])[] {
  return m.inputs.map((input, i) => {
    const given = asked?.[i];
    const open = input.dims.map((n, axis) => (axis === 0 ? 1 : n));
    if (given) {
      if (given.length + 1 !== open.length)
        throw new ImportFault('input', `The input ${input.name} has ${open.length - 1} extents beside the batch, not ${given.length}.`);
      return [1, ...given];
    }
    if (open.length < 2) throw new ImportFault('unsupported', `The input ${input.name} is no map and no vector with a batch before it.`);
    if (open.some((n) => n === null))
      throw new ImportFault(
        'input',
        `The model leaves the size of its input ${input.name} open (${open.map((n) => n ?? '?').join('×')}): give it, --input ${open
          .slice(1)
          .map((n) => n ?? 224)
          .join('x')}.`,
      );
    return open as readonly number[];
  });
}

/** Values by name, as an operator sees them. */
interface Names {
  get(name: string): Operand | undefined;
  set(name: string, o: Operand): unknown;
}

const NOTHING = new Set(['Identity', 'Dropout', 'Cast']);

/** Throws `ImportFault` where extents contradict each other. */
export function simplify(m: Model, asked?: readonly (readonly number[])[]): Simplified {
  let ids = 0;
  const flow = (name: string, dims: readonly number[] | undefined, from?: Step): Flow => {
    if (dims && !(sizeOf(dims) <= MOST_ENTRIES && dims.every((n) => Number.isSafeInteger(n) && n > 0)))
      throw new ImportFault('broken', `${name} would be ${dims.join('×')}, which is no shape.`);
    return { id: ids++, name, dims, from };
  };
  const dims = inputDims(m, asked);
  const inputs = m.inputs.map((input, i) => flow(input.name, dims[i]));
  const values = new Map<string, Operand>([...m.initialisers, ...inputs.map((v) => [v.name, v] as const)]);
  const steps: Step[] = [];
  const removed = new Map<string, number>();
  const run = (ops: readonly Op[], values: Names): void => {
    for (const op of ops) {
      const operands = op.inputs.map((name) => (name === '' ? undefined : values.get(name)));
      const [x] = operands;
      const give = (made: readonly (Operand | undefined)[]): void => {
        for (const [i, name] of op.outputs.entries()) if (name !== '' && made[i]) values.set(name, made[i]);
      };
      const inner = op.type === 'If' && x && !isFlow(x) ? op.graphs?.get(x.numbers()?.[0] ? 'then_branch' : 'else_branch') : undefined;
      if (inner) {
        const own = new Map<string, Operand>(inner.initialisers);
        const names: Names = { get: (name) => own.get(name) ?? values.get(name), set: (name, o) => own.set(name, o) };
        run(inner.ops, names);
        give(inner.outputs.map((name) => names.get(name)));
        continue;
      }
      if (isFlow(x) && x.dims && (op.type === 'Shape' || op.type === 'Size')) {
        const start = op.attributes.get('start');
        const end = op.attributes.get('end');
        const shape = x.dims.slice(typeof start === 'number' ? start : 0, typeof end === 'number' ? end : undefined);
        give([shapeTensor(op.type === 'Shape' ? shape : [sizeOf(x.dims)])]);
        continue;
      }
      if (x && !isFlow(x) && (op.type === 'Shape' || op.type === 'Size')) {
        give([shapeTensor(op.type === 'Shape' ? x.dims : [sizeOf(x.dims)])]);
        continue;
      }
      // What is cast like a value of the network, whose numbers are floats, is one too.
      if (op.type === 'CastLike' && x && isFlow(operands[1])) {
        give(isFlow(x) ? [x] : (evaluate('Cast', new Map([['to', 1]]), [x], 1) ?? []));
        continue;
      }
      const constants = operands.flatMap((o) => (isFlow(o) ? [] : [o]));
      if (constants.length === operands.length) {
        const folded = evaluate(op.type, op.attributes, constants, op.outputs.length);
        if (folded) {
          give(folded);
          continue;
        }
      }
      if (NOTHING.has(op.type) && isFlow(x)) {
        removed.set(op.type, (removed.get(op.type) ?? 0) + 1);
        give([x]);
        continue;
      }
      const known = operands.map((o) => {
        if (!o) return undefined;
        return isFlow(o) ? (o.dims ? { dims: o.dims, tensor: undefined } : undefined) : { dims: o.dims, tensor: o };
      });
      const unknown = operands.some((o) => isFlow(o) && !o.dims);
      const shapes = unknown ? undefined : outputDims(op.type, op.attributes, known, op.outputs.length);
      const outputs: Flow[] = [];
      const step: Step = { ...op, inputs: operands, outputs };
      for (const [i, name] of op.outputs.entries()) outputs.push(flow(name, shapes?.[i], step));
      steps.push(step);
      give(outputs);
    }
  };
  run(m.ops, values);
  return {
    inputs,
    steps: reached(
      steps,
      m.outputs.map((name) => values.get(name)),
    ),
    outputs: m.outputs.map((name) => ({ name, value: values.get(name) as Operand })),
    removed,
  };
}

/** The steps that outputs need. */
export function reached(steps: readonly Step[], outputs: readonly (Operand | undefined)[]): readonly Step[] {
  const needed = new Set<Step>();
  for (const o of outputs) if (isFlow(o) && o.from) needed.add(o.from);
  for (const s of steps.toReversed()) if (needed.has(s)) for (const o of s.inputs) if (isFlow(o) && o.from) needed.add(o.from);
  return steps.filter((s) => needed.has(s));
}
