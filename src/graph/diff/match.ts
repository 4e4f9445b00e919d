/**
 * Which layers and blocks of two graphs are the same. As GumTree does for syntax trees (Falleri et al. 2014): first from the target down, the
 * children of matched blocks aligned in the order of the flow; then what has moved among its neighbours; then from the layers up, what a new
 * block has been put around, or what stands by itself where its block was.
 */
import type { Graph } from '../graph.ts';
import { align } from './align.ts';
import { Likenesses } from './likeness.ts';
import { type Item, Keys, treeOf } from './tree.ts';

/** Ids before by ids after are read from `after`, and the other way from `before`. */
export interface Ids {
  readonly after: ReadonlyMap<number, number>;
  readonly before: ReadonlyMap<number, number>;
}
export interface Matching {
  readonly nodes: Ids;
  readonly scopes: Ids;
  /** Of nodes and scopes before, those that passed others of their neighbours: the flow meets them elsewhere. */
  readonly passed: { readonly nodes: ReadonlySet<number>; readonly scopes: ReadonlySet<number> };
}

/** Pairs that go both ways. */
class Pairs implements Ids {
  readonly after = new Map<number, number>();
  readonly before = new Map<number, number>();
  add(before: number, after: number): void {
    this.after.set(before, after);
    this.before.set(after, before);
  }
}

/** Matches two graphs. The other way round, the same is matched. */
export function match(before: Graph, after: Graph): Matching {
  const keys = new Keys();
  const trees = [treeOf(before, keys), treeOf(after, keys)] as const;
  // Of alignments that are equally good one is taken; it must not depend on which side is which.
  if (signature(before) <= signature(after)) return new Matcher(before, after).match(...trees);
  const { nodes, scopes, passed } = new Matcher(after, before).match(trees[1], trees[0]);
  const turned = ({ before: b, after: a }: Ids): Ids => ({ before: a, after: b });
  const there = (ids: ReadonlySet<number>, { after: a }: Ids): ReadonlySet<number> => new Set([...ids].map((id) => a.get(id) as number));
  return {
    nodes: turned(nodes),
    scopes: turned(scopes),
    passed: { nodes: there(passed.nodes, nodes), scopes: there(passed.scopes, scopes) },
  };
}

const signature = (g: Graph): string =>
  `${String(g.nodes.length).padStart(9, '0')} ${JSON.stringify([
    g.nodes.map((n) => [n.path, n.kind, n.params, n.shape, n.inputs]),
    g.scopes.map((s) => [s.path, s.name, s.from, s.to]),
  ])}`;

class Matcher {
  private readonly before: Graph;
  private readonly after: Graph;
  private readonly likenesses: Likenesses;
  private readonly nodes = new Pairs();
  private readonly scopes = new Pairs();
  private readonly passed = { nodes: new Set<number>(), scopes: new Set<number>() };
  constructor(before: Graph, after: Graph) {
    this.before = before;
    this.after = after;
    this.likenesses = new Likenesses(before, after);
  }

  match(a: Item, b: Item): Matching {
    this.pair(a, b);
    this.regrouped(a, b);
    this.blocksAround();
    return { nodes: this.nodes, scopes: this.scopes, passed: this.passed };
  }

  /** Pairs two items, and what stands in them. */
  private pair(x: Item, y: Item): void {
    if (x.type === 'node') {
      this.nodes.add(x.id, y.id);
      return;
    }
    this.scopes.add(x.id, y.id);
    const [a, b] = [x.children, y.children];
    const inOrder = align(a, b, this.likenesses.among(a, b));
    for (const [p, q] of inOrder) this.pair(p, q);
    const [metA, metB] = [new Set(inOrder.map(([p]) => p)), new Set(inOrder.map(([, q]) => q))];
    this.moved(
      a.filter((p) => !metA.has(p)),
      b.filter((q) => !metB.has(q)),
    );
  }

  /** Among the children of matched blocks, what passed others: known by its label, or else by what it is, where that has weights. */
  private moved(a: readonly Item[], b: readonly Item[]): void {
    const left = new Set(b);
    const tell = [
      (i: Item): string | undefined => (i.label === undefined ? undefined : `${i.type} ${i.segment}`),
      (i: Item): string | undefined => (i.weighty && i.label === undefined ? `${i.key}` : undefined),
    ];
    for (const of of tell)
      for (const x of a) {
        const name = of(x);
        if (name === undefined || this.isMatched(x)) continue;
        const y = [...left].find((q) => of(q) === name);
        if (!y) continue;
        left.delete(y);
        this.pair(x, y);
        this.passed[x.type === 'node' ? 'nodes' : 'scopes'].add(x.id);
      }
  }

  private isMatched(x: Item): boolean {
    return (x.type === 'node' ? this.nodes : this.scopes).after.has(x.id);
  }

  /**
   * Layers that are in another block, at the same place in the flow: behind the same layer stand, on both sides, layers without a pair that
   * are alike.
   */
  private regrouped(a: Item, b: Item): void {
    const [before, after] = [leavesOf(a), leavesOf(b)];
    const behind = new Map<number, { readonly gone: Item[]; readonly added: Item[] }>();
    const at = (node: number): { readonly gone: Item[]; readonly added: Item[] } => {
      const found = behind.get(node) ?? { gone: [], added: [] };
      behind.set(node, found);
      return found;
    };
    let last = -1;
    for (const x of before)
      if (this.nodes.after.has(x.id)) last = x.id;
      else at(last).gone.push(x);
    last = -1;
    for (const y of after) {
      const pair = this.nodes.before.get(y.id);
      if (pair === undefined) at(last).added.push(y);
      else last = pair;
    }
    const alike = (x: Item, y: Item): number => (x.key === y.key ? (x.label === y.label ? 2 : 1) : 0);
    for (const { gone, added } of behind.values()) for (const [x, y] of align(gone, added, alike)) this.nodes.add(x.id, y.id);
  }

  /** Blocks by the same name that hold mostly the same layers, the inner ones first. */
  private blocksAround(): void {
    for (const s of this.after.scopes.toReversed()) {
      if (this.scopes.before.has(s.id)) continue;
      const held = new Map<number, number>();
      for (let id = s.from; id < s.to; id++) {
        const node = this.nodes.before.get(id);
        let at = node === undefined ? undefined : this.before.nodes[node]?.scope;
        for (; at !== undefined; at = this.before.scopes[at]?.parent)
          if (this.before.scopes[at]?.name === s.name && !this.scopes.after.has(at)) held.set(at, (held.get(at) ?? 0) + 1);
      }
      const [most] = [...held].sort((p, q) => q[1] - p[1] || p[0] - q[0]);
      const other = most && this.before.scopes[most[0]];
      if (most && other && 2 * most[1] >= (s.to - s.from + (other.to - other.from)) / 2) this.scopes.add(other.id, s.id);
    }
  }
}

const leavesOf = (i: Item): readonly Item[] => (i.type === 'node' ? [i] : i.children.flatMap(leavesOf));
