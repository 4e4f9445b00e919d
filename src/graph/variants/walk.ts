/** Help for rules that walk a graph: who reads a value, what only dresses a convolution, where a flow goes on behind it. */
import { layerOf } from '../../layers/index.ts';
import type { Graph, Node } from '../graph.ts';
import { type Gate, gatesOf } from './gates.ts';

export type Pair = readonly [number, number];

/** The parameters that a convolution, depthwise or not, has. */
export interface WindowParams {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Node['params'][string];
  readonly dilation: Pair;
}
export interface ConvParams extends WindowParams {
  readonly channels: { readonly in: number | null; readonly out: number };
  readonly groups: number;
}

/** Strides of layers in a row, or of a window that does the work of both. */
export const multiplied = (a: Pair, b: Pair): Pair => [a[0] * b[0], a[1] * b[1]];

/** A graph, with who reads what. */
export class Walk {
  readonly g: Graph;
  private readonly readers: readonly (readonly number[])[];
  private readonly byEntry: ReadonlyMap<number, Gate>;
  private readonly byExit: ReadonlyMap<number, Gate>;

  constructor(g: Graph) {
    this.g = g;
    const readers: number[][] = g.nodes.map(() => []);
    for (const n of g.nodes) for (const i of n.inputs) readers[i]?.push(n.id);
    // An output of the graph is read from outside.
    for (const o of g.outputs) readers[o.node]?.push(-1);
    this.readers = readers;
    const gates = gatesOf(g, readers);
    this.byEntry = new Map(gates.map((gate) => [gate.entry, gate]));
    this.byExit = new Map(gates.map((gate) => [gate.exit, gate]));
  }

  node(id: number): Node {
    return this.g.nodes[id] as Node;
  }

  /** Whether no rule may rewrite a node: it has an error, and what it gives is only assumed, or other uses have its weights too. */
  stays(id: number): boolean {
    const { failed, shared } = this.node(id);
    return failed === true || shared !== undefined;
  }

  /** The parameters of a `conv`, whatever its groups. */
  conv(n: Node): ConvParams | undefined {
    return n.kind === 'conv' && !n.failed ? (n.params as unknown as ConvParams) : undefined;
  }

  /** The parameters of a convolution in which each channel sees itself alone, however it is written. */
  depthwise(n: Node): WindowParams | undefined {
    if (n.kind === 'dwconv' && !n.failed) return n.params as unknown as WindowParams;
    const conv = this.conv(n);
    return conv && conv.groups > 1 && conv.groups === this.channelsIn(n) ? conv : undefined;
  }

  /** The parameters of a 1×1 over all channels. */
  pointwise(n: Node): ConvParams | undefined {
    const conv = this.conv(n);
    return conv?.kernel[0] === 1 && conv.kernel[1] === 1 && conv.groups === 1 ? conv : undefined;
  }

  /** The 1×1 convolutions that give fewer channels than they read. */
  *narrowings(): Generator<{ readonly n: Node; readonly conv: ConvParams }> {
    for (const n of this.g.nodes) {
      const conv = this.pointwise(n);
      if (conv && conv.channels.out < this.channelsIn(n)) yield { n, conv };
    }
  }

  channelsIn(n: Node): number {
    return this.node(n.inputs[0] as number).shape[0];
  }

  /** A layer that only dresses a convolution: normalisation, an activation, what does nothing at inference. */
  isDress(n: Node): boolean {
    return (
      n.inputs.length === 1 && n.kind !== 'input' && n.kind !== 'flatten' && ['norm', 'activation', 'noop'].includes(layerOf(n.kind).role)
    );
  }

  /** Who reads a value: node ids, −1 for an output of the graph. */
  readersOf(id: number): readonly number[] {
    return this.readers[id] ?? [];
  }

  /** The one reader of a value; undefined where there are others. */
  only(id: number): number | undefined {
    const readers = this.readersOf(id);
    return readers.length === 1 ? readers[0] : undefined;
  }

  /** The gate that weighs the value of a node, and the one that gives it. */
  gateBehind(id: number): Gate | undefined {
    return this.byEntry.get(id);
  }
  gateGiving(id: number): Gate | undefined {
    return this.byExit.get(id);
  }

  /**
   * All that a value leads to through dressing and gates, in the order of the graph, and what is passed on the way; undefined where one of
   * its readers is an output of the graph.
   */
  behind(id: number): { readonly nodes: readonly Node[]; readonly between: readonly number[] } | undefined {
    const nodes: Node[] = [];
    const between: number[] = [];
    const values = [id];
    for (const value of values) {
      const gate = this.gateBehind(value);
      if (gate) {
        between.push(...gate.nodes);
        values.push(gate.exit);
        continue;
      }
      for (const reader of this.readersOf(value)) {
        if (reader < 0) return undefined;
        const n = this.node(reader);
        if (!this.isDress(n)) nodes.push(n);
        else {
          between.push(reader);
          values.push(reader);
        }
      }
    }
    return { nodes, between };
  }

  /** The one node that a value leads to through dressing and gates. */
  next(id: number): { readonly node: Node; readonly between: readonly number[] } | undefined {
    const behind = this.behind(id);
    const [node, other] = behind?.nodes ?? [];
    return behind && node && !other ? { node, between: behind.between } : undefined;
  }
}
