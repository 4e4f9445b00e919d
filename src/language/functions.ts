/** The functions of the language: `min max abs floor ceil round sqrt len range enumerate zip sum size`, with Python's meaning. */
import { isList, isSize, isUnknown, UNKNOWN, type Val } from './values.ts';

/** Why a call does not do; completes “`name` …”. */
export class CallFault {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

interface BuiltinFunction {
  readonly signature: string;
  readonly doc: string;
  call(args: readonly Val[]): Val | CallFault;
}

const LONGEST = 100_000;

const numbers = (args: readonly Val[]): readonly number[] | undefined => {
  const list = args.length === 1 && args[0] !== undefined && isList(args[0]) ? args[0] : args;
  return list.every((v) => typeof v === 'number') ? (list as readonly number[]) : undefined;
};
const one =
  (f: (x: number) => number) =>
  (args: readonly Val[]): Val | CallFault => {
    const x = args[0];
    return args.length === 1 && typeof x === 'number' ? f(x) : new CallFault('takes one number');
  };
const most =
  (f: (...xs: number[]) => number) =>
  (args: readonly Val[]): Val | CallFault => {
    const xs = numbers(args);
    return xs && xs.length > 0 && xs.length <= LONGEST ? f(...xs) : new CallFault('takes numbers, or a list of them, at least one');
  };

/** To the nearest whole number, a half to the even one. */
export const roundHalfEven = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

function range(args: readonly Val[]): Val | CallFault {
  const ints = numbers(args);
  if (!ints || ints.length < 1 || ints.length > 3 || ints.some((n) => !Number.isInteger(n)))
    return new CallFault('takes one to three whole numbers');
  const [from, to, step] = ints.length === 1 ? [0, ints[0] as number, 1] : [ints[0] as number, ints[1] as number, ints[2] ?? 1];
  if (step === 0) return new CallFault('takes a step other than 0');
  const n = Math.max(0, Math.ceil((to - from) / step));
  if (n > LONGEST) return new CallFault(`would make a list of ${n.toLocaleString('en')}, more than ${LONGEST.toLocaleString('en')}`);
  return Array.from({ length: n }, (_, i) => from + i * step);
}

export const functions: Readonly<Record<string, BuiltinFunction>> = {
  min: { signature: 'min(a, b, …)', doc: 'The smallest of its arguments, or of a list.', call: most(Math.min) },
  max: { signature: 'max(a, b, …)', doc: 'The largest of its arguments, or of a list.', call: most(Math.max) },
  abs: { signature: 'abs(x)', doc: 'The absolute value.', call: one(Math.abs) },
  floor: { signature: 'floor(x)', doc: 'The next whole number below.', call: one(Math.floor) },
  ceil: { signature: 'ceil(x)', doc: 'The next whole number above.', call: one(Math.ceil) },
  round: { signature: 'round(x)', doc: 'The nearest whole number; a half goes to the even one.', call: one(roundHalfEven) },
  sqrt: {
    signature: 'sqrt(x)',
    doc: 'The square root.',
    call: (args) =>
      typeof args[0] === 'number' && args[0] < 0
        ? new CallFault(`takes a number that is not negative, not ${args[0]}`)
        : one(Math.sqrt)(args),
  },
  len: {
    signature: 'len(list)',
    doc: 'The number of elements.',
    call: ([x, ...rest]) => (x !== undefined && rest.length === 0 && isList(x) ? x.length : new CallFault('takes a list')),
  },
  range: {
    signature: 'range(stop) · range(start, stop, step=1)',
    doc: 'Whole numbers from start (0) up to, not including, stop.',
    call: range,
  },
  enumerate: {
    signature: 'enumerate(list)',
    doc: 'Pairs of index and element.',
    call: ([x, ...rest]) => (x !== undefined && rest.length === 0 && isList(x) ? x.map((v, i) => [i, v]) : new CallFault('takes a list')),
  },
  zip: {
    signature: 'zip(a, b, …)',
    doc: 'Tuples of the elements at equal index; as long as the shortest list.',
    call: (args) =>
      args.length > 0 && args.every(isList)
        ? Array.from({ length: Math.min(...args.map((a) => a.length)) }, (_, i) => args.map((a) => a[i] ?? UNKNOWN))
        : new CallFault('takes lists'),
  },
  sum: {
    signature: 'sum(list)',
    doc: 'The sum of a list of numbers.',
    call: (args) => {
      const xs = args.length === 1 && args[0] !== undefined && isList(args[0]) ? numbers(args) : undefined;
      return xs ? xs.reduce((a, b) => a + b, 0) : new CallFault('takes a list of numbers');
    },
  },
  size: {
    signature: 'size(h, w) · size(c, h, w)',
    doc: 'A size of expressions, as `3x3` is one of literals.',
    call: (args) =>
      (args.length === 2 || args.length === 3) && args.every((a) => typeof a === 'number')
        ? { type: 'size', dims: args as readonly number[] }
        : new CallFault('takes two or three whole numbers'),
  },
};

/** Python's equality. */
export function equal(a: Val, b: Val): boolean {
  if (isUnknown(a) || isUnknown(b)) return false;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((x, i) => equal(x, b[i] ?? UNKNOWN));
  if (isSize(a) && isSize(b)) return a.dims.length === b.dims.length && a.dims.every((d, i) => d === b.dims[i]);
  return a === b;
}
