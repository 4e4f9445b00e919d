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
];

describe('written in the language', () => {
  for (const { name, text, params, macs, output, field } of all)
    it(name, async () => {
      const { graph, facts } = await targetOf(text, 'N');
      const last = graph.outputs[0]?.node ?? -1;
      assert.equal(facts.totals.params, params);
      if (macs !== undefined) assert.equal(facts.totals.macs, macs);
      if (output !== undefined) assert.equal(graph.nodes[last]?.shape.join('x'), output);
      if (field) assert.deepEqual(facts.nodes[last]?.receptiveField, field);
    });
});
