/**
 * A depthwise separable convolution becomes a full one (Howard et al. 2017, MobileNets, section 3.1): a depthwise k×k that only a 1×1 reads,
 * and that 1×1, are one k×k convolution, dressed as the 1×1 was.
 */
import { dropped, type Match } from './rule.ts';
import { multiplied, type Walk } from './walk.ts';

export function* separables(w: Walk): Generator<Match> {
  for (const n of w.g.nodes) {
    const depthwise = w.depthwise(n);
    const next = depthwise && w.next(n.id);
    const pointwise = next && w.pointwise(next.node);
    if (!depthwise || !pointwise) continue;
    const { kernel, pad, dilation } = depthwise;
    const stride = multiplied(depthwise.stride, pointwise.stride);
    const channels = { in: null, out: pointwise.channels.out };
    const whole = { kind: 'conv', params: { ...next.node.params, channels, kernel, stride, pad, dilation } };
    yield { rewrites: new Map([...dropped([n.id, ...next.between]), [next.node.id, whole]]), beside: [] };
  }
}
