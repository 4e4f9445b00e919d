/** Takes elements apart: the variables of a loop and of a list comprehension. */
import type { Pattern } from '../syntax/generated/ast.ts';
import { textOf } from '../syntax/source.ts';
import type { Scope } from './scope.ts';
import { describe, isList, isUnknown, UNKNOWN, type Val } from './values.ts';

/** Binds what a pattern names to an element. Gives what is wrong with the element where it does not fit: `one has 3`. */
export function destructure(p: Pattern | undefined, element: Val, scope: Scope): string | undefined {
  if (!p) return undefined;
  if (p.name !== undefined) {
    scope.set(p.name, { kind: 'constant', value: element, by: p });
    return undefined;
  }
  const parts: readonly Val[] | undefined = isUnknown(element) ? p.parts.map(() => UNKNOWN) : isList(element) ? element : undefined;
  if (parts?.length !== p.parts.length) {
    const has = parts ? `has ${parts.length}` : `is ${describe(element)}`;
    return `Each element should have ${p.parts.length} part${p.parts.length === 1 ? '' : 's'} for ${textOf(p)}, but one ${has}.`;
  }
  for (const [i, part] of p.parts.entries()) {
    const wrong = destructure(part, parts[i] ?? UNKNOWN, scope);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
