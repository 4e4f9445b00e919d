/** Takes elements apart: the variables of a loop and of a list comprehension. */
import type { Pattern } from '../syntax/generated/ast.ts';
import { textOf } from '../syntax/source.ts';
import type { Scope } from './scope.ts';
import { describe, isLayer, isList, isUnknown, show, UNKNOWN, type Val } from './values.ts';

/** A round of a loop: which it is, from 0, and what its variables are. */
export interface Round {
  readonly index: number;
  /** `n=3, c=512`. */
  readonly variables: string;
}

/** The names of a pattern. */
const namesIn = (p: Pattern | undefined): readonly string[] =>
  p ? [...(p.name === undefined ? [] : [p.name]), ...p.parts.flatMap(namesIn)] : [];

export function roundOf(p: Pattern | undefined, scope: Scope, index: number): Round {
  const values = namesIn(p).flatMap((name) => {
    const b = scope.own(name);
    return b?.kind === 'constant' && !isLayer(b.value) ? [`${name}=${show(b.value)}`] : [];
  });
  return { index, variables: values.join(', ') };
}

/** ` (in round 5 of the loop: n=3, c=512)`; empty where the first round fails already. */
export function saidOf(rounds: readonly Round[]): string {
  const last = rounds.findLast((r) => r.index > 0);
  return last ? ` (in round ${last.index + 1} of the loop${last.variables === '' ? '' : `: ${last.variables}`})` : '';
}

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
