/** Writes a program as an ONNX model (opset 17), for the engines that the kernels are measured and checked against: the workloads' operations. */
import { encodeModel, FLOAT, floatValue, INT64, rawBytes, type Written } from '../onnx/schema.ts';
import type { Op, Program } from '../tensor/index.ts';

type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** The model's bytes. Value i of the program is named vi. */
export function programToOnnx(program: Program, weights: readonly Float32Array[]): Uint8Array {
  const v = (id: number): string => `v${id}`;
  const w = (id: number): string => `w${id}`;
  const constants: Written<'TensorProto'>[] = [];
  const tensor = (name: string, dims: readonly number[], values: Float32Array | BigInt64Array): string => {
    constants.push({ name, dims, dataType: values instanceof Float32Array ? FLOAT : INT64, rawData: rawBytes(values) });
    return name;
  };
  const node = (
    opType: string,
    input: readonly string[],
    output: string,
    attributes: Attributes = {},
    floats: Attributes = {},
  ): Written<'NodeProto'> => ({
    opType,
    input,
    output: [output],
    name: output,
    attribute: [
      ...Object.entries(attributes).map(([name, a]) => (typeof a === 'number' ? { name, type: 2, i: a } : { name, type: 7, ints: a })),
      ...Object.entries(floats).map(([name, f]) => ({ name, type: 1, f: f as number })),
    ],
  });
  const biased = (x: string, op: { readonly weight: number; readonly bias?: number | undefined }): string[] =>
    op.bias === undefined ? [x, w(op.weight)] : [x, w(op.weight), w(op.bias)];
  const write = (op: Op): readonly Written<'NodeProto'>[] => {
    const out = v(op.y);
    switch (op.op) {
      case 'conv': {
        const shape = { strides: op.stride, pads: op.pads, dilations: op.dilation, group: op.groups };
        return [node('Conv', biased(v(op.x), op), out, shape)];
      }
      case 'deconv': {
        const shape = { strides: op.stride, pads: op.pads, dilations: op.dilation, output_padding: op.outputPad, group: op.groups };
        return [node('ConvTranspose', biased(v(op.x), op), out, shape)];
      }
      case 'linear': {
        // Values have four axes here, a vector's last two being 1.
        const shape = BigInt64Array.from([1, program.values[op.y]?.[0] ?? 0, 1, 1].map(BigInt));
        return [
          node('Flatten', [v(op.x)], `${out}_flat`),
          node('Gemm', biased(`${out}_flat`, op), `${out}_row`, { transB: 1 }),
          node('Reshape', [`${out}_row`, tensor(`${out}_shape`, [4], shape)], out),
        ];
      }
      case 'batchnorm': {
        if (op.gamma === undefined || op.beta === undefined) throw new Error('A batch norm without gamma and beta');
        return [node('BatchNormalization', [v(op.x), w(op.gamma), w(op.beta), w(op.mean), w(op.variance)], out, {}, { epsilon: op.eps })];
      }
      case 'activation': {
        if (op.activation.fn === 'relu') return [node('Relu', [v(op.x)], out)];
        if (op.activation.fn !== 'relu6') break;
        const bound = (name: string, x: number): string => tensor(`${out}_${name}`, [], Float32Array.of(x));
        return [node('Clip', [v(op.x), bound('low', 0), bound('high', 6)], out)];
      }
      case 'pool': {
        if (op.kind.of === 'lp') break;
        const window = { kernel_shape: op.kernel, strides: op.stride, pads: op.pads, ceil_mode: op.ceil ? 1 : 0 };
        if (op.kind.of === 'max') return [node('MaxPool', [v(op.x)], out, window)];
        return [node('AveragePool', [v(op.x)], out, { ...window, count_include_pad: op.kind.countIncludePad ? 1 : 0 })];
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
  const value = (id: number): Written<'ValueInfoProto'> => floatValue(v(id), [1, ...(program.values[id] ?? [])]);
  program.weights.forEach((spec, i) => {
    tensor(w(i), spec.dims, weights[i] as Float32Array);
  });
  return encodeModel({
    irVersion: 8,
    producerName: 'pointwise bench',
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'program',
      node: program.ops.flatMap(write),
      initializer: constants,
      input: program.inputs.map(value),
      output: program.outputs.map(value),
      valueInfo: [],
    },
  });
}
