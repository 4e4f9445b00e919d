/** How each token changes what an expression expects next. Brackets that are closed are one token each. */
import type { Local, State } from './states.ts';
import { isWord } from './tokens.ts';

type Expression = Extract<State, { at: 'expression' }>;

/** What stands between two operands. */
export const BINARY: readonly string[] = ['*', '/', '//', '%', '+', '-', '**', '==', '!=', '<', '<=', '>', '>=', 'and', 'or'];
const NOT_OPERANDS: readonly string[] = ['repeat', 'for', 'expect', 'let', 'output', 'concat', 'add', 'mul', 'then', 'else', 'as', 'on'];

/** The expression with a token more; undefined where it cannot take it. */
export function extend(e: Expression, t: string): Expression | undefined {
  const operand: Expression = { ...e, want: 'operand', begins: false, fresh: false };
  switch (e.want) {
    case 'operand':
      if (t === 'not' || t === '-') return operand;
      if (t === 'if') return { ...operand, needs: [...e.needs, 'then'] };
      if (NOT_OPERANDS.includes(t) || !/^[\w?"([]/.test(t)) return undefined;
      return { ...e, want: 'operator', begins: false, fresh: false };
    case 'operator':
      if (t === '.') return { ...e, want: 'member' };
      if (BINARY.includes(t)) return operand;
      if (t === '()' || t === '[]') return e;
      if (t !== e.needs.at(-1)) return undefined;
      return { ...operand, fresh: true, needs: t === 'then' ? [...e.needs.slice(0, -1), 'else'] : e.needs.slice(0, -1) };
    case 'member':
      return isWord(t) ? { ...e, want: 'operator' } : undefined;
    default:
      return e.want satisfies never;
  }
}

/** Notes how the value of the name before it begins. */
export const starting = (names: readonly Local[], e: Expression, t: string): readonly Local[] =>
  e.fresh ? names.map((n, i) => (i === 0 ? { ...n, starts: t } : n)) : names;
