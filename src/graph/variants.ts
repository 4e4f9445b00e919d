/**
 * The naive form of a block: what it would be without its 1×1 reductions (the lesson of Szegedy et al. 2014, figure 2, and He et al. 2015, figure 5).
 *
 * Derived from the graph as elaborated, by three rules in this order; what one rewrites, no later one touches:
 * 1. bottleneck: a branch of an `add` that narrows with a 1×1 and widens with a 1×1 becomes two k×k convolutions at full width;
 * 2. reduction: a narrowing 1×1 whose only consumer is a larger convolution is removed, and that convolution reads the full width;
 * 3. pool projection: a narrowing 1×1 after a stride-1 pool on a branch of a `concat` is removed.
 */
import { layerOf } from '../layers/index.ts';
import type { Graph, Node } from './graph.ts';

type Pair = readonly [number, number];
interface ConvParams {
  readonly channels: { readonly in: number | null; readonly out: number };
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly groups: number;
}

/** What becomes of a node: it goes (its input stands for it), or other layers take its place. */
export type Rewrite = { readonly drop: true } | { readonly layers: readonly Replacement[] };
/** A layer in the place of another. */
export interface Replacement {
  readonly kind: string;
  readonly params: Node['params'];
  /** Its path's last part differs where one node becomes several. */
  readonly path: string;
}
/** All rewrites of a graph, by node id, and the nodes of each match: the block that holds them all is the one that has a naive form. */
export interface NaiveRules {
  readonly rewrites: ReadonlyMap<number, Rewrite>;
  readonly matches: readonly (readonly number[])[];
}

/** Read-only help for walking a graph. */
class Walk {
  readonly g: Graph;
  private readonly consumers: number[][];
  constructor(g: Graph) {
    this.g = g;
    this.consumers = g.nodes.map(() => []);
    for (const n of g.nodes) for (const i of n.inputs) this.consumers[i]?.push(n.id);
    // An output of the graph is read from outside.
    for (const o of g.outputs) this.consumers[o.node]?.push(-1);
  }
  node(id: number): Node {
    return this.g.nodes[id] as Node;
  }
  conv(n: Node | undefined): ConvParams | undefined {
    return n?.kind === 'conv' && !n.failed ? (n.params as unknown as ConvParams) : undefined;
  }
  channelsIn(n: Node): number {
    return this.node(n.inputs[0] as number).shape[0];
  }
  isPointwise(n: Node): boolean {
    const c = this.conv(n);
    return c !== undefined && c.kernel[0] === 1 && c.kernel[1] === 1 && c.groups === 1;
  }
  /** A layer that only dresses a convolution. */
  isDress(n: Node): boolean {
    return (
      n.inputs.length === 1 && n.kind !== 'input' && ['norm', 'activation', 'noop'].includes(layerOf(n.kind).role) && n.kind !== 'flatten'
    );
  }
  only(id: number): number | undefined {
    const c = this.consumers[id] ?? [];
    return c.length === 1 ? c[0] : undefined;
  }
  /** The next node that is not dressing, if everything on the way has one consumer; with what is in between. */
  next(id: number): { readonly node: Node; readonly between: readonly number[] } | undefined {
    const between: number[] = [];
    for (let at = this.only(id); at !== undefined && at >= 0; at = this.only(at)) {
      const n = this.node(at);
      if (!this.isDress(n)) return { node: n, between };
      between.push(at);
    }
    return undefined;
  }
}

/** The narrowing 1×1 convolutions that no rule touched yet, each with what follows it; `go` is the rewrite that takes it out with its dressing. */
function* narrowings(
  w: Walk,
  taken: ReadonlyMap<number, Rewrite>,
): Generator<{
  readonly n: Node;
  readonly conv: ConvParams;
  readonly next: Node;
  readonly between: readonly number[];
  readonly go: Map<number, Rewrite>;
}> {
  for (const n of w.g.nodes) {
    const conv = w.conv(n);
    if (!conv || !w.isPointwise(n) || taken.has(n.id) || conv.channels.out >= w.channelsIn(n)) continue;
    const next = w.next(n.id);
    if (next)
      yield { n, conv, next: next.node, between: next.between, go: new Map([n.id, ...next.between].map((id) => [id, { drop: true }])) };
  }
}

const isBig = (c: ConvParams): boolean => c.kernel[0] > 1 || c.kernel[1] > 1;

/** The nodes from a branch's end back to what several branches share; undefined where it is not a single line. */
function branchOf(w: Walk, merge: Node, end: number): readonly Node[] | undefined {
  const line: Node[] = [];
  let reader = merge.id;
  for (let at = end; ; ) {
    const n = w.node(at);
    const readers = w.only(at);
    if (readers !== reader) return line.reverse();
    if (n.inputs.length !== 1 || n.kind === 'input') return undefined;
    line.push(n);
    reader = at;
    at = n.inputs[0] as number;
  }
}

/** Rule 1. */
function bottlenecks(w: Walk, found: (match: readonly Node[], rewrites: ReadonlyMap<number, Rewrite>) => void): void {
  for (const merge of w.g.nodes) {
    if (merge.kind !== 'add' || merge.failed) continue;
    for (const end of merge.inputs) {
      const branch = branchOf(w, merge, end);
      const convs = branch?.filter((n) => w.conv(n) ?? n.kind === 'dwconv') ?? [];
      const [first, last] = [convs[0], convs.at(-1)];
      if (!branch || !first || !last || convs.length < 3 || !w.isPointwise(first) || !w.isPointwise(last)) continue;
      // Anything but convolutions and their dressing (a squeeze-and-excitation, a pool) makes it another kind of block.
      if (branch.some((n) => !convs.includes(n) && !w.isDress(n))) continue;
      const middle = convs.slice(1, -1);
      const out = last.shape[0];
      const narrow = convs.slice(0, -1).every((n) => n.shape[0] < out);
      const plain = middle.every((n) => w.conv(n)?.groups === 1);
      if (!narrow || !plain || first.failed || last.failed) continue;
      found(convs, basicBlock(w, branch, convs));
    }
  }
}

/** The two k×k convolutions that a bottleneck stands for: the first in the place of the first, the second in that of the last. */
function basicBlock(w: Walk, branch: readonly Node[], convs: readonly Node[]): Map<number, Rewrite> {
  const params = convs.map((n) => w.conv(n) as ConvParams);
  const [first, last] = [convs[0] as Node, convs.at(-1) as Node];
  const axis = (of: 'kernel' | 'stride' | 'dilation', join: (a: number, b: number) => number): Pair => [
    params.map((p) => p[of][0]).reduce((a, b) => join(a, b)),
    params.map((p) => p[of][1]).reduce((a, b) => join(a, b)),
  ];
  const kernel = axis('kernel', (a, b) => Math.max(a, b));
  const stride = axis('stride', (a, b) => a * b);
  const dilation = axis('dilation', (a, b) => Math.max(a, b));
  const channels = { in: null, out: last.shape[0] };
  const wide = (n: Node, step: Pair): Rewrite => ({
    layers: [{ kind: 'conv', path: n.path, params: { ...n.params, channels, kernel, stride: step, pad: 'same', dilation, groups: 1 } }],
  });
  const rewrites = new Map<number, Rewrite>([
    [first.id, wide(first, stride)],
    [last.id, wide(last, [1, 1])],
  ]);
  const middle = new Set(convs.slice(1, -1).map((n) => n.id));
  // Between stay the normalisation and activation of the first convolution; those of the middle ones go with them.
  let dropping = false;
  for (const n of branch) {
    if (middle.has(n.id)) dropping = true;
    else if (n.id === last.id) dropping = false;
    if (dropping) rewrites.set(n.id, { drop: true });
    // Slopes that are learnt per channel grow with the channels.
    else if (n.kind === 'prelu' && n.params.channels !== 1)
      rewrites.set(n.id, { layers: [{ kind: n.kind, path: n.path, params: { channels: channels.out } }] });
  }
  return rewrites;
}

/** Rule 2. */
function reductions(
  w: Walk,
  found: (match: readonly Node[], rewrites: ReadonlyMap<number, Rewrite>) => void,
  taken: ReadonlyMap<number, Rewrite>,
): void {
  for (const { n, conv, next, between, go } of narrowings(w, taken)) {
    const big = w.conv(next);
    if (big?.groups !== 1 || !isBig(big) || taken.has(next.id) || between.some((i) => taken.has(i))) continue;
    const stride: Pair = [conv.stride[0] * big.stride[0], conv.stride[1] * big.stride[1]];
    const params = { ...next.params, channels: { in: null, out: big.channels.out }, stride };
    found([n, next], go.set(next.id, { layers: [{ kind: 'conv', path: next.path, params }] }));
  }
}

/** Rule 3. */
function poolProjections(
  w: Walk,
  found: (match: readonly Node[], rewrites: ReadonlyMap<number, Rewrite>) => void,
  taken: ReadonlyMap<number, Rewrite>,
): void {
  for (const { n, next, go } of narrowings(w, taken)) {
    const pool = w.node(n.inputs[0] as number);
    const window = pool.params as { readonly kernel?: Pair; readonly stride?: Pair | null };
    const isWindow = pool.kind !== 'input' && layerOf(pool.kind).role === 'pool' && window.kernel !== undefined;
    const step = window.stride ?? window.kernel;
    if (isWindow && step?.[0] === 1 && step[1] === 1 && w.only(pool.id) === n.id && next.kind === 'concat') found([pool, n, next], go);
  }
}

/** Finds all rewrites of a graph. */
export function naiveRules(g: Graph): NaiveRules {
  const w = new Walk(g);
  const rewrites = new Map<number, Rewrite>();
  const matches: number[][] = [];
  const keep = (match: readonly Node[], more: ReadonlyMap<number, Rewrite>): void => {
    matches.push([...new Set([...match.map((n) => n.id), ...more.keys()])]);
    for (const [id, r] of more) rewrites.set(id, r);
  };
  bottlenecks(w, keep);
  reductions(w, keep, rewrites);
  poolProjections(w, keep, rewrites);
  return { rewrites, matches };
}
