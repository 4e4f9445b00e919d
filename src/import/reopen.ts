/**
 * A model that Pointwise wrote holds the text that makes it. That text is what one wants back, as long as it still is what the file computes: so
 * the graph that the text makes is written once more, and held against the file, operator by operator.
 */

import { CannotExport } from '../export/exporter.ts';
import { onnxGraph } from '../export/onnx/graph.ts';
import { choicesOf } from '../export/onnx/options.ts';
import type { Graph } from '../graph/graph.ts';
import { encodeModel, METADATA } from '../onnx/schema.ts';
import { ImportFault } from './fault.ts';
import { type Model, readModel } from './read/model.ts';
import type { Tensor } from './read/tensor.ts';

/** The text in a model, and which target of it the model is. */
export interface WrittenText {
  readonly text: string;
  readonly target: string;
}

/** Longer texts are none that a person wrote. */
const MOST_CHARACTERS = 4 * 2 ** 20;

export function textIn({ metadata }: Pick<Model, 'metadata'>): WrittenText | undefined {
  const [text, target] = [metadata.get(METADATA.text), metadata.get(METADATA.target)];
  return text === undefined || target === undefined || text.length > MOST_CHARACTERS ? undefined : { text, target };
}

/** The operators as text, by which two models are compared. */
const told = (m: Model): string => JSON.stringify([m.ops.map((op) => ({ ...op, attributes: [...op.attributes] })), m.inputs, m.outputs]);

function isSame(a: Tensor, b: Tensor): boolean {
  if (a.float !== b.float || a.dims.join() !== b.dims.join()) return false;
  // Weights may be any; what the layers themselves wrote has numbers on both sides.
  const [x, y] = [b.numbers(), b.numbers() && a.numbers()];
  return x === undefined || (y !== undefined && x.every((v, i) => Object.is(v, y[i])));
}

/** The weights of `graph`, by the names of `record`, where a model is what that graph is written as; undefined where it is not. */
export function reopened(model: Model, graph: Graph): { readonly graph: Graph; readonly weights: ReadonlyMap<string, Tensor> } | undefined {
  const batch = model.inputs[0]?.dims[0] ?? 'dynamic';
  try {
    const choices = choicesOf({ batch, opset: model.opset });
    const { node, constants, weights, input, output } = onnxGraph(graph, choices);
    const initializer = [...weights.map(({ name, dims }) => ({ name, dims, dataType: 1 })), ...constants];
    const again = readModel(
      encodeModel({ opsetImport: [{ domain: '', version: choices.opset }], graph: { name: graph.name, node, initializer, input, output } }),
    );
    if (told(model) !== told(again) || model.initialisers.size !== again.initialisers.size) return undefined;
    for (const [name, wanted] of again.initialisers) {
      const found = model.initialisers.get(name);
      if (!found || !isSame(found, wanted)) return undefined;
    }
    return { graph, weights: new Map(weights.map(({ name }) => [name, model.initialisers.get(name) as Tensor])) };
  } catch (e) {
    if (e instanceof CannotExport || e instanceof ImportFault) return undefined;
    throw e;
  }
}
