/**
 * Gates: a `mul` of a flow with what is made of it alone (Hu et al. 2017, Squeeze-and-excitation networks, figure 1; Woo et al. 2018, CBAM).
 * Whoever follows the flow may pass over one as over an activation.
 */
import { layerOf } from '../../layers/index.ts';
import type { Graph, Node } from '../graph.ts';

export interface Gate {
  /** The node whose value it weighs, which is none of its own; nothing else reads that value. */
  readonly entry: number;
  /** The `mul`. */
  readonly exit: number;
  /** In the order of the graph, the `mul` last. */
  readonly nodes: readonly number[];
}

/** A gate of more layers is taken for something else, so that the search for them costs no more than reading the graph. */
const MOST_NODES = 64;

const isNothing = (n: Node): boolean => n.inputs.length === 1 && n.kind !== 'flatten' && layerOf(n.kind).role === 'noop';

/** The gates of a graph; `readers` are by node id, an output of the graph read by −1. */
export function gatesOf(g: Graph, readers: readonly (readonly number[])[]): readonly Gate[] {
  const gates: Gate[] = [];
  for (const mul of g.nodes) {
    if (mul.kind !== 'mul' || mul.failed) continue;
    for (const input of mul.inputs) {
      const entry = behindNothing(g, input);
      const nodes = between(g, readers, entry, mul.id);
      if (!nodes) continue;
      gates.push({ entry, exit: mul.id, nodes });
      break;
    }
  }
  return gates;
}

/** The node whose value a node passes on as it is. */
function behindNothing(g: Graph, id: number): number {
  let at = id;
  for (let steps = 0; steps < MOST_NODES; steps++) {
    const n = g.nodes[at] as Node;
    if (!isNothing(n)) break;
    at = n.inputs[0] as number;
  }
  return at;
}

/** What stands between two nodes, the second included, where all of it is made of the first and leads nowhere but to the second. */
function between(g: Graph, readers: readonly (readonly number[])[], entry: number, exit: number): readonly number[] | undefined {
  const inside = new Set([exit]);
  for (const id of inside) {
    if (inside.size > MOST_NODES) return undefined;
    const n = g.nodes[id] as Node;
    if (n.inputs.length === 0) return undefined;
    for (const i of n.inputs) {
      if (i < entry) return undefined;
      if (i > entry) inside.add(i);
    }
  }
  const leadsHere = (id: number): boolean => (readers[id] ?? []).every((r) => inside.has(r));
  const closed = leadsHere(entry) && [...inside].every((id) => id === exit || leadsHere(id));
  return closed ? [...inside].sort((a, b) => a - b) : undefined;
}
