/** `matmul`: the product of two maps as matrices, channel by channel: attention over places (Wang et al. 2018, Non-local neural networks). */

import { type Fault, fault } from '../fault.ts';
import { mapOf } from '../geometry.ts';
import { keras } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { binary, str } from '../python.ts';
import { type FeatureMap, type Inputs, isMap, type Shape, showShape } from '../shape.ts';
import { two } from '../spread.ts';

const operands = (xs: Inputs<Shape>): readonly [FeatureMap, FeatureMap] => [mapOf(xs), mapOf([xs[1] ?? xs[0]])];

/** What keeps two maps from being multiplied. */
function disagreement(xs: Inputs<Shape>): Fault | undefined {
  const vector = xs.findIndex((x) => !isMap(x));
  if (vector >= 0)
    return fault('branches-disagree', `\`matmul\` multiplies feature maps, but branch ${vector + 1} gives a vector of ${xs[vector]?.[0]}`, {
      remedy: `put \`reshape(1x${xs[vector]?.[0]}x1)\` behind it, a column, or a row`,
      input: vector,
      assume: xs[0],
    });
  const [[c, h, k], [channels, rows, w]] = operands(xs);
  if (c !== channels)
    return fault(
      'branches-disagree',
      `\`matmul\` multiplies channel by channel, but branch 1 gives ${showShape(xs[0])} and branch 2 ${channels}×${rows}×${w} (${c} against ${channels} channels)`,
      { remedy: 'give both as many', input: 1, assume: [c, h, w] },
    );
  if (k === rows) return undefined;
  return fault(
    'branches-disagree',
    `\`matmul\` sums over the width of branch 1 and the height of branch 2, but they give ${showShape(xs[0])} and ${channels}×${rows}×${w} (${k} against ${rows})`,
    {
      remedy: k === w ? 'put `transpose("cwh")` behind branch 2' : 'make them equal, with `transpose` or `reshape`',
      input: 1,
      assume: [c, h, w],
    },
  );
}

export const matmul = defineLayer({
  kind: 'matmul',
  role: 'merge',
  doc: 'Multiplies its two branches as matrices, channel by channel: C×H×K by C×K×W gives C×H×W. Its multiply–accumulates count.',
  params: {},
  merge: true,
  takes: 'any',
  shape(_p, xs) {
    const [[c, h], [, , w]] = operands(xs);
    return two('matmul', xs) ?? disagreement(xs) ?? [c, h, w];
  },
  macs: (_p, xs, y) => mapOf(xs)[2] * mapOf([y])[0] * mapOf([y])[1] * mapOf([y])[2],
  window: () => 'all',
  run: (k, _p, [a, b]) => k.matmul(a, b ?? a),
  export: {
    onnx: (g, _p, xs) => g.node('MatMul', xs),
    pytorch: () => ({ expression: (xs) => xs.reduce((a, b) => binary('@', a, b)) }),
    keras: {
      // Row by row of the one, column by column of the other, for each channel.
      form: () => ({ merge: (xs) => xs.reduce((a, b) => keras('ops.einsum', str('bhkc,bkwc->bhwc'), a, b)) }),
    },
  },
});
