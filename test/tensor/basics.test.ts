/** Recorder sizes, random numbers and statistics. */
import assert from 'node:assert/strict';
import { initialise, Recorder, randomInput, statistics, windows } from '../../src/tensor/index.ts';

describe('recorder', () => {
  it('works out sizes as PyTorch does', () => {
    const r = new Recorder();
    const x = r.input([3, 224, 224]);
    const w = r.weight({ name: 'w', dims: [64, 3, 7, 7], init: { kind: 'he', fanIn: 147 } });
    const y = r.conv(x, w, undefined, { stride: [2, 2], pads: [3, 3, 3, 3], dilation: [1, 1], groups: 1 });
    assert.deepEqual(r.dims(y), [64, 112, 112]);
    const p = { kind: { of: 'max' }, kernel: [3, 3], stride: [2, 2], pads: [0, 0, 0, 0], dilation: [1, 1], ceil: true } as const;
    assert.deepEqual(r.dims(r.pool(y, p)), [64, 56, 56]);
    const d = r.weight({ name: 'd', dims: [64, 32, 2, 2], init: { kind: 'he', fanIn: 64 } });
    const up = r.deconv(y, d, undefined, { stride: [2, 2], pads: [0, 0, 0, 0], outputPad: [0, 0], dilation: [1, 1], groups: 1 });
    assert.deepEqual(r.dims(up), [32, 224, 224]);
    assert.throws(() => r.weight({ name: 'd', dims: [1], init: { kind: 'constant', value: 0 } }), /Two weights/);
  });

  it('drops a ceiling window that would start in the trailing padding', () => {
    assert.equal(windows(4, 2, 2, 1, 1, 1, true), 3);
    assert.equal(windows(3, 1, 2, 0, 0, 1, true), 2);
    assert.equal(windows(2, 1, 3, 0, 2, 1, true), 1);
  });
});

describe('random', () => {
  it('gives the same bits for the same seed, others for another', () => {
    const a = randomInput([2, 5, 5], 7);
    assert.deepEqual(a, randomInput([2, 5, 5], 7));
    assert.notDeepEqual(a, randomInput([2, 5, 5], 8));
    // The bits themselves, so that a change of engine or of code shows.
    assert.deepEqual([...a.subarray(0, 3)], GOLDEN);
  });

  it('is standard normal', () => {
    const s = statistics(randomInput([1, 1000, 1000], 1));
    assert.ok(Math.abs(s.mean) < 0.005 && Math.abs(s.std - 1) < 0.005, JSON.stringify(s));
    assert.ok(s.min < -4 && s.min > -7 && s.max > 4 && s.max < 7, JSON.stringify(s));
  });

  it('keeps the other weights when one changes', () => {
    const he = (name: string, fanIn: number) => ({ name, dims: [50, fanIn], init: { kind: 'he', fanIn } }) as const;
    const [a, b] = initialise([he('a', 10), he('b', 20)], 3);
    const [c, d] = initialise([he('c', 30), he('b', 20)], 3);
    assert.deepEqual(b, d);
    assert.notDeepEqual(a?.subarray(0, 9), c?.subarray(0, 9));
    const bound = Math.sqrt(6 / 20);
    const s = statistics(b ?? new Float32Array());
    assert.ok(
      s.min >= -bound && s.max <= bound && s.max > 0.98 * bound && Math.abs(s.std - bound / Math.sqrt(3)) < 0.02,
      JSON.stringify(s),
    );
  });
});

describe('statistics', () => {
  it('sets NaN and infinity apart', () => {
    const s = statistics(Float32Array.of(1, 3, 0, -0, Number.NaN, Number.POSITIVE_INFINITY));
    assert.deepEqual(s, { min: 0, max: Number.POSITIVE_INFINITY, mean: 1, std: Math.sqrt(1.5), zeros: 2, nan: 1, infinite: 1 });
    assert.ok(Number.isNaN(statistics(Float32Array.of(Number.NaN)).min));
  });
});

const GOLDEN = [0.36441004276275635, 0.4008181691169739, -1.3677891492843628];
