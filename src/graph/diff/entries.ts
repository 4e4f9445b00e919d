/** A difference as one tree, to be read from the top: what was taken out stands where it stood, between what is still there. */
import type { ParamValue } from '../../layers/params.ts';
import type { Shape } from '../../layers/shape.ts';
import type { Graph, Node, Scope } from '../graph.ts';
import { figuresOf } from './changes.ts';
import { type Edit, FIGURES, type Figure, type Figures, type GraphDiff, type Measured, type NodePair, type ScopePair } from './data.ts';
import { segmentOf } from './tree.ts';

/** `follows`: its figures are others because something else is. `moved`: it is as it was, in another place. */
export type Status = 'added' | 'gone' | 'changed' | 'follows' | 'moved' | 'equal';

/** A layer or block as one of the graphs has it. */
export interface Side {
  readonly id: number;
  readonly path: string;
  /** The path within the block around it. */
  readonly segment: string;
  /** The kind of a layer, the name of a block. */
  readonly kind: string;
  /** Of a layer. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Of its output. */
  readonly shape: Shape;
  /** Of a block, the sums. */
  readonly figures: Figures;
}

/** A layer or block of either graph, or of both. */
export interface Entry {
  readonly type: 'node' | 'scope';
  readonly status: Status;
  /** At least one of the two is there. */
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  readonly edits: readonly Edit[];
  /** After less before: of a block, the sum over what is told of in it, so that nothing that moved is counted twice. */
  readonly delta: Figures;
  /** How many layers are told of; inputs are none. */
  readonly layers: number;
  readonly children: readonly Entry[];
}

/** What the two targets hold, with all that is equal. */
export const entriesOf = (diff: GraphDiff, before: Measured, after: Measured): readonly Entry[] =>
  new Tree(diff, before, after).children(before.graph.scopes[0], after.graph.scopes[0]);

type Child = Node | Scope;
const isNode = (c: Child): c is Node => 'kind' in c;

/** By scope, what stands directly in it, in the order of the flow. */
function childrenOf(g: Graph): readonly (readonly Child[])[] {
  const inside: Child[][] = g.scopes.map(() => []);
  for (const s of g.scopes) if (s.parent !== undefined) inside[s.parent]?.push(s);
  for (const n of g.nodes) inside[n.scope]?.push(n);
  const from = (c: Child): number => (isNode(c) ? c.id : c.from);
  // Sorting keeps the order of equals: a block comes before the node with which it begins.
  return inside.map((all) => all.sort((x, y) => from(x) - from(y)));
}

class Tree {
  private readonly measured: { readonly before: Measured; readonly after: Measured };
  private readonly inside: { readonly before: readonly (readonly Child[])[]; readonly after: readonly (readonly Child[])[] };
  private readonly nodes: ReadonlyMap<number, NodePair>;
  private readonly scopes: ReadonlyMap<number, ScopePair>;
  /** Those before that have a pair, with their place after. */
  private readonly kept: { readonly nodes: ReadonlyMap<number, number>; readonly scopes: ReadonlyMap<number, number> };

  constructor(diff: GraphDiff, before: Measured, after: Measured) {
    this.measured = { before, after };
    this.inside = { before: childrenOf(before.graph), after: childrenOf(after.graph) };
    this.nodes = new Map(diff.nodes.pairs.map((p) => [p.after, p]));
    this.scopes = new Map(diff.scopes.pairs.map((p) => [p.after, p]));
    const there = (pairs: readonly { readonly before: number; readonly after: number }[]) => new Map(pairs.map((p) => [p.before, p.after]));
    this.kept = { nodes: there(diff.nodes.pairs), scopes: there(diff.scopes.pairs) };
  }

  /** What two blocks hold, or one where there is no other. */
  children(before: Scope | undefined, after: Scope | undefined): readonly Entry[] {
    const left = (before && this.inside.before[before.id]) ?? [];
    const places = new Map(left.map((c, i) => [c, i]));
    const entries: Entry[] = [];
    let at = 0;
    /** What is gone, up to a place; what is elsewhere now is told there. */
    const gone = (until: number): void => {
      for (const c of left.slice(at, until)) if (this.partner(c) === undefined) entries.push(this.entry(c, undefined));
      at = Math.max(at, until);
    };
    for (const c of (after && this.inside.after[after.id]) ?? []) {
      const { pair, edits } = this.origin(c);
      if (!pair) {
        // What is gone is told before what stands in its place.
        const next = left.findIndex((x, i) => i >= at && this.partner(x) !== undefined);
        gone(next < 0 ? left.length : next);
      } else if (!edits.some((e) => e.what === 'place')) {
        const place = places.get(pair) ?? 0;
        gone(place);
        at = Math.max(at, place + 1);
      }
      entries.push(this.entry(pair, c));
    }
    gone(left.length);
    return entries;
  }

  private origin(c: Child): { readonly pair: Child | undefined; readonly edits: readonly Edit[] } {
    const { nodes, scopes } = this.measured.before.graph;
    const found = (isNode(c) ? this.nodes : this.scopes).get(c.id);
    return { pair: found && (isNode(c) ? nodes : scopes)[found.before], edits: found?.edits ?? [] };
  }
  private partner(c: Child): number | undefined {
    return (isNode(c) ? this.kept.nodes : this.kept.scopes).get(c.id);
  }

  private entry(before: Child | undefined, after: Child | undefined): Entry {
    const one = (after ?? before) as Child;
    const edits = after ? this.origin(after).edits : [];
    const sides = { before: before && this.side(this.measured.before, before), after: after && this.side(this.measured.after, after) };
    if (isNode(one)) {
      const delta = figures((f) => (sides.after?.figures[f] ?? 0) - (sides.before?.figures[f] ?? 0));
      return {
        type: 'node',
        status: this.statusOf(one, sides.before, sides.after),
        ...sides,
        edits,
        delta,
        layers: one.kind === 'input' ? 0 : 1,
        children: [],
      };
    }
    const children = this.children(before && !isNode(before) ? before : undefined, after && !isNode(after) ? after : undefined);
    const delta = figures((f) => children.reduce((n, c) => n + c.delta[f], 0));
    const layers = children.reduce((n, c) => n + c.layers, 0);
    return { type: 'scope', status: statusOfBlock(sides, edits, children), ...sides, edits, delta, layers, children };
  }

  private statusOf(n: Node, before: Side | undefined, after: Side | undefined): Status {
    if (!before) return 'added';
    if (!after) return 'gone';
    const { edits = [], follows = [] } = this.nodes.get(n.id) ?? {};
    if (edits.length === 0) return follows.length > 0 ? 'follows' : 'equal';
    return edits.every((e) => e.what === 'place') ? 'moved' : 'changed';
  }

  private side(of: Measured, c: Child): Side {
    const { graph } = of;
    if (isNode(c)) {
      const { id, path, kind, params, shape } = c;
      return { id, path, segment: segmentOf(graph, path, c.scope), kind, params, shape, figures: figuresOf(of, id) };
    }
    const { id, path, name: kind } = c;
    const nodes = graph.nodes.slice(c.from, c.to).map((n) => figuresOf(of, n.id));
    const sums = figures((f) => nodes.reduce((sum, n) => sum + n[f], 0));
    const shape = graph.nodes[c.output]?.shape ?? [0];
    return { id, path, segment: segmentOf(graph, path, c.parent ?? 0), kind, params: {}, shape, figures: sums };
  }
}

/** Figures of which each is found by its name. */
export const figures = (of: (f: Figure) => number): Figures => Object.fromEntries(FIGURES.map((f) => [f, of(f)])) as unknown as Figures;

function statusOfBlock({ before, after }: Pick<Entry, 'before' | 'after'>, edits: readonly Edit[], children: readonly Entry[]): Status {
  if (!before) return 'added';
  if (!after) return 'gone';
  if (children.some((c) => c.status !== 'follows' && c.status !== 'equal')) return 'changed';
  if (edits.length > 0) return edits.every((e) => e.what === 'place') ? 'moved' : 'changed';
  return children.some((c) => c.status === 'follows') ? 'follows' : 'equal';
}
