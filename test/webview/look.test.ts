/** What the page shows of a layer's numbers, where some or all of them are not finite. */
import assert from 'node:assert/strict';
import { featureMaps, histogram } from '../../src/run/look.ts';
import { measured } from '../../webview/parts/figures.ts';

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

describe('what is seen of numbers', () => {
  it('a histogram is of the finite ones', () => {
    const { from, to, counts } = histogram(Float32Array.of(1, Number.NaN, 5, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY)) ?? {};
    assert.deepEqual([from, to, sum(counts ?? [])], [1, 5, 3]);
    assert.deepEqual([counts?.[0], counts?.at(-1)], [1, 1]);
  });

  it('one value alone is a histogram of one bin', () => {
    const { from, to, counts } = histogram(new Float32Array(7).fill(2)) ?? {};
    assert.deepEqual([from, to, counts?.[0]], [2, 2, 7]);
  });

  it('nothing finite gives no histogram and no maps', () => {
    const lost = new Float32Array(2 * 3 * 3).fill(Number.NaN);
    assert.equal(histogram(lost), undefined);
    assert.equal(featureMaps(lost, [2, 3, 3], 24), undefined);
  });

  it('maps take their scale from the finite ones', () => {
    const maps = featureMaps(Float32Array.of(0, 1, Number.NaN, 4), [1, 2, 2], 24);
    assert.deepEqual([maps?.from, maps?.to, [...(maps?.data ?? [])]], [0, 4, [0, 64, 0, 255]]);
  });

  for (const [v, text] of [
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
    [0, '0'],
    [1234.56, '1235'],
    [2e-5, '2.00e-5'],
  ] as const)
    it(`${v} reads ${text}`, () => assert.equal(measured(v), text));
});
