import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Exporter, Subject } from '../../src/export/exporter.ts';
import { exporterOf } from '../../src/export/index.ts';
import { seededWeights } from '../../src/graph/weights.ts';
import { layers } from '../../src/layers/index.ts';
import { analyse } from '../support/cnn.ts';

const pytorch = exporterOf('pytorch') as Exporter;

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
    weights: () => new Map(),
  };
}
const written = async (...args: Parameters<typeof subject>): Promise<string> => String(await pytorch.write(await subject(...args)));
const example = (name: string): string => readFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), 'utf8');
/** A class of the text, without what is around it. */
const classOf = (text: string, name: string): string => new RegExp(`class ${name}\\(.*?(?=\\n\\n\\n)`, 's').exec(text)?.[0] ?? '';

describe('export --to pytorch', () => {
  it('writes a class for a block: parameters with defaults, documentation, branches by their names', async () => {
    assert.equal(
      classOf(await written(example('resnet.cnn'), 'ResNet50'), 'Bottleneck'),
      `class Bottleneck(nn.Module):
    """ResNet's bottleneck block (He et al. 2015, Deep residual learning, figure 5, right): 256 → 64 → 64 → 256."""

    def __init__(self, in_channels, width=64, stride=1):
        super().__init__()
        self.branch1 = nn.Sequential(
            ConvBN(in_channels, width, 1),
            ConvBN(width, width, 3, stride=stride),
            ConvBN(width, 4 * width, 1, act=nn.Identity),
        )
        if stride != 1 or in_channels != 4 * width:
            self.branch2 = ConvBN(
                in_channels, 4 * width, 1, stride=stride, act=nn.Identity
            )
        else:
            self.branch2 = nn.Identity()
        self.relu = nn.ReLU()
        self.out_channels = 4 * width

    def forward(self, x):
        return self.relu(self.branch1(x) + self.branch2(x))`,
    );
  });

  it('is what README shows beside the text of a bottleneck', async () => {
    const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
    const [text = '', code = ''] = [...readme.slice(readme.indexOf('## As code')).matchAll(/^```(?:python)?\n([^`]*)^```$/gm)].map(
      (m) => m[1] ?? '',
    );
    assert.ok(example('resnet.cnn').includes(text));
    assert.equal(code.trimEnd(), classOf(await written(example('resnet.cnn'), 'ResNet50'), 'Bottleneck'));
  });

  it('keeps loops, and holds the networks of the file that share blocks, in at most 90 lines', async () => {
    const text = await written(example('resnet.cnn'), 'ResNet50');
    assert.match(text, /for i, n in enumerate\(layers\):\n {12}for j in range\(n\):\n {16}units\.append\(/);
    assert.match(text, /def ResNet101\(\):\n {4}return ResNet\(layers=\[3, 4, 23, 3\]\)/);
    assert.match(text, /def ResNet152\(\):/);
    assert.ok(text.split('\n').length <= 91, `${text.split('\n').length} lines`);
  });

  it('says its own figures, and prints them when it runs', async () => {
    const text = await written(example('resnet.cnn'), 'ResNet50');
    assert.match(text, /^"""ResNet50 by Pointwise: 3×224×224 → 1000, 25,557,032 params, 4,089,184,256 MACs\."""/);
    assert.match(text, /net = ResNet50\(\)\.eval\(\)/);
  });

  it('writes recursion as recursion, and a condition on values in forward', async () => {
    const level = classOf(await written(example('unet.cnn'), 'UNet'), 'Level');
    assert.match(level, /self\.below = Level\(channels, 2 \* channels, depth - 1\)/);
    assert.match(
      level,
      /if self\.has_below:\n {12}raised = .*\n {12}return self\.up\(torch\.cat\(\[down, raised\], dim=1\)\)\n {8}return down/,
    );
  });

  it('hands layers on as classes, with arguments as partials', async () => {
    const text = await written('block A(c, act=relu) { conv(c, 3x3) -> act }\nblock B on 4x9x7 { A(6) -> A(8, act=leakyrelu(0.1)) }', 'B');
    assert.match(text, /from functools import partial/);
    assert.match(text, /act=nn\.ReLU\)/);
    assert.match(text, /A\(6, 8, act=partial\(nn\.LeakyReLU, 0\.1\)\)/);
  });

  it('keeps a list a list where it is added to', async () => {
    const text = await written('block B(cs=[4, 8]) on 4x9x7 { for c in cs + [2] { conv(c, 1x1) } }', 'B');
    assert.match(text, /cs=\[4, 8\]/);
    assert.match(text, /for c in cs \+ \[2\]:/);
  });

  it('makes one module of what is shared, and gives several outputs as a dict', async () => {
    const text = await written('block B on 4x9x7 { shared s = conv(4, 3x3)\n s -> relu -> s\n output o = gap }', 'B');
    assert.equal(text.split('nn.Conv2d(').length, 2);
    assert.match(text, /return \{"output": .*, "o": o\}/);
    assert.match(text, /Gives a dict: output, o\./);
  });

  it('says the number behind flatten with its reason', async () => {
    const text = await written('block B on 4x9x7 { conv(8, 3x3) -> flatten -> linear(5) }', 'B');
    assert.match(text, /# The map that is flattened is 9×7\.\n.*nn\.Linear\(8 \* 9 \* 7, 5\)/);
  });

  it('takes sizes that are no squares as pairs', async () => {
    const text = await written('block A(c, k) { conv(c, k) }\nblock B on 4x9x7 { A(6, 3x1) -> A(6, 1x3) }', 'B');
    assert.match(text, /A\(in_channels, 6, \(3, 1\)\)/);
    assert.match(text, /padding=\(kernel\[0\] \/\/ 2|padding=\(k\[0\] \/\/ 2, k\[1\] \/\/ 2\)/);
  });

  it('pads before a dilated pool whose padding PyTorch would refuse, and leaves a narrow one to the pool', async () => {
    const text = await written(
      'block B on 3x17x20 { maxpool(3x3, stride=1, pad=same, dilation=2) -> maxpool(3x3, stride=1, pad=same) }',
      'B',
    );
    for (const made of [
      'nn.ConstantPad2d(2, -float("inf"))',
      'nn.MaxPool2d(3, stride=1, dilation=2)',
      'nn.MaxPool2d(3, stride=1, padding=1)',
    ])
      assert.ok(text.includes(`= ${made}\n`), made);
    assert.ok(text.includes('self.maxpool(self.maxpool_maxpool(self.maxpool_pad(x)))'));
  });

  it('gives values inside a block beside what flows on, and alone where nothing else of it is read', async () => {
    const inside = 'block E on 4x9x7 { early: conv(4, 3x3)\n conv(8, 3x3) }\n';
    const both = await written(`${inside}block B on 4x9x7 { e: E\n concat { | e | e.early } }`, 'B');
    assert.match(both, /return x, early|return self\.conv\(early\), early/);
    assert.match(both, /e, e_early = self\.e\(x\)/);
    const alone = await written(`${inside}block B on 4x9x7 { e: E\n e.early -> conv(2, 1x1) }`, 'B');
    assert.match(alone, /return self\.early\(x\)/);
    assert.match(alone, /e_early = self\.e\(x\)\n {8}return self\.conv\(e_early\)/);
    // What nothing reads has no weights.
    assert.doesNotMatch(alone, /8, 3/);
  });

  it('writes a loop over values over modules and values, and lists of values as lists', async () => {
    const text = await written(
      'block B(cs=[4, 8]) on 4x9x7 { let xs = []\n for c in cs { conv(c, 3x3)\n let xs = xs + [here] }\n concat { for x in xs { | x -> conv(2, 1x1) } } }',
      'B',
    );
    assert.match(text, /xs = \[\]\n {8}for conv in self\.convs:\n {12}x = conv\(x\)\n {12}xs\.append\(x\)/);
    assert.match(text, /self\.convs_2 = nn\.ModuleList\(\s*nn\.Conv2d\(x_channels, 2, 1\) for x_channels in xs_channels\s*\)/);
    assert.match(text, /\[conv_2\(x\) for conv_2, x in zip\(self\.convs_2, xs\)\]/);
  });

  it('keeps branches of which some are several in one list, each a module, and asks no list for the channels that they share', async () => {
    const text = await written(
      'block B(n=2, wide=true) on 4x9x7 { add { repeat n { | conv(4, 3x3) -> bn } | conv(4, 1x1) -> bn if wide { | bn } }\n conv(2, 1x1) }',
      'B',
    );
    assert.match(
      text,
      /branches = \[branch\(x\) for branch in self\.branches\]\n {8}branches\.append\(self\.branch\(x\)\)\n {8}if self\.\w+:\n/,
    );
    assert.match(text, /self\.conv\(sum\(branches\)\)/);
    assert.match(text, /self\.conv = nn\.Conv2d\(4, 2, 1\)/);
    assert.doesNotMatch(text, /ModuleDict|branches_channels/);
  });

  it('joins a list of values as it is', async () => {
    const text = await written(
      'block B on 4x9x7 { let all = [here]\n repeat 2 { conv(4, 3x3)\n let all = all + [here] }\n concat { for x in all { | x } }\n conv(2, 1x1) }',
      'B',
    );
    assert.match(text, /torch\.cat\(all_?, dim=1\)/);
    assert.match(text, /nn\.Conv2d\(sum\(all_channels\), 2, 1\)/);
  });

  it('calls the modules of a loop in their order, each by the name of which theirs is the plural', async () => {
    const text = await written(
      'block CBS(c) { conv(c, 3x3) -> bn -> silu }\nblock B on 4x9x7 { let xs = []\n repeat 2 { CBS(4)\n depthwise = dwconv(3x3)\n add { | depthwise | conv(4, 1x1) }\n let xs = xs + [here] }\n concat { for x in xs { | x } } }',
      'B',
    );
    assert.match(text, /for cbs, depthwise_layer, branch2 in zip\(\s*self\.cbs, self\.depthwises, self\.branch2s\s*\):/);
  });

  it('says channels that cancel in the words that are left', async () => {
    const text = await written(
      'block G(c, ratio=2) { a = conv(c // ratio, 1x1)\n concat { | a | a -> dwconv(3x3, multiplier=ratio - 1) } }\nblock B(c=8) on 4x9x7 { G(c) -> conv(2, 1x1) }',
      'B',
    );
    assert.match(text, /nn\.Conv2d\(2 \* \(c \/\/ 2\), 2, 1\)/);
  });

  it('takes a size of one number twice as that number, and the extents of a value as what its shape ends with', async () => {
    const text = await written(
      'block A(c, k) { conv(c, k) }\nblock B(ks=[3, 1]) on 4x9x7 { low = relu\n for k in ks { A(4, size(k, k)) }\n maxpool(2x2) -> upsample(to=size(low.h, low.w)) }',
      'B',
    );
    assert.match(text, /A\(4, 4, k\)|A\(channels, 4, k\)/);
    assert.match(text, /low\.shape\[2:\]/);
  });

  it('keeps the label of a condition, also in a branch', async () => {
    const keys = pytorch.keys?.(
      await subject(
        'block B(n=1) on 4x9x7 { add { | a: conv(4, 3x3)\n b: if n > 1 { conv(4, 1x1) } else { conv(4, 3x3) } | identity } }',
        'B',
      ),
    );
    assert.deepEqual([...(keys?.values() ?? [])], ['a', 'b']);
  });

  const heads = `block S(c) { dwconv(3x3, bias=false) -> conv(c, 1x1) }
block Level(convs, predict) { for f in convs { f -> bn -> relu }
 predict -> relu }
block P(c=4) takes a, b on 4x9x7, 4x9x7 { o1 = add { | a | b } -> conv(c, 3x3)
 o2 = o1 -> conv(c, 3x3) }
network B(c=4) on 4x9x7 { let levels = [here, here]
 repeat 2 { p: P(c) { for x in levels { | x } }
 let levels = [p.o1, p.o2] }
 let finders = []
 repeat 2 { shared find = S(c)
 let finders = finders + [find] }
 shared last = S(2)
 concat { for x in levels { | x -> Level(finders, last) } } }`;

  it('gives shared layers to the blocks that are handed them, and keeps them where they are declared', async () => {
    const text = await written(heads, 'B');
    assert.match(text, /def __init__\(self, in_channels, convs, predict\):/);
    assert.match(
      text,
      /def forward\(self, x, convs, predict\):\n {8}for bn, f in zip\(self\.bns, convs\):\n {12}x = self\.relu\(bn\(f\(x\)\)\)/,
    );
    assert.match(text, /level\(x, self\.finders, self\.last\)/);
    const keys = [...(pytorch.keys?.(await subject(heads, 'B')).values() ?? [])];
    assert.ok(keys.includes('finders.1.dwconv') && keys.includes('last.conv') && keys.includes('levels.1.bns.0'), keys.join());
  });

  it('gives a block of several inputs those of a list', async () => {
    const text = await written(heads, 'B');
    assert.match(text, /P\(\*levels_channels, c\)/);
    assert.match(text, /p_o1, p_o2 = \w+\(\*levels\)/);
  });

  it('keeps an argument beside a module of the same name', async () => {
    const text = await written('block B(scale=2) on 4x9x7 { scale: conv(4, 3x3)\n upsample(to=size(scale.h, scale.w)) }', 'B');
    assert.match(text, /self\.scale = nn\.Conv2d/);
  });

  it('writes EfficientDet from its text', async () => {
    const files = Object.fromEntries(['efficientnet', 'mobile', 'ssd', 'vgg'].map((f) => [`${f}.cnn`, example(`zoo/${f}.cnn`)]));
    const text = await written(example('zoo/efficientdet.cnn'), 'EfficientDetD1', files);
    assert.doesNotMatch(text, /layer by layer/);
    assert.match(text, /return EfficientDet\(EfficientNetB1, 88, 4\)/);
  });

  it('writes layer by layer, and says so, what code from the text has no way to say', async () => {
    const text = await written('block A on 4x9x7 { output o = conv(2, 1x1)\n relu }\nblock B on 4x9x7 { A -> A }', 'B');
    assert.match(text, /Written layer by layer, as code from the text has no way to say this yet:/);
    assert.match(text, /nn\.Conv2d\(4, 2, 1\)/);
  });

  it('gives each layer the key of its module: of attributes, of places in a Sequential, of rounds of a loop', async () => {
    const keys = (s: Subject): ReadonlyMap<string, string> => pytorch.keys?.(s) ?? new Map();
    const resnet = keys(await subject(example('resnet.cnn'), 'ResNet50'));
    assert.equal(resnet.get('stem/conv'), 'stem.conv');
    assert.equal(resnet.get('Bottleneck[2]/branch1/ConvBN_2/bn'), 'units.2.branch1.1.bn');
    assert.equal(resnet.get('fc'), 'fc');
    const shared = keys(await subject('block B on 4x9x7 { shared s = conv(4, 3x3)\n s -> relu -> s }', 'B'));
    assert.deepEqual([...shared], [['s', 's']]);
  });

  it('has a form for every kind of layer', () => {
    for (const l of layers.values()) assert.equal(typeof l.export.pytorch, 'function', l.kind);
  });
});

describe('export --to paddle', () => {
  const paddle = exporterOf('paddle') as Exporter;
  const of = async (text: string): Promise<Subject> => {
    const made = await subject(text, 'B');
    return { ...made, weights: () => seededWeights(made.graph, 1) };
  };

  it('writes weights under Paddle’s keys, kernels of linear layers with their inputs first', async () => {
    const text = 'block B on 4x9x7 { conv(6, 3x3) -> bn -> prelu -> instancenorm(affine=true) -> gap -> flatten -> linear(5) }';
    const tensors = paddle.tensors?.(await of(text)) ?? new Map();
    const shapes = Object.fromEntries([...tensors].map(([k, t]) => [k.replace(/^.*\.(?=\d)/, ''), t.shape.join('×')]));
    assert.deepEqual(shapes, {
      '0.weight': '6×4×3×3',
      '0.bias': '6',
      '1.weight': '6',
      '1.bias': '6',
      '1._mean': '6',
      '1._variance': '6',
      '2._weight': '1',
      '3.scale': '6',
      '3.bias': '6',
      '6.weight': '6×5',
      '6.bias': '5',
    });
  });

  it('composes what Paddle has no layer for', async () => {
    const written = async (layer: string): Promise<string> => String(await paddle.write(await of(`block B on 4x9x7 { ${layer} }`)));
    assert.match(await written('maxpool(2, dilation=2)'), /class DilatedMaxPool\(nn\.Layer\)/);
    assert.match(await written('lppool(2, p=3)'), /PowerPool\(3, 2\)/);
    assert.match(await written('lppool(2, p=2)'), /nn\.LPPool2D\(2, 2\)/);
    assert.match(await written('blur'), /class Blur\(nn\.Layer\)/);
    // Paddle would count what hangs over the edge too.
    assert.match(
      await written('avgpool(3, stride=2, pad=1, ceil=true)'),
      /nn\.ZeroPad2D\(1\), nn\.AvgPool2D\(3, stride=2, ceil_mode=True\)/,
    );
  });

  it('keeps modules of loops in loops under Paddle’s names', async () => {
    const text = String(
      await paddle.write(
        await of('block B on 4x9x7 { let xs = [here, here]\n for x in xs { for y in xs { add { | x -> conv(4, 1x1) | y } -> relu } } }'),
      ),
    );
    assert.match(text, /nn\.LayerDict\(\)|layer by layer/);
  });
});
