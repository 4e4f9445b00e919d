import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { permuted } from '../../src/export/code/permuted.ts';
import type { Exporter, Subject } from '../../src/export/exporter.ts';
import { exporterOf } from '../../src/export/index.ts';
import { seededWeights } from '../../src/graph/weights.ts';
import { layers } from '../../src/layers/index.ts';
import { analyse } from '../support/cnn.ts';

const keras = exporterOf('keras') as Exporter;

async function subject(text: string, name: string, others: Readonly<Record<string, string>> = {}): Promise<Subject> {
  const { analysis } = await analyse(text, others);
  const target = analysis.targets.find((t) => t.name === name);
  const made = target && analysis.target(target);
  if (!target || !made) throw new Error(`no target ${name}`);
  return {
    ...made,
    kind: target.kind,
    outline: () => analysis.outline(target),
    family: () => analysis.family(target),
    weights: () => seededWeights(made.graph, 1),
  };
}
const written = async (...args: Parameters<typeof subject>): Promise<string> => String(await keras.write(await subject(...args)));
const tensors = async (...args: Parameters<typeof subject>): Promise<Readonly<Record<string, readonly number[]>>> =>
  Object.fromEntries([...(keras.tensors?.(await subject(...args)) ?? [])].map(([n, t]) => [n, t.shape]));
const example = (name: string): string => readFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), 'utf8');
/** A function of the text, without what is around it. */
const functionOf = (text: string, name: string): string => new RegExp(`def ${name}\\(.*?(?=\\n\\n\\n)`, 's').exec(text)?.[0] ?? '';
const body = async (text: string): Promise<readonly string[]> =>
  functionOf(await written(`block B on 4x9x7 { ${text} }`, 'B'), 'B')
    .split('\n')
    .slice(1)
    .map((l) => l.trim());

describe('export --to keras', () => {
  it('writes a function for a block, its branches by their names, activations in the layers before them', async () => {
    assert.equal(
      functionOf(await written(example('inception.cnn'), 'Inception'), 'Inception').replace(/\n {4}"""[^"]*"""/, ''),
      `def Inception(x, c1=64, r3=96, c3=128, r5=16, c5=32, pool=32, name="inception"):
    branch1 = layers.Conv2D(c1, 1, activation="relu", name=f"{name}_branch1_conv")(x)
    branch2 = layers.Conv2D(r3, 1, activation="relu", name=f"{name}_branch2_conv")(x)
    branch2 = layers.Conv2D(
        c3, 3, padding="same", activation="relu", name=f"{name}_branch2_conv2"
    )(branch2)
    branch3 = layers.Conv2D(r5, 1, activation="relu", name=f"{name}_branch3_conv")(x)
    branch3 = layers.Conv2D(
        c5, 5, padding="same", activation="relu", name=f"{name}_branch3_conv2"
    )(branch3)
    branch4 = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    branch4 = layers.Conv2D(pool, 1, activation="relu", name=f"{name}_branch4_conv")(
        branch4
    )
    return layers.Concatenate()([branch1, branch2, branch3, branch4])`,
    );
  });

  it('makes a model of a network, with loops as loops, by whose rounds layers are named', async () => {
    const text = await written(example('resnet.cnn'), 'ResNet50');
    // The text has `layers` for something else.
    assert.match(text, /^from keras import layers as L$/m);
    assert.match(functionOf(text, 'ResNet'), /for i, n in enumerate\(layers\):\n {8}for j in range\(n\):\n {12}x = unit\(\n/);
    assert.match(functionOf(text, 'ResNet'), /name=f"unit_\{i\}_\{j\}"/);
    assert.match(functionOf(text, 'ResNet'), /return keras\.Model\(inputs, x\)$/);
    assert.match(text, /def ResNet101\(\):\n {4}return ResNet\(layers=\[3, 4, 23, 3\]\)/);
    assert.ok(text.split('\n').length <= 80, `${text.split('\n').length} lines`);
    const names = await tensors(example('resnet.cnn'), 'ResNet50');
    assert.deepEqual(names['unit_3_2_branch1_conv_bn2_conv/kernel'], [3, 3, 512, 512]);
    assert.deepEqual(names['fc/kernel'], [2048, 1000]);
    assert.equal(Object.keys(names).length, 53 * 5 + 2);
  });

  it('writes padding as it is: Keras’s own only where it means the same', async () => {
    assert.deepEqual(await body('conv(4, 3x3)'), ['return layers.Conv2D(4, 3, padding="same", name=f"{name}_conv")(x)']);
    assert.deepEqual(await body('conv(4, 3x3, stride=2)'), [
      'x = layers.ZeroPadding2D(1)(x)',
      'return layers.Conv2D(4, 3, strides=2, name=f"{name}_conv")(x)',
    ]);
    assert.match((await body('conv(4, 3x3, stride=2, pad=tf)')).join(' '), /strides=2, padding="same"/);
    assert.deepEqual((await body('maxpool(3x3, stride=2, pad=1)')).slice(0, 1), [
      'x = ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=float("-inf"))',
    ]);
  });

  it('counts the entries of a map channels first, as the text means them', async () => {
    assert.deepEqual((await body('flatten -> linear(3)')).slice(0, 1), ['x = layers.Flatten()(layers.Permute((3, 1, 2))(x))']);
    assert.deepEqual((await body('gap -> flatten -> linear(3)')).slice(0, 1), ['x = layers.GlobalAveragePooling2D()(x)']);
  });

  it('changes nothing that has a name, since something else may read it', async () => {
    const [conv = '', relu = ''] = await body('a = conv(4, 3x3)\n b = relu\n add { | a | b }');
    assert.equal(conv, 'a = layers.Conv2D(4, 3, padding="same", name=f"{name}_a_conv")(x)');
    assert.equal(relu, 'b = layers.ReLU()(a)');
    assert.match((await body('g = gap\n mul { | flatten | g -> flatten }'))[0] ?? '', /keepdims=True/);
  });

  it('keeps lists of values, values inside calls and loops over them', async () => {
    const text = await written(
      `block E(c=4) on 4x9x7 { early: conv(c, 3x3)\n conv(2*c, 3x3) }
block B on 4x9x7 { e: E
  let all = [e.early]
  repeat 2 { conv(4, 3x3)
    let all = all + [here] }
  concat { for x in all { | x -> conv(2, 1x1) } } }`,
      'B',
    );
    assert.match(functionOf(text, 'E'), /x = layers\.Conv2D\(2 \* c, .*\)\(early\)\n {4}return x, early$/);
    assert.match(functionOf(text, 'B'), /e, e_early = E\(y, name=f"\{name\}_e"\)/);
    assert.match(functionOf(text, 'B'), /all_? = \[e_early\]/);
    assert.match(functionOf(text, 'B'), /for i, x in enumerate\(all_?\):/);
    assert.doesNotMatch(text, /layer by layer/);
  });

  it('hands activations on as what `layers.Activation` takes, and other layers as functions of a value and a name', async () => {
    const text = await written(
      `block A(c, norm=bn, act=relu) { conv(c, 3x3, bias=false) -> norm -> act }
block B on 4x9x7 { A(6) -> A(8, norm=identity, act=leakyrelu(0.1)) }`,
      'B',
    );
    assert.match(text, /act="relu"/);
    assert.match(text, /act=partial\(activations\.leaky_relu, negative_slope=0\.1\)/);
    assert.match(text, /norm=lambda x, name=None: x/);
    assert.match(text, /layers\.Activation\(act\)\(x\)/);
  });

  it('takes names of the text for nothing of Keras’s', async () => {
    const text = await written(
      'block A(name=4, ops=3x3) { conv(name, ops) }\nblock B on 4x9x7 { A -> maxpool(3x3, stride=2, pad=1) }',
      'B',
    );
    assert.match(text, /def A\(x, name=4, ops=3, scope="a"\):/);
    assert.match(text, /x = keras\.ops\.pad\(/);
  });

  it('gives outputs by their names, and conditional ones where they are met', async () => {
    const text = await written('network N(aux=true) on 4x9x7 { conv(4, 3x3)\n if aux { output early = conv(2, 1x1) }\n gap }', 'N');
    assert.match(text, /outputs\["early"\] = early/);
    assert.match(text, /return keras\.Model\(inputs, \{"output": x, \*\*outputs\}\)/);
  });

  it('keeps branches of which some are several in one list', async () => {
    const text = await written(
      'block B(n=2, wide=true) on 4x9x7 { add { repeat n { | conv(4, 3x3) } | conv(4, 1x1) if wide { | bn } } }',
      'B',
    );
    assert.equal(functionOf(text, 'B').split('branches = []').length, 2);
    assert.match(text, /return layers\.Add\(\)\(branches\)/);
  });

  it('hands shared layers on as what they are, each named by its round', async () => {
    const text = await written(
      'block S(c) { dwconv(3x3, bias=false) -> conv(c, 1x1) }\nblock Level(convs) { for f in convs { f -> bn -> relu } }\nnetwork N(c=4) on 4x9x7 { let xs = []\n repeat 2 { shared find = S(c)\n let xs = xs + [find] }\n add { | Level(xs) | relu -> Level(xs) } }',
      'N',
    );
    assert.doesNotMatch(text, /layer by layer/);
    assert.match(text, /S\(find_input, c, name=f"find_\{i\}"\)/);
    assert.match(text, /for i, f in enumerate\(convs\):\n {8}x = f\(x\)/);
  });

  it('gives an output of a loop its name where something reads it', async () => {
    const text = await written('network N on 4x9x7 { repeat 2 { output o = conv(4, 1x1)\n add { | identity | o -> conv(4, 3x3) } } }', 'N');
    assert.doesNotMatch(text, /layer by layer/);
    assert.match(text, /outputs\[f"o\[\{i\}\]"\] = o/);
  });

  it('gives as a target nothing but its outputs, whoever else reads values inside of it', async () => {
    const text = await written(
      'network N on 4x9x7 { early: conv(4, 3x3)\n conv(8, 3x3) }\nnetwork M on 4x9x7 { n: N\n n.early -> conv(2, 1x1) }',
      'N',
    );
    assert.doesNotMatch(text, /return .*, early/);
  });

  it('names anew what is read again behind a layer that does nothing', async () => {
    const text = await written(
      'block A on 4x9x7 { output o = conv(4, 1x1)\n relu }\nblock B on 4x9x7 { A -> A -> relu\n p: identity\n add { | conv(4, 3x3) -> conv(4, 3x3) | p } }',
      'B',
    );
    assert.match(text, /layer by layer/);
    const lines = functionOf(text, 'B')
      .split('\n')
      .map((l) => l.trim());
    const add = lines.find((l) => l.includes('layers.Add()')) ?? '';
    assert.match(add, /\[conv\w*, (p|identity)\w*\]/);
  });

  it('writes a layer by itself in every kind that has no merge', async () => {
    for (const { kind, merge, export: as } of layers.values()) assert.ok(as.keras.form, `${kind}${merge ?? ''}`);
  });

  it('puts the axes of kernels in Keras’s order', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
          .chain((dims) =>
            fc.tuple(fc.constant(dims), fc.shuffledSubarray([...dims.keys()], { minLength: dims.length, maxLength: dims.length })),
          ),
        ([dims, axes]) => {
          const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i);
          const there = permuted(data, dims, axes);
          const to = axes.map((a) => dims[a] as number);
          const back = axes.map((_, i) => axes.indexOf(i));
          assert.deepEqual(permuted(there, to, back), data);
          // The second entry along the last axis there is a step along its axis here.
          const last = axes.at(-1) as number;
          if ((dims[last] as number) > 1)
            assert.equal(
              there[1],
              dims.slice(last + 1).reduce((a, b) => a * b, 1),
            );
        },
      ),
      { seed: 5 },
    );
  });
});
