/**
 * The part of ONNX's protobuf schema that Pointwise writes and reads (field numbers of onnx.proto, https://github.com/onnx/onnx), and the
 * types that follow from it: the exporter and the importer have one list of fields.
 */
import protobuf from 'protobufjs/light.js';

type FieldSpec = readonly [id: number, type: string, rule?: 'repeated'];

const messages = {
  ModelProto: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    docString: [6, 'string'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
    metadataProps: [14, 'StringStringEntryProto', 'repeated'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  GraphProto: {
    node: [1, 'NodeProto', 'repeated'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto', 'repeated'],
    docString: [10, 'string'],
    input: [11, 'ValueInfoProto', 'repeated'],
    output: [12, 'ValueInfoProto', 'repeated'],
    valueInfo: [13, 'ValueInfoProto', 'repeated'],
  },
  NodeProto: {
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'AttributeProto', 'repeated'],
    domain: [7, 'string'],
    metadataProps: [9, 'StringStringEntryProto', 'repeated'],
  },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'TensorProto'],
    g: [6, 'GraphProto'],
    floats: [7, 'float', 'repeated'],
    ints: [8, 'int64', 'repeated'],
    strings: [9, 'bytes', 'repeated'],
    type: [20, 'int32'],
  },
  TensorProto: {
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    floatData: [4, 'float', 'repeated'],
    int32Data: [5, 'int32', 'repeated'],
    int64Data: [7, 'int64', 'repeated'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double', 'repeated'],
    externalData: [13, 'StringStringEntryProto', 'repeated'],
    dataLocation: [14, 'int32'],
  },
  ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'] },
  TypeProto: { tensorType: [1, 'TensorTypeProto'] },
  TensorTypeProto: { elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'DimensionProto', 'repeated'] },
  DimensionProto: { dimValue: [1, 'int64'], dimParam: [2, 'string'] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldSpec>>>>;

type Messages = typeof messages;
interface Scalars {
  readonly int32: number;
  readonly int64: number;
  readonly float: number;
  readonly double: number;
  readonly string: string;
  readonly bytes: Uint8Array;
}
type Repeated<M> = { [F in keyof M]: M[F] extends readonly [number, string, 'repeated'] ? F : never }[keyof M];
type TypeOf<F> = F extends readonly [number, infer T, ...unknown[]] ? T : never;
type ReadField<F> = TypeOf<F> extends infer T ? (T extends keyof Scalars ? Scalars[T] : T extends keyof Messages ? Read<T> : never) : never;
type WrittenField<F> =
  TypeOf<F> extends infer T ? (T extends keyof Scalars ? Scalars[T] : T extends keyof Messages ? Written<T> : never) : never;

/** A message as it is read: of what may be repeated there are none or more, anything else may be missing. */
export type Read<N extends keyof Messages> = {
  readonly [F in Repeated<Messages[N]>]: readonly ReadField<Messages[N][F]>[];
} & { readonly [F in Exclude<keyof Messages[N], Repeated<Messages[N]>>]?: ReadField<Messages[N][F]> };

/** A message to be written. */
export type Written<N extends keyof Messages> = {
  readonly [F in keyof Messages[N]]?: F extends Repeated<Messages[N]>
    ? readonly WrittenField<Messages[N][F]>[]
    : WrittenField<Messages[N][F]>;
};

const root = new protobuf.Root();
for (const [name, fields] of Object.entries<Readonly<Record<string, FieldSpec>>>(messages)) {
  const type = new protobuf.Type(name);
  for (const [field, [id, of, rule]] of Object.entries(fields)) type.add(new protobuf.Field(field, id, of, rule));
  root.add(type);
}
const Model = root.lookupType('ModelProto');

/** The bytes of an `.onnx` file. */
export const encodeModel = (model: Written<'ModelProto'>): Uint8Array => Model.encode(Model.fromObject(model)).finish();

interface Nodes {
  readonly node?: readonly { readonly attribute?: readonly { readonly g?: Nodes }[] }[];
}
/** The operators of a graph, those of graphs within it too. */
const nodesIn = (g: Nodes | null | undefined): number =>
  (g?.node ?? []).reduce((sum, n) => (n.attribute ?? []).reduce((inner, a) => inner + nodesIn(a.g), sum + 1), 0);

/** The message in the bytes of an `.onnx` file, or how many operators it has where they are more than `mostNodes`; its fields as they come; bytes are not copied. Throws what protobufjs does on bytes that are none. */
export function decodeModel(bytes: Uint8Array, mostNodes: number): Read<'ModelProto'> | number {
  const message = Model.decode(bytes);
  const nodes = nodesIn((message as unknown as { readonly graph?: Nodes }).graph);
  return nodes > mostNodes ? nodes : (Model.toObject(message, { longs: Number, arrays: true }) as unknown as Read<'ModelProto'>);
}

/** What Pointwise writes into a model's `metadata_props`: the text that makes it, which target of it that is, and how many batch norms were folded. */
export const METADATA = { text: 'pointwise.text', target: 'pointwise.target', folded: 'pointwise.folded_batch_norms' } as const;

/** Types of elements by their number in onnx.proto. */
export const FLOAT = 1;
export const INT64 = 7;

/** A value of floats with its extents: a number each, or a name for one that is open. */
export const floatValue = (name: string, dims: readonly (number | string)[]): Written<'ValueInfoProto'> => ({
  name,
  type: {
    tensorType: { elemType: FLOAT, shape: { dim: dims.map((d) => (typeof d === 'string' ? { dimParam: d } : { dimValue: d })) } },
  },
});

/** The numbers of a tensor as its bytes, which are shared with it. */
export const rawBytes = (values: Float32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
