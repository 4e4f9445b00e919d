/** The weights of each kind: what they count as, how large they are, and what they start at. */
import assert from 'node:assert/strict';
import { weightsOf } from '../../src/graph/analyse.ts';
import { layers } from '../../src/layers/index.ts';
import { targetOf } from '../support/cnn.ts';

/** `kernel 8×3×3×3 of 27`: a kernel whose outputs sum 27 inputs each; `affine 8 = 1`: numbers that start at 1. */
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'conv(8, 3x5)': { weight: 'kernel 8×6×3×5 of 90', bias: 'bias 8 = 0' },
  'conv(8, 3x5, groups=2, bias=false)': { weight: 'kernel 8×3×3×5 of 45' },
  'dwconv(3x5, multiplier=2)': { weight: 'kernel 12×1×3×5 of 15', bias: 'bias 12 = 0' },
  'dwconv(3x3, bias=false)': { weight: 'kernel 6×1×3×3 of 9' },
  // Of a window of 4×4 at a stride of 2 only every other tap meets an output pixel along each axis.
  'deconv(8, 4x4, stride=2)': { weight: 'kernel 6×8×4×4 of 24', bias: 'bias 8 = 0' },
  'deconv(8, 3x1, stride=2x1, groups=2, bias=false)': { weight: 'kernel 6×4×3×1 of 6' },
  'flatten -> linear(4)': { weight: 'kernel 4×378 of 378', bias: 'bias 4 = 0' },
  'flatten -> linear(4, bias=false)': { weight: 'kernel 4×378 of 378' },
  bn: { weight: 'affine 6 = 1', bias: 'affine 6 = 0', running_mean: 'buffer 6 = 0', running_var: 'buffer 6 = 1' },
  'bn(affine=false)': { running_mean: 'buffer 6 = 0', running_var: 'buffer 6 = 1' },
  ln: { weight: 'affine 6 = 1', bias: 'affine 6 = 0' },
  'ln(affine=false)': {},
  'gn(2)': { weight: 'affine 6 = 1', bias: 'affine 6 = 0' },
  'gn(2, affine=false)': {},
  'instancenorm(affine=true)': { weight: 'affine 6 = 1', bias: 'affine 6 = 0' },
  instancenorm: {},
  'scale(0.5)': { weight: 'affine 6 = 0.5' },
  'scale(bias=true)': { weight: 'affine 6 = 1', bias: 'affine 6 = 0' },
  'scale(0.5, bias=true, channels=1)': { weight: 'affine 1 = 0.5', bias: 'affine 1 = 0' },
  grn: { weight: 'affine 6 = 0', bias: 'affine 6 = 0' },
  prelu: { weight: 'affine 1 = 0.25' },
  'prelu(6)': { weight: 'affine 6 = 0.25' },
};

describe('the weights of', () => {
  for (const [written, expected] of Object.entries(WEIGHTS))
    it(written, async () => {
      const { graph } = await targetOf(`block B on 6x9x7 { ${written} }`, 'B');
      const last = graph.nodes.at(-1);
      assert.ok(last);
      const told = Object.entries(weightsOf(graph, last)).flatMap(([name, w]) => {
        if (!w) return [];
        const starts = w.init.kind === 'he' ? `of ${w.init.fanIn}` : `= ${w.init.value}`;
        return [[name, `${w.role} ${w.dims.join('×')} ${starts}`]];
      });
      assert.deepEqual(Object.fromEntries(told), expected);
    });

  it('every kind that has any', () => {
    const kinds = new Set(Object.keys(WEIGHTS).map((written) => /(\w+)(\(.*)?$/.exec(written)?.[1]));
    const missing = [...layers.values()].filter((l) => l.weights && !kinds.has(l.kind));
    assert.deepEqual(
      missing.map((l) => l.kind),
      [],
    );
  });
});
