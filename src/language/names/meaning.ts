/** What names mean, as plain types: what the rest of this room finds out, and what it is asked about. */
import type {
  Block,
  Declaration,
  Fn,
  For,
  Invocation,
  LabelledStage,
  Let,
  Named,
  Network,
  Param,
  Reference,
  Repeat,
} from '../syntax/generated/ast.ts';
import type { Place } from './places.ts';

/** What a name can mean in a text. */
export type Meaning =
  | { readonly kind: 'declaration'; readonly node: Declaration }
  | { readonly kind: 'parameter'; readonly node: Param; readonly of: Block | Network | Fn }
  | { readonly kind: 'constant'; readonly node: Let }
  | { readonly kind: 'variable'; readonly node: For | Repeat }
  | { readonly kind: 'value'; readonly node: Named | LabelledStage };

export interface NameInScope {
  readonly name: string;
  readonly means: Meaning;
  /** Where it gets that name: in an importing file, at the import. */
  readonly by: Place;
}

/** Something built in, as a message calls it: `the built-in layer …`. */
export interface Builtin {
  readonly id: string;
  readonly builtin: string;
}
/** What a name means: something that has its name from a place in a text, or something built in. */
export type Thing = { readonly id: string; readonly place: Place } | Builtin;

/** A use of a name that may have arguments. */
export type Call = Invocation | Reference;
/** What names mean: things of a text or built in. */
export type Found = readonly (NameInScope | Builtin)[];
export type Declared = Block | Network | Fn;

/** What a call may be of: a declaration or the name of a layer, and how many arguments it has by position already. */
export interface Callable {
  readonly of: Declared | string;
  readonly given: number;
}

export interface Held {
  readonly layers: readonly Callable[];
  /** Whether it may be something other than a layer. */
  readonly other: boolean;
  /** Whether it may be more than the text shows. */
  readonly unknown: boolean;
}
