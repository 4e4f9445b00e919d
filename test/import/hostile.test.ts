/** Files that lie: a clear error, soon, and with no memory taken for what they claim. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ImportFault } from '../../src/import/fault.ts';
import { importOnnx } from '../../src/import/index.ts';
import { readTensor } from '../../src/import/read/tensor.ts';
import { encodeModel, floatValue as value, type Written } from '../../src/onnx/schema.ts';
import { modelBytes } from '../support/models.ts';

const node = (
  opType: string,
  input: readonly string[],
  output: string,
  attribute: readonly Written<'AttributeProto'>[] = [],
): Written<'NodeProto'> => ({
  name: `${opType}_${output}`,
  opType,
  input,
  output: [output],
  attribute,
});
const model = (
  nodes: readonly Written<'NodeProto'>[],
  initializer: readonly Written<'TensorProto'>[] = [],
  input: readonly number[] = [1, 3, 8, 8],
) =>
  encodeModel({
    irVersion: 8,
    producerName: 'test',
    opsetImport: [{ domain: '', version: 18 }],
    graph: { name: 'g', node: nodes, initializer, input: [value('x', input)], output: [value('y', [1])], valueInfo: [] },
  });
const int64 = (name: string, values: readonly bigint[]) => ({
  name,
  dims: [values.length],
  dataType: 7,
  rawData: new Uint8Array(BigInt64Array.from(values).buffer),
});

/** What is said of a file; fails where it takes too long or much memory, or where anything but a fault is thrown. */
function said(bytes: Uint8Array): string {
  const [start, memory] = [process.cpuUsage().user, process.memoryUsage().rss];
  try {
    importOnnx(bytes, { name: 'Net' });
    return '';
  } catch (e) {
    assert.ok(e instanceof ImportFault, String(e instanceof Error ? e.stack : e));
    return e.message;
  } finally {
    assert.ok(process.cpuUsage().user - start < 2e6, 'within 2 s');
    assert.ok(process.memoryUsage().rss - memory < 500e6, 'in bounded memory');
  }
}

describe('a file that lies', () => {
  it('is empty', () => assert.match(said(new Uint8Array()), /empty/));
  it('is no model', () => assert.match(said(new TextEncoder().encode('# a network in words\n')), /no ONNX model/));
  it('has a graph that goes round in a circle', () =>
    assert.match(said(model([node('Relu', ['b'], 'a'), node('Relu', ['a'], 'b'), node('Add', ['x', 'b'], 'y')])), /circle/));
  it('reads what nothing gives', () => assert.match(said(model([node('Relu', ['nowhere'], 'y')])), /nowhere, which nothing/));
  it('gives a value twice', () => assert.match(said(model([node('Relu', ['x'], 'y'), node('Tanh', ['x'], 'y')])), /Two things/));
  it('claims more numbers than it holds', () => {
    const lie = { name: 'w', dims: [2 ** 16, 2 ** 13, 1, 1], dataType: 1, rawData: new Uint8Array(16) };
    assert.match(said(model([node('Conv', ['x', 'w'], 'y')], [lie])), /claims to be 65536×8192×1×1, but holds 16 bytes/);
  });
  it('claims shapes that are none', () => {
    const lie = { name: 'w', dims: [2 ** 40, 2 ** 40], dataType: 1, rawData: new Uint8Array(4) };
    assert.match(said(model([node('Gemm', ['x', 'w'], 'y')], [lie])), /no shape/);
    assert.match(said(model([node('Relu', ['x'], 'y')], [], [1, 2 ** 30, 2 ** 30, 2 ** 30])), /no shape/);
  });
  it('makes a constant larger than all memory', () => {
    const dims = int64('dims', [100_000n, 100_000n]);
    assert.match(said(model([node('ConstantOfShape', ['dims'], 'c'), node('Add', ['x', 'c'], 'y')], [dims])), /more than is read/);
    const more = int64('more', [1n << 20n, 1n << 20n]);
    assert.match(
      said(
        model(
          [node('ConstantOfShape', ['one'], 'c'), node('Expand', ['c', 'more'], 'd'), node('Add', ['x', 'd'], 'y')],
          [int64('one', [1n]), more],
        ),
      ),
      /more than is read|is no shape/,
    );
  });
  it('has kernels for other channels than arrive', () => {
    const w = { name: 'w', dims: [8, 5, 3, 3], dataType: 1, rawData: new Uint8Array(8 * 5 * 9 * 4) };
    assert.match(said(model([node('Conv', ['x', 'w'], 'y')], [w])), /do not fit each other/);
  });
  it('keeps its numbers outside its folder', () => {
    const at = (location: string) => ({
      ...{ dims: [4], dataType: 1, name: 'w', floatData: [], int32Data: [], int64Data: [], doubleData: [], dataLocation: 1 },
      externalData: [{ key: 'location', value: location }],
    });
    for (const location of ['../secret', '/etc/passwd', 'C:\\secret', 'a/../../b', ''])
      assert.throws(() => readTensor(at(location), undefined), /outside the model's folder/);
    assert.equal(readTensor(at('weights.bin'), () => new Uint8Array(16)).numbers()?.length, 4);
    assert.equal(readTensor(at('weights.bin'), () => new Uint8Array(3)).numbers(), undefined);
  });
  it('has a chain of 50,000 operators', () => {
    const chain = Array.from({ length: 50_000 }, (_, i) => node('Unknown', [i === 0 ? 'x' : `v${i}`], i === 49_999 ? 'y' : `v${i + 1}`));
    assert.match(said(model(chain.reverse())), /up to 30,000 are read/);
  });
  it('has a long chain of sums, of each with all before it', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => node('Add', [i === 0 ? 'x' : `v${i}`, 'x'], i === 2999 ? 'y' : `v${i + 1}`));
    said(model(chain));
  });
  it('breaks off anywhere, or has any byte changed', () => {
    const whole = modelBytes('squeezenet1_1');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (n) => void said(whole.subarray(0, n))),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = whole.slice();
        changed[at] = byte;
        said(changed);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a condition', () => {
  const side = (of: Written<'NodeProto'>, output = `${of.output?.[0]}`): Written<'GraphProto'> => ({
    node: [of],
    output: [value(output, [1])],
  });
  const either = (condition: string, then: Written<'GraphProto'>, otherwise: Written<'GraphProto'>, output = 'y'): Written<'NodeProto'> =>
    node('If', [condition], output, [
      { name: 'then_branch', g: then },
      { name: 'else_branch', g: otherwise },
    ]);
  const isTrue = { name: 'yes', dims: [1], dataType: 9, int32Data: [1] };
  const relu = side(node('Relu', ['a'], 'r'));
  const sigmoid = side(node('Sigmoid', ['a'], 's'));
  const textOf = (nodes: readonly Written<'NodeProto'>[]): string => importOnnx(model(nodes, [isTrue]), { name: 'Net' }).text;

  it('that is known takes its side, which reads what is around it', () => {
    assert.equal(textOf([node('Tanh', ['x'], 'a'), either('yes', relu, sigmoid)]), 'network Net on 3x8x8 {\n  tanh -> relu\n}\n');
    assert.equal(
      textOf([node('Not', ['yes'], 'no'), either('no', relu, sigmoid), node('Tanh', ['x'], 'a')]),
      'network Net on 3x8x8 {\n  tanh -> sigmoid\n}\n',
    );
  });
  it('within a side is one too', () =>
    assert.equal(
      textOf([node('Tanh', ['x'], 'a'), either('yes', side(either('yes', sigmoid, relu, 'i')), relu)]),
      'network Net on 3x8x8 {\n  tanh -> sigmoid\n}\n',
    ));
  it('that numbers decide cannot be said', () =>
    assert.match(said(model([node('Tanh', ['x'], 'a'), either('a', relu, sigmoid)])), /1× If: no layer does this/));
  it('whose side reads what the condition gives goes round in a circle', () =>
    assert.match(said(model([either('yes', side(node('Relu', ['y'], 'r')), sigmoid), node('Tanh', ['x'], 'a')], [isTrue])), /circle/));
  it('whose side gives nothing, or reads nothing that is there, is refused', () => {
    assert.match(said(model([either('yes', side(node('Relu', ['x'], 'r'), 'nothing'), relu)], [isTrue])), /reads nothing, which nothing/);
    assert.match(said(model([either('yes', side(node('Relu', ['nowhere'], 'r')), relu)], [isTrue])), /nowhere, which nothing/);
  });
  it('in a condition in a condition, twenty deep, is not followed', () => {
    let deep = side(node('Relu', ['x'], 'r'));
    for (let i = 0; i < 20; i++) deep = side(either('yes', deep, relu, `i${i}`));
    assert.match(said(model([node('Tanh', ['x'], 'a'), either('yes', deep, relu)], [isTrue])), /1× If: no layer/);
  });
  it('with more operators than are read is refused', () => {
    const many = { node: Array.from({ length: 40_000 }, (_, i) => node('Relu', ['x'], `r${i}`)), output: [value('r0', [1])] };
    assert.match(said(model([either('yes', many, many)], [isTrue])), /up to 30,000 are read/);
  });
});

describe('a model that .cnn cannot say', () => {
  const some = model([node('Relu', ['x'], 'a'), node('Cos', ['a'], 'b'), node('Sin', ['b'], 'y'), node('Cos', ['x'], 'unused')]);
  it('is refused with what, how often and why', () =>
    assert.match(said(some), /1× Cos: no layer does this \(Cos_b\)\n {2}1 operators stand behind/));
  it('comes in part where that is asked for, up to what cannot be said', () => {
    const { text, unsaid, behind } = importOnnx(some, { name: 'Net', partial: true });
    assert.equal(text, 'network Net on 3x8x8 {\n  relu\n}\n');
    assert.deepEqual([unsaid.map((u) => u.name), behind], [['Cos_b'], 1]);
  });
  it('of which nothing can be said is refused in part too', () =>
    assert.throws(() => importOnnx(model([node('Cos', ['x'], 'y')]), { name: 'Net', partial: true }), /Nothing of this model/));
});
