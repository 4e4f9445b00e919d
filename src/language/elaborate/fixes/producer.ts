/** The channels of a value in the words of whoever made it: `r3`, not 96, where a convolution of `r3` channels gave it. */
import { layers } from '../../../layers/index.ts';
import type { Invocation } from '../../syntax/generated/ast.ts';
import { textOf } from '../../syntax/source.ts';
import { type Context, evaluate } from '../evaluate.ts';
import { type Item, shapeOf } from '../instance.ts';
import { Problems } from '../session.ts';

/** What has been made of an instance so far. */
export interface Making {
  readonly input: { readonly shape: Item['shape'] };
  readonly items: readonly Item[];
  /** The calls of layers that made values, by value. */
  readonly callOf: ReadonlyMap<number, Invocation>;
}

/** The parameter by which a layer decides how many channels it gives. */
const WIDTH: Readonly<Record<string, string>> = { conv: 'channels', deconv: 'channels', linear: 'features' };

/** Follows a value back through what keeps its channels, to the value that decided how many they are. */
export function decidedBy({ items, input }: Making, value: number): number {
  const shape = (v: number) => shapeOf({ items, input: input.shape }, v);
  let v = value;
  for (let item = items[v - 1]; item?.type === 'layer' && !(item.kind in WIDTH); item = items[v - 1]) {
    const [first] = item.inputs;
    if (first === undefined || shape(first)[0] !== item.shape[0] || item.kind === 'concat') break;
    v = first;
  }
  return v;
}

/** The channels of a value as the call that decided them has them, where that means the same at another place; else the number. */
export function channelsOf(made: Making, value: number, there: Context): string {
  const channels = shapeOf({ items: made.items, input: made.input.shape }, value)[0];
  const at = made.callOf.get(decidedBy(made, value));
  const written = at && widthOf(at);
  if (written === undefined) return String(channels);
  const text = textOf(written);
  const same = evaluate(written, { ...there, problems: new Problems() }) === channels;
  return same && !/[\n#]/.test(text) ? text : String(channels);
}

/** The expression by which a call of a layer says how many channels it gives. */
export function widthOf(at: Invocation) {
  const param = WIDTH[at.callee];
  const argument =
    param === undefined ? undefined : (at.args.find((a) => a.name === param) ?? at.args.filter((a) => a.name === undefined)[0]);
  return argument && layers.has(at.callee) ? (argument.out ?? argument.value) : undefined;
}
