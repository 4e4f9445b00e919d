/** What holds of the variants of any block: they fit, they are what their text says, and they are offered where they are shown. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { otherCode } from '../../../src/export/cnn/variant.ts';
import { compareVariants } from '../../../src/graph/compare.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { VARIANT_NAMES } from '../../../src/graph/variants/index.ts';
import { layerOf } from '../../../src/layers/index.ts';
import { infer } from '../../../src/layers/infer.ts';
import type { Inputs, Shape } from '../../../src/layers/shape.ts';
import { analyse } from '../../support/cnn.ts';

const channels = fc.constantFrom(4, 8, 16);
const dress = fc.constantFrom('bn', 'relu', 'prelu', 'dropout', 'gn(4)');
const conv = fc.oneof(
  { weight: 4, arbitrary: channels.map((c) => `conv(${c}, 1x1)`) },
  { weight: 2, arbitrary: channels.map((c) => `conv(${c}, 3x3)`) },
  channels.map((c) => `conv(${c}, 3x3, groups=4)`),
  channels.map((c) => `conv(${c}, 2x2, pad=tf)`),
  fc.constantFrom('dwconv(3x3)', 'dwconv(5x5, multiplier=2)', 'Helper(8)', 'Helper(4, 3x3)', 'maxpool(3x3, stride=1, pad=1)'),
);
const gate = fc.constant('Weigh');
/** Without its projection it is too wide for what it is added to. */
const unfit = fc.constant('add { | concat { | maxpool(3x3, stride=1, pad=1) -> conv(8, 1x1) | conv(8, 1x1) } | conv(16, 1x1) }');
/** A pipeline that keeps the size, and ends with 16 channels where it must fit others. */
const { body } = fc.letrec<{ readonly body: string; readonly stage: string }>((tie) => ({
  stage: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: conv },
    { weight: 4, arbitrary: dress },
    { weight: 1, arbitrary: gate },
    { weight: 2, arbitrary: unfit },
    fc.tuple(tie('body'), tie('body')).map(([a, b]) => `concat { | ${a} | ${b} }`),
    tie('body').map((a) => `conv(16, 1x1) add { | ${a} -> conv(16, 1x1) | identity }`),
    fc.tuple(tie('body'), dress).map(([a, d]) => `add { | ${a} -> conv(16, 1x1) -> ${d} | conv(16, 1x1) }`),
  ),
  body: fc.array(tie('stage'), { minLength: 1, maxLength: 5 }).map((stages) => stages.join(' ')),
}));

const text = (inner: string, outer: string): string => `
  block Helper(c, k=1x1) { conv(c, k, bias=false) -> bn -> relu }
  block Weigh { mul { | identity | gap -> conv(4, 1x1) -> relu -> conv(in.c, 1x1) -> sigmoid } }
  block Inner on 16x9x9 { ${inner} }
  block A on 16x9x9 { ${outer} Inner conv(16, 1x1) Inner }`;

/** A graph whose every shape is what its layers make of their inputs. */
function assertSound(g: Graph): void {
  for (const [id, n] of g.nodes.entries()) {
    assert.ok(n.id === id && n.inputs.every((i) => i < id) && n.scope < g.scopes.length, n.path);
    const xs = n.inputs.map((i) => g.nodes[i]?.shape) as unknown as Inputs<Shape>;
    if (n.kind !== 'input') assert.deepEqual(infer(layerOf(n.kind), n.params as never, xs), n.shape, n.path);
  }
  for (const s of g.scopes) assert.ok(s.from <= s.to && s.to <= g.nodes.length && s.input < g.nodes.length && s.output < g.nodes.length);
}

describe('the variants of any block', function () {
  this.timeout(120_000);

  it('fit, mean what their text does, and are offered where they are shown', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(body, body, async (inner, outer) => {
        const { analysis } = await analyse(text(inner, outer));
        for (const target of analysis.targets) {
          const graph = analysis.target(target)?.graph;
          assert.equal(analysis.isComparable(target), analysis.comparison(target) !== undefined);
          for (const variant of graph ? VARIANT_NAMES : []) {
            const c = graph && compareVariants(graph, { variant });
            if (!c) continue;
            compared++;
            for (const part of c.parts) assertSound(part.other);
            if (!c.graphs) continue;
            assertSound(c.graphs.other);
            const { analysis: read } = await analyse(otherCode(c, 'network'));
            const [again] = read.targets.filter((t) => t.kind === 'network');
            if (!graph?.nodes.some((n) => n.failed)) {
              const { weights, params, macs } = (again && read.target(again)?.facts.totals) ?? {};
              const { totals } = c.other;
              assert.deepEqual([weights, params, macs], [totals.weights, totals.params, totals.macs], otherCode(c, 'network'));
            }
            // Of these nothing is left where all blocks fitted.
            if (variant !== 'naive' && c.notes.length === 0) assert.equal(compareVariants(c.graphs.other, { variant }), undefined);
          }
        }
      }),
      // The same blocks in every run, so that one that fails was made to fail by a change.
      { numRuns: 40, seed: 1, endOnFailure: true },
    );
    assert.ok(compared > 40, `only ${compared} variants were derived`);
  });
});
