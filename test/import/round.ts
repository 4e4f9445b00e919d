/** There and back: a target as ONNX by our exporter, and as `.cnn` again; what came back beside what it was. */
import { outlineToCnn } from '../../src/export/cnn/outline.ts';
import { toOnnx } from '../../src/export/onnx/graph.ts';
import type { Facts, Totals } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Outline } from '../../src/graph/outline.ts';
import { align } from '../../src/import/align.ts';
import { type Imported, importOnnx } from '../../src/import/index.ts';
import type { CnnServices } from '../../src/language/analysis/services.ts';
import { formatText } from '../../src/language/editor/formatter.ts';
import { targetOf } from '../support/cnn.ts';

export interface Round {
  /** Lines of the text that makes the target, with all that it imports and without what it does not use; of the text that came back. */
  readonly lines: readonly [there: number, back: number];
  readonly totals: readonly [there: Totals, back: Totals];
  readonly read: Imported;
  /** The graph of the text that came back, and by its nodes those that were read. */
  readonly graph: Graph;
  readonly like: ReadonlyMap<number, number> | undefined;
}

/** The lines of a text as it is laid out. */
const linesOf = (text: string, services: CnnServices): number => (formatText(text, services) ?? text).trimEnd().split('\n').length;
/** The lines of the text that makes a target. */
export const linesOfTarget = (outline: Outline | undefined, services: CnnServices): number =>
  outline ? linesOf(outlineToCnn(outline), services) : Number.NaN;

export async function round(
  made: { readonly graph: Graph; readonly facts: Facts },
  outline: Outline | undefined,
  weights: ReadonlyMap<string, Float32Array>,
  services: CnnServices,
): Promise<Round> {
  const read = importOnnx(toOnnx(made.graph, weights), { name: made.graph.name });
  const { graph, facts } = await targetOf(read.text, made.graph.name);
  return {
    lines: [linesOfTarget(outline, services), linesOf(read.text, services)],
    totals: [made.facts.totals, facts.totals],
    read,
    graph,
    like: align(graph, read.graph),
  };
}
