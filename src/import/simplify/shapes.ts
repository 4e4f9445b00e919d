/** The extents that an operator gives for those that it takes, by ONNX's operator documents; undefined for an operator that is not known. */
import { ImportFault } from '../fault.ts';
import type { Tensor } from '../read/tensor.ts';
import { type Attributes, number, numbers, text } from './attributes.ts';
import { axesOf, axisOf, broadcast, rangesOf, reshapedDims, splitOf } from './evaluate.ts';

type Dims = readonly number[];

/** What is known of an input: its extents, and its numbers where it is a constant. */
export interface Known {
  readonly dims: Dims;
  readonly tensor: Tensor | undefined;
}

const KEEPS = new Set([
  ...['Relu', 'LeakyRelu', 'Sigmoid', 'Tanh', 'Erf', 'Exp', 'Log', 'Sqrt', 'Abs', 'Neg', 'Clip', 'HardSwish', 'HardSigmoid', 'Elu', 'Celu'],
  ...['Selu', 'Softplus', 'Softsign', 'Gelu', 'Mish', 'Softmax', 'LogSoftmax', 'InstanceNormalization', 'LayerNormalization', 'Swish'],
  ...['GroupNormalization', 'LRN', 'Identity', 'Cast', 'Floor', 'Ceil', 'Round', 'Reciprocal', 'Not', 'ThresholdedRelu', 'PRelu', 'Sign'],
  ...['BatchNormalization', 'Dropout', 'LpNormalization', 'MeanVarianceNormalization', 'Hardmax', 'CumSum', 'Sin', 'Cos', 'Trilu', 'IsNaN'],
]);
const SPREADS = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'Mean', 'Mod', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'],
  ...['And', 'Or', 'Xor', 'Where'],
]);

/** The pads of a window along its axes, in ONNX's order (all begins, then all ends), `auto_pad` resolved. */
export function padsOf(a: Attributes, x: Dims, kernel: Dims, strides: Dims, dilations: Dims): readonly number[] {
  const mode = text(a, 'auto_pad', 'NOTSET');
  if (mode === 'NOTSET' || mode === '') return numbers(a, 'pads') ?? new Array<number>(2 * kernel.length).fill(0);
  if (mode === 'VALID') return new Array<number>(2 * kernel.length).fill(0);
  const totals = kernel.map((k, i) => {
    const [n, s, d] = [x[i + 2] as number, strides[i] as number, dilations[i] as number];
    return Math.max(0, (Math.ceil(n / s) - 1) * s + d * (k - 1) + 1 - n);
  });
  const less = totals.map((t) => Math.floor(t / 2));
  const more = totals.map((t) => Math.ceil(t / 2));
  return mode === 'SAME_LOWER' ? [...more, ...less] : [...less, ...more];
}

export interface Window {
  readonly kernel: Dims;
  readonly strides: Dims;
  readonly dilations: Dims;
  /** Begins, then ends. */
  readonly pads: readonly number[];
}
/** The window of a convolution or pool over an input. */
export function windowOf(a: Attributes, x: Dims, kernel: Dims): Window {
  const ones = kernel.map(() => 1);
  const [strides, dilations] = [numbers(a, 'strides') ?? ones, numbers(a, 'dilations') ?? ones];
  return { kernel, strides, dilations, pads: padsOf(a, x, kernel, strides, dilations) };
}

function slid(x: Dims, w: Window, ceil: boolean): number[] {
  return w.kernel.map((k, i) => {
    const [n, s, d] = [x[i + 2] as number, w.strides[i] as number, w.dilations[i] as number];
    const [before, after] = [w.pads[i] ?? 0, w.pads[i + w.kernel.length] ?? 0];
    const room = n + before + after - d * (k - 1) - 1;
    const out = (ceil ? Math.ceil(room / s) : Math.floor(room / s)) + 1;
    return ceil && (out - 1) * s >= n + before ? out - 1 : out;
  });
}

function transposedConv(a: Attributes, x: Dims, weight: Dims): number[] {
  const w = windowOf(a, x, numbers(a, 'kernel_shape') ?? weight.slice(2));
  const more = numbers(a, 'output_padding') ?? w.kernel.map(() => 0);
  const sizes = numbers(a, 'output_shape');
  const auto = text(a, 'auto_pad', 'NOTSET').startsWith('SAME');
  const spatial = w.kernel.map((k, i) => {
    if (sizes) return sizes.at(i - w.kernel.length) ?? 0;
    const [n, s] = [x[i + 2] as number, w.strides[i] as number];
    if (auto) return n * s;
    return (n - 1) * s + (more[i] ?? 0) + (w.dilations[i] as number) * (k - 1) + 1 - (w.pads[i] ?? 0) - (w.pads[i + w.kernel.length] ?? 0);
  });
  return [x[0] ?? 1, (weight[1] ?? 0) * number(a, 'group', 1), ...spatial];
}

function product(p: Dims, q: Dims): Dims | undefined {
  const [a, b] = [p.length === 1 ? [1, ...p] : p, q.length === 1 ? [...q, 1] : q];
  if (a.at(-1) !== b.at(-2)) return undefined;
  const outer = broadcast([a.slice(0, -2), b.slice(0, -2)]);
  if (!outer) return undefined;
  return [...outer, ...(p.length === 1 ? [] : [a.at(-2) as number]), ...(q.length === 1 ? [] : [b.at(-1) as number])];
}

function resized(a: Attributes, x: Dims, scales: Tensor | undefined, sizes: Tensor | undefined): Dims | undefined {
  const axes = numbers(a, 'axes') ?? x.map((_, i) => i);
  const at = (values: ArrayLike<number>, f: (v: number, n: number) => number): Dims =>
    x.map((n, i) => (axes.includes(i) ? f(values[axes.indexOf(i)] as number, n) : n));
  const to = sizes?.numbers();
  if (to && to.length > 0) return at(to, (v) => v);
  const by = scales?.numbers() ?? numbers(a, 'scales');
  return by && at(by, (v, n) => Math.floor(n * v + 1e-6));
}

/** The extents of each output; undefined where the operator is not known, or a shape that it needs is no constant. Throws where extents contradict each other. */
export function outputDims(
  type: string,
  a: Attributes,
  inputs: readonly (Known | undefined)[],
  outputs: number,
): readonly Dims[] | undefined {
  const [x, y, z] = inputs;
  if (!x) return undefined;
  const lies = (): never => {
    const shapes = inputs.map((i) => i?.dims.join('×') || 'a number').join(' and ');
    throw new ImportFault('broken', `${type} takes ${shapes}, which do not fit each other.`);
  };
  const { dims } = x;
  if (KEEPS.has(type)) return Array.from({ length: outputs }, () => dims);
  if (SPREADS.has(type)) return [broadcast(inputs.flatMap((i) => (i ? [i.dims] : []))) ?? lies()];
  if (type.startsWith('Reduce')) {
    const axes = axesOf(a, y?.tensor, dims.length) ?? (number(a, 'noop_with_empty_axes') ? [] : dims.map((_, i) => i));
    const keep = number(a, 'keepdims', 1) !== 0;
    return [dims.flatMap((n, i) => (!axes.includes(i) ? [n] : keep ? [1] : []))];
  }
  switch (type) {
    case 'Conv': {
      const w = y?.dims ?? lies();
      if (dims.length < 3 || w.length !== dims.length || dims[1] !== (w[1] ?? 0) * number(a, 'group', 1)) return lies();
      return [[dims[0] ?? 1, w[0] as number, ...slid(dims, windowOf(a, dims, numbers(a, 'kernel_shape') ?? w.slice(2)), false)]];
    }
    case 'ConvTranspose':
      return y && dims[1] === y.dims[0] && dims.length === y.dims.length ? [transposedConv(a, dims, y.dims)] : lies();
    case 'MaxPool':
    case 'AveragePool':
    case 'LpPool': {
      if (dims.length < 3) return lies();
      const w = windowOf(a, dims, numbers(a, 'kernel_shape') ?? []);
      const out = [dims[0] as number, dims[1] as number, ...slid(dims, w, number(a, 'ceil_mode') !== 0)];
      return Array.from({ length: outputs }, () => out);
    }
    case 'GlobalAveragePool':
    case 'GlobalMaxPool':
    case 'GlobalLpPool':
      return [dims.map((n, i) => (i < 2 ? n : 1))];
    case 'Gemm': {
      const [p, q] = [number(a, 'transA') ? [dims[1], dims[0]] : dims, number(a, 'transB') ? [y?.dims[1], y?.dims[0]] : (y?.dims ?? [])];
      return p.length === 2 && q.length === 2 && p[1] === q[0] ? [[p[0] as number, q[1] as number]] : lies();
    }
    case 'MatMul':
      return y ? [product(dims, y.dims) ?? lies()] : undefined;
    case 'Concat': {
      const axis = axisOf(number(a, 'axis'), dims.length);
      const all = inputs.map((i) => i?.dims ?? []);
      if (all.some((d) => d.length !== dims.length || d.some((n, i) => i !== axis && n !== dims[i]))) return lies();
      return [dims.map((n, i) => (i === axis ? all.reduce((s, d) => s + (d[axis] ?? 0), 0) : n))];
    }
    case 'Split':
      return splitOf(a, dims, y?.tensor, outputs)?.sizes.map((s) => {
        const { axis } = splitOf(a, dims, y?.tensor, outputs) as { readonly axis: number };
        return dims.map((n, i) => (i === axis ? s : n));
      });
    case 'Slice': {
      const [, starts, ends, axes, steps] = inputs.map((i) => i?.tensor?.numbers());
      const [from, to] = [starts ?? numbers(a, 'starts'), ends ?? numbers(a, 'ends')];
      if (!from || !to) return undefined;
      const out = [...dims];
      for (const r of rangesOf(dims, from, to, axes ?? numbers(a, 'axes'), steps)) out[r.axis] = r.count;
      return [out];
    }
    case 'Gather': {
      const axis = axisOf(number(a, 'axis'), dims.length);
      return y && [[...dims.slice(0, axis), ...y.dims, ...dims.slice(axis + 1)]];
    }
    case 'Reshape':
      if (!y?.tensor?.numbers() && !a.has('shape')) return undefined;
      return [reshapedDims(type, a, dims, y?.tensor) ?? lies()];
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze': {
      const out = reshapedDims(type, a, dims, y?.tensor);
      return out && [out];
    }
    case 'Transpose': {
      const perm = numbers(a, 'perm') ?? dims.map((_, i) => dims.length - 1 - i);
      if (perm.length !== dims.length || perm.some((p) => dims[p] === undefined)) return lies();
      return [perm.map((p) => dims[p] as number)];
    }
    case 'Expand': {
      const to = y?.tensor?.numbers();
      return to && [broadcast([dims, [...to]]) ?? lies()];
    }
    case 'Tile': {
      const by = y?.tensor?.numbers();
      return by && [dims.map((n, i) => n * (by[i] ?? 1))];
    }
    case 'Pad': {
      const pads = y?.tensor?.numbers() ?? numbers(a, 'pads');
      if (!pads) return undefined;
      const axes = axesOf(new Map(), inputs[3]?.tensor, dims.length) ?? dims.map((_, i) => i);
      return [dims.map((n, i) => n + (axes.includes(i) ? (pads[axes.indexOf(i)] ?? 0) + (pads[axes.indexOf(i) + axes.length] ?? 0) : 0))];
    }
    case 'Resize': {
      const old = inputs.length === 2;
      const out = resized(a, dims, old ? y?.tensor : z?.tensor, inputs[3]?.tensor);
      return out && [out];
    }
    case 'Upsample': {
      const out = resized(a, dims, y?.tensor, undefined);
      return out && [out];
    }
    case 'DepthToSpace':
    case 'SpaceToDepth': {
      const [n = 1, c = 0, h = 0, w = 0] = dims;
      const b = number(a, 'blocksize', 1);
      return [type === 'DepthToSpace' ? [n, c / b / b, h * b, w * b] : [n, c * b * b, h / b, w / b]];
    }
    case 'ArgMax':
    case 'ArgMin': {
      const axis = axisOf(number(a, 'axis'), dims.length);
      const keep = number(a, 'keepdims', 1) !== 0;
      return [dims.flatMap((n, i) => (i !== axis ? [n] : keep ? [1] : []))];
    }
    default:
      return undefined;
  }
}
