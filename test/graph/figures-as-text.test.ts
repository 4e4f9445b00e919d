/** Figures as people read them: units, ratios, distances and formulas, at the edges where they change. */
import assert from 'node:assert/strict';
import { bytes, count, duration, fewer, fieldText, percent, short, strideText, sumOf } from '../../src/graph/figures.ts';

/** A test of a function by a table of what goes in and what is read. */
const reads = <T>(what: string, f: (of: T) => string, table: readonly (readonly [T, string])[]): void => {
  it(what, () =>
    assert.deepEqual(
      table.map(([of]) => f(of)),
      table.map(([, text]) => text),
    ),
  );
};

describe('figures as text', () => {
  reads(
    'times have three digits that count, and none that the clock has not',
    ([ms, clock]: readonly [number, number]) => duration(ms, clock),
    [
      [[0, 0], '0 ms'],
      [[0, 0.1], '< 0.1 ms'],
      [[0.0001, 0], '< 0.001 ms'],
      [[0.2345, 0], '0.234 ms'],
      [[1.2345, 0], '1.23 ms'],
      [[12.345, 0], '12.3 ms'],
      [[123.45, 0], '123 ms'],
      [[2345, 0], '2.35 s'],
      [[0.2345, 0.1], '0.2 ms'],
      [[12.345, 0.1], '12.3 ms'],
      [[1.2345, 0.005], '1.23 ms'],
      [[0.04, 0.1], '< 0.1 ms'],
      [[0.04, 1], '< 1 ms'],
      [[12.5, 1], '13 ms'],
    ],
  );
  reads('counts have thousands apart', count, [
    [0, '0'],
    [387_072, '387,072'],
  ]);
  reads('bytes change unit at 1024, with one decimal below 100', bytes, [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [99.9 * 1024, '99.9 KiB'],
    [100 * 1024, '100 KiB'],
    [2 ** 20, '1.0 MiB'],
    [2 ** 30, '1.0 GiB'],
    [2 ** 40, '1.0 TiB'],
    [2 ** 50, '1024 TiB'],
  ]);
  reads('short figures change unit at 1000, with two decimals below 100', short, [
    [0, '0'],
    [999, '999'],
    [1000, '1.00 k'],
    [99_990, '99.99 k'],
    [128_049_152, '128.0 M'],
    [4_089_184_256, '4.09 G'],
    [1e12, '1.00 T'],
    [1e15, '1000.0 T'],
  ]);
  reads('a ratio says fewer or more, and neither where both round to one', fewer, [
    [1, 'equal'],
    [2.37, '2.4× fewer'],
    [1 / 3, '3.0× more'],
    [1.04, 'slightly fewer'],
    [0.96, 'slightly more'],
    [1.06, '1.1× fewer'],
    [0.94, '1.1× more'],
    [1234.5, '1,234.5× fewer'],
  ]);
  reads('a share has one decimal, of nothing too', ([part, whole]: readonly [number, number]) => percent(part, whole), [
    [[110_592, 163_328], '67.7 %'],
    [[1, 1], '100.0 %'],
    [[0, 0], '0 %'],
  ]);
  reads('a field has its stride, its padding and the centre of the first', fieldText, [
    [{ receptiveField: [7, 7], effectiveStride: [2, 2], effectivePadding: [3, 3], centre: [0, 0] }, '7×7, stride 2, padding 3, centre 0'],
    [
      { receptiveField: [3, 2], effectiveStride: [1, 1 / 2], effectivePadding: [1, -4], centre: [0, -1 / 2] },
      '3×2, stride 1×1/2, padding 1×-4, centre 0, -1/2',
    ],
  ]);
  reads('a stride is one number or two, a part of a pixel behind an upsampling', strideText, [
    [[4, 4], '4'],
    [[4, 2], '4×2'],
    [[1, 1], '1'],
    [[1 / 2, 1 / 2], '1/2'],
    [[1 / 3, 1], '1/3×1'],
    [[0.4, 0.4], '0.4'],
    [[4 / 3, 4 / 3], '1.33'],
  ]);
  reads<readonly string[]>('a sum counts what follows itself, and is shortened in the middle beyond nine terms', sumOf, [
    [[], ''],
    [['a', 'b', 'b', 'c'], 'a + b×2 + c'],
    [['a', 'b', 'a'], 'a + b + a'],
    [[...'abcdefghi'], 'a + b + c + d + e + f + g + h + i'],
    [[...'abcdefghij'], 'a + b + c + d + … 10 kernels … + i + j'],
    [[...'aabcdefghij'], 'a×2 + b + c + d + … 11 kernels … + i + j'],
  ]);
});
