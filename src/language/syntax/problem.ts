/** Problems: what is wrong with a text, as plain data that the editor, the command line and tests show alike. */
import type { Location } from '../../graph/graph.ts';

export type Severity = 'error' | 'warning' | 'information';

export interface Related {
  readonly message: string;
  readonly location: Location;
}

export interface Problem {
  readonly severity: Severity;
  /** Stable, kebab-case. */
  readonly code: string;
  /** Names the thing, both sizes, and what to do. Markdown's backquotes mark code. */
  readonly message: string;
  readonly location: Location;
  /** The cause, and the call in which it fails. */
  readonly related: readonly Related[];
}

/** The order of a text: where one problem begins before another. */
export const byPlace = ({ location: { range: a } }: Problem, { location: { range: b } }: Problem): number =>
  a.start.line - b.start.line || a.start.character - b.start.character;
