/** Receptive fields where maps shrink and grow: a bound that holds for any chain of layers, and exact where nothing is lost to phases. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Facts } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { record } from '../../src/graph/record.ts';
import { reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';

const WIDTH = 16;
const chain = async (text: string): Promise<{ readonly graph: Graph; readonly facts: Facts }> =>
  targetOf(`block B on 1x1x${WIDTH} { ${text} }`, 'B');

/** The most input pixels along the width between the first and the last that an output pixel depends on: a NaN finds its way to it. */
function seen(graph: Graph): number {
  const { program } = record(graph);
  const plan = reference.plan(
    program,
    program.weights.map((w) => new Float32Array(w.dims.reduce((a, b) => a * b, 1)).fill(1)),
  );
  const reached = Array.from({ length: WIDTH }, (_, i) => {
    const input = new Float32Array(WIDTH).fill(1);
    input[i] = Number.NaN;
    return [...(plan.run([input])[0] as Float32Array)].map(Number.isNaN);
  });
  const width = graph.nodes.at(-1)?.shape[2] ?? 0;
  return Array.from({ length: width }, (_, o) => {
    const from = reached.findIndex((r) => r[o]);
    return from < 0 ? 0 : reached.findLastIndex((r) => r[o]) - from + 1;
  }).reduce((a, b) => Math.max(a, b), 0);
}

const n = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const layer = fc.oneof(
  fc.tuple(n(1, 3), n(1, 2), n(1, 2)).map(([k, s, d]) => `conv(1, 1x${2 * k - 1}, stride=1x${s}, dilation=1x${d})`),
  fc.tuple(n(1, 5), n(1, 3), n(1, 3)).map(([k, s, d]) => `deconv(1, 1x${k}, stride=1x${s}, dilation=1x${d})`),
  n(1, 3).map((s) => `upsample(1x${s})`),
  n(1, 40).map((w) => `upsample(to=1x${w})`),
  n(1, 40).map((w) => `upsample(to=1x${w}, mode="bilinear")`),
  n(1, 20).map((w) => `adaptiveavgpool(1x${w})`),
  n(1, 3).map((k) => `maxpool(1x${k})`),
);

describe('receptive field', () => {
  it('is whole pixels behind a merge of coarse and fine branches too', async () => {
    const text = 'block B on 8x65x97 { concat { | conv(8, 3x3, stride=2) | gap -> upsample(to=33x49) } conv(8, 3x3) }';
    const { facts } = await targetOf(text, 'B');
    for (const f of facts.nodes) assert.ok(f.receptiveField.every(Number.isInteger), `${f.receptiveField}`);
  });

  it('is the whole input, and never more, behind a global pool and whatever joins it', async () => {
    const text = `block Up on 8x64x64 { gap -> upsample(to=64x64) -> conv(8, 3x3) -> conv(8, 3x3) }
      block Gate on 8x64x64 { conv(8, 3x3) -> mul { | identity | gap -> conv(8, 1x1) -> sigmoid } -> conv(8, 3x3) -> conv(8, 3x3, stride=2) }`;
    for (const name of ['Up', 'Gate']) {
      const { graph, facts } = await targetOf(text, name);
      const behind = graph.nodes.findIndex((n) => n.kind === 'gap');
      for (const f of facts.nodes.slice(behind)) assert.deepEqual([f.receptiveField[0] <= 64, f.receptiveField[1] <= 64], [true, true]);
      assert.deepEqual(facts.nodes.at(-1)?.receptiveField, [64, 64]);
    }
  });

  it('is never less than what an output pixel depends on', () =>
    fc.assert(
      fc.asyncProperty(fc.array(layer, { minLength: 1, maxLength: 4 }), async (stages) => {
        const text = stages.join(' -> ');
        // A chain may shrink the map to nothing, which is its author's problem.
        const made = await chain(text).catch(() => undefined);
        if (!made) return;
        const field = made.facts.nodes.at(-1)?.receptiveField[1] ?? 0;
        const depends = seen(made.graph);
        assert.ok(field >= depends, `${text}: sees ${depends}, said ${field}`);
      }),
      { numRuns: 60, seed: 11 },
    ));

  for (const [text, field, stride] of [
    ['deconv(1, 1x2, stride=1x2)', 1, 1 / 2],
    ['deconv(1, 1x3, stride=1x2)', 2, 1 / 2],
    ['deconv(1, 1x4, stride=1x2) -> conv(1, 1x3)', 3, 1 / 2],
    ['deconv(1, 1x3, stride=1x2, dilation=1x2)', 3, 1 / 2],
    ['deconv(1, 1x3, stride=1x2) -> maxpool(1x2, stride=1)', 2, 1 / 2],
    ['upsample(1x2) -> conv(1, 1x3)', 2, 1 / 2],
    ['upsample(1x3) -> conv(1, 1x3) -> conv(1, 1x3)', 3, 1 / 3],
    ['upsample(1x2, mode="bilinear")', 2, 1 / 2],
    ['maxpool(1x2) -> conv(1, 1x3) -> deconv(1, 1x2, stride=1x2) -> conv(1, 1x3)', 8, 1],
    ['maxpool(1x4) -> upsample(1x2) -> maxpool(1x2, stride=1)', 8, 2],
    ['adaptiveavgpool(1x4)', 4, 4],
    ['mul { | conv(1, 1x3) | gap }', 16, 1],
  ] as const)
    it(`${text}: ${field} at a stride of ${stride}`, async () => {
      const { graph, facts } = await chain(text);
      const last = facts.nodes.at(-1);
      assert.deepEqual([last?.receptiveField[1], last?.effectiveStride[1]], [field, stride]);
      assert.equal(seen(graph), field);
    });
});
