/** Elements and parts of lists, with Python's meaning. What is wrong becomes a problem and the value `UNKNOWN`. */
import type { AstNode } from 'langium';
import type { Context } from './context.ts';
import { equal } from './functions.ts';
import { describe, hasUnknown, isList, isSize, isUnknown, UNKNOWN, type Val } from './values.ts';

/** `xs[i]`; a negative index counts from the end. */
export function elementAt(of: Val, at: Val, node: AstNode, c: Context): Val {
  if (isUnknown(of) || isUnknown(at)) return UNKNOWN;
  const items: readonly Val[] | undefined = isList(of) ? of : isSize(of) ? of.dims.map((d) => d ?? UNKNOWN) : undefined;
  if (!items || typeof at !== 'number' || !Number.isInteger(at)) {
    c.problems.report(
      'bad-index',
      `Only a list can be indexed, and only by whole numbers: this is ${describe(of)} at ${describe(at)}.`,
      node,
    );
    return UNKNOWN;
  }
  const item = items[at < 0 ? items.length + at : at];
  if (item === undefined) c.problems.report('index-out-of-range', `The list has ${items.length} elements, none at ${at}.`, node);
  return item ?? UNKNOWN;
}

/** `xs[i:j]`: as Python's, an end beyond the list is the list's. */
export function slice(of: Val, ends: readonly (Val | undefined)[], node: AstNode, c: Context): Val {
  if (isUnknown(of)) return UNKNOWN;
  if (ends.some((v) => v !== undefined && isUnknown(v))) return UNKNOWN;
  if (isList(of) && ends.every((v) => v === undefined || (typeof v === 'number' && Number.isInteger(v)))) {
    c.session.step(of.length >> 3);
    return of.slice(...(ends as [number | undefined, number | undefined]));
  }
  const wrong = isList(of) ? ends.find((v) => v !== undefined && !Number.isInteger(v)) : undefined;
  const why =
    wrong === undefined
      ? `Only a list has slices: this is ${describe(of)}.`
      : `A slice goes from one whole number to another, not ${describe(wrong)}.`;
  c.problems.report('bad-index', why, node);
  return UNKNOWN;
}

/** `x in xs`. */
export function contains(x: Val, list: Val, at: AstNode, c: Context): Val {
  if (hasUnknown(x) || hasUnknown(list)) return UNKNOWN;
  if (isList(list)) {
    c.session.step(list.length >> 3);
    return list.some((y) => equal(x, y));
  }
  c.problems.report('bad-operands', `\`in\` looks in a list, not in ${describe(list)}.`, at);
  return UNKNOWN;
}
