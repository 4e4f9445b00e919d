/** A graph as a tree for matching: blocks hold blocks and layers, in the order of the flow. */
import { layers } from '../../layers/index.ts';
import type { Graph, Node, Scope } from '../graph.ts';

/** A layer or block in a tree. */
export interface Item {
  readonly type: 'node' | 'scope';
  readonly id: number;
  /** The kind of a layer, the name of a block. */
  readonly kind: string;
  /** What the author called it; undefined where its name in the path is made of its kind. */
  readonly label: string | undefined;
  /** Its path within the block around it, `branch1/conv_2`. */
  readonly segment: string;
  /** Equal for equal kinds and parameters; of a block, for blocks of equal content. */
  readonly key: number;
  /** Equal for equal keys and labels. */
  readonly exact: number;
  /** Its output's shape. */
  readonly shape: string;
  /** Whether it has a kernel, or holds a layer that has. */
  readonly weighty: boolean;
  readonly children: readonly Item[];
}

/** Numbers for texts, equal for equal ones; those of two trees that are compared come from one such list. */
export class Keys {
  private readonly known = new Map<string, number>();
  of(text: string): number {
    const key = this.known.get(text) ?? this.known.size;
    this.known.set(text, key);
    return key;
  }
}

/** What the author wrote before the colon: `stem` of `stem`, nothing of `conv_2` where a `conv` stands. Rounds are not part of it. */
function labelIn(segment: string, kind: string): string | undefined {
  const name = segment.slice(segment.lastIndexOf('/') + 1).replace(/(\[\d+\])+$/, '');
  return name === kind || (name.startsWith(`${kind}_`) && /^\d+$/.test(name.slice(kind.length + 1))) ? undefined : name;
}

/** The label of a node or scope. */
export function labelOf(g: Graph, it: Node | Scope): string | undefined {
  const around = 'scope' in it ? it.scope : it.parent;
  return around === undefined ? undefined : labelIn(segmentOf(g, it.path, around), 'kind' in it ? it.kind : it.name);
}

/** A path within the scope that it is in. */
export function segmentOf(g: Graph, path: string, scope: number): string {
  const prefix = g.scopes[scope]?.path ?? '';
  return prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : path;
}

const hasKernel = (kind: string): boolean => {
  const role = layers.get(kind)?.role;
  return role === 'conv' || role === 'linear';
};

/** The tree of a graph, its target at the root. */
export function treeOf(g: Graph, keys: Keys): Item {
  /** By scope, what stands directly in it, with the node at which it begins. */
  const inside: { readonly from: number; readonly item: Item }[][] = g.scopes.map(() => []);
  for (const n of g.nodes) inside[n.scope]?.push({ from: n.id, item: leaf(g, n, keys) });
  // Inner scopes have larger ids, so that they are whole when their parents ask for them.
  const made: Item[] = [];
  for (const s of g.scopes.toReversed()) {
    const children = (inside[s.id] ?? []).toSorted((x, y) => x.from - y.from || order(x.item, y.item)).map((c) => c.item);
    const item = branch(g, s, children, keys);
    made[s.id] = item;
    if (s.parent !== undefined) inside[s.parent]?.push({ from: s.from, item });
  }
  return made[0] as Item;
}

/** Of what begins at one node: blocks that do nothing, in their order, come before the block or layer that has the node. */
const order = (x: Item, y: Item): number => (x.type === y.type ? x.id - y.id : x.type === 'scope' ? -1 : 1);

function leaf(g: Graph, n: Node, keys: Keys): Item {
  const segment = segmentOf(g, n.path, n.scope);
  const label = labelIn(segment, n.kind);
  const key = keys.of(`${n.kind} ${JSON.stringify(n.params)}`);
  return {
    type: 'node',
    id: n.id,
    kind: n.kind,
    label,
    segment,
    key,
    exact: keys.of(`=${key} ${label ?? ''}`),
    shape: n.shape.join(),
    weighty: hasKernel(n.kind),
    children: [],
  };
}

function branch(g: Graph, s: Scope, children: readonly Item[], keys: Keys): Item {
  const segment = s.parent === undefined ? '' : segmentOf(g, s.path, s.parent);
  const label = s.parent === undefined ? undefined : labelIn(segment, s.name);
  // Two targets may well have different names.
  const key = keys.of(`${s.parent === undefined ? '' : s.name} {${children.map((c) => c.exact).join(' ')}}`);
  return {
    type: 'scope',
    id: s.id,
    kind: s.name,
    label,
    segment,
    key,
    exact: keys.of(`=${key} ${label ?? ''}`),
    shape: g.nodes[s.output]?.shape.join() ?? '',
    weighty: children.some((c) => c.weighty),
    children,
  };
}
