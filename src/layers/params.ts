/** Parameters of a layer: the specifications from which checks, completion, hover and signature help derive. */
import type { Pads, Pair } from '../tensor/index.ts';

/** What a parameter of a layer is after checking: plain JSON data. */
export type ParamValue = number | boolean | string | null | readonly ParamValue[] | { readonly [key: string]: ParamValue };

/** A size literal: `3x3`, `192x28x28`; null stands for `?`. */
export interface SizeValue {
  readonly type: 'size';
  readonly dims: readonly (number | null)[];
}
/** `192->64`, an argument that also says what should arrive. */
export interface ArrowValue {
  readonly type: 'arrow';
  readonly from: Value;
  readonly to: Value;
}
/** Anything the language computes that a layer does not take, named for the message: `a list`, `the layer relu`. */
export interface OtherValue {
  readonly type: 'other';
  readonly what: string;
}
/** A value of the language as a layer's parameter sees it. */
export type Value = number | boolean | string | SizeValue | ArrowValue | OtherValue | readonly Value[];

/** Why a parameter does not accept a value; completes the sentence “`kernel` …”. */
export class ParamFault {
  readonly message: string;
  /** Whether the argument had better not be there at all. */
  readonly surplus: boolean;
  constructor(message: string, surplus = false) {
    this.message = message;
    this.surplus = surplus;
  }
}

/** One parameter: its type in words, a sentence, and how a value becomes it. */
export interface ParamSpec<T extends ParamValue = ParamValue> {
  readonly type: string;
  readonly doc: string;
  /** Absent: the parameter must be given. */
  readonly default?: T;
  /** The default as it is written, where it differs from JSON (`same`, `kernel`). */
  readonly defaultText?: string;
  /** Words that completion offers. */
  readonly choices?: readonly string[];
  parse(value: Value): T | ParamFault;
}

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
/** The checked parameters of a layer whose specifications are `P`. */
export type ParamsOf<P extends ParamSpecs> = { readonly [K in keyof P]: P[K] extends ParamSpec<infer T> ? T : never };

/** A number in the shorter of both ways: `1e-5`, `0.001`. */
function numeral(n: number): string {
  const [usual, power] = [String(n), n.toExponential()].map((t) => t.replace('e+', 'e')) as [string, string];
  return Math.abs(n) < 0.001 && power.length < usual.length ? power : usual;
}

/** A value as it is written, for messages. */
export function showValue(value: Value): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'number') return numeral(value);
  if (typeof value === 'boolean') return String(value);
  if ('type' in value) {
    switch (value.type) {
      case 'size':
        return value.dims.map((d) => d ?? '?').join('x');
      case 'arrow':
        return `${showValue(value.from)}->${showValue(value.to)}`;
      case 'other':
        return value.what;
      default:
        return value satisfies never;
    }
  }
  return `[${value.map(showValue).join(', ')}]`;
}

const MAX_SIZE = 2 ** 31;

function whole(value: Value, min: number): number | ParamFault {
  if (typeof value !== 'number') return new ParamFault(`takes a whole number, not ${showValue(value)}`);
  if (!Number.isInteger(value)) return new ParamFault(`takes a whole number, not ${value}`);
  if (value < min) return new ParamFault(`must be at least ${min}, not ${value}`);
  if (value >= MAX_SIZE) return new ParamFault(`must be below 2^31, not ${value}`);
  return value;
}

interface Options<T> {
  readonly default?: T;
}
const withDefault = <T extends ParamValue>(
  spec: ParamSpec<T>,
  o: { readonly default?: T; readonly defaultText?: string },
): ParamSpec<T> => ({
  ...spec,
  ...(o.default === undefined ? {} : { default: o.default }),
  ...(o.defaultText === undefined ? {} : { defaultText: o.defaultText }),
});

/** A whole number. */
export const int = (doc: string, o: Options<number> & { readonly min?: number; readonly max?: number } = {}): ParamSpec<number> =>
  withDefault(
    {
      type: 'integer',
      doc,
      parse: (v) => {
        const n = whole(v, o.min ?? 0);
        return n instanceof ParamFault || o.max === undefined || n <= o.max ? n : new ParamFault(`must be at most ${o.max}, not ${n}`);
      },
    },
    o,
  );

/** A whole number, or as many as arrive (null) where it is not given, or given by the word `all`. */
export const intOrAll = (doc: string, o: { readonly min?: number } = {}): ParamSpec<number | null> =>
  withDefault<number | null>(
    { type: 'integer', doc, choices: ['all', '1'], parse: (v) => (v === 'all' ? null : whole(v, o.min ?? 0)) },
    { default: null, defaultText: 'all' },
  );

/** A finite number. */
export const num = (doc: string, o: Options<number> & { readonly min?: number; readonly max?: number } = {}): ParamSpec<number> =>
  withDefault(
    {
      type: 'number',
      doc,
      parse: (v) => {
        if (typeof v !== 'number') return new ParamFault(`takes a number, not ${showValue(v)}`);
        if (!Number.isFinite(v)) return new ParamFault(`must be finite, not ${v}`);
        if (o.min !== undefined && v < o.min) return new ParamFault(`must be at least ${o.min}, not ${v}`);
        if (o.max !== undefined && v > o.max) return new ParamFault(`must be at most ${o.max}, not ${v}`);
        return v;
      },
    },
    o,
  );

/** The small number of a normalisation. One that is large is a number of channels, written as other frameworks want it. */
export const eps = (usual: number, doc = 'Added to the variance.'): ParamSpec<number> => {
  const spec = num(doc, { default: usual, min: 0 });
  const parse = (v: Value): number | ParamFault => {
    const n = spec.parse(v);
    const channels = typeof n === 'number' && n >= 1 ? '; the channels are not written: they are those that arrive' : '';
    return channels ? new ParamFault(`must be less than 1, not ${showValue(v)}${channels}`, true) : n;
  };
  return { ...spec, parse };
};

/** `true` or `false`. */
export const bool = (doc: string, o: Options<boolean> = {}): ParamSpec<boolean> =>
  withDefault(
    {
      type: 'boolean',
      doc,
      choices: ['true', 'false'],
      parse: (v) => (typeof v === 'boolean' ? v : new ParamFault(`takes true or false, not ${showValue(v)}`)),
    },
    o,
  );

/** One of some words, written as a string. */
export const choice = <C extends string>(doc: string, choices: readonly C[], o: Options<C> = {}): ParamSpec<C> =>
  withDefault(
    {
      type: choices.map((c) => `"${c}"`).join(' | '),
      doc,
      choices: choices.map((c) => `"${c}"`),
      parse: (v) =>
        choices.find((c) => c === v) ?? new ParamFault(`takes ${choices.map((c) => `"${c}"`).join(' or ')}, not ${showValue(v)}`),
    },
    o,
  );

function parsePair(v: Value, min: number): Pair | ParamFault {
  const parts: readonly (number | null)[] | undefined =
    typeof v === 'number' ? [v, v] : typeof v === 'object' && 'type' in v && v.type === 'size' ? v.dims : undefined;
  if (parts?.length !== 2) return new ParamFault(`takes a whole number or a size such as 3x3, not ${showValue(v)}`);
  const [h, w] = [whole(parts[0] ?? '?', min), whole(parts[1] ?? '?', min)];
  return h instanceof ParamFault ? h : w instanceof ParamFault ? w : [h, w];
}

/** Height × width; a whole number serves both axes. */
export const size = (
  doc: string,
  o: Options<Pair> & { readonly min?: number; readonly max?: number; readonly defaultText?: string } = {},
): ParamSpec<Pair> => {
  const parse = (v: Value): Pair | ParamFault => {
    const pair = parsePair(v, o.min ?? 1);
    const most = pair instanceof ParamFault ? 0 : Math.max(...pair);
    return o.max === undefined || most <= o.max ? pair : new ParamFault(`must be at most ${o.max}, not ${most}`);
  };
  return withDefault({ type: 'size', doc, parse }, o);
};

/** A whole shape: `256x7x7`, or a whole number for a vector. */
export const shape = (doc: string): ParamSpec<readonly number[]> => ({
  type: 'shape',
  doc,
  parse: (v) => {
    const dims: readonly (number | null)[] | undefined =
      typeof v === 'number' ? [v] : typeof v === 'object' && 'type' in v && v.type === 'size' ? v.dims : undefined;
    if (!dims || (typeof v === 'object' && dims.length !== 3))
      return new ParamFault(`takes channels × height × width such as 256x7x7, or a whole number for a vector, not ${showValue(v)}`);
    if (dims.includes(null)) return new ParamFault(`needs every extent, not ${showValue(v)}`);
    const checked = dims.map((n) => whole(n ?? '?', 1));
    return checked.find((n) => n instanceof ParamFault) ?? (checked as readonly number[]);
  },
});

/** Height × width, or what `defaultText` says where it is not given (null), or given by the word for that. */
export const optionalSize = (doc: string, defaultText: string, word?: string, min = 1): ParamSpec<Pair | null> =>
  withDefault<Pair | null>(
    { type: 'size', doc, choices: word === undefined ? [] : [word], parse: (v) => (v === word ? null : parsePair(v, min)) },
    { default: null, defaultText },
  );

/** A padding's top, bottom, left and right, as they were written. */
function sidesOf(v: Value): readonly Value[] | undefined {
  if (typeof v === 'number') return [v, v, v, v];
  if (typeof v !== 'object') return undefined;
  if (!('type' in v)) return v.length === 4 ? v : undefined;
  const [h, w] = v.type === 'size' && v.dims.length === 2 ? v.dims : [];
  return h === undefined || w === undefined ? undefined : [h ?? '?', h ?? '?', w ?? '?', w ?? '?'];
}

/** The words for a padding: as much on both sides as keeps the size; as TensorFlow's SAME. */
const PAD_WORDS = ['same', 'tf'] as const;
export type PadWord = (typeof PAD_WORDS)[number];

function paddingOf<W extends PadWord>(doc: string, words: readonly W[], standard: W | Pads | undefined): ParamSpec<W | Pads> {
  const parse = (v: Value): W | Pads | ParamFault => {
    const word = words.find((w) => w === v);
    if (word) return word;
    const sides = sidesOf(v)?.map((s) => whole(s, 0));
    if (!sides)
      return new ParamFault(
        `takes a whole number, a size such as 1x0${words.map((w) => `, ${w}`).join('')} or [top, bottom, left, right], not ${showValue(v)}`,
      );
    const bad = sides.find((s) => s instanceof ParamFault);
    const [top, bottom, left, right] = sides as [number, number, number, number];
    return bad ?? [top, left, bottom, right];
  };
  return withDefault<W | Pads>(
    { type: 'padding', doc, choices: [...words, '0', '1', '[0, 1, 0, 1]'], parse },
    standard === undefined ? {} : { default: standard, defaultText: typeof standard === 'string' ? standard : '0' },
  );
}

/** Padding: a whole number for all sides, `1x0` for height × width, or `[top, bottom, left, right]`. */
export const pads = (doc: string, o: { readonly default?: Pads } = {}): ParamSpec<Pads> => paddingOf<never>(doc, [], o.default);

/** The padding of a sliding window, which may be `same` or `tf` too. */
export const padding = (doc: string, o: { readonly default: PadWord | Pads }): ParamSpec<PadWord | Pads> =>
  paddingOf(doc, PAD_WORDS, o.default);

/** Output channels, with the input channels that the author expects where written `192->64`. */
export interface Channels {
  readonly [key: string]: number | null;
  readonly in: number | null;
  readonly out: number;
}
/** Channels out of a layer: `64`, or `192->64` to check what arrives. */
export const channels = (doc: string): ParamSpec<Channels> => ({
  type: 'integer',
  doc,
  parse: (v) => {
    const arrow = typeof v === 'object' && 'type' in v && v.type === 'arrow' ? v : undefined;
    const from = arrow ? whole(arrow.from, 1) : null;
    const out = whole(arrow ? arrow.to : v, 1);
    return from instanceof ParamFault ? from : out instanceof ParamFault ? out : { in: from, out };
  },
});
