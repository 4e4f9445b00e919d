/** Steps → layers of ours: each operator by its own rule, and what none can say listed with the reason. */
import type { Shape } from '../../layers/shape.ts';
import { type Flow, isFlow, type Operand, type Simplified, type Step } from '../simplify/simplify.ts';
import { Builder, type Made, Unsayable, unsayable } from './builder.ts';
import type { Context, Recognise } from './context.ts';
import { ACTIVATION_TYPES, absolute, activation, arithmetic, clamp, hardSigmoid, negate, power, prelu, swish } from './ops/elementwise.ts';
import { concat, depthToSpace, expand, gather, reshape, resize, slice, spaceToDepth, split, transpose } from './ops/moves.ts';
import { batchNorm, globalResponse, groupNorm, instanceNorm, layerNorm, localResponse, normalise, reduce, softmax } from './ops/norms.ts';
import { pad } from './ops/pads.ts';
import { gemm, matmul } from './ops/products.ts';
import { conv, convTranspose, globalPool, pool } from './ops/windows.ts';
import { fuse } from './patterns.ts';
import { extent, type View, viewOf } from './view.ts';

const RULES: ReadonlyMap<string, Recognise> = new Map([
  ...ACTIVATION_TYPES.map((type) => [type, activation] as const),
  ...['MaxPool', 'AveragePool', 'LpPool'].map((type) => [type, pool] as const),
  ...['GlobalAveragePool', 'GlobalMaxPool'].map((type) => [type, globalPool] as const),
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum'].map((type) => [type, arithmetic] as const),
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].map((type) => [type, reshape] as const),
  ...['Resize', 'Upsample'].map((type) => [type, resize] as const),
  ...['ReduceMean', 'ReduceMax', 'ReduceSum'].map((type) => [type, reduce] as const),
  ['Conv', conv],
  ['ConvTranspose', convTranspose],
  ['Gemm', gemm],
  ['MatMul', matmul],
  ['BatchNormalization', batchNorm],
  ['InstanceNormalization', instanceNorm],
  ['GroupNormalization', groupNorm],
  ['LayerNormalization', layerNorm],
  ['LRN', localResponse],
  ['pw.normalise', normalise],
  ['pw.grn', globalResponse],
  ['pw.clamp', clamp],
  ['Softmax', softmax],
  ['PRelu', prelu],
  ['Swish', swish],
  ['HardSigmoid', hardSigmoid],
  ['Neg', negate],
  ['Abs', absolute],
  ['Pow', power],
  ['Concat', concat],
  ['Split', split],
  ['Slice', slice],
  ['Gather', gather],
  ['Transpose', transpose],
  ['Expand', expand],
  ['Pad', pad],
  ['DepthToSpace', depthToSpace],
  ['SpaceToDepth', spaceToDepth],
] as const);

/** An operator that `.cnn` cannot say. */
export interface Unsaid {
  readonly type: string;
  readonly name: string;
  readonly why: string;
}
export interface Recognised {
  /** In an order in which they can run; inputs first. */
  readonly nodes: readonly Made[];
  readonly outputs: readonly { readonly name: string; readonly node: number }[];
  readonly unsaid: readonly Unsaid[];
  /** What stands behind something that cannot be said, and so cannot be either. */
  readonly behind: number;
  readonly remarks: readonly string[];
}

/** Thrown where a step reads what could not be said. */
class Behind extends Error {}

/** The map or vector that an input of the file is, channels first. */
function shapeOf(dims: readonly number[], last: boolean): Shape {
  const [, a = 1, b = 1, d = 1] = dims;
  if (dims.length === 4) return last ? [d, a, b] : [a, b, d];
  if (dims.length === 3) return [a, 1, b];
  if (dims.length === 2) return [a];
  throw new Unsayable(`an input of ${dims.length} axes is neither a map nor a vector`);
}

/** Whether an input has its channels last: all that read it turn it first, or it is an image by its extents and no convolution reads it so. */
function channelsLast(steps: readonly Step[], input: Flow): boolean {
  const readers = steps.filter((s) => s.inputs.includes(input));
  const turns = (s: Step): boolean => s.type === 'Transpose' && String(s.attributes.get('perm')) === '0,3,1,2';
  const [, a = 0, b = 0, c = 0] = input.dims ?? [];
  if (input.dims?.length !== 4 || readers.length === 0) return false;
  return readers.every(turns) || (c <= 4 && a > 4 && b > 4 && readers.every((s) => s.type !== 'Conv'));
}

/** Of these values those on which no other of them depends, the last first. */
function ends(nodes: readonly Made[], values: ReadonlySet<number>): readonly number[] {
  const needed = new Set<number>();
  const found: number[] = [];
  for (let id = nodes.length - 1; id >= 0; id--) {
    const n = nodes[id];
    if (!n || n.kind === 'input' || !(values.has(id) || needed.has(id))) continue;
    if (!needed.has(id)) found.push(id);
    for (const i of n.inputs) needed.add(i);
  }
  return found;
}

/** Throws nothing: what cannot be said is in the result. */
export function recognise(g: Simplified): Recognised {
  const steps = fuse(g);
  const b = new Builder();
  const views = new Map<number, View>();
  /** By value of ours: what shows it. */
  const flows = new Map<number, number[]>();
  const reads = new Map<number, string[]>();
  const read = (o: Operand | undefined, by: string): void => {
    if (isFlow(o)) reads.set(o.id, [...(reads.get(o.id) ?? []), by]);
  };
  for (const s of steps) for (const o of new Set(s.inputs)) read(o, s.type);
  for (const o of g.outputs) read(o.value, 'output');
  const remarks = new Set<string>();
  const unsaid: Unsaid[] = [];
  let behind = 0;
  /** The values that are read by what cannot be said. */
  const frontier = new Set<number>();
  for (const v of g.inputs) {
    const last = channelsLast(steps, v);
    if (last) remarks.add(`The input ${v.name} has its channels last; in .cnn they come first.`);
    try {
      const shape = shapeOf(v.dims ?? [], last);
      const view = viewOf(b.input(v.name, shape), shape);
      const [batch = [], c = [], h = [], w = []] = view.axes;
      views.set(v.id, last ? { ...view, axes: [batch, h, w, c] } : v.dims?.length === 3 ? { ...view, axes: [batch, c, w] } : view);
    } catch (e) {
      if (!(e instanceof Unsayable)) throw e;
      unsaid.push({ type: 'input', name: v.name, why: e.message });
    }
  }
  const context: Context = {
    b,
    view: (o) => {
      if (!o || !isFlow(o)) return unsayable('it computes with a constant where a value is expected');
      const v = views.get(o.id);
      if (!v) throw new Behind();
      return v;
    },
    readers: (o) => (isFlow(o) ? (reads.get(o.id)?.length ?? 0) : 0),
    readBy: (o) => (isFlow(o) ? (reads.get(o.id) ?? []) : []),
    sole: (o) => {
      const node = isFlow(o) ? views.get(o.id)?.node : undefined;
      if (node === undefined || b.read.has(node)) return false;
      return (flows.get(node) ?? []).every((id) => (reads.get(id)?.length ?? 0) <= 1);
    },
    joined: new Map(),
    remark: (text) => remarks.add(text),
  };
  for (const s of steps) {
    const rule = RULES.get(s.type);
    const from = b.nodes.length;
    b.place = { name: s.name, ...(s.modules ? { modules: s.modules } : {}) };
    try {
      if (!rule) {
        // What it reads decides whether it is the first that cannot be said.
        for (const o of s.inputs) if (isFlow(o)) context.view(o);
        unsayable('no layer does this');
      }
      const made = rule?.(context, s) ?? [];
      for (const [i, v] of made.entries()) {
        const [o] = [s.outputs[i]];
        if (!o) continue;
        const dims = v.axes.map(extent);
        // What is spread by those who read it is not yet as large.
        const isSpread = s.type === 'Expand' && dims.every((n, axis) => n === 1 || n === o.dims?.[axis]);
        if (o.dims && !isSpread && String(dims) !== String(o.dims) && context.readers(o) > 0)
          unsayable(`it gives ${o.dims.join('×')}, but the layer ${dims.join('×')}`);
        views.set(o.id, v);
        const shown = flows.get(v.node) ?? [];
        shown.push(o.id);
        flows.set(v.node, shown);
      }
    } catch (e) {
      b.nodes.length = from;
      for (const o of s.outputs) views.delete(o.id);
      for (const o of s.inputs) {
        const v = isFlow(o) ? views.get(o.id) : undefined;
        if (v && v.node < b.nodes.length) frontier.add(v.node);
      }
      if (e instanceof Behind) behind++;
      else if (e instanceof Unsayable) unsaid.push({ type: s.type.replace(/^pw\./, ''), name: s.name, why: e.message });
      else throw e;
    }
  }
  const outputs = g.outputs.flatMap(({ name, value }) => {
    b.place = { name };
    const view = isFlow(value) ? views.get(value.id) : undefined;
    if (!view) return [];
    try {
      const whole = view.axes.length === 2 ? b.vector(view) : b.map(view);
      return [{ name, node: whole.node }];
    } catch (e) {
      if (!(e instanceof Unsayable)) throw e;
      unsaid.push({ type: 'output', name, why: e.message });
      return [];
    }
  });
  // Where not all outputs can be said, the values at which it ends are outputs instead.
  const lost = outputs.length < g.outputs.length ? ends(b.nodes as readonly Made[], frontier) : [];
  const all = [
    ...outputs,
    ...lost.filter((node) => outputs.every((o) => o.node !== node)).map((node, i) => ({ name: `end${i + 1}`, node })),
  ];
  return { nodes: b.nodes as readonly Made[], outputs: all, unsaid, behind, remarks: [...remarks] };
}
