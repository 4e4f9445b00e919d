/**
 * The words of the language that are not keywords of its grammar (`keywords.ts` has those), each with its documentation, in one place: functions,
 * the words that defaults are written by, and the metrics that `expect` knows. Completion, hover, signature help and the checks read them here.
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
export const WORDS: ReadonlyMap<string, string> = new Map([
  ['same', 'The padding that keeps the size where the stride is 1'],
  ['tf', 'TensorFlow’s padding SAME: ceil(size / stride) windows, the odd row and column of zeros below and right'],
  ['none', 'Nothing is given'],
  ['all', 'As many as arrive'],
]);

/** What an `expect` may ask of the block that it stands in, up to where it stands. */
export const METRIC_DOCS = {
  params: 'All that training would change, up to here',
  weights: 'The entries of convolution and linear kernels, up to here',
  macs: 'Multiply–accumulates that the main output needs, up to here; where it needs none, those of all outputs',
  total_macs: 'Multiply–accumulates of all outputs, up to here',
  memory: 'The peak of live activation bytes, up to here',
  layers: 'The layers with weights, up to here',
  depth: 'The most layers with weights on one path, up to here',
} as const;
export type Metric = keyof typeof METRIC_DOCS;
export const isMetric = (name: string): name is Metric => Object.hasOwn(METRIC_DOCS, name);
export const METRICS = Object.keys(METRIC_DOCS).filter(isMetric);
