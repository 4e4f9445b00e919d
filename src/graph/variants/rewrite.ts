/** Applies rewrites to a graph: makes the variant of a block, and cuts a block out of a network as a graph of its own. */

import { isFault } from '../../layers/fault.ts';
import { layerOf } from '../../layers/index.ts';
import { infer } from '../../layers/infer.ts';
import { type Inputs, type Shape, sameShape } from '../../layers/shape.ts';
import type { Graph, Node, Scope } from '../graph.ts';
import type { Rewrites } from './rule.ts';

/** The graph with its rewrites made and shapes inferred again; undefined where the rewritten layers do not fit each other. */
export const rewrite = (g: Graph, rewrites: Rewrites, name: string): Graph | undefined => made(g, rewrites, name, () => undefined);

/** The same, where a layer that does not fit gives what it gave in the original: its windows and its place in the network are true, its channels need not be. */
export const rewriteLoosely = (g: Graph, rewrites: Rewrites, name: string): Graph => made(g, rewrites, name, (n) => n.shape) as Graph;

function made(g: Graph, rewrites: Rewrites, name: string, unfit: (original: Node) => Shape | undefined): Graph | undefined {
  const nodes: Node[] = [];
  /** By old id, the new node that holds its value. */
  const now: number[] = [];
  const starts: number[] = [];
  for (const n of g.nodes) {
    starts.push(nodes.length);
    const inputs = n.inputs.map((i) => now[i] as number);
    const r = rewrites.get(n.id);
    if (r && 'drop' in r) {
      now.push(inputs[0] as number);
      continue;
    }
    const isSame = !r && n.inputs.every((i) => sameShape((g.nodes[i] as Node).shape, (nodes[now[i] as number] as Node).shape));
    const layer = r ?? { kind: n.kind, params: isSame ? n.params : unchecked(n.params) };
    const shape = isSame ? n.shape : (shapeOf(layer, inputs, nodes) ?? unfit(n));
    if (!shape) return undefined;
    now.push(nodes.length);
    nodes.push({ ...n, ...layer, id: nodes.length, inputs, shape });
  }
  starts.push(nodes.length);
  const scopes = g.scopes.map(
    (s): Scope => ({
      ...s,
      from: starts[s.from] as number,
      to: starts[s.to] as number,
      input: now[s.input] as number,
      ...(s.moreInputs ? { moreInputs: s.moreInputs.map((i) => now[i] as number) } : {}),
      output: now[s.output] as number,
    }),
  );
  return { name, nodes, scopes, outputs: g.outputs.map((o) => ({ ...o, node: now[o.node] as number })) };
}

function shapeOf({ kind, params }: Pick<Node, 'kind' | 'params'>, inputs: readonly number[], nodes: readonly Node[]): Shape | undefined {
  const xs = inputs.map((i) => nodes[i]?.shape) as unknown as Inputs<Shape>;
  const y = infer(layerOf(kind), params as never, xs);
  return isFault(y) ? undefined : y;
}

/** Without the input channels that `conv(192->64)` expects: like an `expect`, they are asked of what is written, not of a variant. */
function unchecked(params: Node['params']): Node['params'] {
  const open = Object.entries(params).map(([name, value]) => [
    name,
    value !== null && typeof value === 'object' && 'in' in value ? { ...value, in: null } : value,
  ]);
  return Object.fromEntries(open);
}

/** The values that enter a call. */
export const entriesOf = (s: Scope): readonly number[] => [s.input, ...(s.moreInputs ?? [])];

/** A call of a block, cut out of its network: its own inputs, its nodes, paths below it. Undefined where it reads other values from outside. */
export function extract(g: Graph, scope: number): Graph | undefined {
  const s = g.scopes[scope];
  if (!s) return undefined;
  if (s.parent === undefined) return g;
  const below = (path: string): string => (path.startsWith(`${s.path}/`) ? path.slice(s.path.length + 1) : path);
  const entries = entriesOf(s);
  const place = (id: number): number => (entries.includes(id) ? entries.indexOf(id) : id >= s.from ? id - s.from + entries.length : -1);
  const nodes = entries.map((entry, id): Node => {
    const path = id === 0 ? 'input' : `input_${id + 1}`;
    return { ...(g.nodes[entry] as Node), id, kind: 'input', path, inputs: [], params: {}, scope: 0 };
  });
  const inside = [s, ...callsWithin(g, s)];
  const ids = new Map(inside.map((x, i) => [x.id, i]));
  for (const n of g.nodes.slice(s.from, s.to)) {
    const inputs = n.inputs.map(place);
    if (inputs.includes(-1)) return undefined;
    nodes.push({ ...n, id: nodes.length, inputs, path: below(n.path), scope: ids.get(n.scope) ?? 0 });
  }
  const scopes = inside.map((x, i): Scope => {
    const parent = x.id === s.id ? undefined : ids.get(x.parent as number);
    return {
      ...x,
      id: i,
      parent,
      path: i === 0 ? '' : below(x.path),
      from: i === 0 ? 0 : x.from - s.from + entries.length,
      to: x.to - s.from + entries.length,
      input: place(x.input),
      ...(x.moreInputs ? { moreInputs: x.moreInputs.map(place) } : {}),
      output: place(x.output),
    };
  });
  return { name: s.name, nodes, scopes, outputs: [{ name: 'output', node: place(s.output) }] };
}

/** The calls within one: they stand behind it, before what is called after it. */
function* callsWithin(g: Graph, { id }: Scope): Generator<Scope> {
  for (let i = id + 1; i < g.scopes.length; i++) {
    const x = g.scopes[i] as Scope;
    if (x.parent === undefined || x.parent < id) return;
    yield x;
  }
}
