/** The layers of a graph that have weights, one after the other, as they are given the keys of a published model. */
import { weightsOf } from '../analyse.ts';
import type { Graph, Node } from '../graph.ts';
import { isRepeated } from '../shared.ts';

/** Why a network is none of a family. */
export class OtherFamily extends Error {}

/** How a published state dict has a weight: its whole key, and its extents there, of as many entries. */
export interface PublishedKey {
  readonly key: string;
  readonly dims: readonly number[];
}

interface Layer {
  readonly node: Node;
  readonly kind: string;
  /** Of a convolution: its kernel's height, what enters and leaves, whether each channel is by itself. */
  readonly kernel: number;
  readonly stride: number;
  readonly in: number;
  readonly out: number;
  readonly depthwise: boolean;
}

const first = (v: unknown): number => (Array.isArray(v) ? Number(v[0]) : Number(v ?? 1));

export class Cursor {
  readonly graph: Graph;
  readonly keys = new Map<string, PublishedKey>();
  private readonly layers: readonly Layer[];
  private next = 0;

  constructor(graph: Graph) {
    this.graph = graph;
    this.layers = graph.nodes.flatMap((node): readonly Layer[] => {
      if (node.kind === 'input' || isRepeated(graph, node) || Object.values(weightsOf(graph, node)).every((w) => !w)) return [];
      const depthwise = node.kind === 'dwconv';
      return [
        {
          node,
          kind: depthwise ? 'conv' : node.kind,
          kernel: first(node.params.kernel),
          stride: first(node.params.stride),
          in: graph.nodes[node.inputs[0] as number]?.shape[0] ?? 1,
          out: node.shape[0],
          depthwise,
        },
      ];
    });
  }

  /** The layer that comes `ahead` layers after the next; undefined behind the last. */
  at(ahead = 0): Layer | undefined {
    return this.layers[this.next + ahead];
  }
  is(kind: string, ahead = 0): boolean {
    return this.at(ahead)?.kind === kind;
  }
  /** Whether the layers that come are of these kinds. */
  are(...kinds: readonly string[]): boolean {
    return kinds.every((k, i) => this.is(k, i));
  }

  /** Whether two convolutions read the same. */
  areBeside(a: number, b: number): boolean {
    const [one, other] = [this.at(a), this.at(b)];
    return one?.kind === 'conv' && other?.kind === 'conv' && this.through(one.node) === this.through(other.node);
  }
  /** What a layer reads, behind layers that do nothing. */
  private through(n: Node): number {
    const from = this.graph.nodes[n.inputs[0] as number];
    return from?.kind === 'identity' ? this.through(from) : (from?.id ?? -1);
  }

  /**
   * Gives the next layer the key of a module; as `linear`, a 1×1 convolution that they have as a linear layer, as `factor`, a layer whose one
   * weight is known by the key itself. Throws `OtherFamily`.
   */
  take(kind: string, key: string, as?: 'linear' | 'factor'): Layer {
    const layer = this.at();
    if (layer?.kind !== kind) throw new OtherFamily(`${key} is no ${layer?.kind ?? 'layer'}`);
    const kept = layer.node.shared ?? layer.node.path;
    for (const [part, w] of Object.entries(weightsOf(this.graph, layer.node)))
      if (w)
        this.keys.set(`${kept}/${part}`, {
          key: as === 'factor' ? key : `${key}.${part}`,
          dims: as === 'linear' ? w.dims.slice(0, 2) : as === 'factor' ? [...w.dims, 1, 1] : w.dims,
        });
    this.next++;
    return layer;
  }
  /** A convolution and its batch norm. */
  pair(conv: string, bn: string): Layer {
    const layer = this.take('conv', conv);
    this.take('bn', bn);
    return layer;
  }
  /** The same as two entries of a Sequential. */
  both(key: string): Layer {
    return this.pair(`${key}.0`, `${key}.1`);
  }
  /** Throws `OtherFamily` where layers are left. */
  end(): ReadonlyMap<string, PublishedKey> {
    const left = this.at();
    if (left) throw new OtherFamily(`${left.node.path} is left`);
    return this.keys;
  }
}
