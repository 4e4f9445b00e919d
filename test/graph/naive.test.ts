/** The naive form, rule by rule: what is written, and what it would be without its 1×1 reductions. */
import assert from 'node:assert/strict';
import { otherCode } from '../../src/export/cnn/variant.ts';
import { compareNaive, hasNaive } from '../../src/graph/compare.ts';
import { targetOf } from '../support/cnn.ts';

/** The body of the naive form of a block on 64×8×8, on one line; undefined where no rule applies. */
async function naive(body: string): Promise<string | undefined> {
  const { graph } = await targetOf(`block A on 64x8x8 { ${body} }`, 'A');
  const c = compareNaive(graph);
  assert.equal(c !== undefined, hasNaive(graph));
  const [, inside] = /\{\n([\s\S]*)\}\n$/.exec(c ? otherCode(c, 'block') : '') ?? [];
  return inside?.trim().replaceAll(/\s+/g, ' ');
}

const POOL = 'maxpool(3x3, stride=1, pad=1)';
const RULES: Readonly<Record<string, readonly (readonly [written: string, naive: string | undefined])[]>> = {
  'a 1×1 that narrows before a larger convolution goes, and so does what dresses it': [
    ['conv(16, 1x1) -> conv(64, 3x3)', 'conv(64, 3x3)'],
    ['conv(16, 1x1) -> bn -> relu -> dropout -> conv(64, 3x3) -> bn -> relu', 'conv(64, 3x3) -> bn -> relu'],
    ['conv(63, 1x1) -> conv(8, 1x3)', 'conv(8, 1x3)'],
    ['conv(16, 1x1) -> conv(8, 3x1, bias=false, dilation=2)', 'conv(8, 3x1, dilation=2, bias=false)'],
    ['conv(16, 1x1, stride=2x1) -> conv(8, 3x3, stride=2x4)', 'conv(8, 3x3, stride=4)'],
    ['conv(32, 1x1) -> conv(16, 1x1) -> conv(8, 3x3)', 'conv(32, 1x1) conv(8, 3x3)'],
    ['conv(16, 1x1) -> conv(8, 3x3) -> conv(4, 1x1) -> relu -> conv(9, 5x5)', 'conv(8, 3x3) conv(9, 5x5)'],
    ['conv(16, 1x1) -> prelu(16) -> conv(8, 3x3)', 'conv(8, 3x3)'],
  ],
  'it stays where it does not narrow, is no 1×1 over all channels, or something else reads it': [
    ['conv(64, 1x1) -> conv(64, 3x3)', undefined],
    ['conv(16, 1x1, groups=2) -> conv(64, 3x3)', undefined],
    ['conv(16, 1x3) -> conv(64, 3x3)', undefined],
    ['conv(16, 3x1) -> conv(64, 3x3)', undefined],
    ['conv(16, 1x1) -> conv(64, 1x1)', undefined],
    ['conv(16, 1x1) -> conv(64, 3x3, groups=2)', undefined],
    ['conv(16, 1x1) -> dwconv(3x3)', undefined],
    ['conv(16, 1x1) -> maxpool(2x2) -> conv(64, 3x3)', undefined],
    ['conv(16, 1x1) -> gap -> flatten -> linear(8)', undefined],
    ['s: conv(16, 1x1) -> relu concat { | conv(64, 3x3) | s }', undefined],
    ['conv(16, 1x1) -> r: relu concat { | conv(64, 3x3) | r }', undefined],
    ['conv(16, 1x1) output o = relu conv(64, 3x3)', undefined],
    ['conv(16, 1x1) output o = identity conv(64, 3x3)', undefined],
    ['conv(64, 3x3) -> conv(16, 1x1)', undefined],
  ],
  'a 1×1 behind a pool that keeps the size goes from the branch of a concat': [
    [`concat { | ${POOL} -> conv(8, 1x1) | relu }`, `concat { | ${POOL} | relu }`],
    [`concat { | ${POOL} -> conv(8, 1x1) -> bn -> relu | relu }`, `concat { | ${POOL} | relu }`],
    [
      'concat { | avgpool(3x3, stride=1, pad=1) -> conv(8, 1x1) | lppool(1x1) -> conv(8, 1x1) }',
      'concat { | avgpool(3x3, stride=1, pad=1) | lppool(1x1) }',
    ],
  ],
  'it stays behind any other pool, where it does not narrow, and before anything else': [
    [`concat { | ${POOL} -> conv(64, 1x1) | relu }`, undefined],
    [`concat { | ${POOL} -> relu -> conv(8, 1x1) | relu }`, undefined],
    ['concat { | maxpool(2x2) -> conv(8, 1x1) | maxpool(2x2) }', undefined],
    ['concat { | maxpool(1x2) -> conv(8, 1x1) | maxpool(1x2) }', undefined],
    ['concat { | maxpool(2x1) -> conv(8, 1x1) | maxpool(2x1) }', undefined],
    ['concat { | gap -> conv(8, 1x1) | gap }', undefined],
    ['concat { | adaptiveavgpool(8x8) -> conv(8, 1x1) | relu }', undefined],
    ['concat { | conv(8, 1x1) | relu }', undefined],
    [`add { | ${POOL} -> conv(8, 1x1) | conv(8, 1x1) }`, undefined],
    [`p: ${POOL} concat { | p -> conv(8, 1x1) | p }`, undefined],
    [`${POOL} -> conv(8, 1x1)`, undefined],
  ],
  'a branch of an add that narrows and widens becomes two convolutions of full width': [
    ['add { | conv(16, 1x1) -> conv(16, 3x3) -> conv(64, 1x1) | identity }', 'add { | conv(64, 3x3) -> conv(64, 3x3) | identity }'],
    [
      'add { | identity | conv(16, 1x1) -> bn -> relu -> conv(16, 3x3) -> bn -> relu -> conv(64, 1x1) -> bn }',
      'add { | identity | conv(64, 3x3) -> bn -> relu -> conv(64, 3x3) -> bn }',
    ],
    [
      'add { | conv(16, 1x1) -> conv(16, 1x3) -> relu -> conv(24, 5x1) -> conv(64, 1x1) | identity }',
      'add { | conv(64, 5x3) -> conv(64, 5x3) | identity }',
    ],
    [
      'add { | conv(16, 1x1, bias=false) -> conv(16, 3x3, stride=2x1) -> conv(128, 1x1, stride=1x2) | conv(128, 1x1, stride=2) }',
      'add { | conv(128, 3x3, stride=2, bias=false) -> conv(128, 3x3) | conv(128, 1x1, stride=2) }',
    ],
    [
      'add { | conv(16, 1x1) -> conv(16, 3x3, dilation=1x3) -> conv(64, 1x1) | identity }',
      'add { | conv(64, 3x3, dilation=1x3) -> conv(64, 3x3, dilation=1x3) | identity }',
    ],
    [
      'add { | conv(16, 1x1) -> prelu(16) -> conv(16, 3x3) -> prelu(16) -> conv(64, 1x1) -> prelu(64) | identity }',
      'add { | conv(64, 3x3) -> prelu(64) -> conv(64, 3x3) -> prelu(64) | identity }',
    ],
    [
      'add { | conv(16, 1x1) -> prelu -> conv(16, 3x3) -> conv(64, 1x1) -> prelu | identity }',
      'add { | conv(64, 3x3) -> prelu -> conv(64, 3x3) -> prelu | identity }',
    ],
  ],
  'it stays where it does not narrow and widen, or has anything else in it': [
    ['add { | conv(16, 1x1) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(64, 1x1) -> conv(32, 3x3) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(128, 1x1) -> dwconv(3x3) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(16, 1x1) -> dwconv(3x3) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(16, 1x1) -> conv(16, 3x3, groups=2) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(16, 1x1, groups=2) -> conv(16, 3x3) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(16, 3x3) -> conv(16, 3x3) -> conv(64, 3x3) | identity }', undefined],
    ['mul { | conv(16, 1x1, groups=2) -> conv(16, 3x3) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(16, 1x1) -> maxpool(3x3, stride=1, pad=1) -> conv(16, 3x3) -> conv(64, 1x1) | identity }', undefined],
  ],
};

describe('the naive form', () => {
  for (const [rule, cases] of Object.entries(RULES))
    describe(rule, () => {
      for (const [written, expected] of cases) it(written, async () => assert.equal(await naive(written), expected));
    });
});
