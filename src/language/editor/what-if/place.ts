/** Where in the text a value of a target stands, or would be written. */
import { type AstNode, AstUtils } from 'langium';
import type { Resolved } from '../../elaborate/blocks.ts';
import type { Target } from '../../elaborate/targets.ts';
import type { Expression, Invocation } from '../../syntax/generated/ast.ts';

/** In place of a value that stands there, or as one more argument of an alias. `says` completes “Writes …”. */
export type Place =
  | { readonly kind: 'replace'; readonly value: Expression; readonly says: string }
  | { readonly kind: 'add'; readonly alias: Invocation; readonly says: string }
  | { readonly kind: 'none'; readonly says: string };

/** The place of a parameter's value: the default of a target's own, for all calls that leave it out; else an argument of the alias, for it alone. */
export function placeOf({ declaration: d, name }: Target, { arguments: given, declaration }: Resolved, parameter: string): Place {
  const alias = d.$type === 'Network' ? d.alias : undefined;
  if (!alias) {
    const value = declaration.params.findLast((p) => p.name === parameter)?.value;
    if (!value) return { kind: 'none', says: `nothing: \`${parameter}\` has no default` };
    return { kind: 'replace', value, says: `the default of \`${parameter}\`, for all calls of \`${d.name}\` that leave it out` };
  }
  const says = `an argument of \`${alias.callee}\`, for \`${name}\` alone`;
  const argument = given.get(parameter)?.node;
  return argument && isIn(argument, alias) ? { kind: 'replace', value: argument.value, says } : { kind: 'add', alias, says };
}

const isIn = (n: AstNode, of: AstNode): boolean => AstUtils.getContainerOfType(n, (c): c is AstNode => c === of) !== undefined;
