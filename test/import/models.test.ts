/** Models of many families, as PyTorch's exporters and Keras write them: every weight and multiply–accumulate is there when they are read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { analyse } from '../../src/graph/analyse.ts';
import { align } from '../../src/import/align.ts';
import { importOnnx } from '../../src/import/index.ts';
import { targetOf } from '../support/cnn.ts';
import { modelBytes, modelNames } from '../support/models.ts';

interface Figures {
  readonly weights?: number;
  readonly macs?: number;
  readonly trainable: number;
}
const FIGURES = JSON.parse(readFileSync(new URL('./models/figures.json', import.meta.url), 'utf8')) as Readonly<Record<string, Figures>>;

/** The most lines that a person would take. */
const LINES: Readonly<Record<string, number>> = {
  resnet50: 30,
  googlenet: 45,
  mobilenet_v3_large: 45,
  densenet121: 35,
  efficientnet_b0: 40,
};

describe('a model of another tool', () => {
  it('there are 25 families at least', () => assert.ok(new Set(modelNames().map((n) => n.split('-')[0])).size >= 25));
  for (const name of modelNames())
    it(`${name} comes back as .cnn with every weight and multiply–accumulate`, async () => {
      const { graph, text } = importOnnx(modelBytes(name), { name: 'Net' });
      const meant = await targetOf(text, 'Net');
      assert.ok(align(meant.graph, graph), 'what is written means what was read');
      const { totals } = analyse(meant.graph);
      const { weights, macs } = FIGURES[name] as Figures;
      const most = LINES[name.replace('-dynamo', '')] ?? Number.POSITIVE_INFINITY;
      const lines = text.trimEnd().split('\n').length;
      assert.ok(lines <= most, `${lines} lines`);
      assert.deepEqual([totals.weights, totals.totalMacs], [weights ?? totals.weights, macs ?? totals.totalMacs]);
    });
  for (const name of modelNames().filter((n) => /-(train|raw)$/.test(n)))
    it(`${name} has as many parameters as the framework trains`, async () => {
      const { graph } = await targetOf(importOnnx(modelBytes(name), { name: 'Net' }).text, 'Net');
      assert.equal(analyse(graph).totals.params, FIGURES[name]?.trainable);
    });
  for (const name of ['response', 'response-dynamo'])
    it(`${name} has its local response normalisation, with its numbers`, () => {
      const { text } = importOnnx(modelBytes(name), { name: 'Net' });
      assert.match(
        text,
        / relu -> lrn\n.* lrn\(size=3, alpha=0\.002, beta=0\.5, k=2\)\s+(-> )?lrn\(size=47, alpha=47, beta=0\.5, k=(0|1e-12)\)\n/,
      );
    });
});
