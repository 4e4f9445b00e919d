/** What takes a value: the parameter of a layer, block or function to whose call a name is given. */
import { AstUtils } from 'langium';
import { layers } from '../../layers/index.ts';
import type { ParamSpec } from '../../layers/params.ts';
import { isArgument, type Param, type Reference } from '../syntax/generated/ast.ts';
import type { Meanings } from './means.ts';

export type Taker = { readonly layer: string; readonly name: string; readonly spec: ParamSpec } | Param;

/** What takes a name as its argument, or what is computed from it; undefined where it is no argument, or too many are given. */
export function takerOf(n: Reference, meanings: Meanings): Taker | undefined {
  const argument = AstUtils.getContainerOfType(n, isArgument);
  const call = argument?.$container;
  const [callee] = call ? meanings.callees(call) : [];
  if (!argument || !call || !callee) return undefined;
  const position = callee.given + call.args.filter((a) => a.name === undefined).indexOf(argument);
  if (typeof callee.of === 'string') {
    const specs = layers.get(callee.of)?.params ?? {};
    const name = argument.name ?? Object.keys(specs)[position];
    const spec = name === undefined ? undefined : specs[name];
    return spec && name !== undefined ? { layer: callee.of, name, spec } : undefined;
  }
  return argument.name === undefined ? callee.of.params[position] : callee.of.params.find((o) => o.name === argument.name);
}
