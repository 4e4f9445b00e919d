/**
 * Whether two graphs compute the same, layer by layer, and which layer of one is which of the other: the check of what the importer writes.
 * Both are walked from their outputs at once; layers that pass their input through do not count.
 */
import type { Graph, Node } from '../graph/graph.ts';

/** Behind layers that do nothing, the one that does something. */
function behind(g: Graph, id: number): Node {
  let n = g.nodes[id] as Node;
  while (n.kind === 'identity') n = g.nodes[n.inputs[0] as number] as Node;
  return n;
}

/** By node of `a` its like in `b`; undefined where they differ. Names do not matter, the order of branches does. */
export function align(a: Graph, b: Graph): ReadonlyMap<number, number> | undefined {
  if (a.outputs.length !== b.outputs.length) return undefined;
  const like = new Map<number, number>();
  const shared = new Map<string, string | undefined>();
  const inputs = (g: Graph): readonly number[] => g.nodes.flatMap((n) => (n.kind === 'input' ? [n.id] : []));
  const [from, to] = [inputs(a), inputs(b)];
  // The main output is the first; others are known by their names, whatever their order.
  const named = new Map(b.outputs.slice(1).map((o) => [o.name, o.node]));
  const others = a.outputs.slice(1).map((o) => [o.node, named.get(o.name)] as const);
  if (others.some(([, node]) => node === undefined)) return undefined;
  const stack: (readonly [number, number])[] = [[a.outputs[0]?.node ?? 0, b.outputs[0]?.node ?? 0], ...(others as [number, number][])];
  for (let pair = stack.pop(); pair; pair = stack.pop()) {
    const [x, y] = [behind(a, pair[0]), behind(b, pair[1])];
    const known = like.get(x.id);
    if (known !== undefined) {
      if (known !== y.id) return undefined;
      continue;
    }
    if (x.kind !== y.kind || String(x.shape) !== String(y.shape) || x.inputs.length !== y.inputs.length) return undefined;
    if (JSON.stringify(x.params) !== JSON.stringify(y.params)) return undefined;
    if (x.kind === 'input' && from.indexOf(x.id) !== to.indexOf(y.id)) return undefined;
    if (x.shared !== undefined) {
      if (shared.has(x.shared) && shared.get(x.shared) !== y.shared) return undefined;
      shared.set(x.shared, y.shared);
    }
    like.set(x.id, y.id);
    for (const [i, input] of x.inputs.entries()) stack.push([input, y.inputs[i] as number]);
  }
  return like;
}
