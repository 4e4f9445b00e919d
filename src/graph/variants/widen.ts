/** Layers whose arguments tell of the channels that arrive, where more of them do. */
import type { Node } from '../graph.ts';
import type { Gate } from './gates.ts';
import type { Rewrite } from './rule.ts';
import type { Walk } from './walk.ts';

/** A layer that gives, or has a learnt number for, each of `from` channels, for `to` of them; undefined where it says nothing of them. */
export function widened({ kind, params }: Node, from: number, to: number): Rewrite | undefined {
  const size = params.size as readonly number[] | undefined;
  switch (kind) {
    case 'conv':
      return { kind, params: { ...params, channels: { in: null, out: to } } };
    case 'linear':
      return { kind, params: { ...params, features: { in: null, out: to } } };
    case 'prelu':
    case 'scale':
      return params.channels === from && from !== 1 ? { kind, params: { ...params, channels: to } } : undefined;
    case 'reshape':
      return size?.[0] === from ? { kind, params: { ...params, size: [to, ...size.slice(1)] } } : undefined;
    default:
      return undefined;
  }
}

/** A gate of `from` channels on a flow of `to`: its inner width stays, its last convolution (or linear layer) gives what arrives. */
export function* widenGate(w: Walk, gate: Gate, from: number, to: number): Generator<readonly [number, Rewrite]> {
  const inside = new Set(gate.nodes);
  const mixes = (n: Node): boolean => n.kind === 'conv' || n.kind === 'linear';
  const isWide = (n: Node): boolean => n.shape[0] === from;
  // Backwards from the `mul`, to the last convolution on each way.
  const last = new Set([gate.exit]);
  for (const id of last) {
    const n = w.node(id);
    if (id !== gate.exit && mixes(n)) continue;
    for (const i of n.inputs) if (inside.has(i) && isWide(w.node(i))) last.add(i);
  }
  // Forwards from the flow, to the first convolution on each way.
  const first = new Set([gate.entry]);
  for (const id of gate.nodes) {
    const n = w.node(id);
    if (!mixes(n) && isWide(n) && n.inputs.some((i) => first.has(i))) first.add(id);
  }
  for (const id of gate.nodes) {
    const r = last.has(id) || first.has(id) ? widened(w.node(id), from, to) : undefined;
    if (r) yield [id, r];
  }
}
