/**
 * A reduction goes: a narrowing 1×1 that only convolutions read, one of them larger than 1×1 (one in Szegedy et al. 2014, figure 2b; two in
 * the fire module of Iandola et al. 2016, figure 1). They read the full width.
 */
import { dropped, type Match, type Rewrite } from './rule.ts';
import { type ConvParams, multiplied, type Walk } from './walk.ts';

const isLarge = (c: ConvParams): boolean => c.kernel[0] > 1 || c.kernel[1] > 1;

export function* reductions(w: Walk): Generator<Match> {
  for (const { n, conv } of w.narrowings()) {
    const behind = w.behind(n.id);
    if (!behind) continue;
    const rewrites = new Map<number, Rewrite>(dropped([n.id, ...behind.between]));
    const readers = behind.nodes.map((node) => w.conv(node));
    if (!readers.every((p) => p?.groups === 1) || !readers.some((p) => p && isLarge(p))) continue;
    for (const { id, kind, params } of behind.nodes) {
      const p = params as unknown as ConvParams;
      const stride = multiplied(conv.stride, p.stride);
      rewrites.set(id, { kind, params: { ...params, channels: { in: null, out: p.channels.out }, stride } });
    }
    yield { rewrites, beside: [] };
  }
}
