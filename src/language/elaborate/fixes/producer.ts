/** The channels of a value in the words of whoever made it: `r3`, not 96, where a convolution of `r3` channels gave it. */
import { layers } from '../../../layers/index.ts';
import type { Shape } from '../../../layers/shape.ts';
import { type Block, type Branch, type Expression, type Invocation, isInvocation, type Network } from '../../syntax/generated/ast.ts';
import { textOf } from '../../syntax/source.ts';
import { nodesOf } from '../../syntax/walk.ts';
import type { Context } from '../context.ts';
import { evaluate } from '../evaluate.ts';
import { type Item, shapeOf } from '../instance.ts';
import { Problems } from '../session.ts';

/** What has been made of an instance so far. */
export interface Making {
  readonly declaration: Block | Network;
  readonly input: { readonly shape: Shape };
  readonly items: readonly Item[];
  /** The calls of layers that made values, by value. */
  readonly callOf: ReadonlyMap<number, Invocation>;
}

/** The parameter by which a layer decides how many channels it gives. */
const WIDTH: Readonly<Record<string, string>> = { conv: 'channels', deconv: 'channels', linear: 'features' };

/** Follows a value back through what keeps its channels, to the value that decided how many they are. */
export function decidedBy({ items, input }: Making, value: number): number {
  const shape = (v: number): Shape => shapeOf({ items, input: input.shape }, v);
  let v = value;
  for (let item = items[v - 1]; item?.type === 'layer' && !(item.kind in WIDTH); item = items[v - 1]) {
    const [first] = item.inputs;
    if (first === undefined || shape(first)[0] !== item.shape[0] || item.kind === 'concat') break;
    v = first;
  }
  return v;
}

/** The text of an expression where it means a number at another place; `here` is another shape there. */
function textAt(e: Expression, value: number, there: Context): string | undefined {
  const text = textOf(e);
  const same = !/[\n#]|\bhere\b/.test(text) && evaluate(e, { ...there, problems: new Problems() }) === value;
  return same ? text : undefined;
}

/**
 * The channels of a value as the call that decided them has them, where that means the same at another place; else the number. What enters
 * a block may be called `in.c`, since other callers bring other channels, but that is no check of it: `relative` allows it.
 */
export function channelsOf(made: Making, value: number, there: Context, relative = false): string {
  const channels = shapeOf({ items: made.items, input: made.input.shape }, value)[0];
  const decider = decidedBy(made, value);
  if (relative && decider === 0 && made.declaration.$type === 'Block') return 'in.c';
  const at = made.callOf.get(decider);
  const written = at && widthOf(at);
  return (written && textAt(written, channels, there)) ?? String(channels);
}

/** The expression by which a call of a layer says how many channels it gives. */
export function widthOf(at: Invocation): Expression | undefined {
  const param = WIDTH[at.callee];
  const argument = param === undefined ? undefined : (at.args.find((a) => a.name === param) ?? at.args.find((a) => a.name === undefined));
  return argument && layers.has(at.callee) ? (argument.out ?? argument.value) : undefined;
}

/** A stride as a branch has it written, where it means the same behind it: `stride`, not 2; else the number. */
export function strideOf(branch: Branch, stride: number, there: Context): string {
  for (const at of nodesOf(branch)) {
    const written = isInvocation(at) ? at.args.find((a) => a.name === 'stride')?.value : undefined;
    const text = written && textAt(written, stride, there);
    if (text !== undefined) return text;
  }
  return String(stride);
}
