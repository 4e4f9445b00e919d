/** Edits of a call's arguments. */
import { after, write } from '../../syntax/edits.ts';
import type { Argument, Invocation } from '../../syntax/generated/ast.ts';
import type { Edit } from '../../syntax/problem.ts';
import { locationOf, locationOfProperty } from '../../syntax/source.ts';

/** Gives a parameter a value: in place of the argument that it has, else behind the others. */
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
