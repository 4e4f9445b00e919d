/** Edits of a call's arguments. */
import type { ParamFault } from '../../../layers/params.ts';
import { after, possible, preferred, write } from '../../syntax/edits.ts';
import { type Argument, type Invocation, isInvocation } from '../../syntax/generated/ast.ts';
import type { Edit, Fix } from '../../syntax/problem.ts';
import { locationOf, locationOfProperty, textOf } from '../../syntax/source.ts';
import { roundHalfEven } from '../functions.ts';
import type { Bound } from '../values.ts';

/** Gives a parameter a value: in place of the argument that it has, else after the others. */
export function writeArgument(at: Invocation, argument: Argument | undefined, param: string, value: string): Edit {
  if (argument?.value) {
    const { uri, range } = locationOf(argument.value);
    const end = locationOf(argument.out ?? argument.value).range.end;
    return write({ uri, range: { start: range.start, end } }, value);
  }
  const last = at.args.at(-1);
  if (last) return after(locationOf(last), `, ${param}=${value}`);
  const open = locationOfProperty(at, at.parens ? 'parens' : 'callee');
  return after(open, at.parens ? `${param}=${value}` : `(${param}=${value})`);
}

/** Takes an argument away, with its comma; with the only one of a stage its brackets too. */
export function dropArgument(argument: Argument): Edit {
  const { args } = argument.$container;
  const i = args.indexOf(argument);
  const [earlier, later] = [args[i - 1], args[i + 1]];
  const { uri, range } = locationOf(argument);
  if (later) return { location: { uri, range: { start: range.start, end: locationOf(later).range.start } }, text: '' };
  if (earlier) return { location: { uri, range: { start: locationOf(earlier).range.end, end: range.end } }, text: '' };
  const call = argument.$container;
  if (!isInvocation(call)) return write(locationOf(argument), '');
  return { location: { uri, range: { start: locationOfProperty(call, 'callee').range.end, end: locationOf(call).range.end } }, text: '' };
}

/** Fixes of an argument that a parameter does not take. */
export function badArgumentFixes(fault: ParamFault, { node, value }: Bound): readonly Fix[] {
  if (!node?.value) return [];
  if (fault.surplus) return [preferred(`Remove ${textOf(node)}`, [dropArgument(node)])];
  // A size that is computed, and not whole.
  if (typeof value !== 'number' || Number.isInteger(value) || node.value.$type === 'FloatLiteral') return [];
  const text = textOf(node.value);
  return [possible(`Write round(${text}), which is ${roundHalfEven(value)}`, [write(locationOf(node.value), `round(${text})`)])];
}
