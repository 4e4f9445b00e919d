/** What stands in an ONNX file, read by the field numbers of onnx.proto: nodes, their attributes, tensors and shapes, and who reads what. */
import assert from 'node:assert/strict';
import protobuf from 'protobufjs/light.js';
import { checkSize, OnnxTooLarge, toOnnx } from '../../src/export/onnx/graph.ts';
import { seededWeights } from '../../src/graph/weights.ts';
import { targetOf } from '../support/cnn.ts';

type Field = number | Uint8Array;
/** The fields of a message by their numbers, each as often as it stands there. */
class Message {
  readonly fields = new Map<number, Field[]>();
  constructor(bytes: Uint8Array) {
    const reader = protobuf.Reader.create(bytes);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      const [id, wire] = [tag >>> 3, tag & 7];
      const value = wire === 0 ? Number(reader.int64()) : wire === 5 ? reader.float() : reader.bytes();
      this.fields.set(id, [...(this.fields.get(id) ?? []), value]);
    }
  }
  number(id: number): number | undefined {
    const [value] = this.fields.get(id) ?? [];
    return typeof value === 'number' ? value : undefined;
  }
  /** Numbers that stand together in one field. */
  packed(id: number): readonly number[] {
    return (this.fields.get(id) ?? []).flatMap((v) => {
      if (typeof v === 'number') return [v];
      const reader = protobuf.Reader.create(v);
      const list: number[] = [];
      while (reader.pos < reader.len) list.push(Number(reader.int64()));
      return list;
    });
  }
  bytes(id: number): readonly Uint8Array[] {
    return (this.fields.get(id) ?? []).filter((v) => typeof v !== 'number');
  }
  texts(id: number): readonly string[] {
    return this.bytes(id).map((b) => Buffer.from(b).toString('utf8'));
  }
  all(id: number): readonly Message[] {
    return this.bytes(id).map((b) => new Message(b));
  }
  one(id: number): Message {
    return this.all(id)[0] ?? new Message(new Uint8Array());
  }
}

/** `kernel_shape=3,3`: an attribute of type 1 is a float, 2 a number, 3 a string, 7 numbers. */
function attributeOf(a: Message): string {
  const type = a.number(20);
  const value = { 1: a.number(2), 2: a.number(3), 3: a.texts(4)[0], 7: a.packed(8).join() }[type ?? 0];
  return `${a.texts(1)}=${value}`;
}
const nodeOf = (n: Message): string =>
  `${n.texts(3)}: ${n.texts(2)} = ${n.texts(4)}(${n.texts(1)})${n
    .all(5)
    .map((a) => ` ${attributeOf(a)}`)
    .join('')}`;
/** `conv 1×8×4×4`: of floats (type 1). */
function valueText(v: Message): string {
  const tensor = v.one(2).one(1);
  return `${v.texts(1)} ${tensor
    .one(2)
    .all(1)
    .map((d) => d.number(1))
    .join('×')}${tensor.number(1) === 1 ? '' : ` of type ${tensor.number(1)}`}`;
}
/** A tensor with its numbers, of type 1 floats and of type 7 whole numbers. */
function tensorOf(t: Message): string {
  const data = Buffer.from(t.bytes(9)[0] ?? []);
  const numbers =
    t.number(2) === 1
      ? Array.from({ length: data.length / 4 }, (_, i) => data.readFloatLE(4 * i))
      : Array.from({ length: data.length / 8 }, (_, i) => `${data.readBigInt64LE(8 * i)}n`);
  return `${t.texts(8)} [${t.packed(1)}] ${numbers.length > 8 ? `${numbers.length} numbers` : numbers.join(' ')}`;
}

async function fileOf(text: string): Promise<Message> {
  const { graph } = await targetOf(text, 'B');
  return new Message(toOnnx(graph, seededWeights(graph, 1)));
}
async function told(text: string) {
  const graph = (await fileOf(text)).one(7);
  return {
    input: graph.all(11).map(valueText),
    output: graph.all(12).map(valueText),
    nodes: graph.all(1).map(nodeOf),
    tensors: graph.all(5).map(tensorOf),
    shapes: graph.all(13).map(valueText),
  };
}

describe('an ONNX file', () => {
  it('says by whom it was made, for which version, and what it is called', async () => {
    const file = await fileOf('block B on 3x4x4 { relu }');
    assert.deepEqual([file.number(1), file.texts(2), file.one(7).texts(2)], [8, ['pointwise'], ['B']]);
    assert.deepEqual([file.all(8).length, file.one(8).texts(1), file.one(8).number(2)], [1, [''], 18]);
  });

  it('has a node for each layer, by its path, and the shape of each value', async () => {
    assert.deepEqual(
      await told(`block Unit { conv(2, 3x3, stride=2, bias=false) -> leakyrelu(0.5) }
        block B on 3x4x6 { first: Unit concat { | upsample(mode="bilinear") | upsample } -> gn(2, affine=false) }`),
      {
        input: ['input 1×3×4×6'],
        output: ['output 1×4×4×6'],
        nodes: [
          'first/conv: first/conv = Conv(input,first/conv/weight) kernel_shape=3,3 strides=2,2 pads=1,1,1,1 dilations=1,1 group=1',
          'first/leakyrelu: first/leakyrelu = LeakyRelu(first/conv) alpha=0.5',
          'branch1/upsample: branch1/upsample = Resize(first/leakyrelu,,,branch1/upsample/constant0) mode=linear coordinate_transformation_mode=half_pixel',
          'branch2/upsample: branch2/upsample = Resize(first/leakyrelu,,branch2/upsample/constant0) mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor',
          'concat: concat = Concat(branch1/upsample,branch2/upsample) axis=1',
          'gn/reshape0: gn/reshape0 = Reshape(concat,gn/constant0)',
          'gn/instancenormalization1: gn/instancenormalization1 = InstanceNormalization(gn/reshape0,gn/constant1,gn/constant2) epsilon=0.000009999999747378752',
          'gn: output = Reshape(gn/instancenormalization1,gn/constant3)',
        ],
        tensors: [
          'first/conv/weight [2,3,3,3] 54 numbers',
          'branch1/upsample/constant0 [4] 1n 2n 4n 6n',
          'branch2/upsample/constant0 [4] 1 1 2 2',
          'gn/constant0 [4] 1n 2n 8n 6n',
          'gn/constant1 [2] 1 1',
          'gn/constant2 [2] 0 0',
          'gn/constant3 [4] 1n 4n 4n 6n',
        ],
        shapes: [
          'first/conv 1×2×2×3',
          'first/leakyrelu 1×2×2×3',
          'branch1/upsample 1×2×4×6',
          'branch2/upsample 1×2×4×6',
          'concat 1×4×4×6',
          'gn/reshape0 1×2×8×6',
          'gn/instancenormalization1 1×2×8×6',
        ],
      },
    );
  });

  for (const [layer, nodes, shapes] of [
    ['pad(1, mode="reflect")', ['Pad(input,constant0) mode=reflect'], []],
    ['pad(1, value=2)', ['Pad(input,constant0,constant1) mode=constant'], []],
    [
      'adaptivemaxpool(4x5)',
      ['Gather(input,constant0) axis=2', 'Gather(gather0,constant1) axis=3', 'MaxPool(gather1) kernel_shape=2,3 strides=2,3'],
      ['l/gather0 1×2×8×7', 'l/gather1 1×2×8×15'],
    ],
    [
      'deconv(2, 3x3, stride=2, output_pad=1, bias=false)',
      ['ConvTranspose(input,weight) kernel_shape=3,3 strides=2,2 pads=0,0,0,0 output_padding=1,1 dilations=1,1 group=1'],
      [],
    ],
    // onnxruntime wants an output_padding below the stride: what is more is added behind it, or cut off less.
    [
      'deconv(2, 3x3, dilation=2, output_pad=1, bias=false)',
      [
        'ConvTranspose(input,weight) kernel_shape=3,3 strides=1,1 pads=0,0,0,0 output_padding=0,0 dilations=2,2 group=1',
        'Pad(convtranspose0,constant0)',
      ],
      ['l/convtranspose0 1×2×10×11'],
    ],
    [
      'deconv(2, 3x3, dilation=2, output_pad=1, pad=[0, 2, 0, 2], bias=false)',
      ['ConvTranspose(input,weight) kernel_shape=3,3 strides=1,1 pads=0,0,1,1 output_padding=0,0 dilations=2,2 group=1'],
      [],
    ],
  ] as const)
    it(`writes ${layer}`, async () => {
      const { nodes: found, shapes: declared } = await told(`block B on 2x6x7 { l: ${layer} }`);
      assert.deepEqual(
        found.map((n) => n.replace(/.* = /, '').replaceAll('l/', '')),
        nodes,
      );
      assert.deepEqual(declared, shapes);
    });

  it('holds the weights of the seed', async () => {
    const text = 'block B on 1x2x2 { conv(2, 1x1) -> bn }';
    const { graph } = await targetOf(text, 'B');
    const [a = 0, b = 0] = seededWeights(graph, 1).get('conv/weight') ?? [];
    assert.deepEqual((await told(text)).tensors, [
      `conv/weight [2,1,1,1] ${a} ${b}`,
      'conv/bias [2] 0 0',
      'bn/weight [2] 1 1',
      'bn/bias [2] 0 0',
      'bn/running_mean [2] 0 0',
      'bn/running_var [2] 1 1',
    ]);
  });

  it('gives outputs their own names, also where two are one value, or the input is one', async () => {
    const { output, nodes } = await told(
      'block B on 1x2x2 {\n  output raw = identity\n  r: relu\n  output same = r\n  output more = r\n  tanh\n}',
    );
    assert.deepEqual(output, ['output 1×1×2×2', 'raw 1×1×2×2', 'same 1×1×2×2', 'more 1×1×2×2']);
    assert.deepEqual(nodes, [
      'identity: raw = Identity(input)',
      'r: same = Relu(input)',
      'tanh: output = Tanh(same)',
      'more/identity: more = Identity(same)',
    ]);
    const { graph } = await targetOf('block B on 1x2x2 { relu }', 'B');
    const given = {
      ...graph,
      outputs: [
        { name: 'output', node: 1 },
        { name: 'given', node: 0 },
      ],
    };
    const through = new Message(toOnnx(given, new Map())).one(7);
    assert.deepEqual(through.all(1).map(nodeOf), ['relu: output = Relu(input)', 'given/identity: given = Identity(input)']);
    assert.deepEqual(through.all(13), []);
  });

  it('gives no layer the name of an output or of the input', async () => {
    const { output, nodes } = await told(
      'block B on 1x2x2 {\n  input: relu\n  p3: identity\n  p3_2: sigmoid\n  output p3 = p3 -> tanh\n  gelu\n}',
    );
    assert.deepEqual(output, ['output 1×1×2×2', 'p3 1×1×2×2']);
    assert.deepEqual(
      nodes.slice(0, 4).map((n) => n.replace(/^[^:]*: /, '')),
      ['input_2 = Relu(input)', 'p3_3 = Identity(input_2)', 'p3_2 = Sigmoid(p3_3)', 'p3 = Tanh(p3_3)'],
    );
  });

  it('is not made without all weights, nor of a layer that failed, nor beyond what a file holds', async () => {
    const { graph } = await targetOf('block B on 1x2x2 { conv(2, 1x1) }', 'B');
    assert.throws(() => toOnnx(graph, new Map()), /^Error: no weights for conv\/weight$/);
    const failed = { ...graph, nodes: graph.nodes.map((n) => (n.id === 1 ? { ...n, failed: true as const } : n)) };
    assert.throws(() => toOnnx(failed, new Map()), /^Error: conv has an error, so B cannot be exported\.$/);
    checkSize('B', 2 ** 31 - 1);
    assert.throws(
      () => checkSize('B', 2 ** 31),
      (e) => e instanceof OnnxTooLarge,
    );
    assert.throws(() => checkSize('B', 5.5 * 2 ** 30), /^Error: B has 5\.5 GiB of weights; an ONNX file holds at most 2 GiB\.$/);
  });
});
