/** Fixes of an `expect` that is broken: to expect what arrives, or to raise the budget to what is used. Never applied unasked: it broke for a reason. */
import type { Shape } from '../../../layers/shape.ts';
import { possible, write } from '../../syntax/edits.ts';
import type { Compare, Expression } from '../../syntax/generated/ast.ts';
import type { Edit, Fix } from '../../syntax/problem.ts';
import { locationOf, textOf } from '../../syntax/source.ts';

/** Expects the shape that arrives; `?` stays where it stood. */
export function expectShape(condition: Expression, wanted: readonly (number | null)[], arrives: Shape): readonly Fix[] {
  const keeps = wanted.length === arrives.length;
  const text = arrives.map((n, i) => (keeps && wanted[i] === null ? '?' : n)).join('x');
  return [possible(`Expect what arrives: ${text}`, [write(locationOf(condition), text)])];
}

const OTHER_WAY: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' };

/** The number that makes a comparison of `n` with it true, as near as can be. */
function bound(operator: string, n: number): number | undefined {
  switch (operator) {
    case '<=':
    case '>=':
    case '==':
      return n;
    case '<':
      return n + 1;
    case '>':
      return n - 1;
    default:
      return undefined;
  }
}

/** Every comparison that has to hold for a condition to hold. */
function comparisons(e: Expression | undefined): readonly Compare[] {
  if (e?.$type === 'Group') return comparisons(e.inner);
  if (e?.$type === 'Logic' && e.op === 'and') return [...comparisons(e.left), ...comparisons(e.right)];
  return e?.$type === 'Compare' ? [e] : [];
}

const isNumber = (e: Expression | undefined): boolean => e?.$type === 'IntLiteral' || e?.$type === 'FloatLiteral';

/** Writes what holds in place of the numbers with which a condition compares; `evaluated` gives the value of a part. */
export function raiseBudget(condition: Expression, evaluated: (e: Expression) => unknown): readonly Fix[] {
  const edits: Edit[] = [];
  const now: string[] = [];
  for (const c of comparisons(condition)) {
    if (evaluated(c) !== false) continue;
    const [right, ...more] = c.rest;
    if (!right || more.length > 0) return [];
    const [what, number, operator] = isNumber(right.value) ? [c.first, right.value, right.op] : [right.value, c.first, OTHER_WAY[right.op]];
    const value = what && evaluated(what);
    const needed = operator !== undefined && typeof value === 'number' ? bound(operator, value) : undefined;
    // One of several that cannot be helped keeps the condition false.
    if (!what || !number || !isNumber(number) || needed === undefined) return [];
    edits.push(write(locationOf(number), String(needed)));
    now.push(`${textOf(what)} ${operator} ${needed.toLocaleString('en')}`);
  }
  return edits.length > 0 ? [possible(`Expect ${now.join(' and ')}`, edits)] : [];
}
