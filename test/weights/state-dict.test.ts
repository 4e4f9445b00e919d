/** State dicts of PyTorch: what it saved is read (`state.pth`, `checkpoint.pt`, `whole.pt` are its own files), and what lies or is code is refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Zippable, zipSync } from 'fflate';
import { unkeyed, WeightsFault } from '../../src/weights/keys.ts';
import { PickleFault } from '../../src/weights/torch/pickle.ts';
import { isPickle, isZip, readStateDict } from '../../src/weights/torch/state-dict.ts';

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`./${name}`, import.meta.url)));
const told = (bytes: Uint8Array): string => {
  try {
    for (const t of readStateDict(bytes).tensors.values()) void t.data.length;
    return '';
  } catch (e) {
    assert.ok(e instanceof PickleFault, String(e instanceof Error ? e.stack : e));
    return e.message;
  }
};
const latin = (text: string): number[] => [...Buffer.from(text, 'latin1')];
/** An archive with this pickle; one storage of `held` bytes. */
const archive = (pickle: readonly number[], held = 16, level: 0 | 9 = 0, more: Zippable = {}): Uint8Array =>
  zipSync({ 'a/data.pkl': Uint8Array.from(pickle), 'a/data/0': new Uint8Array(held), ...more }, { level });
const text = (s: string): number[] => [0x8c, s.length, ...latin(s)];
const int = (n: number): number[] => [0x4a, ...new Uint8Array(Int32Array.of(n).buffer)];
const global = (module: string, name: string): number[] => latin(`c${module}\n${name}\n`);
const list = (items: readonly number[]): number[] => [0x28, ...items.flatMap(int), 0x74];
/** `{"w": a tensor}` as PyTorch pickles it. */
const tensor = (shape: readonly number[], strides: readonly number[], offset = 0, key = '0'): number[] => [
  ...[0x80, 2, 0x7d, ...text('w'), ...global('torch._utils', '_rebuild_tensor_v2'), 0x28],
  ...[0x28, ...text('storage'), ...global('torch', 'FloatStorage'), ...text(key), ...text('cpu'), ...int(4), 0x74, 0x51],
  ...[...int(offset), ...list(shape), ...list(strides), 0x89, ...global('collections', 'OrderedDict'), 0x29, 0x52, 0x74, 0x52, 0x73, 0x2e],
];

describe('a state dict of PyTorch', () => {
  it('gives its tensors by their keys, without counters', () => {
    const { tensors } = readStateDict(file('state.pth'));
    assert.deepEqual(
      [...tensors].map(([key, t]) => `${key} ${t.shape.join('×')}`),
      [
        'stem.weight 4×3×3×3',
        'stem.bias 4',
        'norm.weight 4',
        'norm.bias 4',
        'norm.running_mean 4',
        'norm.running_var 4',
        'conv.weight 2×4×1×1',
      ],
    );
    assert.ok(Math.abs((tensors.get('stem.weight')?.data[1] ?? 0) + 0.08494327962398529) < 1e-9);
    assert.ok(Math.abs((tensors.get('norm.running_var')?.data[0] ?? 0) - 1.2664403915405273) < 1e-7);
  });

  it('is found in a checkpoint, whatever order, place and precision its numbers have, and whoever wrapped it', () => {
    const { tensors } = readStateDict(file('checkpoint.pt'));
    const of = (key: string): readonly number[] => [...(tensors.get(key)?.data ?? [])];
    assert.deepEqual(of('turned').slice(0, 6), [0, 6, 12, 18, 1, 7]);
    assert.deepEqual(
      [tensors.get('part')?.shape, of('part')],
      [
        [2, 3],
        [8, 9, 10, 14, 15, 16],
      ],
    );
    assert.deepEqual([of('half'), of('brain'), of('double'), of('scalar')], [[0.5, -2, 65504], [0.5, -3], [Math.fround(0.1)], [7]]);
    assert.equal(tensors.has('count'), false);
  });

  it('fits a graph by the names of its code where the paths of its layers are others', () => {
    const places = [
      { kept: 'stem/conv', part: 'weight', dims: [4, 3, 3, 3] },
      { kept: 'out', part: 'weight', dims: [2, 4, 1, 1] },
    ];
    const keys = new Map([
      ['stem/conv', 'stem'],
      ['out', 'conv'],
    ]);
    const found = unkeyed(places, readStateDict(file('state.pth')), undefined, () => keys);
    assert.deepEqual([...found.keys()], ['stem/conv/weight', 'out/weight']);
    assert.throws(() => unkeyed(places, readStateDict(file('state.pth'))), WeightsFault);
  });

  it('that is a whole network, a program or an old file is refused, and what to do is said', () => {
    assert.match(
      told(file('whole.pt')),
      /^it holds `__main__\.Net`, which is code: only tensors are read, as `torch\.save\(net\.state_dict\(\), …\)` writes them$/,
    );
    assert.ok(isPickle(Uint8Array.of(0x80, 2, 0x8a)) && !isZip(Uint8Array.of(0x80, 2, 0x8a)));
    assert.match(told(Uint8Array.of(0x80, 2, 0x8a)), /saved by PyTorch before 1\.6/);
    assert.match(told(zipSync({ 'a/constants.pkl': new Uint8Array(1) })), /TorchScript/);
    assert.match(told(archive([0x80, 2, 0x7d, ...text('epoch'), ...int(3), 0x73, 0x2e])), /^it holds no state dict, but epoch$/);
    assert.match(told(archive(tensor([4], [1]), 16, 0, { 'a/byteorder': Uint8Array.from(latin('big')) })), /big-endian/);
  });

  it('runs no code', () => {
    for (const [module, name] of [
      ['posix', 'system'],
      ['builtins', 'eval'],
      ['torch._utils', '_rebuild_tensor_v3'],
    ] as const) {
      const call = [...global(module, name), ...text('touch /tmp/x'), 0x85, 0x52, 0x2e];
      assert.equal(told(archive([0x80, 2, ...call])).split(',')[0], `it holds \`${module}.${name}\``);
      assert.match(told(archive([0x80, 4, ...text(module), ...text(name), 0x93, 0x2e])), /which is code/);
    }
    // A name that is known is not thereby a function.
    assert.match(told(archive([...global('torch', 'FloatStorage'), 0x29, 0x52, 0x2e])), /calls what is no tensor/);
  });

  it('that lies ends in a sentence', () => {
    assert.equal(told(archive(tensor([2, 2], [2, 1]))), '');
    for (const [bytes, why] of [
      [archive(tensor([5], [1])), /claims to be 5, but 4 numbers are kept/],
      [archive(tensor([2, 2], [4, 1])), /claims to be 2×2/],
      [archive(tensor([2 ** 30, 2 ** 30], [0, 0])), /claims to be/],
      [archive(tensor([2], [1], -1)), /claims to be 2/],
      [archive(tensor([2], [1], 3)), /claims to be 2/],
      [archive(tensor([2], [1], 0, '7')), /the numbers of a tensor are not in it/],
      [archive(tensor([2], [1, 1])), /without numbers, shape or place/],
      [archive(tensor([2], [1]), 1 << 20, 9), /its files are packed/],
      [archive([0x80, 2, 0xff]), /an operation that no file of tensors has \(0xff\)/],
      [archive([0x74]), /contradicts itself/],
      [archive([0x58, 255, 255, 255, 127]), /breaks off/],
      [zipSync({ 'a/b': new Uint8Array(1) }), /holds no state dict/],
      [file('state.pth').subarray(0, 900), /breaks off/],
    ] as const)
      assert.match(told(bytes), why);
  });

  it('breaks off anywhere, or has any byte changed', () => {
    const whole = file('checkpoint.pt');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        told(whole.subarray(0, at));
        const changed = whole.slice();
        changed[at] = byte;
        told(changed);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
