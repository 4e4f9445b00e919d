/** A value that is named with `=` where a label is needed, since something inside its call is asked for. */
import type { AstNode } from 'langium';
import { before, dropUpTo, preferred } from '../../syntax/edits.ts';
import { isInvocation, isNamed } from '../../syntax/generated/ast.ts';
import type { Edit, Fix } from '../../syntax/problem.ts';
import { locationOf, textOf } from '../../syntax/source.ts';

/** `l: Layer(64)`, for `l = Layer(64)`, and the fix that writes it; undefined where no call ends what has the name. */
export function labelled(by: AstNode): { readonly text: string; readonly fix: Fix } | undefined {
  if (!isNamed(by) || by.name === undefined) return undefined;
  const last = by.value?.stages.at(-1);
  const [first] = by.value?.stages ?? [];
  if (!first || !last || !isInvocation(last.stage) || last.label !== undefined || last.stage.steps.length > 0) return undefined;
  const label = `${by.name}: `;
  const name = dropUpTo(by, first);
  const edits: readonly Edit[] = first === last ? [{ ...name, text: label }] : [name, before(locationOf(last), label)];
  const text = `${label}${last.stage.callee}${last.stage.parens ? '(…)' : ''}`;
  return { text, fix: preferred(`Label the call: ${label}${textOf(last).replace(/\s+/g, ' ').slice(0, 40)}`, edits) };
}
