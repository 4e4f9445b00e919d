/** What a lint says of itself, in one place: its code and level, its section of the page, and what it looks for. */
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Location } from '../../graph/graph.ts';
import type { Elaboration } from '../elaborate/elaborate.ts';
import type { CodeInfo, Severity } from '../syntax/codes/code.ts';
import type { Fix, Related } from '../syntax/problem.ts';

/** How bad something is, or that it is not looked for. */
export type Level = 'off' | Severity;
export const LEVELS: readonly Level[] = ['off', 'hint', 'warning', 'error'];

/** A file as lints see it: its text, which parses, and what was made of it. */
export interface Linted {
  readonly document: LangiumDocument;
  readonly elaboration: Elaboration;
  readonly shared: LangiumSharedServices;
}

/** Something that a lint found. */
export interface Finding {
  readonly message: string;
  readonly location: Location;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  /** It could go without loss, so editors show it faded. */
  readonly unused?: true;
}

/** A check for what is valid, but probably a mistake. */
export interface Lint<C extends string = string> extends Omit<CodeInfo, 'severity'> {
  readonly code: C;
  /** How bad it is where the settings do not say. */
  readonly level: Severity;
  check(file: Linted): Iterable<Finding>;
}

/** Defines a lint; its code becomes one of the closed list. */
export const defineLint = <const C extends string>(lint: Lint<C>): Lint<C> => lint;
