/** Bytes of an `.onnx` file → its graph as plain data: operators in an order in which they can run, each with its attributes by name. */

import { decodeModel, type Read } from '../../onnx/schema.ts';
import { ImportFault } from '../fault.ts';
import { isFloat, type ReadExternal, readTensor, type Tensor } from './tensor.ts';

export type Attribute = number | string | readonly number[] | readonly string[] | Tensor;

export interface Op {
  readonly name: string;
  /** `Conv`; with its domain before it where that is not ONNX's own: `com.microsoft.FusedConv`. */
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** The graphs that it runs, by the attribute's name: the sides of an `If`. They read values of the graph around them by name. */
  readonly graphs?: ReadonlyMap<string, Inner>;
  /** Module names from the outside in, where the exporter wrote them: `layer1`, `layer1.0`, `layer1.0.conv1`. */
  readonly modules?: readonly string[];
}
/** A graph within a graph. */
export interface Inner {
  readonly ops: readonly Op[];
  readonly initialisers: ReadonlyMap<string, Tensor>;
  readonly outputs: readonly string[];
  /** What it reads of the graph around it. */
  readonly reads: readonly string[];
}
export interface ModelInput {
  readonly name: string;
  /** An extent is null where the file leaves it open. */
  readonly dims: readonly (number | null)[];
  readonly float: boolean;
}
export interface Model {
  readonly name: string;
  readonly producer: string;
  readonly opset: number;
  readonly ops: readonly Op[];
  readonly initialisers: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly string[];
  /** What else the file says, by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Networks have some thousands; what has more is refused before time is spent on it. */
const MOST_OPS = 30_000;
/** Graphs within graphs that are read; what lies deeper is left to the operator that has it, which then cannot be said. */
const DEEPEST = 8;
const utf8 = new TextDecoder();

function attribute(a: Read<'AttributeProto'>, external: ReadExternal | undefined): Attribute | undefined {
  if (a.t) return readTensor(a.t, external);
  if (a.type === 7 || a.ints.length > 0) return a.ints;
  if (a.type === 6 || a.floats.length > 0) return a.floats;
  if (a.type === 8 || a.strings.length > 0) return a.strings.map((s) => utf8.decode(s));
  if (a.type === 1 || (a.type === undefined && a.f !== undefined)) return a.f ?? 0;
  if (a.type === 2 || (a.type === undefined && a.i !== undefined)) return a.i ?? 0;
  if (a.type === 3 || a.s !== undefined) return utf8.decode(a.s ?? new Uint8Array());
  return undefined;
}

/** `["", "layer1", "layer1.0"]`, as the dynamo exporter writes it, a list in Python. */
function modulesOf(n: Read<'NodeProto'>): readonly string[] | undefined {
  const text = n.metadataProps.find((p) => p.key === 'pkg.torch.onnx.name_scopes')?.value;
  if (text === undefined || text.length > 4096) return undefined;
  const names = [...text.matchAll(/'([^']*)'/g)].map(([, name]) => name ?? '').filter((name) => name !== '');
  return names.slice(0, -1);
}

/** A graph within another as it can be run; undefined where it takes inputs, as loops do, or lies too deep. */
function innerOf(g: Read<'GraphProto'>, external: ReadExternal | undefined, depth: number): Inner | undefined {
  if (g.input.length > 0 || depth > DEEPEST) return undefined;
  const initialisers = new Map(g.initializer.map((t) => [t.name ?? '', readTensor(t, external)]));
  const ops = g.node.map((n) => opOf(n, external, depth));
  const own = new Set([...initialisers.keys(), ...ops.flatMap((op) => op.outputs)]);
  const outputs = g.output.map((o) => o.name ?? '');
  const reads = [...new Set([...ops.flatMap(readsOf), ...outputs])].filter((name) => name !== '' && !own.has(name));
  return { ops: inOrder(ops, new Set([...initialisers.keys(), ...reads])), initialisers, outputs, reads };
}

/** All that an operator reads, the graphs that it runs too. */
const readsOf = (op: Op): readonly string[] => (op.graphs ? [...op.inputs, ...[...op.graphs.values()].flatMap((g) => g.reads)] : op.inputs);

function opOf(n: Read<'NodeProto'>, external: ReadExternal | undefined, depth = 0): Op {
  const attributes = new Map<string, Attribute>();
  const graphs = new Map<string, Inner>();
  for (const a of n.attribute) {
    const inner = a.g && innerOf(a.g, external, depth + 1);
    if (inner) graphs.set(a.name ?? '', inner);
    const value = attribute(a, external);
    if (value !== undefined) attributes.set(a.name ?? '', value);
  }
  const modules = modulesOf(n);
  const own = n.domain === undefined || n.domain === '' || n.domain === 'ai.onnx';
  return {
    name: n.name || n.output[0] || '',
    type: (own ? '' : `${n.domain}.`) + (n.opType ?? ''),
    inputs: n.input,
    outputs: n.output,
    attributes,
    ...(graphs.size > 0 ? { graphs } : {}),
    ...(modules ? { modules } : {}),
  };
}

/** Operators, each behind those whose outputs it reads; in their own order where they can be. Throws where they go round in a circle. */
function inOrder(ops: readonly Op[], given: ReadonlySet<string>): readonly Op[] {
  const by = new Map<string, Op>();
  for (const op of ops)
    for (const o of op.outputs) {
      if (o === '') continue;
      if (by.has(o) || given.has(o)) throw new ImportFault('broken', `Two things in this file give the value ${o}.`);
      by.set(o, op);
    }
  const done = new Set<Op>();
  const open = new Set<Op>();
  const sorted: Op[] = [];
  for (const first of ops) {
    // A stack of its own: a chain may be longer than the machine's.
    const stack: { readonly op: Op; readonly reads: readonly string[]; next: number }[] = [{ op: first, reads: readsOf(first), next: 0 }];
    if (done.has(first)) continue;
    open.add(first);
    while (stack.length > 0) {
      const top = stack.at(-1) as (typeof stack)[number];
      const input = top.reads[top.next++];
      if (input === undefined) {
        done.add(top.op);
        open.delete(top.op);
        sorted.push(top.op);
        stack.pop();
        continue;
      }
      const before = by.get(input);
      if (!before) {
        if (input !== '' && !given.has(input))
          throw new ImportFault('broken', `${top.op.name || top.op.type} reads ${input}, which nothing in this file gives.`);
        continue;
      }
      if (done.has(before)) continue;
      if (open.has(before)) throw new ImportFault('broken', `The graph goes round in a circle through ${before.name || before.type}.`);
      open.add(before);
      stack.push({ op: before, reads: readsOf(before), next: 0 });
    }
  }
  return sorted;
}

function inputOf(v: Read<'ValueInfoProto'>): ModelInput {
  const t = v.type?.tensorType;
  const dims = (t?.shape?.dim ?? []).map(({ dimValue }) => (dimValue !== undefined && dimValue > 0 ? dimValue : null));
  return { name: v.name ?? '', dims, float: isFloat(t?.elemType ?? 1) };
}

function decode(bytes: Uint8Array): Read<'ModelProto'> | number {
  if (bytes.length === 0) throw new ImportFault('broken', 'The file is empty.');
  try {
    return decodeModel(bytes, MOST_OPS);
  } catch {
    throw new ImportFault('broken', 'This is no ONNX model, or one that breaks off.');
  }
}

/** Reads a model. Throws `ImportFault`. `external` reads numbers that the file keeps beside itself. */
export function readModel(bytes: Uint8Array, external?: ReadExternal): Model {
  const decoded = decode(bytes);
  if (typeof decoded === 'number')
    throw new ImportFault(
      'too-large',
      `The model has ${decoded.toLocaleString('en')} operators; up to ${MOST_OPS.toLocaleString('en')} are read.`,
    );
  const { graph: g, opsetImport, producerName, metadataProps } = decoded;
  if (!g || (g.node.length === 0 && g.input.length === 0)) throw new ImportFault('broken', 'This is no ONNX model: it has no graph.');
  const initialisers = new Map(g.initializer.map((t) => [t.name ?? '', readTensor(t, external)]));
  const inputs = g.input.map(inputOf).filter((i) => !initialisers.has(i.name));
  const ops = g.node.map((n) => opOf(n, external));
  const given = new Set([...initialisers.keys(), ...inputs.map((i) => i.name)]);
  const sorted = inOrder(ops, given);
  const outputs = g.output.map((o) => o.name ?? '');
  const all = new Set([...given, ...ops.flatMap((op) => op.outputs)]);
  if (outputs.length === 0) throw new ImportFault('broken', 'The model has no output.');
  const lost = outputs.find((o) => !all.has(o));
  if (lost !== undefined) throw new ImportFault('broken', `The model's output ${lost} is given by nothing in it.`);
  return {
    name: g.name ?? '',
    producer: producerName ?? '',
    opset: opsetImport.find((o) => (o.domain ?? '') === '')?.version ?? 1,
    ops: sorted,
    initialisers,
    inputs,
    outputs,
    metadata: new Map(metadataProps.map(({ key = '', value = '' }) => [key, value])),
  };
}
