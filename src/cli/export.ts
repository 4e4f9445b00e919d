/** `pointwise export`: writes a target for another program. */
import { checkSize, OnnxTooLarge, toOnnx } from '../export/onnx/graph.ts';
import { record } from '../graph/record.ts';
import { initialise } from '../tensor/index.ts';
import { Failure, parseSeed, write } from './errors.ts';
import { openTarget } from './open.ts';
import { withInput } from './with-input.ts';

export interface ExportOptions {
  readonly to: string;
  readonly target?: string;
  readonly output?: string;
  readonly seed?: string;
}

/** Writes the file and says which. */
export async function exportTarget(path: string, o: ExportOptions): Promise<string> {
  if (o.to !== 'onnx') throw new Failure(`--to takes onnx, not ${o.to}.`, 2);
  const seed = parseSeed(o.seed);
  const { file, target } = await openTarget(path, o.target);
  const { graph } = withInput(file, target, undefined);
  const { program } = record(graph);
  const out = o.output ?? `${graph.name}.onnx`;
  try {
    checkSize(
      graph.name,
      program.weights.reduce((sum, w) => sum + 4 * w.dims.reduce((x, y) => x * y, 1), 0),
    );
    const data = initialise(program.weights, seed);
    const weights = new Map(program.weights.map((w, i) => [w.name, data[i] as Float32Array]));
    await write(out, toOnnx(graph, weights));
  } catch (e) {
    if (e instanceof OnnxTooLarge) throw new Failure(e.message);
    throw e;
  }
  return out;
}
