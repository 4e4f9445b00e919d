/** What an operator gives for constants: shape arithmetic at once, weights when they are asked for. */
import { ImportFault } from '../fault.ts';
import { lazy, MOST_NUMBERS, type Numbers, sizeOf, type Tensor, wholes } from '../read/tensor.ts';
import { type Attributes, number, numbers, tensor } from './attributes.ts';

export const stridesOf = (dims: readonly number[]): number[] => {
  const strides = new Array<number>(dims.length).fill(1);
  for (let i = dims.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] as number) * (dims[i + 1] as number);
  return strides;
};

/** The shape that shapes share, an extent of 1 spreading; undefined where they do not agree. */
export function broadcast(shapes: readonly (readonly number[])[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const joint = new Array<number>(rank).fill(1);
  for (const s of shapes)
    for (const [i, n] of s.entries()) {
      const at = rank - s.length + i;
      if (n === joint[at] || n === 1) continue;
      if (joint[at] !== 1) return undefined;
      joint[at] = n;
    }
  return joint;
}

/** Fills a tensor of `dims` by reading `source` at a place that `at` computes from the place in the result. */
function gathered(
  t: Tensor,
  dims: readonly number[],
  strides: readonly number[],
  offset = 0,
  pick?: (axis: number, i: number) => number,
): Tensor {
  const n = sizeOf(dims);
  if (!(n <= MOST_NUMBERS)) throw new ImportFault('too-large', `A constant of ${dims.join('×')} is computed, more than is read.`);
  return lazy(dims, t.float, () => {
    const source = t.numbers();
    if (!source) return undefined;
    const out = t.float ? new Float32Array(n) : new Float64Array(n);
    const index = new Array<number>(dims.length).fill(0);
    for (let i = 0; i < n; i++) {
      let at = offset;
      for (let a = 0; a < dims.length; a++) at += (pick ? pick(a, index[a] as number) : (index[a] as number)) * (strides[a] as number);
      out[i] = source[at] as number;
      for (let a = dims.length - 1; a >= 0; a--) {
        index[a] = (index[a] as number) + 1;
        if ((index[a] as number) < (dims[a] as number)) break;
        index[a] = 0;
      }
    }
    return out;
  });
}

/** The same numbers under other extents. */
export const reshaped = (t: Tensor, dims: readonly number[]): Tensor => lazy(dims, t.float, () => t.numbers(), t.name);

export function transposed(t: Tensor, perm: readonly number[]): Tensor {
  const strides = stridesOf(t.dims);
  return gathered(
    t,
    perm.map((p) => t.dims[p] as number),
    perm.map((p) => strides[p] as number),
  );
}

/** A tensor spread over a shape that it can be broadcast to. */
export function expanded(t: Tensor, dims: readonly number[]): Tensor {
  const own = stridesOf(t.dims);
  const strides = dims.map((_, i) => {
    const a = i - (dims.length - t.dims.length);
    return a < 0 || t.dims[a] === 1 ? 0 : (own[a] as number);
  });
  return gathered(t, dims, strides);
}

type Unary = (x: number) => number;
const UNARY: Readonly<Record<string, Unary>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (x) => 1 / x,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  Relu: (x) => Math.max(0, x),
  Not: (x) => (x ? 0 : 1),
  Softplus: (x) => Math.log1p(Math.exp(x)),
};
type Binary = (a: number, b: number, whole: boolean) => number;
const BINARY: Readonly<Record<string, Binary>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b, whole) => (whole ? Math.trunc(a / b) : a / b),
  Pow: (a, b) => a ** b,
  Mod: (a, b) => a - b * Math.floor(a / b),
  Max: (a, b) => Math.max(a, b),
  Min: (a, b) => Math.min(a, b),
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
};
const TRUTHS = new Set(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Not']);

function mapped(xs: readonly Tensor[], float: boolean, f: (...values: number[]) => number): Tensor | undefined {
  const dims = broadcast(xs.map((x) => x.dims));
  if (!dims) return undefined;
  const spread = xs.map((x) => (sizeOf(x.dims) === sizeOf(dims) ? reshaped(x, dims) : expanded(x, dims)));
  return lazy(dims, float, () => {
    const all = spread.map((x) => x.numbers());
    if (all.some((n) => n === undefined)) return undefined;
    const n = sizeOf(dims);
    const out = float ? new Float32Array(n) : new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = f(...all.map((values) => (values as Numbers)[i] as number));
    return out;
  });
}

/** An axis that may count from the end. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** The axes that a reduction or (un)squeeze names: an input, or an attribute of older opsets. Undefined where none are named. */
export function axesOf(attributes: Attributes, given: Tensor | undefined, rank: number): readonly number[] | undefined {
  const axes = given ? given.numbers() : numbers(attributes, 'axes');
  return axes && [...axes].map((a) => axisOf(a, rank));
}

type Reduce = (values: readonly number[]) => number;
const sum: Reduce = (v) => v.reduce((a, b) => a + b, 0);
const REDUCE: Readonly<Record<string, Reduce>> = {
  ReduceSum: sum,
  ReduceProd: (v) => v.reduce((a, b) => a * b, 1),
  ReduceMean: (v) => sum(v) / v.length,
  ReduceMax: (v) => v.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ReduceMin: (v) => v.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
};

function reduced(x: Tensor, axes: readonly number[], keep: boolean, f: Reduce): Tensor {
  const kept = x.dims.map((n, i) => (axes.includes(i) ? 1 : n));
  const dims = keep ? kept : kept.filter((_, i) => !axes.includes(i));
  const [from, to] = [stridesOf(x.dims), stridesOf(kept)];
  return lazy(dims, x.float, () => {
    const source = x.numbers();
    if (!source) return undefined;
    const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
    for (let i = 0; i < source.length; i++) {
      let at = 0;
      for (let a = 0; a < x.dims.length; a++)
        if (!axes.includes(a)) at += (Math.floor(i / (from[a] as number)) % (x.dims[a] as number)) * (to[a] as number);
      groups[at]?.push(source[i] as number);
    }
    return x.float ? Float32Array.from(groups, f) : Float64Array.from(groups, f);
  });
}

/** Where a slice begins, how far it steps, and how many it takes. */
export interface Range {
  readonly axis: number;
  readonly from: number;
  readonly step: number;
  readonly count: number;
}
/** The ranges of a Slice, by ONNX's rules about ends beyond the axis. */
export function rangesOf(
  dims: readonly number[],
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  axes: ArrayLike<number> | undefined,
  steps: ArrayLike<number> | undefined,
): readonly Range[] {
  return Array.from({ length: starts.length }, (_, i) => {
    const axis = axisOf(axes?.[i] ?? i, dims.length);
    const [n, step] = [dims[axis] ?? 0, steps?.[i] ?? 1];
    const bound = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v < 0 ? v + n : v));
    const from = step > 0 ? bound(starts[i] as number, 0, n) : bound(starts[i] as number, 0, n - 1);
    const to = step > 0 ? bound(ends[i] as number, 0, n) : bound(ends[i] as number, -1, n - 1);
    return { axis, from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
  });
}

export function sliced(x: Tensor, ranges: readonly Range[]): Tensor {
  const strides = stridesOf(x.dims);
  const dims = [...x.dims];
  let offset = 0;
  const steps = [...strides];
  for (const r of ranges) {
    dims[r.axis] = r.count;
    offset += r.from * (strides[r.axis] as number);
    steps[r.axis] = r.step * (strides[r.axis] as number);
  }
  return gathered(x, dims, steps, offset);
}

function concatenated(xs: readonly Tensor[], axis: number): Tensor {
  const [first] = xs as [Tensor, ...Tensor[]];
  const dims = first.dims.map((n, i) => (i === axis ? xs.reduce((s, x) => s + (x.dims[axis] ?? 0), 0) : n));
  const outer = sizeOf(dims.slice(0, axis));
  return lazy(dims, first.float, () => {
    const out = first.float ? new Float32Array(sizeOf(dims)) : new Float64Array(sizeOf(dims));
    const parts = xs.map((x) => ({ data: x.numbers(), run: sizeOf(x.dims.slice(axis)) }));
    let at = 0;
    for (let o = 0; o < outer; o++)
      for (const { data, run } of parts) {
        if (!data) return undefined;
        out.set(data.subarray(o * run, (o + 1) * run), at);
        at += run;
      }
    return out;
  });
}

/** What an operator gives for constants alone: undefined where it is not computed. */
export function evaluate(
  type: string,
  a: Attributes,
  inputs: readonly (Tensor | undefined)[],
  outputs: number,
): readonly Tensor[] | undefined {
  const xs = inputs.filter((x) => x !== undefined);
  const [x, y] = inputs;
  if (type === 'Constant') {
    const value = tensor(a, 'value');
    const many = numbers(a, 'value_floats') ?? numbers(a, 'value_ints');
    const float = a.has('value_float') || a.has('value_floats');
    if (value) return [value];
    const made = many ?? [number(a, 'value_float', number(a, 'value_int'))];
    return [lazy(many ? [many.length] : [], float, () => (float ? Float32Array.from(made) : Float64Array.from(made)))];
  }
  if (type === 'Range') {
    const [from = 0, to = 0, step = 1] = xs.map((t) => t.numbers()?.[0]);
    const n = Math.max(0, Math.ceil((to - from) / step));
    if (!(n <= MOST_NUMBERS)) return undefined;
    return [lazy([n], x?.float ?? false, () => Float64Array.from({ length: n }, (_, i) => from + i * step))];
  }
  if (!x) return undefined;
  const unary = UNARY[type];
  if (unary) return one(mapped([x], x.float && !TRUTHS.has(type), unary));
  const binary = BINARY[type];
  if (binary && xs.length === 2) return one(mapped(xs, x.float && !TRUTHS.has(type), (p, q) => binary(p as number, q as number, !x.float)));
  const reduce = REDUCE[type];
  if (reduce) {
    const axes = axesOf(a, y, x.dims.length) ?? x.dims.map((_, i) => i);
    return [reduced(x, axes, number(a, 'keepdims', 1) !== 0, reduce)];
  }
  switch (type) {
    case 'Identity':
    case 'Dropout':
      // A copy: what reads it shares nothing with what reads the original.
      return [lazy(x.dims, x.float, () => x.numbers(), x.name)];
    case 'Cast': {
      const to = number(a, 'to', 1);
      const float = to === 1 || to === 10 || to === 11 || to === 16;
      return [
        lazy(x.dims, float, () => {
          const v = x.numbers();
          if (!v || float === x.float) return v;
          return float ? Float32Array.from(v) : Float64Array.from(v, (n) => (to === 9 ? Number(n !== 0) : Math.trunc(n)));
        }),
      ];
    }
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze': {
      const dims = reshapedDims(type, a, x.dims, y);
      return dims && [reshaped(x, dims)];
    }
    case 'Transpose':
      return [transposed(x, numbers(a, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i))];
    case 'Expand': {
      const dims = y && broadcast([x.dims, [...(y.numbers() ?? [])]]);
      return dims && [expanded(x, dims)];
    }
    case 'ConstantOfShape': {
      const dims = [...(x.numbers() ?? [])];
      const value = tensor(a, 'value');
      const n = sizeOf(dims);
      if (!(n <= MOST_NUMBERS)) throw new ImportFault('too-large', `A constant of ${dims.join('×')} is computed, more than is read.`);
      const fill = value?.numbers()?.[0] ?? 0;
      const float = value?.float ?? true;
      return [lazy(dims, float, () => (float ? new Float32Array(n) : new Float64Array(n)).fill(fill))];
    }
    case 'Where': {
      const [c, p, q] = xs;
      return c && p && q ? one(mapped([c, p, q], p.float, (on, yes, no) => (on ? yes : no) as number)) : undefined;
    }
    case 'Clip': {
      const [low, high] = [y?.numbers()?.[0], inputs[2]?.numbers()?.[0]];
      const [min, max] = [low ?? number(a, 'min', Number.NEGATIVE_INFINITY), high ?? number(a, 'max', Number.POSITIVE_INFINITY)];
      return one(mapped([x], x.float, (v) => Math.min(max, Math.max(min, v as number))));
    }
    case 'BatchNormalization':
      return [standardised(x, inputs.slice(1), number(a, 'epsilon', 1e-5), number(a, 'training_mode') !== 0)];
    case 'Concat':
      return [concatenated(xs, axisOf(number(a, 'axis'), x.dims.length))];
    case 'Gather': {
      const at = y?.numbers();
      if (!y || !at) return undefined;
      const axis = axisOf(number(a, 'axis'), x.dims.length);
      const n = x.dims[axis] ?? 1;
      const [before, after] = [x.dims.slice(0, axis), x.dims.slice(axis + 1)];
      const strides = stridesOf(x.dims);
      const flat = [...before, sizeOf(y.dims), ...after];
      const picked = gathered(x, flat, strides, 0, (i, p) => (i === axis ? axisOf(at[p] ?? 0, n) : p));
      return [reshaped(picked, [...before, ...y.dims, ...after])];
    }
    case 'Slice': {
      const [, starts, ends, axes, steps] = inputs.map((t) => t?.numbers());
      const from = starts ?? numbers(a, 'starts');
      const to = ends ?? numbers(a, 'ends');
      return from && to && [sliced(x, rangesOf(x.dims, from, to, axes ?? numbers(a, 'axes'), steps))];
    }
    case 'Split': {
      const parts = splitOf(a, x.dims, y, outputs);
      if (!parts) return undefined;
      let from = 0;
      return parts.sizes.map((count) => {
        const t = sliced(x, [{ axis: parts.axis, from, step: 1, count }]);
        from += count;
        return t;
      });
    }
    default:
      return undefined;
  }
}

/** A weight that is normalised along its second axis, by its own statistics in training mode: standardised kernels. */
function standardised(x: Tensor, given: readonly (Tensor | undefined)[], eps: number, own: boolean): Tensor {
  const [n = 1, c = 1, ...rest] = x.dims;
  const each = sizeOf(rest);
  return lazy(x.dims, true, () => {
    const [scale, bias, mean, variance] = given.map((t) => t?.numbers());
    const source = x.numbers();
    if (!source || !scale || !bias) return undefined;
    const out = new Float32Array(source.length);
    for (let ch = 0; ch < c; ch++) {
      const places: number[] = [];
      for (let b = 0; b < n; b++) for (let i = 0; i < each; i++) places.push((b * c + ch) * each + i);
      const values = places.map((p) => source[p] as number);
      const m = own ? sum(values) / values.length : (mean?.[ch] ?? 0);
      const v = own ? sum(values.map((q) => (q - m) ** 2)) / values.length : (variance?.[ch] ?? 1);
      for (const p of places) out[p] = (((source[p] as number) - m) / Math.sqrt(v + eps)) * (scale[ch] ?? 1) + (bias[ch] ?? 0);
    }
    return out;
  });
}

const one = (t: Tensor | undefined): readonly Tensor[] | undefined => t && [t];

/** The extents of the parts of a Split. */
export function splitOf(
  a: Attributes,
  dims: readonly number[],
  given: Tensor | undefined,
  outputs: number,
): { readonly axis: number; readonly sizes: readonly number[] } | undefined {
  const axis = axisOf(number(a, 'axis'), dims.length);
  const n = dims[axis];
  if (n === undefined) return undefined;
  const each = Math.ceil(n / outputs);
  const sizes = [...(given?.numbers() ?? numbers(a, 'split') ?? Array.from({ length: outputs }, (_, i) => Math.min(each, n - i * each)))];
  return sizes.length === outputs && sizes.every((s) => s >= 0) && sizes.reduce((p, q) => p + q, 0) === n ? { axis, sizes } : undefined;
}

/** The extents that a Reshape, Flatten, Squeeze or Unsqueeze gives. */
export function reshapedDims(type: string, a: Attributes, dims: readonly number[], given: Tensor | undefined): number[] | undefined {
  if (type === 'Flatten') {
    const axis = axisOf(number(a, 'axis', 1), dims.length);
    return [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))];
  }
  if (type === 'Squeeze') {
    const axes = axesOf(a, given, dims.length) ?? dims.flatMap((n, i) => (n === 1 ? [i] : []));
    return dims.filter((n, i) => !(axes.includes(i) && n === 1));
  }
  if (type === 'Unsqueeze') {
    const named = given?.numbers() ?? numbers(a, 'axes');
    if (!named) return undefined;
    const rank = dims.length + named.length;
    const axes = [...named].map((n) => axisOf(n, rank));
    const rest = [...dims];
    return Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (rest.shift() ?? 1)));
  }
  const wanted = given?.numbers() ?? numbers(a, 'shape');
  if (!wanted) return undefined;
  const copied = [...wanted].map((n, i) => (n === 0 && number(a, 'allowzero') === 0 ? (dims[i] ?? 0) : n));
  const known = copied.reduce((p, n) => (n < 0 ? p : p * n), 1);
  const made = copied.map((n) => (n < 0 ? sizeOf(dims) / known : n));
  return sizeOf(made) === sizeOf(dims) && made.every(Number.isInteger) ? made : undefined;
}

export const shapeTensor = (dims: readonly number[]): Tensor => wholes([dims.length], dims);
