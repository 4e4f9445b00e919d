/** ONNX as an exporter. */
import { foldBatchNorm } from '../../graph/fold-batchnorm.ts';
import { inputsOf } from '../../graph/graph.ts';
import type { Outline, OutlineExpr } from '../../graph/outline.ts';
import type { Shape } from '../../layers/shape.ts';
import { METADATA } from '../../onnx/schema.ts';
import { outlineToCnn } from '../cnn/outline.ts';
import { CannotExport, type Exporter, type Subject } from '../exporter.ts';
import { checkSize, OnnxTooLarge, toOnnx } from './graph.ts';
import { choicesOf } from './options.ts';

const failedOf = (e: unknown): never => {
  throw e instanceof OnnxTooLarge ? new CannotExport(e.message) : e;
};

const shapeExpr = (s: Shape): OutlineExpr => (s.length === 1 ? { kind: 'number', value: s[0] } : { kind: 'size', value: s.join('x') });

/** The text that makes the target, on the inputs that it has here. */
function textOf({ graph, outline }: Subject): string | undefined {
  const written = outline();
  if (!written) return undefined;
  const inputs = inputsOf(graph).map((n) => shapeExpr(n.shape));
  const declarations = written.declarations.map((d) => (d.name === written.target && 'inputs' in d ? { ...d, inputs } : d));
  return outlineToCnn({ ...written, declarations } satisfies Outline);
}

export const onnx: Exporter = {
  name: 'onnx',
  title: 'ONNX model',
  extension: 'onnx',
  says: 'The graph (opset 18, or another from 13 to 26) with weights, every shape written out, and the text of which it was made.',
  hasWeights: true,
  takesOptions: true,
  async write(subject, options = {}) {
    const { graph, facts, weights } = subject;
    const broken = graph.nodes.find((n) => n.failed);
    if (broken) throw new CannotExport(`${broken.path} has an error, so ${graph.name} cannot be exported.`);
    const choices = choicesOf(options);
    try {
      // Asked before they are made: weights beyond what a file holds would take all memory first.
      checkSize(graph.name, 4 * (facts.totals.params + facts.totals.buffers));
      const text = textOf(subject);
      const metadata = { [METADATA.target]: graph.name, ...(text === undefined ? {} : { [METADATA.text]: text }) };
      if (!options.foldBatchNorm) return toOnnx(graph, weights(), choices, metadata);
      const folded = foldBatchNorm(graph, weights());
      return toOnnx(folded.graph, folded.weights, choices, { ...metadata, [METADATA.folded]: String(folded.folded) });
    } catch (e) {
      return failedOf(e);
    }
  },
};
