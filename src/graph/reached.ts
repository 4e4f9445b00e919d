/** What a target is: the part of a graph that its outputs need. */
import type { Graph, Node, Scope } from './graph.ts';

/** By node id, whether an output needs it. */
export function isReached(g: Pick<Graph, 'nodes' | 'outputs'>): readonly boolean[] {
  const needed = new Array<boolean>(g.nodes.length).fill(false);
  for (const o of g.outputs) needed[o.node] = true;
  for (let id = g.nodes.length - 1; id >= 0; id--) if (needed[id]) for (const i of g.nodes[id]?.inputs ?? []) needed[i] = true;
  return needed;
}

/** A graph without what no output needs; inputs stay, whether anything reads them or not. The same graph where nothing goes. */
export function reached(g: Graph): Graph {
  const needed = isReached(g).map((n, id) => n || g.nodes[id]?.kind === 'input');
  if (needed.every((n) => n)) return g;
  /** By old id, the new one, and how many are kept of those before it. */
  const now: (number | undefined)[] = [];
  const before: number[] = [];
  const kept: Node[] = [];
  for (const n of g.nodes) {
    before.push(kept.length);
    now.push(needed[n.id] ? kept.length : undefined);
    if (needed[n.id]) kept.push(n);
  }
  before.push(kept.length);
  const scopes: Scope[] = [];
  const ids = new Map<number, number>();
  for (const s of g.scopes) {
    const parent = s.parent === undefined ? undefined : ids.get(s.parent);
    const [from, to] = [before[s.from] as number, before[s.to] as number];
    const input = [s.input, ...(s.moreInputs ?? [])].map((i) => now[i]).find((i) => i !== undefined) ?? kept[from]?.inputs[0];
    // A call of which nothing is left is gone, and so is one that does nothing to what is gone.
    if (s.parent !== undefined && (parent === undefined || input === undefined || (s.to > s.from && to === from))) continue;
    ids.set(s.id, scopes.length);
    const moreInputs = s.moreInputs && { moreInputs: s.moreInputs.map((i) => now[i] ?? input ?? 0) };
    // Where only values inside it are read, what leaves is the last of them.
    const output = now[s.output] ?? (to > from ? to - 1 : (input ?? 0));
    scopes.push({ ...s, id: scopes.length, parent, from, to, input: input ?? 0, ...moreInputs, output });
  }
  const nodes = kept.map((n, id): Node => ({ ...n, id, inputs: n.inputs.map((i) => now[i] as number), scope: scopeOf(g, ids, n.scope) }));
  return { ...g, nodes, scopes, outputs: g.outputs.map((o) => ({ ...o, node: now[o.node] as number })) };
}

/** The innermost scope around a scope that is still there. */
function scopeOf(g: Graph, ids: ReadonlyMap<number, number>, scope: number): number {
  for (let at: number | undefined = scope; at !== undefined; at = g.scopes[at]?.parent) {
    const id = ids.get(at);
    if (id !== undefined) return id;
  }
  return 0;
}
