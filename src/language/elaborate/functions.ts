/** What the functions of the language compute, with Python's meaning; their signatures and documentation are in the vocabulary. */
import type { FunctionName } from '../syntax/vocabulary.ts';
import { describe, isList, isSize, isUnknown, UNKNOWN, type Val } from './values.ts';

/** Why a call is wrong; completes “`name` …”. */
export class CallFault {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

type BuiltinFunction = (args: readonly Val[]) => Val | CallFault;

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
    return xs && xs.length > 0 && xs.length <= LONGEST ? f(...xs) : new CallFault('takes at least one number, or a list of numbers');
  };

/** To the nearest whole number, a half to the even one. */
export const roundHalfEven = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

function range(args: readonly Val[]): Val | CallFault {
  const ints = numbers(args);
  const odd = args.find((a) => typeof a !== 'number' || !Number.isInteger(a));
  if (!ints || ints.length < 1 || ints.length > 3 || ints.some((n) => !Number.isInteger(n)))
    return new CallFault(
      `takes one to three whole numbers${odd === undefined ? '' : `, not ${typeof odd === 'number' ? odd : describe(odd)}`}`,
    );
  const [from, to, step] = ints.length === 1 ? [0, ints[0] as number, 1] : [ints[0] as number, ints[1] as number, ints[2] ?? 1];
  if (step === 0) return new CallFault('takes a step other than 0');
  const n = Math.max(0, Math.ceil((to - from) / step));
  if (n > LONGEST)
    return new CallFault(`would make a list of ${n.toLocaleString('en')} elements, more than ${LONGEST.toLocaleString('en')}`);
  return Array.from({ length: n }, (_, i) => from + i * step);
}

export const functions: Readonly<Record<FunctionName, BuiltinFunction>> = {
  min: most(Math.min),
  max: most(Math.max),
  abs: one(Math.abs),
  floor: one(Math.floor),
  ceil: one(Math.ceil),
  round: one(roundHalfEven),
  sqrt: (args) =>
    typeof args[0] === 'number' && args[0] < 0
      ? new CallFault(`takes a number that is not negative, not ${args[0]}`)
      : one(Math.sqrt)(args),
  len: ([x, ...rest]) => (x !== undefined && rest.length === 0 && isList(x) ? x.length : new CallFault('takes a list')),
  range,
  enumerate: ([x, ...rest]) =>
    x !== undefined && rest.length === 0 && isList(x) ? x.map((v, i) => [i, v]) : new CallFault('takes a list'),
  zip: (args) =>
    args.length > 0 && args.every(isList)
      ? Array.from({ length: Math.min(...args.map((a) => a.length)) }, (_, i) => args.map((a) => a[i] ?? UNKNOWN))
      : new CallFault('takes lists'),
  sum: (args) => {
    const xs = args.length === 1 && args[0] !== undefined && isList(args[0]) ? numbers(args) : undefined;
    return xs ? xs.reduce((a, b) => a + b, 0) : new CallFault('takes a list of numbers');
  },
  size: (args) =>
    (args.length === 2 || args.length === 3) && args.every((a) => typeof a === 'number')
      ? { type: 'size', dims: args as readonly number[] }
      : new CallFault('takes two or three whole numbers'),
};

/** Python's equality. */
export function equal(a: Val, b: Val): boolean {
  if (isUnknown(a) || isUnknown(b)) return false;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((x, i) => equal(x, b[i] ?? UNKNOWN));
  if (isSize(a) && isSize(b)) return a.dims.length === b.dims.length && a.dims.every((d, i) => d === b.dims[i]);
  return a === b;
}
