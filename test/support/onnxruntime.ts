/** A graph on our kernels beside its ONNX file in onnxruntime: the same weights, the same input. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { toOnnx } from '../../src/export/onnx/graph.ts';
import { type Graph, inputsOf } from '../../src/graph/graph.ts';
import { dimsOf, record } from '../../src/graph/record.ts';
import { initialise, type Kernels, randomInput } from '../../src/tensor/index.ts';

/** The largest difference, relative to the largest output. */
export function difference(a: Float32Array, b: Float32Array): number {
  let [worst, most] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, Math.abs((a[i] as number) - (b[i] as number)));
    most = Math.max(most, Math.abs(b[i] as number));
  }
  return worst / (most || 1);
}

/** Runs a graph on kernels and through its ONNX file, with biases and statistics that are not trivial. */
export async function outputs(
  graph: Graph,
  kernels: Kernels,
): Promise<{
  readonly ours: Float32Array;
  readonly dims: readonly number[];
  readonly onnx: Float32Array;
  readonly onnxDims: readonly number[];
}> {
  const { program } = record(graph);
  const weights = initialise(program.weights, 7).map((w, i) =>
    program.weights[i]?.init.kind === 'constant' ? w.map((v, j) => v + 0.1 + 0.05 * Math.sin(i + j)) : w,
  );
  // Wide enough for both ends of a clamp.
  const inputs = inputsOf(graph).map((n, i) => randomInput(dimsOf(n.shape), 3 + i).map((v) => 4 * v));
  const plan = kernels.plan(program, weights, { exact: true });
  const ours = (plan.run(inputs)[0] as Float32Array).slice();
  const model = toOnnx(graph, new Map(program.weights.map((w, i) => [w.name, weights[i] as Float32Array])));
  const session = await InferenceSession.create(Buffer.from(model));
  const feeds = inputsOf(graph).map((n, i) => [n.path, new Tensor('float32', inputs[i] as Float32Array, [1, ...n.shape])]);
  const result = (await session.run(Object.fromEntries(feeds)))[graph.outputs[0]?.name ?? ''] as Tensor;
  await session.release();
  return {
    ours,
    dims: program.values[program.outputs[0] as number] ?? [],
    onnx: result.data as Float32Array,
    onnxDims: result.dims.slice(1),
  };
}
