/** Problems: what is wrong with a text, as plain data that the editor, the command line and tests show alike. */
import type { Location } from '../../graph/graph.ts';
import type { Severity } from './codes/code.ts';
import type { Code } from './codes/index.ts';

export interface Related {
  readonly message: string;
  readonly location: Location;
}

/** A problem of the code `C`; lints bring codes of their own. */
export interface Problem<C extends string = Code> {
  readonly severity: Severity;
  readonly code: C;
  /** Names the thing, both sizes, and what to do. Markdown's backquotes mark code. */
  readonly message: string;
  readonly location: Location;
  /** The cause, and the call in which it fails. */
  readonly related: readonly Related[];
}

/** The order of a text: where one problem begins before another. */
export const byPlace = (
  { location: { range: a } }: Pick<Problem, 'location'>,
  { location: { range: b } }: Pick<Problem, 'location'>,
): number => a.start.line - b.start.line || a.start.character - b.start.character;
