/** The calls of a graph, for writing it as `.cnn`: which of them become blocks of their own, and what labels the text had. */
import { addTo } from '../../graph/add-to.ts';
import { weightsOf } from '../../graph/analyse.ts';
import type { Graph, Node, Scope } from '../../graph/graph.ts';
import { layerOf } from '../../layers/index.ts';
import { paramCount } from '../../layers/weights.ts';

/** Which calls of a graph are blocks of their own, and what layers and calls are labelled. */
export class GraphCalls {
  readonly graph: Graph;
  /** Innermost block of its own around each scope, itself included. */
  private readonly home: readonly number[];
  private readonly byStart = new Map<number, Scope[]>();
  /** By block: the first use of each thing that is shared in it, by the path of its weights. */
  private readonly sharedBy = new Map<number, Map<string, Node>>();

  constructor(graph: Graph) {
    this.graph = graph;
    const shared = sharedIn(graph);
    const closed = closedScopes(graph, shared);
    const home: number[] = [];
    for (const s of graph.scopes) home.push(s.parent === undefined || closed.has(s.id) ? s.id : (home[s.parent] ?? 0));
    this.home = home;
    for (const { path, first, around } of shared) {
      const at = home[around] ?? 0;
      this.sharedBy.set(at, (this.sharedBy.get(at) ?? new Map<string, Node>()).set(path, first));
    }
    for (const s of graph.scopes) addTo(this.byStart, s.from, s);
  }

  /** What the layers of a block share: by the path of the weights, the first use. */
  shared(s: Scope): ReadonlyMap<string, Node> {
    return this.sharedBy.get(s.id) ?? new Map<string, Node>();
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

/** The calls around each scope, itself included, the innermost first. */
const chainsIn = (g: Graph): readonly (readonly Scope[])[] =>
  g.scopes.map(({ id }) => {
    const found: Scope[] = [];
    for (let s = g.scopes[id]; s?.parent !== undefined; s = g.scopes[s.parent]) found.push(s);
    return found;
  });

/** Weights that several layers have: their path, the first of the layers, and the innermost scope around them all. */
interface Shared {
  readonly path: string;
  readonly first: Node;
  readonly around: number;
  readonly uses: readonly Node[];
}

function sharedIn(g: Graph): readonly Shared[] {
  const byPath = new Map<string, Node[]>();
  for (const n of g.nodes) if (n.shared !== undefined && paramCount(weightsOf(g, n)) > 0) addTo(byPath, n.shared, n);
  const chains = chainsIn(g);
  return [...byPath].flatMap(([path, uses]): readonly Shared[] => {
    const [first, ...more] = uses;
    if (!first || more.length === 0) return [];
    const around = chains[first.scope]?.find((s) => more.every((n) => chains[n.scope]?.includes(s)));
    return [{ path, first, around: around?.id ?? 0, uses }];
  });
}

/** The calls that branch, read but one value from outside and give but one, and share nothing with what is outside. */
function closedScopes(g: Graph, shared: readonly Shared[]): ReadonlySet<number> {
  const open = new Set<number>();
  const branching = new Set<number>();
  const chains = chainsIn(g);
  for (const { uses, around } of shared)
    for (const n of uses) for (const s of chains[n.scope] ?? []) if (s.id !== around && !chains[around]?.includes(s)) open.add(s.id);
  for (const s of g.scopes) if (s.moreInputs) open.add(s.id);
  const isIn = (s: Scope, node: number): boolean => node >= s.from && node < s.to;
  for (const n of g.nodes) {
    for (const s of chains[n.scope] ?? []) {
      if (n.kind !== 'input' && layerOf(n.kind).merge) branching.add(s.id);
      if (!isIn(s, n.id) || n.inputs.some((i) => i !== s.input && !isIn(s, i))) open.add(s.id);
    }
    for (const i of n.inputs)
      for (const s of chains[(g.nodes[i] as Node).scope] ?? []) if (i !== s.output && !isIn(s, n.id)) open.add(s.id);
  }
  for (const o of g.outputs) for (const s of chains[(g.nodes[o.node] as Node).scope] ?? []) if (o.node !== s.output) open.add(s.id);
  return new Set(g.scopes.filter((s) => branching.has(s.id) && !open.has(s.id) && isIn(s, s.output)).map((s) => s.id));
}
