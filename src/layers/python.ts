/** Python expressions as plain data, and short ways to make them: what a layer says of itself in PyTorch, Keras and Paddle is made of these. */

export interface PyArg {
  readonly name?: string;
  readonly value: Py;
}
export type Py =
  /** A name, a number, a string: as it is written. */
  | { readonly k: 'atom'; readonly text: string }
  /** `breaks`: each argument has a line of its own, even where one line would do. */
  | { readonly k: 'call'; readonly fn: Py; readonly args: readonly PyArg[]; readonly breaks?: true }
  | { readonly k: 'attr'; readonly of: Py; readonly name: string }
  | { readonly k: 'index'; readonly of: Py; readonly items: readonly Py[] }
  | { readonly k: 'slice'; readonly from: Py | undefined; readonly to: Py | undefined }
  | { readonly k: 'binary'; readonly op: string; readonly left: Py; readonly right: Py }
  | { readonly k: 'unary'; readonly op: string; readonly value: Py }
  | { readonly k: 'compare'; readonly first: Py; readonly rest: readonly { readonly op: string; readonly value: Py }[] }
  | { readonly k: 'if'; readonly test: Py; readonly yes: Py; readonly no: Py }
  | { readonly k: 'list' | 'tuple'; readonly items: readonly Py[] }
  | { readonly k: 'dict'; readonly items: readonly (readonly [Py, Py] | Py)[] }
  | {
      readonly k: 'comprehension';
      readonly item: Py;
      readonly pattern: Py;
      readonly list: Py;
      readonly filter: Py | undefined;
      readonly brackets: 'list' | 'none';
    }
  | { readonly k: 'lambda'; readonly params: string; readonly body: Py }
  | { readonly k: 'star'; readonly stars: string; readonly value: Py };

export const name = (text: string): Py => ({ k: 'atom', text });
export const pyNum = (n: number): Py =>
  n < 0 ? { k: 'unary', op: '-', value: pyNum(-n) } : name(Number.isFinite(n) ? numeral(n) : 'float("inf")');
export const str = (text: string): Py => name(JSON.stringify(text));
export const pyBool = (b: boolean): Py => name(b ? 'True' : 'False');
export const call = (fn: string | Py, ...args: readonly (Py | PyArg)[]): Py => ({
  k: 'call',
  fn: typeof fn === 'string' ? dotted(fn) : fn,
  args: args.map((a) => ('value' in a && !('k' in a) ? a : { value: a as Py })),
});
export const kw = (n: string, value: Py): PyArg => ({ name: n, value });
export const attr = (of: Py, n: string): Py => ({ k: 'attr', of, name: n });
export const method = (of: Py, n: string, ...args: readonly (Py | PyArg)[]): Py => call(attr(of, n), ...args);
export const index = (of: Py, ...items: readonly Py[]): Py => ({ k: 'index', of, items });
export const pySlice = (from?: Py, to?: Py): Py => ({ k: 'slice', from, to });
const wholeOf = (e: Py): number | undefined => (e.k === 'atom' && /^\d+$/.test(e.text) ? Number(e.text) : undefined);

/** An operation; of two whole numbers what it gives. */
export function binary(op: string, left: Py, right: Py): Py {
  const [a, b] = [wholeOf(left), wholeOf(right)];
  if (a !== undefined && b !== undefined && Number.isSafeInteger(a * b)) {
    if (op === '+') return pyNum(a + b);
    if (op === '*') return pyNum(a * b);
  }
  if (op === '*' && a === 1) return right;
  return { k: 'binary', op, left, right };
}
export const tuple = (...items: readonly Py[]): Py => ({ k: 'tuple', items });
export const list = (...items: readonly Py[]): Py => ({ k: 'list', items });
/** `nn.functional.relu`. */
export const dotted = (text: string): Py => {
  const [first = '', ...rest] = text.split('.');
  return rest.reduce<Py>((of, n) => attr(of, n), name(first));
};

/** A number in the shorter of both ways: `1e-5`, `0.001`. */
function numeral(n: number): string {
  const [usual, power] = [String(n), n.toExponential()].map((t) => t.replace('e+', 'e')) as [string, string];
  return n < 0.001 && power.length < usual.length ? power : usual;
}
