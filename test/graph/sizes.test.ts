/** Which inputs a graph takes: what is solved against what elaborating the target again at each size says. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type GraphSizes, sizesOf } from '../../src/graph/sizes/sizes.ts';
import { isAmong, leastOf, nearestTo, type Sizes } from '../../src/graph/sizes/solve.ts';
import { onInput } from '../../src/language/analysis/on-input.ts';
import { analyse } from '../support/cnn.ts';

const MOST = 200;
interface Solved {
  readonly sizes: GraphSizes;
  /** Whether the target is without errors on a square input, elaborated anew. */
  fits(n: number): boolean;
}

/** A target that is written for a square input of `side`. */
async function solved(text: string, name: string, side: number, channels = 4): Promise<Solved> {
  const { analysis, services } = await analyse(text);
  const target = analysis.targets.find((t) => t.name === name);
  assert.ok(target);
  const on = (n: number): ReturnType<typeof onInput> => onInput(analysis, services.shared, target, [[channels, n, n]]);
  const graph = on(side).graph;
  const sizes = graph && sizesOf(graph, on(side + 37).graph);
  assert.ok(sizes);
  return { sizes, fits: (n) => on(n).wrong === undefined };
}
const body = (text: string, side = 96): Promise<Solved> => solved(`block B on 4x${side}x${side} { ${text} }`, 'B', side);

/** Every size from 1 to 200 fits or does not, as is said. */
function holds({ sizes, fits }: Solved, text: string): void {
  for (let n = 1; n <= MOST; n++) {
    const is = fits(n);
    assert.equal(isAmong(sizes.height, n), is, `${text}: height ${n}`);
    assert.equal(isAmong(sizes.width, n), is, `${text}: width ${n}`);
    assert.equal(sizes.misfit('height', n) === undefined, is, `${text}: ${n} followed`);
  }
}

const UNET = `block Double(c) { conv(c, 3x3) -> relu -> conv(c, 3x3) -> relu }
block Level(c=8, depth=1) on 8x64x64 {
  down: Double(c)
  if depth > 0 {
    maxpool(2x2) -> below: Level(2*c, depth - 1) -> raised: deconv(c, 2x2, stride=2)
    concat { | down | raised }
    Double(c)
  }
}
network UNet(depth=4) on 4x96x96 { Level(8, depth) conv(2, 1x1) }
network Deep = UNet(depth=12) on 4x4096x4096
block Strided(depth=14) on 4x16384x16384 {
  s: identity
  if depth > 0 { conv(4, 3x3, stride=2) -> Strided(depth - 1) -> d: deconv(4, 2x2, stride=2) concat { | s | d } conv(4, 1x1) }
}`;

const VALID = `block Double(c) { conv(c, 3x3, pad=0) -> conv(c, 3x3, pad=0) }
block Level(c=8, depth=1) on 8x64x64 {
  down: Double(c)
  if depth > 0 {
    maxpool(2x2) -> Level(2*c, depth - 1) -> raised: deconv(c, 2x2, stride=2)
    down -> crop(to=size(raised.h, raised.w)) -> cut: identity
    concat { | cut | raised }
    Double(c)
  }
}
network Original(depth=2) on 4x92x92 { Level(8, depth) conv(2, 1x1) }`;

/** What is found, in one line. */
const rule = ({ small, from, divisor, remainders }: Sizes): string =>
  `${small.length > 6 ? `${small.length} sizes` : small.join(' ')} | ${remainders.length > 6 ? remainders.length : remainders.join(' ')} by ${divisor} from ${from}`;

describe('sizes', () => {
  it('of U-Net: multiples of 16', async () => {
    const s = await solved(UNET, 'UNet', 96);
    holds(s, 'UNet');
    assert.equal(rule(s.sizes.height), ' | 0 by 16 from 16');
    assert.deepEqual([leastOf(s.sizes.width), nearestTo(s.sizes.width, 350)], [16, { below: 336, above: 352 }]);
    // 350 rows are 175, 87, 43 and 21 on the way down.
    const { kind, gives, first } = s.sizes.misfit('height', 350) as { kind: string; gives: number; first: number };
    assert.deepEqual([kind, gives, first], ['disagree', 42, 43]);
  });

  it('of a U-Net that is twelve deep: without trying them', async () => {
    const { sizes } = await solved(UNET, 'Deep', 4096);
    assert.equal(rule(sizes.height), ' | 0 by 4096 from 4096');
    const strided = await solved(UNET, 'Strided', 16_384);
    assert.deepEqual([rule(strided.sizes.height), strided.sizes.height.sure], [' | 0 by 16384 from 16384', true]);
  });

  it('of the original U-Net, whose convolutions are not padded and whose skips are cropped', async () => {
    const s = await solved(VALID, 'Original', 92);
    holds(s, 'Original');
  });

  for (const [text, height] of [
    ['conv(4, 3x3)', ' | 0 by 1 from 1'],
    ['conv(4, 7x7, pad=0) -> maxpool(2x2)', ' | 0 by 1 from 8'],
    ['add { | identity | maxpool(2x2) -> upsample(2) }', ' | 0 by 2 from 2'],
    ['add { | identity | conv(4, 3x3, stride=2) -> upsample(2) }', '1 | 0 by 2 from 2'],
    ['add { | identity | maxpool(2x2, ceil=true) -> upsample(2) -> crop(to=size(in.h, in.w)) }', ' | 0 by 1 from 2'],
    ['concat { | maxpool(4x4) -> upsample(2) | maxpool(2x2) }', ' | 0 1 by 4 from 4'],
    ['concat { | conv(4, 3x3, stride=2) | conv(4, 2x2, stride=2, pad=0) }', ' | 0 by 2 from 2'],
    ['concat { | conv(4, 3x3, stride=3) -> upsample(3) | identity }', ' | 0 by 3 from 3'],
    ['concat { | upsample(3) -> conv(4, 3x3, stride=2) | upsample(3) -> maxpool(2x2) }', ' | 0 by 2 from 2'],
    ['concat { | upsample(2) -> conv(4, 3x3, stride=4) | upsample(2) -> pad(1) -> maxpool(4x4, stride=4) }', ' | 0 by 1 from 1'],
    [
      's: identity -> maxpool(2x2) -> pad(5) -> u: identity  s -> crop(to=size(u.h, u.w)) -> c: identity concat { | c | u }',
      ' | 0 by 1 from 19',
    ],
    ['concat { | conv(4, 3x3, stride=2, pad=tf) -> upsample(2) | identity }', ' | 0 by 2 from 2'],
    ['concat { | conv(4, 3x3, stride=2, pad=tf) | maxpool(2x2, pad=tf) }', ' | 0 by 1 from 1'],
    ['concat { | blur -> blur -> upsample(4) | identity }', ' | 0 by 4 from 4'],
    ['crop(50x50, at=40x40)', ' | 0 by 1 from 90'],
    ['reshape(16x48x48) -> conv(4, 3x3)', '96 | '],
    ['pixelunshuffle(3) -> conv(4, 1x1)', ' | 0 by 3 from 3'],
    ['conv(4, 3x3, stride=2) -> pixelunshuffle(2)', ' | 0 3 by 4 from 3'],
    ['upsample(3) -> pixelunshuffle(2)', ' | 0 by 2 from 2'],
    ['mul { | identity | gap -> conv(4, 1x1) }', ' | 0 by 1 from 1'],
    ['add { | identity | conv(4, 3x3, stride=2) }', '1 2 | '],
    ['concat { | identity | upsample(to=96x96) }', '96 | '],
    ['concat { | maxpool(2x2) | upsample(to=48x48) }', '96 97 | '],
    ['adaptiveavgpool(6x6) -> flatten -> linear(10)', ' | 0 by 1 from 1'],
    ['gap -> flatten -> linear(4->10)', ' | 0 by 1 from 1'],
    ['maxpool(2x2) -> flatten -> linear(9216->10)', '96 97 | '],
    ['crop(to=48x48)', ' | 0 by 1 from 48'],
    ['pad(3, mode="reflect")', ' | 0 by 1 from 4'],
    ['s: identity -> conv(4, 3x3, stride=2) -> upsample(to=size(s.h, s.w)) -> r: identity concat { | s | r }', ' | 0 by 1 from 1'],
    [
      's: maxpool(2x2) -> maxpool(2x2) -> upsample(2) -> u: identity  s -> crop(to=size(u.h, u.w)) -> c: identity concat { | c | u }',
      ' | 0 by 1 from 4',
    ],
    ['maxpool(3x3, stride=2, ceil=true) -> a: identity  in0 = a -> upsample(2)  concat { | in0 | in0 }', ' | 0 by 1 from 3'],
  ] as const)
    it(`of ${text}: ${height}`, async () => {
      const s = await body(text);
      holds(s, text);
      if (height.endsWith('| ')) assert.equal(rule(s.sizes.height).split('|')[0], height.split('|')[0]);
      else assert.equal(rule(s.sizes.height), height);
    });

  it('are not certain behind layers that exchange height and width', async () => {
    const { sizes } = await body('concat { | transpose("cwh") -> conv(4, 3x3) | conv(4, 3x3) }');
    assert.deepEqual([sizes.height.sure, isAmong(sizes.height, 31)], [false, true]);
  });

  const n = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
  const layer = fc.oneof(
    fc.tuple(n(1, 5), n(1, 3), n(0, 2)).map(([k, s, p]) => `conv(4, ${k}x${k}, stride=${s}, pad=${p})`),
    fc.tuple(n(2, 4), n(1, 3), fc.boolean()).map(([k, s, c]) => `maxpool(${k}x${k}, stride=${s}, ceil=${c})`),
    fc.tuple(n(1, 4), n(1, 3)).map(([k, s]) => `deconv(4, ${k}x${k}, stride=${s})`),
    n(2, 3).map((s) => `upsample(${s})`),
    n(0, 2).map((p) => `pad(${p})`),
    fc.constant('gap'),
    fc.constant('maxpool(2x2) -> upsample(2)'),
    fc.constant('pixelunshuffle(2) -> conv(4, 1x1)'),
  );
  const path = (most: number): fc.Arbitrary<string> =>
    fc.array(layer, { minLength: 0, maxLength: most }).map((stages) => stages.join(' -> ') || 'identity');
  const net = fc
    .array(
      fc.oneof(
        layer,
        fc.tuple(fc.constantFrom('add', 'concat'), path(3), path(2)).map(([join, a, b]) => `${join} { | ${a} | ${b} } -> conv(4, 1x1)`),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((stages) => stages.join(' -> '));

  it('are those at which the target has no errors', async () => {
    let some = 0;
    await fc.assert(
      fc.asyncProperty(net, async (text) => {
        const s = await body(text);
        // Where a window does not fit the input in the text, its layer is not in the graph.
        if (!s.sizes.height.sure) return;
        some++;
        holds(s, text);
      }),
      { numRuns: 60, seed: 2 },
    );
    assert.ok(some > 40, `${some} nets`);
  });
});
