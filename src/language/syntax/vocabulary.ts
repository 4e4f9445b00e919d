/**
 * The words of the language that are not keywords of its grammar, each with its documentation, in one place: functions, the words that defaults
 * are written by, and the metrics that `expect` knows. Completion, hover, signature help and the checks read them here.
 */

/** A built-in function. `signature` has its forms, ` · ` between them. */
export interface FunctionDoc {
  readonly signature: string;
  readonly doc: string;
}
export const FUNCTIONS = {
  min: { signature: 'min(a, b, …)', doc: 'The smallest of its arguments, or of a list.' },
  max: { signature: 'max(a, b, …)', doc: 'The largest of its arguments, or of a list.' },
  abs: { signature: 'abs(x)', doc: 'The absolute value.' },
  floor: { signature: 'floor(x)', doc: 'The next whole number below.' },
  ceil: { signature: 'ceil(x)', doc: 'The next whole number above.' },
  round: { signature: 'round(x)', doc: 'The nearest whole number; a half goes to the even one.' },
  sqrt: { signature: 'sqrt(x)', doc: 'The square root.' },
  len: { signature: 'len(list)', doc: 'The number of elements.' },
  range: { signature: 'range(stop) · range(start, stop, step=1)', doc: 'Whole numbers from start (0) up to, not including, stop.' },
  enumerate: { signature: 'enumerate(list)', doc: 'Pairs of index and element.' },
  zip: { signature: 'zip(a, b, …)', doc: 'Tuples of the elements at the same index; as long as the shortest list.' },
  sum: { signature: 'sum(list)', doc: 'The sum of a list of numbers.' },
  size: { signature: 'size(h, w) · size(c, h, w)', doc: 'A size made from expressions, as `3x3` is from numbers.' },
} as const satisfies Readonly<Record<string, FunctionDoc>>;
export type FunctionName = keyof typeof FUNCTIONS;
export const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name);
/** A built-in function by its name. */
export const functionDoc = (name: string): FunctionDoc | undefined => (isFunctionName(name) ? FUNCTIONS[name] : undefined);

/** Names of defaults, which can be written out: `pad=same`, `to=none`. */
export const WORDS: readonly string[] = ['same', 'none'];

/** What an `expect` may ask about the block around it, up to its own place. */
export const METRICS = ['params', 'weights', 'macs', 'memory', 'layers', 'depth'] as const;
