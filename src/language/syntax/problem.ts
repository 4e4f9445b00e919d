/** Problems: what is wrong with a text and how it may be mended, as plain data that the editor, the command line and tests show alike. */
import type { Location } from '../../graph/graph.ts';
import type { Severity } from './codes/code.ts';
import type { Code } from './codes/index.ts';

export interface Related {
  readonly message: string;
  readonly location: Location;
}

/** One change of a text. */
export interface Edit {
  /** What it takes the place of; empty where it only adds. */
  readonly location: Location;
  readonly text: string;
}

/** A way to mend a problem. It changes only the file of the problem. */
export interface Fix {
  /** What it does, and what it changes in params and MACs where it does: `Put gap -> flatten before it: 257,000 params`. */
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Whether it is surely what was meant, so that `check --fix` may apply it unasked. */
  readonly preferred: boolean;
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
  /** The likeliest first. Each was made where the problem was, and is tried on the text before anyone is offered it. */
  readonly fixes: readonly Fix[];
  /** It could go without loss, so editors show it faded. */
  readonly unused?: true;
}

/** The order of a text: where one problem begins before another. */
export const byPlace = (
  { location: { range: a } }: Pick<Problem, 'location'>,
  { location: { range: b } }: Pick<Problem, 'location'>,
): number => a.start.line - b.start.line || a.start.character - b.start.character;
