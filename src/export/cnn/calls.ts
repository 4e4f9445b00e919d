/** The calls of a graph, for writing it as `.cnn`: which of them become blocks of their own, and what labels the text had. */
import type { Graph, Node, Scope } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';

/** Which calls of a graph are blocks of their own, and what layers and calls are labelled. */
export class GraphCalls {
  readonly graph: Graph;
  /** By the path of their weights: the layers that share them, two or more. */
  readonly shared: ReadonlyMap<string, readonly Node[]>;
  /** Innermost block of its own around each scope, itself included. */
  private readonly home: readonly number[];
  private readonly byStart = new Map<number, readonly Scope[]>();

  constructor(graph: Graph) {
    this.graph = graph;
    this.shared = sharedUses(graph);
    const closed = closedScopes(graph, this.shared);
    const home: number[] = [];
    for (const s of graph.scopes) home.push(s.parent === undefined || closed.has(s.id) ? s.id : (home[s.parent] ?? 0));
    this.home = home;
    for (const s of graph.scopes) this.byStart.set(s.from, [...(this.byStart.get(s.from) ?? []), s]);
  }

  /** The block of its own that begins at a node, called from a block. */
  at(node: number, from: Scope): Scope | undefined {
    return this.byStart
      .get(node)
      ?.find((s) => s.parent !== undefined && s.from < s.to && this.home[s.id] === s.id && this.home[s.parent] === from.id);
  }

  /** The label of a node, or of a call that begins at one: its own, behind those of the calls written in place that begin there. */
  label(node: number, from: Scope, call?: Scope): string | undefined {
    const { path, kind } = this.graph.nodes[node] as Node;
    const inPlace = (this.byStart.get(node) ?? []).filter((s) => s.id !== from.id && s.from < s.to && this.home[s.id] === from.id);
    const labels = inPlace.map((s) => labelOf(s.path, s.name));
    const own = call ? labelOf(call.path, call.name) : labelOf(path, kind);
    const all = [...labels, own].filter((l) => l !== undefined);
    return all.length > 0 ? all.join('_') : undefined;
  }
}

/** The last part of a path, where it is not what the path would have without a label. */
function labelOf(path: string, callee: string): string | undefined {
  const last = path.slice(path.lastIndexOf('/') + 1).replaceAll(/\[\d+\]/g, '');
  const counted = last.startsWith(`${callee}_`) && /^\d+$/.test(last.slice(callee.length + 1));
  return last === callee || counted ? undefined : last;
}

function sharedUses(g: Graph): ReadonlyMap<string, readonly Node[]> {
  const uses = new Map<string, Node[]>();
  for (const n of g.nodes) if (n.shared !== undefined) uses.set(n.shared, [...(uses.get(n.shared) ?? []), n]);
  return new Map([...uses].filter(([, of]) => of.length > 1 && of.some((n) => layerOf(n.kind).weights)));
}

/** The calls that branch, read but one value from outside and give but one. */
function closedScopes(g: Graph, shared: ReadonlyMap<string, readonly Node[]>): ReadonlySet<number> {
  const open = new Set<number>();
  const branching = new Set<number>();
  const around = (scope: number): readonly Scope[] => {
    const found: Scope[] = [];
    for (let s = g.scopes[scope]; s?.parent !== undefined; s = g.scopes[s.parent]) found.push(s);
    return found;
  };
  const chains = g.scopes.map((s) => around(s.id));
  const isIn = (s: Scope, node: number): boolean => node >= s.from && node < s.to;
  for (const n of g.nodes) {
    for (const s of chains[n.scope] ?? []) {
      if (n.kind !== 'input' && layerOf(n.kind).merge) branching.add(s.id);
      if (!isIn(s, n.id) || n.inputs.some((i) => i !== s.input && !isIn(s, i))) open.add(s.id);
    }
    for (const i of n.inputs)
      for (const s of chains[(g.nodes[i] as Node).scope] ?? []) if (i !== s.output && !isIn(s, n.id)) open.add(s.id);
  }
  // What is shared is declared around all its uses, which a block of its own would hide from each other.
  for (const uses of shared.values()) {
    const [first, last] = [uses[0] as Node, uses.at(-1) as Node];
    for (const n of uses) for (const s of chains[n.scope] ?? []) if (!isIn(s, first.id) || !isIn(s, last.id)) open.add(s.id);
  }
  for (const o of g.outputs) for (const s of chains[(g.nodes[o.node] as Node).scope] ?? []) if (o.node !== s.output) open.add(s.id);
  return new Set(g.scopes.filter((s) => branching.has(s.id) && !open.has(s.id) && isIn(s, s.output)).map((s) => s.id));
}
