/** The variants, rule by rule: what is written, and what it would be without its 1×1 reductions, depthwise convolutions, groups. */
import assert from 'node:assert/strict';
import { otherCode } from '../../../src/export/cnn/variant.ts';
import { compareVariants } from '../../../src/graph/compare.ts';
import type { VariantName } from '../../../src/graph/facts.ts';
import { hasVariant } from '../../../src/graph/variants/units.ts';
import { targetOf } from '../../support/cnn.ts';

/** The body of a variant of a block on 64×8×8, on one line; undefined where none of its rules applies. */
async function formOf(body: string, variant: VariantName): Promise<string | undefined> {
  const { graph } = await targetOf(`block A on 64x8x8 { ${body} }`, 'A');
  const c = compareVariants(graph, { variant });
  assert.equal(compareVariants(graph) !== undefined, hasVariant(graph));
  const [, inside] = /\{\n([\s\S]*)\}\n$/.exec(c ? otherCode(c, 'block') : '') ?? [];
  return inside?.trim().replaceAll(/\s+/g, ' ');
}

/** Where lines are broken does not matter here. */
const unbroken = (text: string | undefined): string | undefined => text?.replaceAll(' -> ', ' ');

type Rules = Readonly<Record<string, readonly (readonly [written: string, expected: string | undefined])[]>>;

const POOL = 'maxpool(3x3, stride=1, pad=1)';
/** Squeeze-and-excitation on c channels. */
const gate = (c: number, inner = 4): string => `mul { | identity | gap -> conv(${inner}, 1x1) -> relu -> conv(${c}, 1x1) -> sigmoid }`;

const NAIVE: Rules = {
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
  'it goes where several convolutions read it, one of them larger than 1×1': [
    ['conv(16, 1x1) -> relu concat { | conv(32, 1x1) | conv(32, 3x3) }', 'concat { | conv(32, 1x1) | conv(32, 3x3) }'],
    [
      'conv(16, 1x1, stride=2) concat { | bn -> conv(8, 1x1, stride=1x2) | relu -> conv(8, 3x3, stride=1x2) }',
      'concat { | conv(8, 1x1, stride=2x4) | conv(8, 3x3, stride=2x4) }',
    ],
    ['s: conv(16, 1x1) add { | s -> relu -> conv(8, 3x3) | s -> conv(8, 5x5) }', 'add { | conv(8, 3x3) | conv(8, 5x5) }'],
    ['conv(16, 1x1) concat { | conv(32, 1x1) | conv(32, 1x1) }', undefined],
    ['conv(16, 1x1) concat { | conv(32, 3x3) | dwconv(3x3) }', undefined],
    ['conv(16, 1x1) concat { | conv(32, 3x3) | conv(32, 3x3, groups=2) }', undefined],
    ['conv(16, 1x1) concat { | conv(32, 3x3) | maxpool(3x3, stride=1, pad=1) }', undefined],
    ['conv(16, 1x1) output o = relu concat { | conv(32, 3x3) | conv(32, 1x1) }', undefined],
  ],
  'what one match rewrites, no other touches': [
    [
      'conv(32, 1x1) concat { | conv(16, 1x1) -> conv(8, 3x3) | conv(8, 3x3) }',
      'concat { | conv(16, 1x1) -> conv(8, 3x3) | conv(8, 3x3) }',
    ],
  ],
  'a gate on it goes': [
    [`conv(16, 1x1) -> ${gate(16)} -> conv(64, 3x3)`, 'conv(64, 3x3)'],
    [`conv(16, 1x1) -> bn -> ${gate(16)} -> relu concat { | conv(8, 1x1) | conv(8, 3x3) }`, 'concat { | conv(8, 1x1) | conv(8, 3x3) }'],
    [`concat { | ${POOL} -> conv(8, 1x1) -> ${gate(8)} | relu }`, `concat { | ${POOL} | relu }`],
  ],
  'what else is multiplied is no gate': [
    ['s: conv(16, 1x1) mul { | s | gap -> conv(16, 1x1) } conv(64, 3x3) concat { | identity | s }', undefined],
    [`conv(16, 1x1) mul { | identity | ${'relu -> '.repeat(64)} tanh } conv(64, 3x3)`, undefined],
    ['v: conv(16, 1x1) w = gap -> conv(16, 1x1) mul { | v | w } conv(16, 3x3) concat { | identity | w -> upsample(to=8x8) }', undefined],
    [`conv(16, 1x1) mul { | relu | gap } -> conv(64, 3x3)`, undefined],
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
  'a gate stays, behind the first of the two where it weighed a middle one': [
    [
      `add { | conv(16, 1x1) -> conv(16, 3x3) -> conv(64, 1x1) -> bn -> ${gate(64)} | identity }`,
      `add { | conv(64, 3x3) -> conv(64, 3x3) -> bn -> ${gate(64)} | identity }`,
    ],
    [
      `add { | conv(16, 1x1) -> bn -> conv(16, 3x3) -> relu -> ${gate(16)} -> relu -> conv(64, 1x1) | identity }`,
      `add { | conv(64, 3x3) -> bn -> ${gate(64)} -> conv(64, 3x3) | identity }`,
    ],
    [
      `add { | conv(16, 1x1) -> ${gate(16)} -> bn -> conv(16, 3x3) -> conv(64, 1x1) | identity }`,
      `add { | conv(64, 3x3) -> ${gate(64)} -> bn -> conv(64, 3x3) | identity }`,
    ],
    [
      'add { | conv(16, 1x1) -> conv(16, 3x3) -> mul { | identity | gap -> flatten -> linear(16->2) -> relu -> linear(16) -> sigmoid -> reshape(16x1x1) } -> conv(64, 1x1) | identity }',
      'add { | conv(64, 3x3) -> mul { | identity | gap -> flatten -> linear(2) -> relu -> linear(64) -> sigmoid -> reshape(64x1x1) } -> conv(64, 3x3) | identity }',
    ],
    [
      'add { | conv(16, 1x1) -> conv(16, 3x3) -> mul { | identity | channelmean -> conv(1, 7x7) -> sigmoid } -> conv(64, 1x1) | identity }',
      'add { | conv(64, 3x3) -> mul { | identity | channelmean -> conv(1, 7x7) -> sigmoid } -> conv(64, 3x3) | identity }',
    ],
    [
      'add { | conv(16, 1x1) -> conv(16, 3x3) -> mul { | identity | bn -> prelu(16) -> gap -> conv(16, 1x1) -> prelu(16) -> conv(16, 1x1) -> prelu(16) } -> conv(64, 1x1) | identity }',
      'add { | conv(64, 3x3) -> mul { | identity | bn -> prelu(64) -> gap -> conv(16, 1x1) -> prelu(16) -> conv(64, 1x1) -> prelu(64) } -> conv(64, 3x3) | identity }',
    ],
  ],
  'a gate of several ways gives what arrives on each': [
    [
      'add { | conv(16, 1x1) -> conv(16, 3x3) -> mul { | identity | add { | gap -> conv(4, 1x1) -> conv(16, 1x1) | gmp -> conv(16, 1x1) } -> sigmoid } -> conv(64, 1x1) | identity }',
      'add { | conv(64, 3x3) -> mul { | identity | add { | gap -> conv(4, 1x1) -> conv(64, 1x1) | gmp -> conv(64, 1x1) } -> sigmoid } -> conv(64, 3x3) | identity }',
    ],
  ],
  'it is as large as what it replaces': [
    [
      'add { | conv(16, 1x1) -> conv(16, 3x3, pad=0) -> conv(64, 1x1) | crop(6x6) }',
      'add { | conv(64, 3x3, pad=0) -> conv(64, 3x3) | crop(6x6) }',
    ],
    [
      'add { | conv(16, 1x1) -> conv(16, 2x2, pad=tf) -> conv(64, 1x1) | identity }',
      'add { | conv(64, 2x2, pad=tf) -> conv(64, 2x2, pad=tf) | identity }',
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
    [
      's: identity conv(16, 1x1) b: conv(16, 3x3) c: conv(64, 1x1) add { | c | s } concat { | identity | b }',
      's: identity b: conv(16, 3x3) c: conv(64, 1x1) add { | expect 64x8x8 | s } concat { | identity | b }',
    ],
    ['mul { | conv(16, 1x1, groups=2) -> conv(16, 3x3) -> conv(64, 1x1) | identity }', undefined],
    ['add { | conv(16, 1x1) -> maxpool(3x3, stride=1, pad=1) -> conv(16, 3x3) -> conv(64, 1x1) | identity }', undefined],
  ],
};

const FULL: Rules = {
  'a depthwise convolution and the 1×1 behind it are one': [
    ['dwconv(3x3) -> conv(128, 1x1)', 'conv(128, 3x3)'],
    [
      'dwconv(3x3, stride=2, bias=false) -> bn -> relu -> conv(128, 1x1, bias=false) -> bn -> relu',
      'conv(128, 3x3, stride=2, bias=false) -> bn -> relu',
    ],
    ['dwconv(5x5, multiplier=2) -> conv(32, 1x1)', 'conv(32, 5x5)'],
    ['dwconv(3x3, stride=2x1, pad=0, dilation=2) -> conv(32, 1x1, stride=1x2)', 'conv(32, 3x3, stride=2, pad=0, dilation=2)'],
    ['conv(64, 3x3, groups=64) -> conv(32, 1x1)', 'conv(32, 3x3)'],
    ['dwconv(2x2, pad=tf) -> conv(32, 1x1)', 'conv(32, 2x2, pad=tf)'],
    [`dwconv(3x3) -> ${gate(64)} -> conv(32, 1x1)`, 'conv(32, 3x3)'],
    ['conv(16, 1x1) -> conv(96, 1x1) -> dwconv(3x3) -> conv(16, 1x1)', 'conv(16, 1x1) conv(96, 1x1) conv(16, 3x3)'],
    ['dwconv(3x3) -> conv(32, 1x1) -> dwconv(5x5) -> conv(16, 1x1)', 'conv(32, 3x3) conv(16, 5x5)'],
  ],
  'it stays where anything else reads it, or what reads it is no 1×1 over all channels': [
    ['dwconv(3x3)', undefined],
    ['dwconv(3x3) -> conv(32, 3x3)', undefined],
    ['dwconv(3x3) -> conv(32, 1x1, groups=2)', undefined],
    ['conv(64, 3x3, groups=32) -> conv(32, 1x1)', undefined],
    ['dwconv(3x3) -> maxpool(2x2) -> conv(32, 1x1)', undefined],
    ['dwconv(3x3) concat { | conv(32, 1x1) | conv(32, 1x1) }', undefined],
    ['dwconv(3x3) output o = relu conv(32, 1x1)', undefined],
  ],
};

const UNGROUPED: Rules = {
  'a convolution has one group': [
    ['conv(32, 3x3, groups=4) -> bn -> conv(32, 1x1, groups=8)', 'conv(32, 3x3) -> bn conv(32, 1x1)'],
    ['conv(64, 3x3, groups=64)', 'conv(64, 3x3)'],
    ['deconv(32, 2x2, stride=2, groups=4)', 'deconv(32, 2x2, stride=2)'],
  ],
  'nothing else is touched': [
    ['conv(32, 3x3)', undefined],
    ['dwconv(3x3) -> gn(8) -> shuffle(2)', undefined],
    ['conv(32, 3x3, groups=2) -> gn(8) -> shuffle(2) -> dwconv(3x3)', 'conv(32, 3x3) -> gn(8) shuffle(2) dwconv(3x3)'],
  ],
};

for (const [variant, rules] of Object.entries({ naive: NAIVE, full: FULL, ungrouped: UNGROUPED }))
  describe(`the ${variant} form`, () => {
    for (const [rule, cases] of Object.entries(rules))
      describe(rule, () => {
        for (const [written, expected] of cases)
          it(written, async () => assert.equal(unbroken(await formOf(written, variant as VariantName)), unbroken(expected)));
      });
  });
