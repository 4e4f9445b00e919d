/** Channels as one would write them: what is known is computed, what cancels is left out. All numbers here are whole and none is below zero. */

import { binary, type Py, pyNum } from '../../../layers/python.ts';
import { same } from '../code.ts';

const wholeOf = (e: Py): number | undefined => (e.k === 'atom' && /^\d+$/.test(e.text) ? Number(e.text) : undefined);

function computed(op: string, a: number, b: number): number | undefined {
  const made = { '+': a + b, '-': a - b, '*': a * b, '//': b === 0 ? Number.NaN : Math.floor(a / b), '**': a ** b }[op];
  return made !== undefined && Number.isSafeInteger(made) && made >= 0 ? made : undefined;
}

/** `a - b`, where the difference can be told: `(b + n) - b`, `a*w - b*w`. */
function difference(a: Py, b: Py): Py | undefined {
  if (a.k === 'binary' && a.op === '+' && same(a.left, b)) return a.right;
  if (a.k !== 'binary' || b.k !== 'binary' || a.op !== '*' || b.op !== '*' || !same(a.right, b.right)) return undefined;
  const times = difference(a.left, b.left);
  return times && joined('*', times, a.right);
}

function joined(op: string, left: Py, right: Py): Py {
  const [a, b] = [wholeOf(left), wholeOf(right)];
  const known = a !== undefined && b !== undefined ? computed(op, a, b) : undefined;
  if (known !== undefined) return pyNum(known);
  if (b === 1 && ['*', '//', '**'].includes(op)) return left;
  if (b === 0 && ['+', '-'].includes(op)) return left;
  if (a === 0 && op === '+') return right;
  if (op === '//' && left.k === 'binary' && left.op === '*' && same(left.right, right)) return left.left;
  if (op === '+' && same(left, right)) return binary('*', pyNum(2), left);
  return (op === '-' ? difference(left, right) : undefined) ?? binary(op, left, right);
}

/** The same number, said in fewer words where that is known. */
export function simplified(e: Py): Py {
  return e.k === 'binary' ? joined(e.op, simplified(e.left), simplified(e.right)) : e;
}
