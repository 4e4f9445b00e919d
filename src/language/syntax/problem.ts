/** Problems: what is wrong with a text, as plain data that the editor, the command line and tests show alike. */
import type { Location } from '../../graph/graph.ts';

export type Severity = 'error' | 'warning' | 'information';

/** A note at another place; `At` says how places are told. */
export interface RelatedAt<At> {
  readonly message: string;
  readonly location: At;
}
export type Related = RelatedAt<Location>;

export interface ProblemAt<At> {
  readonly severity: Severity;
  /** Stable, kebab-case. */
  readonly code: string;
  /** Names the thing, both sizes, and what to do. Markdown's backquotes mark code. */
  readonly message: string;
  readonly location: At;
  /** The cause, and the call in which it fails. */
  readonly related: readonly RelatedAt<At>[];
}
export type Problem = ProblemAt<Location>;

/** The same problem with its places told in another way. */
export const relocated = <A, B>(p: ProblemAt<A>, at: (place: A) => B): ProblemAt<B> => ({
  ...p,
  location: at(p.location),
  related: p.related.map((r) => ({ ...r, location: at(r.location) })),
});

/** The order of a text: where one problem begins before another. */
export const byPlace = ({ location: { range: a } }: Problem, { location: { range: b } }: Problem): number =>
  a.start.line - b.start.line || a.start.character - b.start.character;
