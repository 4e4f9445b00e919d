/** Collects what one layer writes, then names its last tensor after the layer. */
import type { Node } from '../../graph/graph.ts';
import type { OnnxAttribute, OnnxWriter } from '../../layers/onnx.ts';
import type { Shape } from '../../layers/shape.ts';
import { FLOAT, INT64, rawBytes, type Written } from '../../onnx/schema.ts';
import { CannotExport } from '../exporter.ts';
import type { Choices } from './options.ts';

export type OnnxNode = Written<'NodeProto'> & Required<Pick<Written<'NodeProto'>, 'name' | 'input' | 'output'>>;
export type OnnxTensor = Written<'TensorProto'>;

/** The opsets with which operators came that are written and are newer than the first. */
const SINCE: Readonly<Record<string, number>> = { HardSwish: 14, LayerNormalization: 17, Gelu: 20 };

function attribute(name: string, a: OnnxAttribute): Written<'AttributeProto'> {
  if ('int' in a) return { name, type: 2, i: a.int };
  if ('float' in a) return { name, type: 1, f: a.float };
  if ('ints' in a) return { name, type: 7, ints: a.ints };
  return { name, type: 3, s: new TextEncoder().encode(a.string) };
}

export class LayerWriter implements OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly shapes = new Map<string, Shape>();
  readonly opset: number;
  readonly batch: number;
  private readonly layer: Node;
  constructor(layer: Node, { opset, batch }: Choices) {
    this.layer = layer;
    this.opset = opset;
    this.batch = typeof batch === 'number' ? batch : 0;
  }
  node(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    shape: Shape = this.layer.shape,
  ): string {
    const since = SINCE[opType];
    if (since !== undefined && since > this.opset)
      this.refuse(`opset ${since}, in which ONNX's ${opType} came; opset ${this.opset} was asked for`);
    const name = `${this.layer.path}/${opType.toLowerCase()}${this.nodes.length}`;
    this.nodes.push({ name, opType, input, output: [name], attribute: Object.entries(attributes).map(([k, v]) => attribute(k, v)) });
    this.shapes.set(name, shape);
    return name;
  }
  refuse(needs: string): never {
    throw new CannotExport(`${this.layer.path} (${this.layer.kind}) needs ${needs}.`);
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
