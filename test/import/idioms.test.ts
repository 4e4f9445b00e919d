/** Idioms of programs as exporters write them, operator by operator: what each is as text. */
import assert from 'node:assert/strict';
import { importOnnx } from '../../src/import/index.ts';
import { encodeModel, floatValue as value, type Written } from '../../src/onnx/schema.ts';

type Op = Written<'NodeProto'>;
const node = (opType: string, input: readonly string[], output: readonly string[], numbers: Readonly<Record<string, number>> = {}): Op => ({
  name: `${opType}_${output[0]}`,
  opType,
  input,
  output,
  attribute: Object.entries(numbers).map(([name, i]) => ({ name, type: 2, i })),
});
const ints = (name: string, ...numbers: readonly number[]): Written<'TensorProto'> => ({
  name,
  dims: [numbers.length],
  dataType: 7,
  rawData: new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer),
});
const floats = (name: string, ...dims: readonly number[]): Written<'TensorProto'> => {
  const size = dims.reduce((a, b) => a * b, 1);
  return { name, dims, dataType: 1, rawData: new Uint8Array(Float32Array.from({ length: size }, (_, i) => i / size).buffer) };
};

function textOf(
  nodes: readonly Op[],
  initializer: readonly Written<'TensorProto'>[] = [],
  {
    input = 'x',
    channels = 4,
    outputs = ['y'],
  }: { readonly input?: string; readonly channels?: number; readonly outputs?: readonly string[] } = {},
): string {
  const graph = {
    name: 'g',
    node: nodes,
    initializer,
    input: [value(input, [1, channels, 8, 8])],
    output: outputs.map((o) => value(o, [1])),
    valueInfo: [],
  };
  const bytes = encodeModel({ irVersion: 8, producerName: 'test', opsetImport: [{ domain: '', version: 18 }], graph });
  return importOnnx(bytes, { name: 'Net' }).text;
}

describe('an idiom of a program', () => {
  it('that takes every second row and column is a window of one pixel', () => {
    const both = [node('Slice', ['x', 'from', 'to', 'axes', 'steps'], ['y'])];
    const range = [ints('from', 0, 0), ints('to', 8, 8), ints('axes', 2, 3), ints('steps', 2, 2)];
    assert.equal(textOf(both, range), 'network Net on 4x8x8 {\n  maxpool(1x1, stride=2)\n}\n');
    const odd = [ints('from', 1), ints('to', 8), ints('axes', 3), ints('steps', 3)];
    assert.equal(textOf(both, odd), 'network Net on 4x8x8 {\n  crop(8x7, at=0x1)\n  maxpool(1x1, stride=1x3)\n}\n');
  });

  it('that takes every second channel is refused in words', () => {
    const range = [ints('from', 0), ints('to', 4), ints('axes', 1), ints('steps', 2)];
    assert.throws(() => textOf([node('Slice', ['x', 'from', 'to', 'axes', 'steps'], ['y'])], range), /it takes every 2nd entry/);
  });

  // As ShuffleNet's units do: chunk what was shuffled.
  const shuffled = [
    node('Reshape', ['x', 'grouped'], ['a']),
    { ...node('Transpose', ['a'], ['b']), attribute: [{ name: 'perm', type: 7, ints: [0, 2, 1, 3, 4] }] },
    node('Reshape', ['b', 'flat'], ['c']),
  ];
  const shapes = [ints('grouped', 1, 2, 2, 8, 8), ints('flat', 1, 4, 8, 8)];

  it('that shuffles channels and parts them does so once', () => {
    const nodes = [
      ...shuffled,
      { ...node('Split', ['c', 'halves'], ['d'], { axis: 1 }), output: ['d', 'e'] },
      node('Relu', ['e'], ['f']),
      node('Concat', ['d', 'f'], ['y'], { axis: 1 }),
    ];
    const text = textOf(nodes, [...shapes, ints('halves', 2, 2)]);
    assert.equal(text.split('shuffle').length, 2, text);
  });

  it('that pools what was shuffled shuffles the pixel', () => {
    const nodes = [
      ...shuffled,
      node('ReduceMean', ['c', 'pixels'], ['e'], { keepdims: 0 }),
      node('Gemm', ['e', 'weight'], ['y'], { transB: 1 }),
    ];
    const text = textOf(nodes, [...shapes, ints('pixels', 2, 3), floats('weight', 3, 4)]);
    assert.match(text, /gap -> shuffle\(2\) -> flatten/);
    assert.doesNotMatch(text, /reshape|transpose/);
  });

  it('that spreads a gate over the map itself leaves that to the product', () => {
    const nodes = [
      node('GlobalAveragePool', ['x'], ['a']),
      node('Sigmoid', ['a'], ['b']),
      node('Expand', ['b', 'whole'], ['c']),
      node('Mul', ['x', 'c'], ['y']),
    ];
    assert.equal(textOf(nodes, [ints('whole', 1, 4, 8, 8)]), 'network Net on 4x8x8 {\n  mul { | identity | gap -> sigmoid }\n}\n');
    // Where something else reads it, it is as large as it says.
    const joined = [...nodes.slice(0, 3), node('Concat', ['x', 'c'], ['y'], { axis: 1 })];
    assert.match(textOf(joined, [ints('whole', 1, 4, 8, 8)]), /upsample/);
  });

  it('that calls outputs by numbers, or as layers are called, has outputs with names of their own', () => {
    const nodes = [
      node('Relu', ['x'], ['147']),
      node('Tanh', ['147'], ['relu']),
      node('Relu', ['relu'], ['in']),
      node('Sigmoid', ['in'], ['y']),
    ];
    const text = textOf(nodes, [], { outputs: ['y', '147', 'relu', 'in'] });
    assert.deepEqual(
      [...text.matchAll(/output (\w+)/g)].map((m) => m[1]),
      ['y147', 'relu_2', 'in_2'],
    );
  });

  it('that calls an input by a number has an input with a name', () => {
    assert.equal(textOf([node('Relu', ['0'], ['y'])], [], { input: '0' }), 'network Net on 4x8x8 {\n  relu\n}\n');
  });

  it('has small numbers in the shorter of both ways', () => {
    const nodes = [node('LeakyRelu', ['x'], ['y'])];
    const leaky = [{ ...nodes[0], attribute: [{ name: 'alpha', type: 1, f: 1e-5 }] }] as readonly Op[];
    assert.match(textOf(leaky), /leakyrelu\(1e-5\)/);
  });
});
