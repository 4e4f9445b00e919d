/** There and back: every example as ONNX by our exporter, and as `.cnn` again, with the same figures and at most twice the lines. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { toOnnx } from '../../src/export/onnx/graph.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { reached } from '../../src/graph/reached.ts';
import { seededWeights } from '../../src/graph/weights.ts';
import { align } from '../../src/import/align.ts';
import { fold } from '../../src/import/fold/index.ts';
import { importOnnx } from '../../src/import/index.ts';
import { formatText } from '../../src/language/editor/formatter.ts';
import { analyse, targetOf, workspace } from '../support/cnn.ts';
import { anyGraph } from '../support/graphs.ts';

const examples = new URL('../../examples/', import.meta.url);
const of = (folder: '' | 'zoo/'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(new URL(`./${folder}`, examples))
      .filter((f) => f.endsWith('.cnn'))
      .map((f) => [folder + f, readFileSync(new URL(folder + f, examples), 'utf8')]),
  );
const files = { ...of(''), ...of('zoo/') };
const analysed = workspace(files);

/** Not yet at most twice as long: blocks of several inputs, and towers that are shared, are written where they stand. */
const LONG = new Set(['attentionunet', 'efficientdet', 'hrnet', 'retinanet', 'ssd', 'unetpp', 'yolov3'].map((f) => `zoo/${f}.cnn`));
/** The most weights of which a test makes numbers. */
const MOST = 40e6;

describe('there and back', function () {
  this.timeout(120_000);
  for (const [file, text] of Object.entries(files))
    it(file, async () => {
      const { analysis, services } = await analysed(file);
      // One network of each file: its families differ in numbers.
      const target = analysis.targets.findLast((t) => t.kind === 'network') ?? analysis.targets.at(-1);
      const made = target && analysis.target(target);
      if (!made || made.facts.totals.params > MOST) return;
      const read = importOnnx(toOnnx(made.graph, seededWeights(made.graph, 1)), { name: target.name });
      const meant = await targetOf(read.text, target.name);
      assert.ok(align(meant.graph, read.graph));
      const { params, macs, totalMacs } = meant.facts.totals;
      assert.deepEqual(
        { params, macs, totalMacs },
        { params: made.facts.totals.params, macs: made.facts.totals.macs, totalMacs: made.facts.totals.totalMacs },
      );
      const lines = (formatText(read.text, services) ?? '').trimEnd().split('\n').length;
      if (!LONG.has(file)) assert.ok(lines <= 2 * text.trimEnd().split('\n').length, `${lines} lines`);
    });
});

describe('folding', () => {
  const holds = async (graph: Graph, modules: readonly (readonly string[])[]): Promise<void> => {
    const text = fold(graph, modules);
    const { problems, analysis } = await analyse(text);
    assert.deepEqual(
      problems.filter((p) => p.severity === 'error').map((p) => p.message),
      [],
      text,
    );
    const target = analysis.targets.find((t) => t.name === graph.name);
    const meant = target && analysis.target(target);
    assert.ok(meant && align(meant.graph, graph), text);
  };
  it('writes what elaborates to the graph again, whatever is wired to what', () =>
    fc.assert(
      fc.asyncProperty(anyGraph, async (given) => {
        const graph = reached(given);
        await holds(graph, []);
        await holds(
          graph,
          graph.nodes.map((n) => n.path.split('/').slice(0, -1)),
        );
      }),
      { numRuns: 40 },
    ));
});
