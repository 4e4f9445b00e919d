/** What the recognition of one operator sees: the views of what it reads, how many read its result, and the builder of our layers. */
import type { Tensor } from '../read/tensor.ts';
import { type Flow, isFlow, type Operand, type Step } from '../simplify/simplify.ts';
import { type Builder, unsayable } from './builder.ts';
import type { View } from './view.ts';

export interface Context {
  readonly b: Builder;
  /** The view of a value; throws where it is a constant, or behind something that cannot be said. */
  view(o: Operand | undefined): View;
  /** How many steps and outputs read a value. */
  readers(o: Operand | undefined): number;
  /** What reads a value, by the types of the operators; an output as `output`. */
  readBy(o: Operand | undefined): readonly string[];
  /** Whether what it is given is all that reads the layer behind a value, so that both can become one. */
  sole(o: Operand | undefined): boolean;
  /** The concatenation of exactly these, if there was one before, along an axis. */
  joined: Map<string, Flow>;
  /** Says something about the import that the user should know, once for each kind of remark. */
  remark(text: string): void;
}

/** Gives the views of the step's outputs. */
export type Recognise = (c: Context, s: Step) => readonly View[];

/** A constant input. */
export function constant(o: Operand | undefined, what: string): Tensor {
  if (!o) return unsayable(`it has no ${what}`);
  return isFlow(o) ? unsayable(`its ${what} is computed from the input`) : o;
}
export const optional = (o: Operand | undefined, what: string): Tensor | undefined => (o ? constant(o, what) : undefined);

export const all = (t: Tensor, value: number): boolean => t.numbers()?.every((n) => n === value) ?? false;

/** Whether a tensor, all of one value, is what exporters write where a layer has none: Pointwise's own, or PyTorch's, of which a parameter would have a name. */
export const isStandIn = (t: Tensor | undefined, value: number): boolean =>
  t !== undefined && (t.name === undefined ? all(t, value) : /\/constant\d+$/.test(t.name));

/** A bias, where there is one. */
export function biasOf(o: Operand | undefined): Tensor | undefined {
  const bias = optional(o, 'bias');
  return isStandIn(bias, 0) ? undefined : bias;
}

/** Tensors made of others, each once, so that what is shared stays so. */
const made = new WeakMap<Tensor, Map<string, Tensor>>();
export function derived(t: Tensor, how: string, make: () => Tensor): Tensor {
  const known = made.get(t) ?? new Map<string, Tensor>();
  made.set(t, known);
  const found = known.get(how) ?? make();
  known.set(how, found);
  return found;
}
