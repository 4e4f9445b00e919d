/** Merges that are written as calls, `concat(x, y)` or `concat([x, y], dim=1)`, with their branches in braces. */
import { preferred, write } from '../../syntax/edits.ts';
import type { Expression, Invocation } from '../../syntax/generated/ast.ts';
import type { Fix } from '../../syntax/problem.ts';
import { locationOf, textOf } from '../../syntax/source.ts';

/** The merge as one writes it here; the axis and the way of joining need no mention. `isList`: whether a name is that of a list of values. */
export function asBranches(at: Invocation, isList: (name: string) => boolean, callee = at.callee): string | undefined {
  const values = at.args.filter((a) => a.name === undefined && !a.out).map((a) => a.value);
  const [first] = values;
  const parts: readonly (Expression | undefined)[] = first?.$type === 'ListLiteral' ? first.items : values;
  if (parts.length === 0 || parts.some((p) => p?.$type !== 'Reference')) return undefined;
  const branch = (name: string): string => (isList(name) ? `for x in ${name} { | x }` : `| ${name}`);
  return `${callee} { ${parts.map((p) => branch(p ? textOf(p) : '')).join(' ')} }`;
}

export function branchesFix(at: Invocation, text: string | undefined): readonly Fix[] {
  return text === undefined ? [] : [preferred(`Write ${text}`, [write(locationOf(at), text)])];
}
