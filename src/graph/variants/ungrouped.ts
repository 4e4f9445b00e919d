/** Every convolution with `groups` has one (Xie et al. 2016, Aggregated residual transformations, section 3.2). */
import type { Match } from './rule.ts';
import type { Walk } from './walk.ts';

export function* groups(w: Walk): Generator<Match> {
  for (const { id, kind, params } of w.g.nodes)
    if ((kind === 'conv' || kind === 'deconv') && params.groups !== 1)
      yield { rewrites: new Map([[id, { kind, params: { ...params, groups: 1 } }]]), beside: [] };
}
