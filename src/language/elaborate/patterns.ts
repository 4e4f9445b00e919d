/** Takes elements apart: the variables of a loop and of a list comprehension. */
import type { AstNode } from 'langium';
import { preferred, write } from '../syntax/edits.ts';
import type { Expression, Pattern } from '../syntax/generated/ast.ts';
import { locationOf, textOf } from '../syntax/source.ts';
import type { Scope } from './scope.ts';
import type { Problems } from './session.ts';
import { describe, isLayer, isList, isUnknown, show, UNKNOWN, type Val } from './values.ts';

/** A round of a loop: which it is, from 0, and what its variables stand for. What they are is only spelt out where something fails. */
export interface Round {
  readonly index: number;
  readonly pattern: Pattern | undefined;
  readonly element: Val;
}

/** `n=3`, `c=512`: what a pattern names, layers left out. */
const valuesIn = (p: Pattern | undefined, element: Val): readonly string[] => {
  if (!p) return [];
  if (p.name !== undefined) return isLayer(element) ? [] : [`${p.name}=${show(element)}`];
  return p.parts.flatMap((part, i) => valuesIn(part, isList(element) ? (element[i] ?? UNKNOWN) : UNKNOWN));
};

/** ` (in round 5 of the loop: n=3, c=512)`; empty where the first round fails already. */
export function saidOf(rounds: readonly Round[]): string {
  const last = rounds.findLast((r) => r.index > 0);
  const values = last ? valuesIn(last.pattern, last.element).join(', ') : '';
  return last ? ` (in round ${last.index + 1} of the loop${values === '' ? '' : `: ${values}`})` : '';
}

const isCount = (v: Val): boolean => typeof v === 'number' && Number.isInteger(v) && v >= 0;

/** What goes through a list: a `for`, or a list comprehension. */
interface Loop {
  readonly pattern?: Pattern | undefined;
  readonly list?: Expression | undefined;
}

/**
 * Goes through a list, `inside` giving the scope in which each element gets its names, until `visit` gives false. Reports what is no list,
 * and an element that does not fall into the parts that it should have; gives whether all went well.
 */
export function eachElement(
  list: Val,
  loop: Loop & AstNode,
  problems: Problems,
  inside: () => Scope,
  visit: (scope: Scope, element: Val, i: number) => boolean,
): boolean {
  if (isUnknown(list)) return false;
  const wrong = (why: string): boolean => {
    problems.report('bad-list', why, loop.list ?? loop);
    return false;
  };
  if (!isList(list)) {
    const range = isCount(list) && loop.list ? `range(${textOf(loop.list)})` : undefined;
    const why = `\`for\` takes a list, not ${describe(list)}${range ? `: write \`${range}\`` : ''}.`;
    problems.report(
      'bad-list',
      why,
      loop.list ?? loop,
      [],
      range && loop.list ? [preferred(`Write ${range}`, [write(locationOf(loop.list), range)])] : [],
    );
    return false;
  }
  for (const [i, element] of list.entries()) {
    const scope = inside();
    const fault = destructure(loop.pattern, element, scope);
    if (fault !== undefined) return wrong(fault);
    if (!visit(scope, element, i)) return false;
  }
  return true;
}

/** Binds what a pattern names to an element. Gives what is wrong with the element where it does not fit: `one has 3`. */
function destructure(p: Pattern | undefined, element: Val, scope: Scope): string | undefined {
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
