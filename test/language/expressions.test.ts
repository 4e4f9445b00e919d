import { targetOf } from '../support/cnn.ts';

/** Each is true in Python, with `in` 8×4×4. */
const TRUE = [
  '-2**2 == -4',
  '2**-1 == 0.5',
  '7 // 2 == 3 and -7 // 2 == -4',
  '-7 % 3 == 2',
  'not 1 == 2',
  'round(2.5) == 2 and round(3.5) == 4 and round(-0.5) == 0',
  '[1, 2] + [3] == [1, 2, 3]',
  'len([1, 2] * 2) == 4',
  '[1, 2, 3][-1] == 3',
  'sum(range(5)) == 10',
  'range(1, 8, 3) == [1, 4, 7] and range(5, 0, -2) == [5, 3, 1] and range(2, 4) == [2, 3] and range(3, 0) == []',
  'max([1, 5, 2]) == 5 and min(3, 2) == 2',
  'zip([1, 2], [3, 4])[1] == [2, 4]',
  'enumerate([7])[0] == [0, 7]',
  '(if in.c > 4 then 1 else 2) == 1',
  '1 < 2 and 2 >= 2 or false',
  'size(2, 3) == 2x3',
  '2 + 3 * 4 == 14',
  '(2 + 3) * 4 == 20',
  '2**3**2 == 512',
  'floor(1.5) + ceil(1.5) == 3',
  'abs(-3) == 3',
  'sqrt(16) == 4',
  '1e-5 * 1e5 == 1',
  'fib(10) == 55',
  'less(b=1, a=3) == 2 and less(5) == 3 and less(a=5) == 3 and less(b=3, 4) == 1',
  'here.h == 4',
  '1 < 2 <= 2 < 3 and not 1 < 2 < 2 and 1 == 1 != 2',
  '2 in [1, 2] and [1] in [[1]] and 3 not in [1, 2] and not 2 not in [2]',
  '1 in [1] in [[1]]',
  '[1, 2, 3][1:] == [2, 3] and [1, 2, 3][:-1] == [1, 2] and [1, 2, 3][1:9] == [2, 3] and [1][:] == [1] and [1, 2][2:] == []',
  '[x * x for x in range(4) if x % 2 == 1] == [1, 9]',
  '[[a, b + c] for [a, [b, c]] in [[1, [2, 3]]]] == [[1, 5]]',
  'sum([len(xs) for xs in [[1], [2, 3]]]) == 3',
  '[i for i in [j + 1 for j in [1, 2]]] == [2, 3]',
];

describe('expressions', () => {
  for (const e of TRUE)
    it(e, () =>
      targetOf(`fn fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2)\nfn less(a, b=2) = a - b\nblock B on 8x4x4 { expect ${e} }`, 'B'),
    );

  it('the words of defaults, which a block can pass on and a name of its own can hide', () =>
    targetOf(
      `block Padded(p=same) { conv(4, 5x5, pad=p) }
       block B(none=2) on 8x4x4 { Padded -> expect 4x4x4 -> Padded(p=same) -> expect 4x4x4 -> Padded(p=1) -> expect 4x2x2 -> upsample(none) -> expect 4x4x4 }
       block C on 8x4x4 { upsample(to=none) -> expect 8x8x8 }`,
      'C',
    ));
});
