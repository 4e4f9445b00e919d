/**
 * A bottleneck becomes a basic block (He et al. 2015, Deep residual learning, figure 5): a branch of an `add` that begins and ends with a
 * 1×1, and is narrower than its output in between, becomes two k×k convolutions at the output's width. The shortcut stays as it is.
 */
import type { Node } from '../graph.ts';
import type { Gate } from './gates.ts';
import { dropped, type Match, type Rewrite } from './rule.ts';
import type { ConvParams, Pair, Walk } from './walk.ts';
import { widened, widenGate } from './widen.ts';

/** One step of a branch. */
type Step = Node | Gate;
const isGate = (s: Step): s is Gate => 'exit' in s;

export function* bottlenecks(w: Walk): Generator<Match> {
  for (const merge of w.g.nodes) {
    if (merge.kind !== 'add' || merge.failed) continue;
    for (const end of merge.inputs) {
      const match = matchOf(w, branchOf(w, merge, end));
      if (match) yield match;
    }
  }
}

/** The steps of a branch, from what others read too, or comes from outside of the block, to the merge; none where it is not a single line. */
function branchOf(w: Walk, merge: Node, end: number): readonly Step[] {
  const outside = w.g.scopes[merge.scope]?.from ?? 0;
  const branch: Step[] = [];
  let isAlone = w.only(end) === merge.id;
  for (let at = end; isAlone && at >= outside; ) {
    const gate = w.gateGiving(at);
    const n = w.node(at);
    if (n.kind === 'input') break;
    if (!gate && n.inputs.length !== 1) return [];
    branch.push(gate ?? n);
    const before = gate?.entry ?? (n.inputs[0] as number);
    isAlone = gate !== undefined || w.only(before) === at;
    at = before;
  }
  return branch.reverse();
}

function matchOf(w: Walk, branch: readonly Step[]): Match | undefined {
  const convs = branch.filter((s): s is Node => !isGate(s) && !w.isDress(s));
  const params = convs.map((n) => w.conv(n));
  const [first, last] = [convs[0], convs.at(-1)];
  if (!first || !last || convs.length < 3 || !w.pointwise(first) || !w.pointwise(last)) return undefined;
  // A depthwise or grouped convolution makes it another kind of block, and so does anything that is no convolution.
  if (!params.every((p) => p?.groups === 1)) return undefined;
  const isNarrow = convs.every((n) => n === last || n.shape[0] < last.shape[0]);
  return isNarrow ? { rewrites: basicBlock(w, branch, convs, params as readonly ConvParams[]), beside: [] } : undefined;
}

/** The first k×k stands in the place of the first 1×1, the second in that of the last. */
function basicBlock(w: Walk, branch: readonly Step[], convs: readonly Node[], params: readonly ConvParams[]): ReadonlyMap<number, Rewrite> {
  const [first, last] = [convs[0] as Node, convs.at(-1) as Node];
  const out = last.shape[0];
  const joined = (of: 'kernel' | 'stride' | 'dilation', join: (a: number, b: number) => number): Pair => [
    params.map((p) => p[of][0]).reduce((a, b) => join(a, b)),
    params.map((p) => p[of][1]).reduce((a, b) => join(a, b)),
  ];
  const most = (a: number, b: number): number => Math.max(a, b);
  const pads = params.slice(1, -1).map((p) => p.pad);
  const isTf = pads.every((p) => p === 'tf');
  const wide = (n: Node, stride: Pair, pad: ConvParams['pad']): readonly [number, Rewrite] => [
    n.id,
    {
      kind: 'conv',
      params: {
        ...n.params,
        channels: { in: null, out },
        kernel: joined('kernel', most),
        stride,
        pad,
        dilation: joined('dilation', most),
        groups: 1,
      },
    },
  ];
  // With the padding of the window that it takes over, the first comes out as large; the second keeps that.
  const taken = pads.length === 1 ? (pads[0] as ConvParams['pad']) : isTf ? 'tf' : 'same';
  const rewrites = new Map([
    wide(
      first,
      joined('stride', (a, b) => a * b),
      taken,
    ),
    wide(last, [1, 1], isTf ? 'tf' : 'same'),
  ]);
  // Normalisation and activation of the first stay, as do gates; those of the middle convolutions go with them.
  let place: 'before' | 'first' | 'middle' | 'last' = 'before';
  for (const step of branch) {
    if (isGate(step)) {
      if (place === 'first' || place === 'middle')
        for (const [id, r] of widenGate(w, step, w.node(step.entry).shape[0], out)) rewrites.set(id, r);
      continue;
    }
    if (step === first || step === last) place = step === first ? 'first' : 'last';
    else if (convs.includes(step)) place = 'middle';
    if (place === 'middle') for (const [id, r] of dropped([step.id])) rewrites.set(id, r);
    const more = place === 'first' && step !== first ? widened(step, step.shape[0], out) : undefined;
    if (more) rewrites.set(step.id, more);
  }
  return rewrites;
}
