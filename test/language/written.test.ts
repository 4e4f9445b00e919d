/** What the language makes writable: each text by itself, exact to the parameter. */
import assert from 'node:assert/strict';
import { targetOf } from '../support/cnn.ts';

interface Written {
  readonly name: string;
  readonly text: string;
  readonly params: number;
  readonly macs?: number;
  readonly output?: string;
  readonly field?: readonly [number, number];
  /** The names of all outputs, the main one first. */
  readonly outputs?: readonly string[];
}

const all: readonly Written[] = [
  {
    name: 'residual layers, each of which takes the sum before it by its name',
    text: 'network N on 8x16x16 {\n  s = conv(8, 1x1)\n  repeat 3 { s = add { | s | conv(8, 3x3) } }\n  s -> relu\n}',
    params: 3 * 584 + 72,
    macs: 458_752,
    output: '8x16x16',
    field: [7, 7],
  },
  {
    name: 'channels that double from round to round',
    text: 'network N on 4x8x8 {\n  let c = 4\n  for i in range(3) {\n    let c = 2 * c\n    conv(c, 1x1, bias=false)\n  }\n  conv(c, 1x1, bias=false)\n}',
    params: 4 * 8 + 8 * 16 + 16 * 32 + 32 * 32,
    output: '32x8x8',
  },
  {
    name: 'the last round of a loop by its label',
    text: 'network N on 4x8x8 {\n  for c in [8, 16] { last: conv(c, 1x1, bias=false) }\n  conv(2, 1x1, bias=false)\n  concat { | identity | last }\n}',
    params: 4 * 8 + 8 * 16 + 16 * 2,
    output: '18x8x8',
  },
  {
    name: 'a value that either side of a condition names',
    text: 'block B(deep) {\n  if deep { x: conv(8, 3x3, bias=false) relu } else { x: conv(8, 1x1, bias=false) }\n  x -> bn\n}\nnetwork N on 4x8x8 { B(true) -> B(false) }',
    params: 4 * 8 * 9 + 16 + 8 * 8 + 16,
    output: '8x8x8',
  },
  {
    name: 'widths and depths of the stages of a ConvNeXt, named as in Python',
    text: 'network N on 3x32x32 { for [i, [n, d]] in enumerate(zip([3, 3], [8, 16])) { repeat n { conv(d, 3x3) } } }',
    params: 3 * 8 * 9 + 8 + 2 * (8 * 8 * 9 + 8) + 8 * 16 * 9 + 16 + 2 * (16 * 16 * 9 + 16),
    output: '16x32x32',
  },
  {
    name: 'layers in a list, from the second on',
    text: 'network N on 4x8x8 {\n  let layers = [relu, bn, conv(2, 1x1)]\n  for l in layers[1:] { l }\n  for l in [m for m in [scale, bn]] { l }\n}',
    params: 8 + 10 + 2 + 4,
    output: '2x8x8',
  },
  {
    name: 'ASPP (Chen et al. 2017), a branch for each rate',
    text: `block ConvBN(channels, kernel=1x1, dilation=1) { conv(channels, kernel, dilation=dilation, bias=false) -> bn -> relu }
network N(rates=[12, 24, 36], c=256) on 2048x28x28 {
  concat {
    | ConvBN(c)
    for r in rates { | ConvBN(c, 3x3, dilation=r) }
    | gap -> ConvBN(c) -> upsample(to=size(in.h, in.w))
  }
  ConvBN(c)
}`,
    params: 15_535_104,
    output: '256x28x28',
  },
  {
    name: 'a MixConv (Tan and Le 2019), a kernel for each group of channels',
    text: `network N(kernels=[3, 5, 7]) on 48x28x28 {
  let c = in.c // len(kernels)
  concat { for [i, k] in enumerate(kernels) { | slice(i * c, (i + 1) * c) -> dwconv(size(k, k), bias=false) } }
}`,
    params: 16 * (9 + 25 + 49),
    output: '48x28x28',
  },
  {
    name: 'a RepVGG block (Ding et al. 2021), whose identity is there only where the shape stays',
    text: `block Rep(c, stride=1) {
  add {
    | conv(c, 3x3, stride=stride, bias=false) -> bn
    | conv(c, 1x1, stride=stride, bias=false) -> bn
    if stride == 1 and in.c == c { | bn }
  }
  relu
}
network N on 16x32x32 { Rep(16) -> Rep(32, stride=2) }`,
    params: 16 * 16 * 10 + 3 * 32 + (16 * 32 * 10 + 2 * 64),
    output: '32x16x16',
  },
  {
    name: 'branches that a MobileOne block over-parameterises (Vasu et al. 2022), n times',
    text: 'network N(n=4) on 8x16x16 {\n  add { repeat n { | conv(8, 3x3, bias=false) -> bn } | conv(8, 1x1, bias=false) -> bn }\n}',
    params: 4 * (576 + 16) + 64 + 16,
    output: '8x16x16',
  },
  {
    name: 'how branches join, as a parameter',
    text: 'block Two(join=concat) { join { | conv(4, 1x1) | relu } }\nnetwork N on 4x8x8 { Two(add) -> Two(join=mul) -> Two }',
    params: 3 * 20,
    output: '8x8x8',
  },
  {
    name: 'a residual scaled by 0.17, as in Inception-ResNet (Szegedy et al. 2016)',
    text: 'network N on 8x17x17 { add { | identity | conv(8, 1x1) -> times(0.17) } relu }',
    params: 72,
    macs: 64 * 289,
    output: '8x17x17',
  },
  {
    name: 'the spatial attention of CBAM (Woo et al. 2018)',
    text: `network N on 64x56x56 {
  mul { | identity | concat { | channelmean | channelmax } -> conv(1, 7x7, bias=false) -> sigmoid }
}`,
    params: 98,
    output: '64x56x56',
  },
  {
    name: 'what two pictures differ by, and the larger of both',
    text: `network N on 8x16x16 {
  a = conv(4, 1x1, bias=false)
  b = conv(4, 1x1, bias=false)
  sub { | a | b } -> max { | identity | b } -> min { | identity | a } -> div { | identity | sigmoid }
}`,
    params: 32 + 16,
    output: '4x16x16',
  },
  {
    name: 'the products of a non-local block (Wang et al. 2018), pixel by pixel',
    text: `network N on 8x4x4 {
  x: identity
  q = x -> conv(4, 1x1, bias=false) -> reshape(1x4x16) -> transpose("cwh")
  k = x -> conv(4, 1x1, bias=false) -> reshape(1x4x16)
  matmul { | q | k }
}`,
    params: 2 * 32,
    macs: 2 * 32 * 16 + 16 * 4 * 16,
    output: '1x16x16',
  },
  {
    name: 'a pyramid whose levels are outputs, one for each round, on a main output that has a name',
    text: `network N on 4x32x32 {
  c1: conv(4, 3x3, bias=false)
  c2: conv(8, 3x3, stride=2, bias=false)
  conv(16, 3x3, stride=2, bias=false)
  output top
  p = conv(4, 1x1, bias=false)
  for c in [8, 4] { output level = p -> conv(c, 1x1, bias=false) }
  level -> conv(2, 1x1, bias=false)
  output last = identity
}`,
    params: 144 + 288 + 1152 + 64 + 32 + 16 + 8,
    macs: 144 * 1024 + 288 * 256 + 1152 * 64,
    output: '16x8x8',
    outputs: ['top', 'level[0]', 'level[1]', 'last'],
  },
];

describe('written in the language', () => {
  for (const { name, text, params, macs, output, field, outputs } of all)
    it(name, async () => {
      const { graph, facts } = await targetOf(text, 'N');
      const last = graph.outputs[0]?.node ?? -1;
      assert.equal(facts.totals.params, params);
      if (macs !== undefined) assert.equal(facts.totals.macs, macs);
      if (output !== undefined) assert.equal(graph.nodes[last]?.shape.join('x'), output);
      if (outputs)
        assert.deepEqual(
          graph.outputs.map((o) => o.name),
          outputs,
        );
      if (field) assert.deepEqual(facts.nodes[last]?.receptiveField, field);
    });
});
