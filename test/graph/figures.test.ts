/** The examples against the figures that their papers and torchvision publish. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareVariants } from '../../src/graph/compare.ts';
import { targetOf } from '../support/cnn.ts';

const example = (name: string): string => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
const others = { 'inception.cnn': example('inception.cnn') };

describe('published figures', () => {
  const totals: readonly (readonly [file: string, target: string, params: number, macs: number, depth: number])[] = [
    // Szegedy et al. 2014, table 1: 5×5 branches, biases, LRN, no auxiliary heads.
    ['googlenet.cnn', 'GoogLeNet', 6_998_552, 1_582_671_872, 22],
    // torchvision's resnet50, resnet101, resnet152.
    ['resnet.cnn', 'ResNet50', 25_557_032, 4_089_184_256, 50],
    ['resnet.cnn', 'ResNet101', 44_549_160, 7_801_405_440, 101],
    ['resnet.cnn', 'ResNet152', 60_192_808, 11_513_626_624, 152],
    // torchvision's mobilenet_v2 (0.301 GMACs), densenet121 (2.834), densenet169 (3.36), densenet201 (4.291) and densenet161 (7.728).
    ['mobilenetv2.cnn', 'MobileNetV2', 3_504_872, 300_774_272, 53],
    ['densenet.cnn', 'DenseNet121', 7_978_856, 2_834_161_664, 121],
    ['densenet.cnn', 'DenseNet169', 14_149_480, 3_359_843_328, 169],
    ['densenet.cnn', 'DenseNet201', 20_013_928, 4_291_365_888, 201],
    ['densenet.cnn', 'DenseNet161', 28_681_000, 7_727_907_072, 161],
    // Ronneberger et al. 2015 count 23 convolutions. 3×3 with padding, biases, no batch norm, transposed convolutions of 2×2, 3 channels in, 2 out.
    ['unet.cnn', 'UNet', 31_031_810, 48_171_581_440, 23],
  ];
  for (const [file, target, params, macs, depth] of totals)
    it(target, async () => {
      const { facts } = await targetOf(example(file), target, others);
      assert.equal(facts.totals.params, params);
      assert.equal(facts.totals.macs, macs);
      // The number in a network's name: normalisation is no layer with weights.
      assert.equal(facts.totals.depth, depth);
    });

  it('counts layers with kernels: 53 convolutions and one linear layer in ResNet50', async () => {
    assert.equal((await targetOf(example('resnet.cnn'), 'ResNet50')).facts.totals.layers, 54);
    const dressed = 'block B on 8x4x4 { bn conv(8, 1x1) -> bn -> relu concat { | conv(8, 3x3) -> lrn | identity } -> bn }';
    const { layers, depth } = (await targetOf(dressed, 'B')).facts.totals;
    assert.deepEqual([layers, depth], [2, 2]);
  });

  it('peak memory: activations and what does nothing work in place, normalisation does not', async () => {
    const memory = async (text: string): Promise<number> => (await targetOf(text, 'B')).facts.totals.memory;
    const plane = 4 * 16 * 16;
    assert.equal(await memory('block B on 1x16x16 { conv(8, 3x3) -> relu -> dropout }'), (1 + 8) * plane);
    assert.equal(await memory('block B on 1x16x16 { conv(8, 3x3) -> bn -> relu }'), (8 + 8) * plane);
    // Three tensors of 256×56×56: a sum and what it adds.
    assert.equal((await targetOf(example('resnet.cnn'), 'ResNet50')).facts.totals.memory, 3 * 4 * 256 * 56 * 56);
  });

  it('four 1×1 kernels over 3×3×3 give 3×3×4', async () => {
    const { graph } = await targetOf(example('pointwise.cnn'), 'Pointwise');
    assert.deepEqual(graph.nodes.at(-1)?.shape, [4, 3, 3]);
  });
});

describe('1×1-reduced against naive', () => {
  it('Inception 3a: 163,328 against 387,072 weights', async () => {
    const { comparison: c } = await targetOf(example('inception.cnn'), 'Inception');
    assert.ok(c);
    assert.deepEqual([c.this.totals.weights, c.other.totals.weights], [163_328, 387_072]);
    assert.deepEqual([c.this.totals.macs, c.other.totals.macs], [128_049_152, 303_464_448]);
    assert.equal(c.other.formula, '1×1×192×64 + 3×3×192×128 + 5×5×192×32');
    assert.deepEqual(
      [c.this.output, c.other.output],
      [
        [256, 28, 28],
        [416, 28, 28],
      ],
    );
  });

  it('bottleneck: 69,632 against 1,179,648 weights', async () => {
    const { comparison: c } = await targetOf(example('resnet.cnn'), 'Bottleneck');
    assert.ok(c);
    assert.deepEqual([c.this.totals.weights, c.other.totals.weights], [69_632, 1_179_648]);
    assert.equal(c.this.formula, '1×1×256×64 + 3×3×64×64 + 1×1×64×256');
    assert.equal(c.other.formula, '3×3×256×256×2');
  });

  it('each Inception module of GoogLeNet', async () => {
    const { comparison: c } = await targetOf(example('googlenet.cnn'), 'GoogLeNet', others);
    assert.deepEqual(
      c?.parts.map((p) => [p.path.replace('inception', ''), p.weights.this, p.weights.other]),
      [
        ['3a', 163_328, 387_072],
        ['3b', 388_096, 1_089_536],
        ['4a', 375_552, 1_566_720],
        ['4b', 448_512, 1_933_312],
        ['4c', 509_440, 2_064_384],
        ['4d', 604_672, 2_203_648],
        ['4e', 867_328, 3_345_408],
        ['5a', 1_042_432, 5_271_552],
        ['5b', 1_442_816, 5_857_280],
      ],
    );
  });

  it('tells the layers and the depth of the naive form, of a block and of a sum over blocks', async () => {
    const block = (await targetOf(example('resnet.cnn'), 'Bottleneck')).comparison;
    assert.deepEqual([block?.this.totals.depth, block?.other.totals.depth], [3, 2]);
    const network = (await targetOf(example('googlenet.cnn'), 'GoogLeNet', others)).comparison;
    // Each of nine modules loses two reductions and its pool projection, and is one layer deep.
    assert.deepEqual([network?.this.totals.layers, network?.other.totals.layers], [58, 58 - 9 * 3]);
    assert.deepEqual([network?.this.totals.depth, network?.other.totals.depth], [22, 13]);
  });

  it('leaves a squeeze-and-excitation and a head alone', async () => {
    const text = `
      block SE on 64x8x8 { mul { | identity | gap -> conv(4, 1x1) -> relu -> conv(64, 1x1) -> sigmoid } }
      block Head on 64x8x8 { conv(16, 1x1) -> gap -> flatten -> linear(10) }`;
    for (const name of ['SE', 'Head']) assert.equal((await targetOf(text, name)).comparison, undefined, name);
  });

  it('keeps the dilation of a bottleneck', async () => {
    const text =
      'block B on 256x28x28 { add { | conv(64, 1x1) -> relu -> conv(64, 3x3, dilation=2) -> relu -> conv(256, 1x1) | identity } }';
    const { graph } = await targetOf(text, 'B');
    const naive = compareVariants(graph)?.graphs?.other.nodes.filter((n) => n.kind === 'conv') ?? [];
    assert.deepEqual(
      naive.map((n) => [n.params.kernel, n.params.dilation, n.shape]),
      [1, 2].map(() => [
        [3, 3],
        [2, 2],
        [256, 28, 28],
      ]),
    );
  });

  it('widens slopes that a bottleneck learns per channel', async () => {
    const text =
      'block B on 256x8x8 { add { | conv(64, 1x1) -> prelu(64) -> conv(64, 3x3) -> prelu(64) -> conv(256, 1x1) -> prelu(256) | identity } }';
    const { comparison: c } = await targetOf(text, 'B');
    assert.equal(c?.other.totals.weights, 1_179_648);
    assert.equal(c?.other.totals.params, 1_179_648 + 2 * 256 + 2 * 256);
  });

  it('compares with what versus names, with arguments that see the parameters', async () => {
    const text = `
      block Wide(c) { conv(c, 3x3) -> conv(c, 3x3) }
      block Narrow(c=64) on 64x8x8 versus Wide(c) { conv(c // 4, 1x1) -> conv(c, 3x3) }`;
    const { comparison: c } = await targetOf(text, 'Narrow');
    assert.equal(c?.otherName, 'Wide');
    assert.equal(c?.other.totals.weights, 2 * 9 * 64 * 64);
  });
});
