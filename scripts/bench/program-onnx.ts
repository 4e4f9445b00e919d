/**
 * Writes a program as an ONNX model (opset 17), for the engines that the kernels are checked and measured against. Covers the operations
 * of the benchmark's workloads. Protocol buffers are written by hand: fields of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
import { Buffer } from 'node:buffer';
import type { Op, Program } from '../../src/tensor/index.ts';

type Bytes = Uint8Array;

function varint(n: number): Bytes {
  const out: number[] = [];
  let left = n;
  while (left > 127) {
    out.push((left % 128) + 128);
    left = Math.floor(left / 128);
  }
  return Uint8Array.from([...out, left]);
}
const join = (...parts: readonly Bytes[]): Bytes => Buffer.concat(parts);
/** Field of a whole number. */
const int = (field: number, n: number): Bytes => join(varint(field * 8), varint(n));
/** Field of bytes, text or a message. */
const bytes = (field: number, value: Bytes | string): Bytes => {
  const b = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return join(varint(field * 8 + 2), varint(b.length), b);
};
const float = (field: number, x: number): Bytes => join(varint(field * 8 + 5), new Uint8Array(Float32Array.of(x).buffer));

type Attribute = number | readonly number[] | { readonly float: number };

function attribute(name: string, value: Attribute): Bytes {
  if (typeof value === 'number') return bytes(5, join(bytes(1, name), int(3, value), int(20, 2)));
  if ('float' in value) return bytes(5, join(bytes(1, name), float(2, value.float), int(20, 1)));
  return bytes(5, join(bytes(1, name), ...value.map((v) => int(8, v)), int(20, 7)));
}

const node = (type: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, Attribute>> = {}): Bytes =>
  bytes(
    1,
    join(
      ...inputs.map((i) => bytes(1, i)),
      bytes(2, output),
      bytes(4, type),
      ...Object.entries(attributes).map(([k, v]) => attribute(k, v)),
    ),
  );

const tensor = (name: string, dims: readonly number[], data: Float32Array): Bytes =>
  bytes(
    5,
    join(...dims.map((d) => int(1, d)), int(2, 1), bytes(8, name), bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
  );

const valueInfo = (field: number, name: string, dims: readonly number[]): Bytes =>
  bytes(field, join(bytes(1, name), bytes(2, bytes(1, join(int(1, 1), bytes(2, join(...dims.map((d) => bytes(1, int(1, d))))))))));

/** The model's bytes. Value i of the program is named vi. */
export function programToOnnx(program: Program, weights: readonly Float32Array[]): Bytes {
  const v = (id: number): string => `v${id}`;
  const w = (id: number): string => `w${id}`;
  const constants: Bytes[] = [];
  const scalar = (name: string, x: number): string => {
    constants.push(tensor(name, [], Float32Array.of(x)));
    return name;
  };
  const write = (op: Op): readonly Bytes[] => {
    const out = v(op.y);
    switch (op.op) {
      case 'conv': {
        const inputs = [v(op.x), w(op.weight), ...(op.bias === undefined ? [] : [w(op.bias)])];
        return [node('Conv', inputs, out, { strides: op.stride, pads: op.pads, dilations: op.dilation, group: op.groups })];
      }
      case 'deconv': {
        const inputs = [v(op.x), w(op.weight), ...(op.bias === undefined ? [] : [w(op.bias)])];
        const shape = { strides: op.stride, pads: op.pads, dilations: op.dilation, output_padding: op.outputPad, group: op.groups };
        return [node('ConvTranspose', inputs, out, shape)];
      }
      case 'linear': {
        const inputs = [`${out}_flat`, w(op.weight), ...(op.bias === undefined ? [] : [w(op.bias)])];
        // Values have four axes here, a vector's last two being 1.
        return [
          node('Flatten', [v(op.x)], `${out}_flat`),
          node('Gemm', inputs, `${out}_row`, { transB: 1 }),
          node('Reshape', [`${out}_row`, shapeConstant([1, program.values[op.y]?.[0] ?? 0, 1, 1])], out),
        ];
      }
      case 'batchnorm': {
        if (op.gamma === undefined || op.beta === undefined) throw new Error('A batch norm without gamma and beta');
        const inputs = [v(op.x), w(op.gamma), w(op.beta), w(op.mean), w(op.variance)];
        return [node('BatchNormalization', inputs, out, { epsilon: { float: op.eps } })];
      }
      case 'activation':
        if (op.activation.fn === 'relu') return [node('Relu', [v(op.x)], out)];
        if (op.activation.fn === 'relu6') return [node('Clip', [v(op.x), scalar(`${out}_lo`, 0), scalar(`${out}_hi`, 6)], out)];
        break;
      case 'pool': {
        if (op.kind.of === 'lp') break;
        const attributes = { kernel_shape: op.kernel, strides: op.stride, pads: op.pads, ceil_mode: op.ceil ? 1 : 0 };
        if (op.kind.of === 'max') return [node('MaxPool', [v(op.x)], out, attributes)];
        return [node('AveragePool', [v(op.x)], out, { ...attributes, count_include_pad: op.kind.countIncludePad ? 1 : 0 })];
      }
      case 'adaptivepool':
        if (op.size[0] * op.size[1] === 1) return [node(op.kind === 'avg' ? 'GlobalAveragePool' : 'GlobalMaxPool', [v(op.x)], out)];
        break;
      case 'concat':
        return [node('Concat', op.xs.map(v), out, { axis: 1 })];
      case 'add':
      case 'mul':
        if (op.xs.length === 2) return [node(op.op === 'add' ? 'Add' : 'Mul', op.xs.map(v), out)];
        break;
      default:
    }
    throw new Error(`The benchmark's ONNX writer has no ${op.op} of this kind`);
  };
  const shapeConstant = (shape: readonly number[]): string => {
    const name = `shape_${shape.join('_')}_${constants.length}`;
    const data = new Uint8Array(BigInt64Array.from(shape.map(BigInt)).buffer);
    constants.push(bytes(5, join(int(1, shape.length), int(2, 7), bytes(8, name), bytes(9, data))));
    return name;
  };
  const nodes = program.ops.flatMap(write);
  const graph = join(
    ...nodes,
    bytes(2, 'program'),
    ...program.weights.map((spec, i) => tensor(w(i), spec.dims, weights[i] as Float32Array)),
    ...constants,
    ...program.inputs.map((x) => valueInfo(11, v(x), [1, ...(program.values[x] ?? [])])),
    ...program.outputs.map((y) => valueInfo(12, v(y), [1, ...(program.values[y] ?? [])])),
  );
  return join(int(1, 8), bytes(8, join(bytes(1, ''), int(2, 17))), bytes(7, graph));
}
