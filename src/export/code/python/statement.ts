/** Python statements as plain data: what the writers of code make, and the printer prints. */
import { name, type Py } from '../../../layers/python.ts';

export interface PyParam {
  readonly name: string;
  readonly value?: Py;
}
/** Which lines of the text a statement comes from, `file:///net.cnn:12`. */
interface Marked {
  readonly at?: readonly string[];
}
export type PyStatement = Marked &
  (
    | { readonly k: 'assign'; readonly to: Py; readonly value: Py }
    | { readonly k: 'augment'; readonly to: Py; readonly op: string; readonly value: Py }
    | { readonly k: 'expression'; readonly value: Py }
    | { readonly k: 'return'; readonly value: Py }
    | { readonly k: 'if'; readonly test: Py; readonly yes: readonly PyStatement[]; readonly no: readonly PyStatement[] }
    | { readonly k: 'for'; readonly pattern: Py; readonly list: Py; readonly body: readonly PyStatement[] }
    | {
        readonly k: 'def';
        readonly name: string;
        readonly params: readonly PyParam[];
        readonly doc: string;
        readonly body: readonly PyStatement[];
      }
    | {
        readonly k: 'class';
        readonly name: string;
        readonly bases: readonly string[];
        readonly doc: string;
        readonly body: readonly PyStatement[];
      }
    | { readonly k: 'comment'; readonly text: string }
    /** Lines as they are, in the formatter's layout. */
    | { readonly k: 'raw'; readonly text: string }
  );

/** A file. */
export interface PyModule {
  readonly doc: string;
  readonly imports: readonly string[];
  readonly body: readonly PyStatement[];
}

export const assign = (to: Py, value: Py): PyStatement => ({ k: 'assign', to, value });
export const expression = (value: Py): PyStatement => ({ k: 'expression', value });

/** A parameter whose default asks for others: None stands for it, and it is made inside. */
export const whenNone = (own: Py, value: Py): PyStatement => ({
  k: 'if',
  test: { k: 'compare', first: own, rest: [{ op: 'is', value: name('None') }] },
  yes: [assign(own, value)],
  no: [],
});

/** A condition of which a side may have nothing to do. */
export function forked(test: Py, yes: readonly PyStatement[], no: readonly PyStatement[]): readonly PyStatement[] {
  if (yes.length > 0) return [{ k: 'if', test, yes, no }];
  return no.length > 0 ? [{ k: 'if', test: { k: 'unary', op: 'not', value: test }, yes: no, no: [] }] : [];
}

/** A statement that comes from further lines of the text as well. */
export const markedWith = (s: PyStatement, at: readonly string[]): PyStatement =>
  at.length === 0 ? s : { ...s, at: [...new Set([...(s.at ?? []), ...at])] };
