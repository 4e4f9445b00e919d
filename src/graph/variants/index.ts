/** The variants that are derived from a graph, each by its rules: what a block would be without what makes it cheap. */
import type { VariantName } from '../facts.ts';
import { bottlenecks } from './bottleneck.ts';
import { separables } from './full.ts';
import { poolProjections } from './pool-projection.ts';
import { reductions } from './reduction.ts';
import type { Match, Rule } from './rule.ts';
import { groups } from './ungrouped.ts';
import type { Walk } from './walk.ts';

interface Variant {
  /** What the original is, in contrast: `1×1-reduced 163,328 vs naive 387,072`. */
  readonly original: string;
  /** Behind the name of the original: what the variant is. */
  readonly says: string;
  /** In the order in which they apply; what one rewrites, no later one touches. */
  readonly rules: readonly Rule[];
}

/** In the order in which they are listed. Each is derived from the original. */
export const VARIANTS = {
  naive: { original: '1×1-reduced', says: 'without its 1×1 reductions', rules: [bottlenecks, reductions, poolProjections] },
  full: { original: 'depthwise', says: 'with one convolution for each depthwise one and the 1×1 behind it', rules: [separables] },
  ungrouped: { original: 'grouped', says: 'without groups', rules: [groups] },
} as const satisfies Record<VariantName, Variant>;

export const VARIANT_NAMES = Object.keys(VARIANTS) as readonly VariantName[];

/** Where the rules of a variant apply: no two matches rewrite the same node. */
export function matchesOf(w: Walk, { rules }: Variant): readonly Match[] {
  const taken = new Set<number>();
  const matches: Match[] = [];
  for (const rule of rules)
    for (const match of rule(w)) {
      const touched = [...match.rewrites.keys()];
      if (touched.some((id) => taken.has(id) || w.stays(id))) continue;
      matches.push(match);
      for (const id of touched) taken.add(id);
    }
  return matches;
}
