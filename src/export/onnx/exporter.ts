/** ONNX as an exporter. */
import { CannotExport, type Exporter } from '../exporter.ts';
import { checkSize, OnnxTooLarge, toOnnx } from './graph.ts';

const failedOf = (e: unknown): never => {
  throw e instanceof OnnxTooLarge ? new CannotExport(e.message) : e;
};

export const onnx: Exporter = {
  name: 'onnx',
  title: 'ONNX model',
  extension: 'onnx',
  says: 'The graph (opset 18) with the weights of the seed, every shape written out.',
  hasWeights: true,
  async write({ graph, facts, weights }) {
    const broken = graph.nodes.find((n) => n.failed);
    if (broken) throw new CannotExport(`${broken.path} has an error, so ${graph.name} cannot be exported.`);
    try {
      // Asked before they are made: weights beyond what a file holds would take all memory first.
      checkSize(graph.name, 4 * (facts.totals.params + facts.totals.buffers));
      return toOnnx(graph, weights());
    } catch (e) {
      return failedOf(e);
    }
  },
};
