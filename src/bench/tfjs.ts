/** The program on TensorFlow.js (WASM backend), as a converted graph model would run it: height × width × channels, activations fused. */
import type { Dims, Op, Pads, ValueId } from '../tensor/index.ts';
import type { Engine, Subject } from './engine.ts';

/** A tensor of TensorFlow.js; only the library looks inside. */
interface Tensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}
type Padding = 'same' | 'valid' | number | readonly (readonly [number, number])[];
interface ConvConfig {
  readonly x: Tensor;
  readonly filter: Tensor;
  readonly strides: number | readonly [number, number];
  readonly pad: Padding;
  readonly dilations: readonly [number, number];
  readonly bias?: Tensor;
  readonly activation: 'linear' | 'relu' | 'relu6';
}
/** The part of `@tensorflow/tfjs-core` that the workloads need. */
export interface Tfjs {
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  tidy(f: () => Tensor): Tensor;
  readonly fused: { conv2d(c: ConvConfig): Tensor; depthwiseConv2d(c: ConvConfig): Tensor };
  conv2dTranspose(x: Tensor, filter: Tensor, outputShape: readonly number[], strides: readonly [number, number], pad: 'valid'): Tensor;
  batchNorm(x: Tensor, mean: Tensor, variance: Tensor, offset: Tensor, scale: Tensor, eps: number): Tensor;
  maxPool(x: Tensor, kernel: readonly [number, number], strides: readonly [number, number], pad: Padding, rounding?: 'floor'): Tensor;
  avgPool(x: Tensor, kernel: readonly [number, number], strides: readonly [number, number], pad: Padding, rounding?: 'floor'): Tensor;
  mean(x: Tensor, axes: readonly number[], keepDims: boolean): Tensor;
  concat(xs: readonly Tensor[], axis: number): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  relu6(x: Tensor): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
}

/** Numbers whose axes are put in another order: entry `index` of the result is that of `from(index)`. */
function permuted(source: Float32Array, dims: readonly number[], order: readonly number[]): Float32Array {
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((a, d) => a * d, 1));
  const out = new Float32Array(source.length);
  const walk = (axis: number, from: number, to: number): number => {
    if (axis === order.length) {
      out[to] = source[from] as number;
      return to + 1;
    }
    const along = order[axis] as number;
    let at = to;
    for (let i = 0; i < (dims[along] as number); i++) at = walk(axis + 1, from + i * (strides[along] as number), at);
    return at;
  };
  walk(0, 0, 0);
  return out;
}

const pairs = ([top, left, bottom, right]: Pads): Padding =>
  top + left + bottom + right === 0
    ? 'valid'
    : [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ];

/** Throws where the program has an operation that no workload has. */
export function tfjsEngine(tf: Tfjs, { program, weights, dims, input }: Subject): Engine {
  const [C, H, W] = dims;
  const x0 = tf.tensor(permuted(input, [C, H, W], [1, 2, 0]), [1, H, W, C]);
  const readers = program.values.map((_, v) => program.ops.filter((op) => ('xs' in op ? op.xs.includes(v) : op.x === v)));
  const known = new Map<string, Tensor>();
  const weight = (id: number, order: readonly number[], shape?: readonly number[]): Tensor => {
    const key = `${id} ${order}`;
    const of = program.weights[id]?.dims ?? [];
    const made = known.get(key) ?? tf.tensor(permuted(weights[id] as Float32Array, of, order), shape ?? order.map((i) => of[i] as number));
    known.set(key, made);
    return made;
  };
  const vector = (id: number): Tensor => weight(id, [0]);
  const fusedInto = new Set<Op>();
  const activationOf = (y: ValueId): { readonly activation: 'linear' | 'relu' | 'relu6'; readonly to: ValueId } => {
    const [next, more] = readers[y] ?? [];
    if (next?.op !== 'activation' || more || (next.activation.fn !== 'relu' && next.activation.fn !== 'relu6'))
      return { activation: 'linear', to: y };
    fusedInto.add(next);
    return { activation: next.activation.fn, to: next.y };
  };
  /** What an operation does to the values so far. */
  const step = (op: Op): ((t: Tensor[]) => void) => {
    const get = (t: readonly Tensor[], v: ValueId): Tensor => t[v] as Tensor;
    switch (op.op) {
      case 'conv': {
        const depthwise = op.groups > 1;
        const filter = depthwise ? weight(op.weight, [2, 3, 0, 1]) : weight(op.weight, [2, 3, 1, 0]);
        const { activation, to } = activationOf(op.y);
        const rest = { filter, strides: op.stride, pad: pairs(op.pads), dilations: op.dilation, activation };
        const bias = op.bias === undefined ? {} : { bias: vector(op.bias) };
        const conv = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
        return (t) => {
          t[to] = conv({ x: get(t, op.x), ...rest, ...bias });
        };
      }
      case 'deconv': {
        const [oc, oh, ow] = program.values[op.y] as Dims;
        const filter = weight(op.weight, [2, 3, 1, 0]);
        const bias = op.bias === undefined ? undefined : vector(op.bias);
        return (t) => {
          const y = tf.conv2dTranspose(get(t, op.x), filter, [1, oh, ow, oc], op.stride, 'valid');
          t[op.y] = bias ? tf.add(y, bias) : y;
        };
      }
      case 'linear': {
        const n = (program.values[op.x] as Dims)[0];
        const m = (program.values[op.y] as Dims)[0];
        const w = weight(op.weight, [1, 0]);
        const bias = op.bias === undefined ? undefined : vector(op.bias);
        return (t) => {
          const y = tf.matMul(tf.reshape(get(t, op.x), [1, n]), w);
          t[op.y] = tf.reshape(bias ? tf.add(y, bias) : y, [1, 1, 1, m]);
        };
      }
      case 'batchnorm': {
        if (op.gamma === undefined || op.beta === undefined) break;
        const [mean, variance, beta, gamma] = [vector(op.mean), vector(op.variance), vector(op.beta), vector(op.gamma)];
        return (t) => {
          t[op.y] = tf.batchNorm(get(t, op.x), mean, variance, beta, gamma, op.eps);
        };
      }
      case 'activation': {
        const { fn } = op.activation;
        if (fusedInto.has(op)) return () => {};
        if (fn !== 'relu' && fn !== 'relu6') break;
        return (t) => {
          t[op.y] = tf[fn](get(t, op.x));
        };
      }
      case 'pool': {
        if (op.kind.of === 'lp') break;
        const pool = op.kind.of === 'max' ? tf.maxPool : tf.avgPool;
        const even = op.pads.every((p) => p === op.pads[0]);
        // Rounding up without padding, and 3×3 at stride 1 with padding 1, are what TensorFlow calls `same`.
        const same = even && (op.ceil ? op.pads[0] === 0 : op.stride[0] === 1 && op.pads[0] * 2 === op.kernel[0] - 1);
        if (!even) break;
        return (t) => {
          const x = get(t, op.x);
          t[op.y] = same ? pool(x, op.kernel, op.stride, 'same') : pool(x, op.kernel, op.stride, op.pads[0], 'floor');
        };
      }
      case 'adaptivepool':
        if (op.kind !== 'avg' || op.size[0] * op.size[1] !== 1) break;
        return (t) => {
          t[op.y] = tf.mean(get(t, op.x), [1, 2], true);
        };
      case 'concat':
        return (t) => {
          const xs = op.xs.map((x) => get(t, x));
          t[op.y] = tf.concat(xs, 3);
        };
      case 'add': {
        const [a, b] = op.xs;
        return (t) => {
          t[op.y] = tf.add(get(t, a as ValueId), get(t, b as ValueId));
        };
      }
      default:
    }
    throw new Error(`The benchmark runs no ${op.op} of this kind on TensorFlow.js`);
  };
  const steps = program.ops.map(step);
  const result = program.outputs[0] ?? 0;
  let y: Float32Array = new Float32Array();
  const outputDims = program.values[result] as Dims;
  return {
    name: 'tfjs-wasm',
    run: async () => {
      const tensor = tf.tidy(() => {
        const values: Tensor[] = [];
        values[program.inputs[0] ?? 0] = x0;
        for (const s of steps) s(values);
        return values[result] as Tensor;
      });
      y = await tensor.data();
      tensor.dispose();
    },
    output: () => permuted(y, [outputDims[1], outputDims[2], outputDims[0]], [2, 0, 1]),
    dispose: () => {
      x0.dispose();
      for (const t of known.values()) t.dispose();
    },
  };
}
