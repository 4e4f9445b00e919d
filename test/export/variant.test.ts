/** A comparison as code: both sides as texts, and the other side as a file that says what it is. */
import assert from 'node:assert/strict';
import { codeOf, otherCode } from '../../src/export/cnn/variant.ts';
import { targetOf } from '../support/cnn.ts';

async function comparisonOf(text: string, name: string) {
  const { comparison } = await targetOf(text, name);
  assert.ok(comparison);
  return comparison;
}

const NARROW = 'block Narrow on 64x8x8 { conv(16, 1x1) -> conv(64, 3x3) }';

describe('a comparison as code', () => {
  it('of a block against its naive form', async () => {
    const c = await comparisonOf(NARROW, 'Narrow');
    assert.ok(c.graphs);
    assert.deepEqual(codeOf(c, { path: '', ...c.graphs }, 'block'), {
      this: 'block Narrow on 64x8x8 {\n  conv(16, 1x1)\n  conv(64, 3x3)\n}\n',
      other: 'block NarrowNaive on 64x8x8 {\n  conv(64, 3x3)\n}\n',
      file: '# Narrow without its 1×1 reductions: the naive form.\nblock NarrowNaive on 64x8x8 {\n  conv(64, 3x3)\n}\n',
    });
    assert.equal(otherCode(c, 'network'), codeOf(c, { path: '', ...c.graphs }, 'network').file);
    assert.match(otherCode(c, 'network'), /\nnetwork NarrowNaive on/);
  });

  it('of a block of a network, which goes by its path', async () => {
    const c = await comparisonOf(`${NARROW}\nnetwork N on 64x8x8 { stem: Narrow -> conv(8, 1x1) }`, 'N');
    const [part] = c.parts;
    assert.ok(part);
    const { this: own, file } = codeOf(c, part, 'block');
    assert.match(own, /^block Stem on 64x8x8 \{\n {2}conv\(16, 1x1\)\n/);
    assert.match(file, /^# stem without its 1×1 reductions: the naive form\.\nblock StemNaive on 64x8x8 \{\n {2}conv\(64, 3x3\)\n\}/);
  });

  it('of a block against what versus names', async () => {
    const c = await comparisonOf(`block Wide { conv(64, 3x3) }\n${NARROW.replace('{', 'versus Wide {')}`, 'Narrow');
    assert.equal(otherCode(c, 'block'), '# Wide, with which Narrow is compared.\nblock Wide on 64x8x8 {\n  conv(64, 3x3)\n}\n');
  });

  it('of layers that share their weights, also within calls that branch', async () => {
    const text = `
      block Head { conv(8, 3x3) -> bn -> relu concat { | conv(9, 3x3) | conv(8, 1x1) } }
      network N on 64x8x8 {
        shared head = Head
        conv(16, 1x1) -> conv(64, 3x3)
        p3: identity
        p4: maxpool(2x2)
        output a = p3 -> head
        output b = p4 -> head
      }`;
    const c = await comparisonOf(text, 'N');
    const written = otherCode(c, 'network');
    assert.match(
      written,
      /^ {2}shared head_conv = conv\(8, 3x3\)\n {2}shared head_bn = bn\n {2}shared branch1_conv = conv\(9, 3x3\)\n {2}shared branch2_conv = conv\(8, 1x1\)$/m,
    );
    const { weights, params, macs } = (await targetOf(written, 'NNaive')).facts.totals;
    assert.deepEqual([weights, params, macs], [c.other.totals.weights, c.other.totals.params, c.other.totals.macs]);
  });

  it('of a block of several inputs', async () => {
    const fuse = 'add { | x -> conv(16, 1x1) -> relu -> conv(32, 3x3) | g -> conv(32, 1x1) -> upsample(2) }';
    const c = await comparisonOf(`block Fuse takes x, g on 64x28x28, 128x14x14 { ${fuse} }`, 'Fuse');
    const text = otherCode(c, 'block');
    assert.match(
      text,
      /^block FuseNaive takes x, g on 64x28x28, 128x14x14 \{\n {2}add \{\n {4}\| conv\(32, 3x3\)\n {4}\| g -> conv\(32, 1x1\) -> upsample\n/m,
    );
    assert.deepEqual((await targetOf(text, 'FuseNaive')).facts.totals, c.other.totals);
  });

  it('of a block that hides the names of its inputs', async () => {
    const c = await comparisonOf(
      'block B takes x, g on 8x8x8, 8x8x8 { x: add { | x -> conv(4, 1x1) -> conv(8, 3x3) | g } relu -> g: tanh sub { | x | g } }',
      'B',
    );
    const text = otherCode(c, 'block');
    assert.deepEqual((await targetOf(text, 'BNaive')).facts.totals, c.other.totals);
  });

  it('of blocks that do not fit each other any more is a block for each', async () => {
    const mix = 'block Mix { concat { | conv(8, 1x1) -> conv(32, 3x3) | maxpool(3x3, stride=1, pad=1) -> conv(32, 1x1) } }';
    const c = await comparisonOf(`${mix}\nnetwork N on 64x8x8 { a: Mix -> b: Mix }`, 'N');
    assert.equal(c.graphs, undefined);
    assert.match(
      otherCode(c, 'network'),
      /^# a without its 1×1 reductions: the naive form\.\nblock ANaive on 64x8x8 \{[^}]*\}\n\}\n\n# b without its 1×1 reductions: the naive form\.\nblock BNaive on 64x8x8 \{/,
    );
  });
});
