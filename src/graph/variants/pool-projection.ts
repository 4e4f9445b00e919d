/** A pool projection goes: a narrowing 1×1 that alone reads a pool which keeps the size, on a branch of a `concat` (Szegedy et al. 2014, figure 2b). */
import { layerOf } from '../../layers/index.ts';
import { dropped, type Match } from './rule.ts';
import type { Pair, Walk } from './walk.ts';

export function* poolProjections(w: Walk): Generator<Match> {
  for (const { n } of w.narrowings()) {
    const pool = w.node(n.inputs[0] as number);
    const window = pool.params as { readonly kernel?: Pair; readonly stride?: Pair | null };
    if (pool.kind === 'input' || layerOf(pool.kind).role !== 'pool' || !window.kernel || w.only(pool.id) !== n.id) continue;
    const step = window.stride ?? window.kernel;
    const next = step[0] === 1 && step[1] === 1 ? w.next(n.id) : undefined;
    if (next?.node.kind === 'concat') yield { rewrites: new Map(dropped([n.id, ...next.between])), beside: [pool.id] };
  }
}
