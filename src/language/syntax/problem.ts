/** Problems: what is wrong with a text and how to fix it, as plain data that the editor, the command line and tests show alike. */
import type { Location } from '../../graph/graph.ts';
import type { Severity } from './codes/code.ts';
import type { Code } from './codes/index.ts';

/** A note at another place; `At` is how places are told. */
export interface RelatedAt<At> {
  readonly message: string;
  readonly location: At;
}
export type Related = RelatedAt<Location>;

/** One change of a text. */
export interface EditAt<At> {
  /** What it takes the place of; empty where it only adds. */
  readonly location: At;
  readonly text: string;
}
export type Edit = EditAt<Location>;

/** A way to fix a problem. It changes only the file of the problem. */
export interface FixAt<At> {
  /** What it does, and what it changes in params and MACs where it does: `Put gap -> flatten before it: 257,000 params`. */
  readonly title: string;
  readonly edits: readonly EditAt<At>[];
  /** Whether it is surely what was meant, so that `check --fix` may apply it unasked. */
  readonly preferred: boolean;
}
export type Fix = FixAt<Location>;

/** A problem of the code `C`; lints bring codes of their own. */
export interface ProblemAt<At, C extends string = Code> {
  readonly severity: Severity;
  readonly code: C;
  /** Names the thing, both sizes, and what to do. Markdown's backquotes mark code. */
  readonly message: string;
  readonly location: At;
  /** The cause, and the call in which it fails. */
  readonly related: readonly RelatedAt<At>[];
  /** The likeliest first. Each was made where the problem was, and is tried on the text before anyone is offered it. */
  readonly fixes: readonly FixAt<At>[];
  /** It could go without loss, so editors show it faded. */
  readonly unused?: true;
}
export type Problem<C extends string = Code> = ProblemAt<Location, C>;

/** The same problem with its places told in another way. */
export function relocated<A, B, C extends string>(p: ProblemAt<A, C>, at: (place: A) => B): ProblemAt<B, C> {
  const move = <T extends { readonly location: A }>(x: T): Omit<T, 'location'> & { readonly location: B } => ({
    ...x,
    location: at(x.location),
  });
  return { ...p, location: at(p.location), related: p.related.map(move), fixes: p.fixes.map((f) => ({ ...f, edits: f.edits.map(move) })) };
}

/** Every place of which a problem tells. */
export const placesOf = <A>(p: ProblemAt<A, string>): readonly A[] => [
  p.location,
  ...p.related.map((r) => r.location),
  ...p.fixes.flatMap((f) => f.edits.map((e) => e.location)),
];

/** The order of a text: where one problem begins before another. */
export const byPlace = (
  { location: { range: a } }: Pick<Problem, 'location'>,
  { location: { range: b } }: Pick<Problem, 'location'>,
): number => a.start.line - b.start.line || a.start.character - b.start.character;
