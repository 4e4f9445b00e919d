/** The variants of blocks that papers draw: figures by hand. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareVariants } from '../../../src/graph/compare.ts';
import type { VariantName } from '../../../src/graph/facts.ts';
import { targetOf } from '../../support/cnn.ts';

const read = (name: string): string => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');
const zoo = (name: string): string => read(`zoo/${name}.cnn`).replace('../resnet.cnn', 'resnet.cnn');
const files = {
  'resnet.cnn': read('resnet.cnn'),
  'mobile.cnn': zoo('mobile'),
  'squeezenet.cnn': zoo('squeezenet'),
};

interface Figures {
  /** All of these convolve at each pixel of the input's size unless there is `macs`. */
  readonly weights: number;
  readonly macs?: number;
  readonly field: number;
  /** What lives at once: planes of the input's size, and single entries of a gate. */
  readonly planes: number;
  readonly entries?: number;
}

interface Case extends Figures {
  readonly what: string;
  readonly text: string;
  /** The input's channels and pixels on a side. */
  readonly on: readonly [channels: number, side: number];
  readonly variants: Readonly<Partial<Record<VariantName, Figures>>>;
}

const BOTTLENECK = 256 * 64 + 9 * 64 * 64 + 64 * 256;
const BASIC = 2 * 9 * 256 * 256;
const GATED_BASIC: Figures = {
  weights: BASIC + 2 * 256 * 16,
  macs: 56 * 56 * BASIC + 2 * 256 * 16,
  field: 56,
  planes: 3 * 256,
  entries: 256,
};
const PLAIN = 'conv(64, 1x1) -> relu -> conv(64, 3x3) -> relu -> conv(256, 1x1)';
const squeeze = (c: number, inner: number): string =>
  `mul { | identity | gap -> conv(${inner}, 1x1) -> relu -> conv(${c}, 1x1) -> sigmoid }`;

const CASES: readonly Case[] = [
  {
    what: 'the fire module of SqueezeNet 1.1 (Iandola et al. 2016): its squeeze goes from before both convolutions',
    text: 'conv(16, 1x1) -> relu concat { | conv(64, 1x1) -> relu | conv(64, 3x3) -> relu }',
    on: [64, 55],
    weights: 64 * 16 + 16 * 64 + 9 * 16 * 64,
    field: 3,
    planes: 64 + 64 + 128,
    variants: { naive: { weights: 64 * 64 + 9 * 64 * 64, field: 3, planes: 64 + 64 + 128 } },
  },
  {
    what: 'the bottleneck of ResNet-50 (He et al. 2015)',
    text: `add { | ${PLAIN} | identity } relu`,
    on: [256, 56],
    weights: BOTTLENECK,
    field: 3,
    planes: 3 * 256,
    variants: { naive: { weights: BASIC, field: 5, planes: 3 * 256 } },
  },
  {
    what: 'that of SE-ResNet-50 (Hu et al. 2017): the gate stays',
    text: `add { | ${PLAIN} -> ${squeeze(256, 16)} | identity } relu`,
    on: [256, 56],
    weights: BOTTLENECK + 2 * 256 * 16,
    macs: 56 * 56 * BOTTLENECK + 2 * 256 * 16,
    // A gate sees the whole map, and weighs it by what is made of that.
    field: 56,
    planes: 3 * 256,
    entries: 256,
    variants: { naive: GATED_BASIC },
  },
  {
    what: 'one whose gate weighs the 3×3: its inner width stays, it weighs what arrives',
    text: `add { | conv(64, 1x1) -> relu -> conv(64, 3x3) -> relu -> ${squeeze(64, 16)} -> conv(256, 1x1) | identity } relu`,
    on: [256, 56],
    weights: BOTTLENECK + 2 * 64 * 16,
    macs: 56 * 56 * BOTTLENECK + 2 * 64 * 16,
    field: 56,
    planes: 3 * 256,
    variants: { naive: GATED_BASIC },
  },
  {
    what: 'the bottleneck of ResNeXt-50 32×4d (Xie et al. 2016): no naive form, but one without groups',
    text: 'add { | conv(128, 1x1) -> relu -> conv(128, 3x3, groups=32) -> relu -> conv(256, 1x1) | identity } relu',
    on: [256, 56],
    weights: 256 * 128 + 9 * 4 * 128 + 128 * 256,
    field: 3,
    planes: 3 * 256,
    variants: { ungrouped: { weights: 256 * 128 + 9 * 128 * 128 + 128 * 256, field: 3, planes: 3 * 256 } },
  },
  {
    what: 'the depthwise separable convolution of MobileNet (Howard et al. 2017)',
    text: 'dwconv(3x3, bias=false) -> relu -> conv(64, 1x1, bias=false) -> relu',
    on: [32, 112],
    weights: 9 * 32 + 32 * 64,
    field: 3,
    planes: 32 + 64,
    variants: { full: { weights: 9 * 32 * 64, field: 3, planes: 32 + 64 } },
  },
  {
    what: 'the inverted residual of MobileNetV2 (Sandler et al. 2018): what widens stays',
    text: 'add { | conv(144, 1x1) -> relu6 -> dwconv(3x3) -> relu6 -> conv(24, 1x1) | identity }',
    on: [24, 56],
    weights: 24 * 144 + 9 * 144 + 144 * 24,
    field: 3,
    planes: 24 + 144 + 144,
    variants: { full: { weights: 24 * 144 + 9 * 144 * 24, field: 3, planes: 24 + 144 + 24 } },
  },
  {
    what: 'MBConv of EfficientNet-B0 (Tan and Le 2019): its squeeze-and-excitation is no reduction, and goes with what stood between',
    text: `add { | conv(144, 1x1) -> silu -> dwconv(3x3) -> silu -> ${squeeze(144, 6)} -> conv(24, 1x1) | identity }`,
    on: [24, 56],
    weights: 24 * 144 + 9 * 144 + 2 * 144 * 6 + 144 * 24,
    macs: 56 * 56 * (24 * 144 + 9 * 144 + 144 * 24) + 2 * 144 * 6,
    field: 56,
    planes: 24 + 144 + 144,
    entries: 144,
    variants: { full: { weights: 24 * 144 + 9 * 144 * 24, field: 3, planes: 24 + 144 + 24 } },
  },
  {
    what: 'the Inception module 3a of GoogLeNet (Szegedy et al. 2014)',
    text: `concat {
      | conv(64, 1x1) -> relu
      | conv(96, 1x1) -> relu -> conv(128, 3x3) -> relu
      | conv(16, 1x1) -> relu -> conv(32, 5x5) -> relu
      | maxpool(3x3, stride=1, pad=1) -> conv(32, 1x1) -> relu
    }`,
    on: [192, 28],
    weights: 163_328,
    field: 5,
    // The pool reads the input while the other branches wait to be joined.
    planes: 64 + 128 + 32 + 192 + 192,
    variants: { naive: { weights: 387_072, field: 5, planes: 416 + 416 } },
  },
];

describe('the variants of a block', () => {
  for (const c of CASES)
    it(c.what, async () => {
      const [channels, side] = c.on;
      const { graph } = await targetOf(`block A on ${channels}x${side}x${side} { ${c.text} }`, 'A');
      const pixels = side * side;
      const comparison = compareVariants(graph);
      assert.ok(comparison);
      const told = [comparison.this, ...comparison.variants].map((s) => ({
        weights: s.totals.weights,
        macs: s.totals.macs,
        field: s.receptiveField,
        memory: s.totals.memory,
      }));
      const expected = [c, ...Object.values(c.variants)].map(({ weights, macs = pixels * weights, field, planes, entries = 0 }) => ({
        weights,
        macs,
        field: [field, field],
        memory: 4 * (pixels * planes + entries),
      }));
      assert.deepEqual(told, expected);
      assert.deepEqual(
        comparison.variants.map((v) => [v.name, v.derived]),
        Object.keys(c.variants).map((name) => [name, name]),
      );
    });
});

describe('the variants of a network', () => {
  it('SqueezeNet 1.0 is naive without its squeezes, all of it one graph', async () => {
    const { graph } = await targetOf(files['squeezenet.cnn'], 'SqueezeNet10');
    const c = compareVariants(graph);
    const fires = [
      [96, 64],
      [128, 64],
      [128, 128],
      [256, 128],
      [256, 192],
      [384, 192],
      [384, 256],
      [512, 256],
    ] as const;
    const naive = fires.reduce((sum, [into, expand]) => sum + (1 + 9) * into * expand, 49 * 3 * 96 + 512 * 1000);
    assert.deepEqual([c?.derived, c?.other.totals.weights, naive, c?.parts.length], ['naive', naive, 4_683_552, 8]);
    assert.ok(c?.graphs);
  });

  it('MobileNetV2 is full where each block has one 3×3 for two convolutions', async () => {
    const { graph, facts } = await targetOf(read('mobilenetv2.cnn'), 'MobileNetV2');
    const c = compareVariants(graph);
    let [into, more] = [32, 0];
    for (const [t, out, n] of [
      [1, 16, 1],
      [6, 24, 2],
      [6, 32, 3],
      [6, 64, 4],
      [6, 96, 3],
      [6, 160, 3],
      [6, 320, 1],
    ] as const)
      for (let i = 0; i < n; i++) {
        const wide = t * into;
        more += 9 * wide * out - 9 * wide - wide * out;
        into = out;
      }
    assert.deepEqual([c?.derived, c?.other.totals.weights, c?.parts.length], ['full', facts.totals.weights + more, 17]);
  });

  it('ResNeXt-50 without groups is the wide ResNet-50', async () => {
    const text = zoo('resnets');
    const c = compareVariants((await targetOf(text, 'ResNeXt50_32x4', files)).graph);
    const wide = (await targetOf(text, 'WideResNet50', files)).facts.totals;
    assert.deepEqual([c?.derived, c?.other.totals], ['ungrouped', wide]);
    // A block is told of as a whole, though its convolutions stand in a helper.
    assert.deepEqual([c?.parts.length, c?.parts[0]?.name], [16, 'Widened']);
  });

  it('EfficientNet-B0 has a full form of all its blocks, and says that their gates go', async () => {
    const c = compareVariants((await targetOf(zoo('efficientnet'), 'EfficientNetB0', files)).graph);
    assert.deepEqual([c?.derived, c?.parts.length, c?.variants.length], ['full', 16, 1]);
    assert.match(c?.notes[0] ?? '', /^What weighs the channels in between goes too: .*SqueezeExcite\/mul, .* and 13 more\.$/);
  });
});

describe('what is compared with', () => {
  const variants = async (text: string) => {
    const { comparison: c } = await targetOf(text, 'A');
    return [c?.otherName, c?.variants.map((v) => [v.name, v.totals.weights])];
  };
  const wide = 'block Wide { conv(64, 3x3) }';
  const reduced = 'conv(16, 1x1) -> conv(64, 3x3) -> conv(64, 3x3, groups=64)';

  it('is the naive form where there is one, though another variant saves more', async () => {
    assert.deepEqual(await variants(`block A on 64x8x8 { ${reduced} }`), [
      'naive',
      [
        ['naive', 9 * 64 * 64 + 9 * 64],
        ['ungrouped', 64 * 16 + 9 * 16 * 64 + 9 * 64 * 64],
      ],
    ]);
  });

  it('is else the variant that saves most weights', async () => {
    const grouped = 'conv(32, 3x3, groups=4)';
    const separable = (c: number): string => `dwconv(3x3) -> conv(${c}, 1x1)`;
    assert.deepEqual(await variants(`block A on 64x8x8 { ${grouped} -> ${separable(16)} }`), [
      'ungrouped',
      [
        ['full', (9 * 64 * 32) / 4 + 9 * 32 * 16],
        ['ungrouped', 9 * 64 * 32 + 9 * 32 + 32 * 16],
      ],
    ]);
    assert.equal((await variants(`block A on 64x8x8 { ${grouped} -> ${separable(256)} }`))[0], 'full');
  });

  it('is what versus names before all, whatever its name', async () => {
    assert.deepEqual(await variants(`${wide}\nblock A on 64x8x8 versus Wide { ${reduced} }`), [
      'Wide',
      [
        ['naive', 9 * 64 * 64 + 9 * 64],
        ['ungrouped', 64 * 16 + 9 * 16 * 64 + 9 * 64 * 64],
        ['Wide', 9 * 64 * 64],
      ],
    ]);
    const { comparison } = await targetOf('block naive { conv(64, 3x3) } block A on 64x8x8 versus naive { conv(64, 1x1) }', 'A');
    assert.deepEqual([comparison?.otherName, comparison?.derived], ['naive', undefined]);
  });
});
