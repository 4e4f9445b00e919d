import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keyed, unkeyed, WeightsFault } from '../src/weights/keys.ts';
import { readSafetensors, SafetensorsFault, writeSafetensors } from '../src/weights/safetensors.ts';

const header = (json: string): Uint8Array => {
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 + text.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
};

describe('safetensors', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((s) => s !== '__metadata__' && s !== '__proto__'),
          fc.float32Array({ noNaN: true }),
        ),
        (all) => {
          const tensors = new Map(Object.entries(all).map(([name, data]) => [name, { shape: [data.length], data }]));
          const back = readSafetensors(writeSafetensors({ tensors, metadata: { format: 'pt' } }));
          assert.deepEqual(
            new Map([...back.tensors].map(([n, t]) => [n, [...t.data]])),
            new Map([...tensors].map(([n, t]) => [n, [...t.data]])),
          );
          assert.equal(back.metadata.format, 'pt');
        },
      ),
    );
  });

  it('begin their numbers at a multiple of eight', () => {
    const bytes = writeSafetensors({ tensors: new Map([['a', { shape: [1], data: new Float32Array([1]) }]]), metadata: {} });
    assert.equal(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8, 0);
  });

  it('of half precision are widened, and integers left out', () => {
    const bytes = header('{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}');
    new DataView(bytes.buffer).setUint16(bytes.length - 8, 0x3c00, true);
    const { tensors } = readSafetensors(bytes);
    assert.deepEqual([...(tensors.get('a')?.data ?? [])], [1, 0]);
    assert.ok(!tensors.has('n'));
  });

  for (const [what, bytes] of [
    ['are cut off', new Uint8Array(4)],
    ['claim a header longer than they are', new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0, 123])],
    ['have no JSON in front', header('nonsense')],
    ['claim a tensor beyond their end', header('{"a":{"dtype":"F32","shape":[9999999],"data_offsets":[0,39999996]}}')],
    ['have a place that is not that of the shape', header('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}')],
    ['have numbers of a type that is not known', header('{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}')],
  ] as const)
    it(`that ${what} are refused`, () => assert.throws(() => readSafetensors(bytes), SafetensorsFault));
});

describe('weights under keys', () => {
  const places = [
    { kept: 'stem/conv', part: 'weight', dims: [2, 1] },
    { kept: 'fc', part: 'bias', dims: [1] },
  ];
  const weights = new Map([
    ['stem/conv/weight', new Float32Array([1, 2])],
    ['fc/bias', new Float32Array([3])],
  ]);

  it('come back by the table of the file', () => {
    const file = keyed(places, weights, new Map([['stem/conv', 'layers.0']]));
    assert.deepEqual([...file.tensors.keys()], ['layers.0.weight', 'fc.bias']);
    assert.deepEqual(unkeyed(places, readSafetensors(writeSafetensors(file))), weights);
  });

  it('are found by the paths of layers where there is no table', () => {
    const { tensors } = keyed(places, weights, new Map());
    assert.deepEqual(unkeyed(places, { tensors, metadata: {} }), weights);
  });

  it('that are missing or of another shape are said by name', () => {
    const file = keyed(places, weights, new Map());
    assert.throws(
      () => unkeyed([...places, { kept: 'more', part: 'weight', dims: [1] }], file),
      new WeightsFault('it has no `more.weight`, the weights of more'),
    );
    assert.throws(() => unkeyed([{ kept: 'fc', part: 'bias', dims: [4] }], file), /`fc\.bias` is 1, where fc has 4/);
  });
});
