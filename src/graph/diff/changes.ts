/** What is other about the layers and blocks of a pair. */
import { dequal } from 'dequal/lite';
import { sameShape } from '../../layers/shape.ts';
import type { Graph, Node, Scope } from '../graph.ts';
import { type Edit, FIGURES, type Figures, type Measured, type NodePair, type OutputDiff, type ScopePair } from './data.ts';
import type { Matching } from './match.ts';
import { labelOf } from './tree.ts';

/** The figures of a layer. */
export function figuresOf({ facts }: Measured, node: number): Figures {
  const { params = 0, macs = 0, activationBytes: memory = 0 } = facts.nodes[node] ?? {};
  return { params, macs, memory };
}

/** Finds what differs in the pairs of a matching. */
export class Changes {
  private readonly before: Measured;
  private readonly after: Measured;
  private readonly matching: Matching;
  private readonly sources: { readonly before: Sources; readonly after: Sources };
  constructor(before: Measured, after: Measured, matching: Matching) {
    this.before = before;
    this.after = after;
    this.matching = matching;
    const { nodes, passed } = matching;
    const stays = (id: number | undefined): number | undefined => (id === undefined || passed.nodes.has(id) ? undefined : id);
    this.sources = {
      before: new Sources(before.graph, (id) => (nodes.after.has(id) ? stays(id) : undefined)),
      after: new Sources(after.graph, (id) => stays(nodes.before.get(id))),
    };
  }

  node(before: number, after: number): NodePair {
    const [x, y] = [this.before.graph.nodes[before] as Node, this.after.graph.nodes[after] as Node];
    const [p, q] = [figuresOf(this.before, before), figuresOf(this.after, after)];
    const names = [...new Set([...Object.keys(x.params), ...Object.keys(y.params)])].filter((n) => !dequal(x.params[n], y.params[n]));
    const passed = this.matching.passed.nodes.has(before);
    const edits: readonly Edit[] = [
      ...(x.kind === y.kind ? [] : [{ what: 'kind' } as const]),
      ...(names.length > 0 ? [{ what: 'params', names } as const] : []),
      // What has moved reads something else for that reason.
      ...(passed || this.readsSame(x, y) ? [] : [{ what: 'inputs' } as const]),
      ...this.named(x, y),
      ...this.placed(x.scope, y.scope, passed),
    ];
    const follows = [...(sameShape(x.shape, y.shape) ? [] : (['shape'] as const)), ...FIGURES.filter((f) => p[f] !== q[f])];
    return { before, after, edits, follows };
  }

  scope(before: number, after: number): ScopePair {
    const [x, y] = [this.before.graph.scopes[before] as Scope, this.after.graph.scopes[after] as Scope];
    return {
      before,
      after,
      edits: [
        ...(x.name === y.name ? [] : [{ what: 'kind' } as const]),
        ...this.named(x, y),
        ...this.placed(x.parent, y.parent, this.matching.passed.scopes.has(before)),
      ],
    };
  }

  /** The main outputs are a pair, whatever their names, and the others those of one name. */
  outputs(): readonly OutputDiff[] {
    const [a, b] = [this.before.graph.outputs, this.after.graph.outputs];
    const shape = (g: Graph, node: number) => g.nodes[node]?.shape ?? [0];
    const pairs = b.map((y, i) => ({ y, x: i === 0 ? a[0] : a.slice(1).find((o) => o.name === y.name) }));
    const met = new Set(pairs.map((p) => p.x));
    return [
      ...pairs.map(({ x, y }): OutputDiff => {
        const [before, after] = [x && shape(this.before.graph, x.node), shape(this.after.graph, y.node)];
        const same = x && before && x.name === y.name && sameShape(before, after) && this.isSame(x.node, y.node);
        return { name: y.name, before, after, changed: !same };
      }),
      ...a
        .filter((x) => !met.has(x))
        .map((x): OutputDiff => ({ name: x.name, before: shape(this.before.graph, x.node), after: undefined, changed: true })),
    ];
  }

  private named(x: Node | Scope, y: Node | Scope): readonly Edit[] {
    return labelOf(this.before.graph, x) === labelOf(this.after.graph, y) ? [] : [{ what: 'label' }];
  }

  private placed(before: number | undefined, after: number | undefined, passed: boolean): readonly Edit[] {
    const stays = before === undefined ? after === undefined : this.matching.scopes.after.get(before) === after;
    return stays && !passed ? [] : [{ what: 'place' }];
  }

  private readsSame(x: Node, y: Node): boolean {
    return x.inputs.length === y.inputs.length && x.inputs.every((i, k) => this.isSame(i, y.inputs[k] as number));
  }

  /** Whether two values are the same but for what was put in, taken out or moved on the way to them. */
  private isSame(before: number, after: number): boolean {
    const there = this.sources.after.of(after);
    const here = this.sources.before.of(before);
    return (here.size === 0 && there.size === 0) || [...here].some((id) => there.has(id));
  }
}

/** Of a value, the nearest layers up the flow that are in both graphs, by their ids before. */
class Sources {
  private readonly graph: Graph;
  private readonly known = new Map<number, ReadonlySet<number>>();
  private readonly common: (id: number) => number | undefined;
  constructor(graph: Graph, common: (id: number) => number | undefined) {
    this.graph = graph;
    this.common = common;
  }

  of(node: number): ReadonlySet<number> {
    // Inputs have smaller ids: those that are not known yet are found in order, without recursion.
    const open = [node];
    for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
      const common = this.common(id);
      const inputs = common === undefined ? (this.graph.nodes[id]?.inputs ?? []) : [];
      const missing = inputs.filter((i) => !this.known.has(i));
      if (missing.length > 0) {
        open.push(...missing);
        continue;
      }
      open.pop();
      this.known.set(id, common === undefined ? new Set(inputs.flatMap((i) => [...(this.known.get(i) ?? [])])) : new Set([common]));
    }
    return this.known.get(node) ?? new Set();
  }
}
