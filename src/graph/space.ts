/** The design space around a target: the targets of its file and what it is compared with, as points with their figures. */
import { analyse } from './analyse.ts';
import { allVariants } from './compare.ts';
import type { Totals, VariantName } from './facts.ts';
import { failedIn, type Graph } from './graph.ts';

/** A target of the file, a variant that is derived, or what `versus` names where that is no target of the file. */
export type PointKind = 'target' | VariantName | 'versus';

export interface SpacePoint {
  readonly name: string;
  readonly kind: PointKind;
  /** The target of which it is a variant; undefined for one that stands for itself. */
  readonly of: string | undefined;
  readonly params: number;
  readonly weights: number;
  readonly macs: number;
  /** Peak of live activations, in bytes. */
  readonly memory: number;
  /** What runs; undefined where the blocks of a variant do not fit each other, so that only they would run. */
  readonly graph: Graph | undefined;
}

export interface Space {
  readonly points: readonly SpacePoint[];
  /** The targets that have an error: what they would cost is not known. */
  readonly unknown: readonly string[];
}

/** A target as it comes into a space. */
export interface SpaceTarget {
  readonly name: string;
  readonly graph: Graph;
  readonly totals: Totals;
  /** Nothing in it is assumed. */
  readonly sure: boolean;
}

/** What `versus` of the shown target names. */
export interface SpaceVersus {
  readonly name: string;
  readonly graph: Graph;
  /** The target of the file that it is, if it is one. */
  readonly target: string | undefined;
}

const figuresOf = ({ params, weights, macs, memory }: Totals): Pick<SpacePoint, 'params' | 'weights' | 'macs' | 'memory'> => ({
  params,
  weights,
  macs,
  memory,
});

/** The points of a file in which the target `shown` is looked at: targets in the order of the text, then its variants, then what `versus` names. */
export function spaceOf(targets: readonly SpaceTarget[], shown: string, versus?: SpaceVersus): Space {
  const isKnown = (t: SpaceTarget): boolean => t.sure && failedIn(t.graph).length === 0;
  const known = targets.filter(isKnown);
  const own = known.find((t) => t.name === shown);
  const points = known.map(
    ({ name, graph, totals }): SpacePoint => ({
      name,
      kind: 'target',
      of: own && name !== shown && name === versus?.target ? shown : undefined,
      ...figuresOf(totals),
      graph,
    }),
  );
  const derived = (own ? allVariants(own.graph) : []).flatMap(({ derived: kind, otherName, other, graphs }): readonly SpacePoint[] =>
    kind ? [{ name: otherName, kind, of: shown, ...figuresOf(other.totals), graph: graphs?.other }] : [],
  );
  const named: readonly SpacePoint[] =
    own && versus && versus.target === undefined && failedIn(versus.graph).length === 0
      ? [{ name: versus.name, kind: 'versus', of: shown, ...figuresOf(analyse(versus.graph).totals), graph: versus.graph }]
      : [];
  return { points: [...points, ...derived, ...named], unknown: targets.filter((t) => !isKnown(t)).map((t) => t.name) };
}
