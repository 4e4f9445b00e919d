/** What takes a value: the parameter of a layer, block or function to whose call a name is given. */
import { AstUtils } from 'langium';
import { layers } from '../../layers/index.ts';
import type { ParamSpec } from '../../layers/params.ts';
import { type Argument, isArgument, type Param, type Reference } from '../syntax/generated/ast.ts';
import type { Meanings } from './means.ts';

export type Taker = { readonly layer: string; readonly name: string; readonly spec: ParamSpec } | Param;

/** The parameter of a layer for which an argument stands, by its name or its place, `given` behind those that were given before. */
export function layerParam(layer: string, argument: Argument, given = 0): { readonly name: string; readonly spec: ParamSpec } | undefined {
  const specs = layers.get(layer)?.params ?? {};
  const name = argument.name ?? Object.keys(specs)[given + placeOf(argument)];
  const spec = name === undefined ? undefined : specs[name];
  return spec && name !== undefined ? { name, spec } : undefined;
}

/** Among the arguments without names. */
const placeOf = (argument: Argument): number => argument.$container.args.filter((a) => a.name === undefined).indexOf(argument);

/** What takes a name as its argument, or what is computed from it; undefined where it is no argument, or too many are given. */
export function takerOf(n: Reference, meanings: Meanings): Taker | undefined {
  const argument = AstUtils.getContainerOfType(n, isArgument);
  const call = argument?.$container;
  const [callee] = call ? meanings.callees(call) : [];
  if (!argument || !call || !callee) return undefined;
  if (typeof callee.of === 'string') {
    const param = layerParam(callee.of, argument, callee.given);
    return param && { layer: callee.of, ...param };
  }
  const { params } = callee.of;
  return argument.name === undefined ? params[callee.given + placeOf(argument)] : params.find((o) => o.name === argument.name);
}
