/** `pointwise compare`: the blocks that differ by name, and with `--code` what a target is compared with, as text that one can go on with. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from '../../src/cli/compare.ts';
import * as cnn from '../support/cnn.ts';

const example = (file: string): string => fileURLToPath(new URL(`../../examples/${file}.cnn`, import.meta.url));

/** The targets of a text without problems, with the weights of each. */
async function weightsIn(text: string): Promise<Readonly<Record<string, number | undefined>>> {
  const { analysis, problems } = await cnn.analyse(text);
  assert.deepEqual(problems, []);
  return Object.fromEntries(analysis.targets.map((t) => [t.name, analysis.target(t)?.facts.totals.weights]));
}

describe('compare', () => {
  it('calls reductions of the network itself by its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pointwise-compare-'));
    try {
      const path = join(folder, 'own.cnn');
      writeFileSync(
        path,
        `block Mix on 64x8x8 { conv(16, 1x1) -> conv(64, 3x3) concat { | conv(8, 1x1) | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) } }
network Own on 64x8x8 { Mix conv(8, 1x1) -> relu -> conv(16, 3x3) }
`,
      );
      const text = await compare(path, {});
      assert.match(text, /^block +weights +naive *$/m);
      assert.match(text, /^Own +[\d,]+ +[\d,]+ +[\d.]+× fewer$/m);
      assert.match(text, /^Mix +[\d,]+ +[\d,]+ +[\d.]+× fewer$/m);
      // The terms add up to 39,680: what Own has of Mix is not counted again.
      assert.match(text, /^naive +39,680/m);
      assert.match(text, /^naive: Mix 37,376 \+ Own 2,304$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('compare of several variants', () => {
  it('prints each on a row of its own, and as code the one that is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pointwise-compare-'));
    try {
      const path = join(folder, 'several.cnn');
      writeFileSync(
        path,
        `block Wide { conv(64, 3x3) }
block A on 64x8x8 versus Wide { conv(16, 1x1) -> conv(64, 3x3, bias=false) -> dwconv(3x3) -> conv(64, 1x1) -> conv(64, 3x3, groups=64) }
`,
      );
      assert.equal(
        (await compare(path, {})).replaceAll(/ +$/gm, ''),
        `              weights      params        MACs  peak memory  field  output
A              15,488      15,696     991,232     32.0 KiB    7×7  64×8×8
naive          42,112      42,304   2,695,168     32.0 KiB    7×7  64×8×8
  A        2.7× fewer  2.7× fewer  2.7× fewer        equal
full           47,680      47,824   3,051,520     32.0 KiB    7×7  64×8×8
  A        3.1× fewer  3.0× fewer  3.1× fewer        equal
ungrouped      51,776      51,984   3,313,664     32.0 KiB    7×7  64×8×8
  A        3.3× fewer  3.3× fewer  3.3× fewer        equal
Wide           36,864      36,928   2,359,296     32.0 KiB    3×3  64×8×8
  A        2.4× fewer  2.4× fewer  2.4× fewer        equal

A: 1×1×64×16 + 3×3×16×64 + 3×3×64 + 1×1×64×64 + 3×3×64
naive: 3×3×64×64 + 3×3×64 + 1×1×64×64 + 3×3×64
full: 1×1×64×16 + 3×3×16×64 + 3×3×64×64 + 3×3×64
ungrouped: 1×1×64×16 + 3×3×16×64 + 3×3×64 + 1×1×64×64 + 3×3×64×64
Wide: 3×3×64×64`,
      );
      assert.equal(JSON.parse(await compare(path, { json: true })).otherName, 'Wide');
      assert.match(await compare(path, { code: true }), /^# Wide, with which A is compared\.\nblock Wide on 64x8x8 \{/);
      assert.equal(
        await compare(path, { code: true, variant: 'full' }),
        `# A with one convolution for each depthwise one and the 1×1 behind it: the full form.
block AFull on 64x8x8 {
  conv(16, 1x1)
  conv(64, 3x3, bias=false)
  conv(64, 3x3)
  conv(64, 3x3, groups=64)
}
`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('compare of blocks within blocks', () => {
  it('finds the naive form of a block whose convolutions stand in a helper of their own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pointwise-compare-'));
    const inception = (conv: (args: string) => string): string => `concat {
    | ${conv('64, 1x1')}
    | ${conv('96, 1x1')} -> ${conv('128, 3x3')}
    | ${conv('16, 1x1')} -> ${conv('32, 5x5')}
    | maxpool(3x3, stride=1, pad=1) -> ${conv('32, 1x1')}
  }`;
    try {
      const compared = async (name: string, text: string): Promise<{ readonly table: string; readonly code: string }> => {
        const path = join(folder, `${name}.cnn`);
        writeFileSync(path, text);
        return { table: await compare(path, { target: 'A' }), code: await compare(path, { target: 'A', code: true }) };
      };
      const plain = await compared('plain', `block A on 192x28x28 { ${inception((args) => `conv(${args}) -> relu`)} }\n`);
      const helped = await compared(
        'helped',
        `block CBR(c, k) { conv(c, k) -> relu }\nblock A on 192x28x28 { ${inception((args) => `CBR(${args})`)} }\n`,
      );
      assert.match(plain.table, /387,072 .* 416×28×28$/m);
      assert.deepEqual(helped, plain);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('compare --code', function () {
  this.timeout(30_000);

  it('prints the naive form of a block', async () => {
    assert.equal(
      await compare(example('inception'), { code: true }),
      `# Inception without its 1×1 reductions: the naive form.
block InceptionNaive on 192x28x28 {
  concat {
    | conv(64, 1x1) -> relu
    | conv(128, 3x3) -> relu
    | conv(32, 5x5) -> relu
    | maxpool(3x3, stride=1, pad=1)
  }
}
`,
    );
  });

  it('prints a network whose naive blocks fit each other as a whole', async () => {
    const text = await compare(example('resnet'), { target: 'ResNet50', code: true });
    assert.match(text, /\nnetwork ResNet50Naive on 3x224x224 \{\n {2}stem: conv\(64, 7x7, stride=2, bias=false\) -> bn -> relu\n/);
    const { other } = JSON.parse(await compare(example('resnet'), { target: 'ResNet50', json: true }));
    assert.equal((await weightsIn(text)).ResNet50Naive, other.weights);
  });

  it('prints each block by itself where they do not', async () => {
    const text = await compare(example('googlenet'), { code: true });
    const weights = await weightsIn(text);
    assert.equal(Object.keys(weights).length, 9);
    assert.equal(weights.Inception3aNaive, 387_072);
  });

  it('prints another target by its own name', async () => {
    const text = await compare(example('resnet'), { target: 'ResNet50', against: 'Bottleneck', code: true });
    assert.match(text, /^# Bottleneck, with which ResNet50 is compared\.\nblock Bottleneck on 256x56x56 \{\n/);
  });
});
