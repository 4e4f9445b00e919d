/**
 * Exports a graph to ONNX, with weights. Every tensor's shape is written, and nodes are named by their paths, from which viewers build the
 * hierarchy. Each layer writes its own fragment.
 */
import { inputShapes, weightsOf } from '../../graph/analyse.ts';
import { inputsOf, type Graph as WholeGraph } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import { encodeModel, FLOAT, floatValue, rawBytes, type Written } from '../../onnx/schema.ts';
import { LayerWriter, type OnnxNode, type OnnxTensor } from './layer-writer.ts';
import { type Choices, choicesOf } from './options.ts';

type Graph = Pick<WholeGraph, 'name' | 'nodes' | 'outputs'>;

/** Protobuf's own limit on a message. */
const LARGEST = 2 ** 31 - 1;

/** A model that protobuf cannot hold. */
export class OnnxTooLarge extends Error {}

/** Throws `OnnxTooLarge` where so many bytes of weights are more than a file holds; to ask before they are made. */
export function checkSize(name: string, bytes: number): void {
  if (bytes > LARGEST)
    throw new OnnxTooLarge(`${name} has ${(bytes / 2 ** 30).toFixed(1)} GiB of weights; an ONNX file holds at most 2 GiB.`);
}

/**
 * The names of nodes' tensors, which ONNX keeps in one table with those of the outputs: outputs keep their names, and a layer that
 * has one of them, or that of the input, gets a number behind its path.
 */
function tensorNames(g: Graph): string[] {
  const taken = new Set([...g.outputs.map((o) => o.name), ...g.nodes.map((n) => n.path)]);
  const given = new Set(g.outputs.map((o) => o.name));
  return g.nodes.map(({ path }) => {
    let name = path;
    for (let n = 2; given.has(name); n++) if (!taken.has(`${path}_${n}`)) name = `${path}_${n}`;
    given.add(name);
    taken.add(name);
    return name;
  });
}

/** A graph as ONNX has it, without the numbers of its weights, which are where `weights` says. */
export interface OnnxGraph {
  readonly node: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  /** The initialisers that are weights; what is shared is there once. */
  readonly weights: readonly { readonly name: string; readonly dims: readonly number[] }[];
  readonly input: readonly Written<'ValueInfoProto'>[];
  readonly output: readonly Written<'ValueInfoProto'>[];
  readonly valueInfo: readonly Written<'ValueInfoProto'>[];
}

/** Throws `CannotExport` where a layer cannot be written as chosen. */
export function onnxGraph(g: Graph, choices: Choices): OnnxGraph {
  const value = (name: string, shape: Shape): Written<'ValueInfoProto'> => floatValue(name, [choices.batch, ...shape]);
  const tensors = tensorNames(g);
  // An output's tensor has the output's name; a node that is two outputs, or an input that is one, gets an Identity below.
  const inputs = inputsOf(g);
  const named = new Set<number>(inputs.map((n) => n.id));
  const extra: OnnxNode[] = [];
  for (const o of g.outputs) {
    if (named.has(o.node))
      extra.push({ name: `${o.name}/identity`, opType: 'Identity', input: [tensors[o.node] as string], output: [o.name], attribute: [] });
    else tensors[o.node] = o.name;
    named.add(o.node);
  }
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];
  const weights = new Map<string, readonly number[]>();
  const valueInfo: Written<'ValueInfoProto'>[] = [];
  const outputs = new Set(g.outputs.map((o) => o.name));
  for (const n of g.nodes) {
    if (n.kind === 'input') continue;
    const w: Record<string, string | undefined> = {};
    for (const [name, weight] of Object.entries(weightsOf(g, n))) {
      if (!weight) continue;
      const tensor = `${n.shared ?? n.path}/${name}`;
      w[name] = tensor;
      weights.set(tensor, weight.dims);
    }
    const writer = new LayerWriter(n, choices);
    const xs = n.inputs.map((i) => tensors[i]) as unknown as Inputs<string>;
    const result = layerOf(n.kind).export.onnx(writer, n.params as never, xs, w as never, { xs: inputShapes(g, n), y: n.shape });
    const tensor = tensors[n.id] as string;
    nodes.push(...writer.finish(result, tensor));
    constants.push(...writer.constants);
    // What is made of weights alone has no batch.
    const fixed = new Set([...Object.values(w), ...writer.constants.map((c) => c.name)]);
    for (const made of writer.nodes) if (made.input.every((i) => i === '' || fixed.has(i))) for (const o of made.output) fixed.add(o);
    for (const [name, shape] of writer.shapes)
      if (name !== result) valueInfo.push(fixed.has(name) ? floatValue(name, [1, ...shape]) : value(name, shape));
    if (!outputs.has(tensor)) valueInfo.push(value(tensor, n.shape));
  }
  return {
    node: [...nodes, ...extra],
    constants,
    weights: [...weights].map(([name, dims]) => ({ name, dims })),
    input: inputs.map((n) => value(tensors[n.id] as string, n.shape)),
    output: g.outputs.map((o) => value(o.name, g.nodes[o.node]?.shape ?? [1])),
    valueInfo,
  };
}

/**
 * The bytes of an `.onnx` file. `weights` are by the names of `record`: path, slash, weight; `metadata` is what else the file shall say. Throws
 * `OnnxTooLarge`, `CannotExport` where a layer cannot be written as chosen, and where a node of the graph failed.
 */
export function toOnnx(
  g: Graph,
  weights: ReadonlyMap<string, Float32Array>,
  choices: Choices = choicesOf({}),
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const broken = g.nodes.find((n) => n.failed);
  if (broken) throw new Error(`${broken.path} has an error, so ${g.name} cannot be exported.`);
  checkSize(
    g.name,
    [...weights.values()].reduce((s, w) => s + w.byteLength, 0),
  );
  const made = onnxGraph(g, choices);
  const initializer = made.weights.map(({ name, dims }): OnnxTensor => {
    const data = weights.get(name);
    if (!data) throw new Error(`no weights for ${name}`);
    return { name, dims, dataType: FLOAT, rawData: rawBytes(data) };
  });
  const { node, input, output, valueInfo } = made;
  return encodeModel({
    irVersion: choices.ir,
    producerName: 'pointwise',
    opsetImport: [{ domain: '', version: choices.opset }],
    graph: { name: g.name, node, initializer: [...initializer, ...made.constants], input, output, valueInfo },
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
}
