/**
 * Exports a graph to ONNX (opset 18, IR 8), with weights. Every tensor's shape is written, and nodes are named by their paths, from which
 * viewers build the hierarchy. Each layer writes its own fragment.
 */
import { inputShapes, weightsOf } from '../../graph/analyse.ts';
import { type Graph, inputsOf, type Node } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';
import type { OnnxAttribute, OnnxWriter } from '../../layers/onnx.ts';
import type { Inputs, Shape } from '../../layers/shape.ts';
import { encodeModel, FLOAT, floatValue, INT64, rawBytes, type Written } from '../../onnx/schema.ts';

type OnnxNode = Written<'NodeProto'> & Required<Pick<Written<'NodeProto'>, 'name' | 'input' | 'output'>>;
type OnnxTensor = Written<'TensorProto'>;
type OnnxValue = Written<'ValueInfoProto'>;

const OPSET = 18;
const IR = 8;
/** Protobuf's own limit on a message. */
const LARGEST = 2 ** 31 - 1;

/** A model that protobuf cannot hold. */
export class OnnxTooLarge extends Error {}

function attribute(name: string, a: OnnxAttribute): Written<'AttributeProto'> {
  if ('int' in a) return { name, type: 2, i: a.int };
  if ('float' in a) return { name, type: 1, f: a.float };
  if ('ints' in a) return { name, type: 7, ints: a.ints };
  return { name, type: 3, s: new TextEncoder().encode(a.string) };
}

const value = (name: string, shape: Shape): OnnxValue => floatValue(name, [1, ...shape]);

/** Collects what one layer writes, then names its last tensor after the layer. */
class LayerWriter implements OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly shapes = new Map<string, Shape>();
  private readonly layer: Node;
  constructor(layer: Node) {
    this.layer = layer;
  }
  node(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    shape: Shape = this.layer.shape,
  ): string {
    const name = `${this.layer.path}/${opType.toLowerCase()}${this.nodes.length}`;
    this.nodes.push({ name, opType, input, output: [name], attribute: Object.entries(attributes).map(([k, v]) => attribute(k, v)) });
    this.shapes.set(name, shape);
    return name;
  }
  constant(dims: readonly number[], values: readonly number[], type: 'float' | 'int64' = 'float'): string {
    const name = `${this.layer.path}/constant${this.constants.length}`;
    const rawData = rawBytes(type === 'float' ? Float32Array.from(values) : BigInt64Array.from(values.map(BigInt)));
    this.constants.push({ name, dims, dataType: type === 'float' ? FLOAT : INT64, rawData });
    return name;
  }
  /** Gives the layer's output, and the node that makes it, their final names. */
  finish(result: string, tensor: string): readonly OnnxNode[] {
    const rename = (n: string): string => (n === result ? tensor : n);
    return this.nodes.map((n) => ({
      ...n,
      name: n.output[0] === result ? this.layer.path : n.name,
      input: n.input.map(rename),
      output: n.output.map(rename),
    }));
  }
}

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

/**
 * The bytes of an `.onnx` file. `weights` are by the names of `record`: path, slash, weight. Throws `OnnxTooLarge`, and where a node of
 * the graph failed.
 */
export function toOnnx(g: Graph, weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  const broken = g.nodes.find((n) => n.failed);
  if (broken) throw new Error(`${broken.path} has an error, so ${g.name} cannot be exported.`);
  checkSize(
    g.name,
    [...weights.values()].reduce((s, w) => s + w.byteLength, 0),
  );
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
  const initializer: OnnxTensor[] = [];
  /** The weights that are in it: what is shared is there once. */
  const written = new Set<string>();
  const valueInfo: OnnxValue[] = [];
  const outputs = new Set(g.outputs.map((o) => o.name));
  for (const n of g.nodes) {
    if (n.kind === 'input') continue;
    const w: Record<string, string | undefined> = {};
    for (const [name, weight] of Object.entries(weightsOf(g, n))) {
      if (!weight) continue;
      const tensor = `${n.shared ?? n.path}/${name}`;
      w[name] = tensor;
      if (written.has(tensor)) continue;
      written.add(tensor);
      const data = weights.get(tensor);
      if (!data) throw new Error(`no weights for ${tensor}`);
      initializer.push({ name: tensor, dims: weight.dims, dataType: FLOAT, rawData: rawBytes(data) });
    }
    const writer = new LayerWriter(n);
    const xs = n.inputs.map((i) => tensors[i]) as unknown as Inputs<string>;
    const result = layerOf(n.kind).export.onnx(writer, n.params as never, xs, w as never, { xs: inputShapes(g, n), y: n.shape });
    const tensor = tensors[n.id] as string;
    nodes.push(...writer.finish(result, tensor));
    initializer.push(...writer.constants);
    for (const [name, shape] of writer.shapes) if (name !== result) valueInfo.push(value(name, shape));
    if (!outputs.has(tensor)) valueInfo.push(value(tensor, n.shape));
  }
  const shapeAt = (id: number): Shape => g.nodes[id]?.shape ?? [1];
  return encodeModel({
    irVersion: IR,
    producerName: 'pointwise',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: g.name,
      node: [...nodes, ...extra],
      initializer,
      input: inputs.map((n) => value(tensors[n.id] as string, n.shape)),
      output: g.outputs.map((o) => value(o.name, shapeAt(o.node))),
      valueInfo,
    },
  });
}
