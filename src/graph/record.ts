/** Records a graph as a program of tensor operations, each layer translating itself. */
import { layerOf } from '../layers/index.ts';
import type { Inputs } from '../layers/shape.ts';
import { isMap, type Shape } from '../layers/shape.ts';
import { type Dims, type Program, Recorder, type ValueId, type WeightId } from '../tensor/index.ts';
import { weightsOf } from './analyse.ts';
import type { Graph, Node } from './graph.ts';

/** A vector of n features is n×1×1. */
export const dimsOf = (s: Shape): Dims => (isMap(s) ? s : [s[0], 1, 1]);

/** Whether a layer is a batch norm whose statistics one pass can tell: of a single pixel there are none. */
export const isCalibrated = (n: Node): boolean => n.kind === 'bn' && isMap(n.shape) && n.shape[1] * n.shape[2] > 1;

/** A graph's program, and the value that holds each node's output. */
export interface Recording {
  readonly program: Program;
  /** By node id. */
  readonly values: readonly ValueId[];
}

/**
 * Records a graph. Throws where a node of it failed: such a graph has no numbers. While `calibrating`, batch norm takes the statistics of what
 * arrives, each channel over its pixels, rather than those that it keeps.
 */
export function record(g: Graph, calibrating = false): Recording {
  const recorder = new Recorder();
  const values: ValueId[] = [];
  /** By name: what is shared is recorded once. */
  const weights = new Map<string, WeightId>();
  for (const n of g.nodes) {
    if (n.failed) throw new Error(`${n.path} has an error, so ${g.name} cannot run.`);
    if (n.kind === 'input') {
      values.push(recorder.input(dimsOf(n.shape)));
      continue;
    }
    const w: Record<string, WeightId | undefined> = {};
    for (const [part, weight] of Object.entries(weightsOf(g, n))) {
      if (!weight) continue;
      const name = `${n.shared ?? n.path}/${part}`;
      const id = weights.get(name) ?? recorder.weight({ name, dims: weight.dims, init: weight.init });
      weights.set(name, id);
      w[part] = id;
    }
    const xs = n.inputs.map((i) => values[i]) as unknown as Inputs<ValueId>;
    const [x] = xs;
    if (calibrating && isCalibrated(n)) {
      const { weight: gamma, bias: beta } = w;
      values.push(recorder.norm(x, { over: 'group', groups: n.shape[0], gamma, beta, eps: Number(n.params.eps) }));
    } else values.push(layerOf(n.kind).run(recorder, n.params as never, xs, w, n.shape));
  }
  for (const o of g.outputs) recorder.output(values[o.node] as ValueId);
  return { program: recorder.finish(), values };
}
