/** What names mean, as plain types: what the rest of this room finds out, and what it is asked about. */
import type { AstNode } from 'langium';
import type {
  Block,
  Declaration,
  Fn,
  ImportName,
  Input,
  Invocation,
  LabelledStage,
  Let,
  Named,
  Network,
  Output,
  Param,
  Pattern,
  Reference,
  Repeat,
  Shared,
} from '../syntax/generated/ast.ts';
import type { NamePlace } from './places.ts';

/** What a name can mean in a text. */
export type Meaning =
  | { readonly kind: 'declaration'; readonly node: Declaration }
  | { readonly kind: 'parameter'; readonly node: Param; readonly of: Block | Network | Fn }
  | { readonly kind: 'constant'; readonly node: Let | Shared }
  | { readonly kind: 'variable'; readonly node: Pattern | Repeat }
  | { readonly kind: 'value'; readonly node: Named | LabelledStage | Output | Input }
  /** A name that is imported but that the other file does not have: it hides what else would have that name. */
  | { readonly kind: 'missing'; readonly node: ImportName };

export interface NameInScope {
  readonly name: string;
  readonly means: Meaning;
  /** Where it gets that name: in an importing file, at the import. */
  readonly by: NamePlace;
  /** It may not have it yet, or not at all: a loop may have no round, and an `if` may take its other side. */
  readonly maybe?: boolean;
}

/** Something built in. A `figure` is what `expect` knows of a block; a parameter is one of a layer. */
export type Builtin =
  | { readonly builtin: 'layer' | 'function' | 'word' | 'figure'; readonly name: string }
  | { readonly builtin: 'parameter'; readonly name: string; readonly of: string };
/** Who gave a name to something: a node of a text, or the language. */
export type Giver = AstNode | Builtin;
export const isBuiltin = <T extends object>(g: T): g is Extract<T, Builtin> => 'builtin' in g;

/** A text that is equal for what is equal. */
export const idOfBuiltin = (b: Builtin): string => (b.builtin === 'parameter' ? `parameter ${b.of} ${b.name}` : `${b.builtin} ${b.name}`);

/** What a name means: something that has its name from a place in a text, or something built in. */
export type Thing = { readonly id: string } & ({ readonly place: NamePlace } | Builtin);

/** A name that can be seen from a place, and what it would be there; not `sure` where only values decide. */
export interface Offer {
  readonly name: string;
  readonly is: NameInScope;
  readonly sure: boolean;
}

/** A use of a name that may have arguments. */
export type Call = Invocation | Reference;
/** What names mean: things of a text or built in. */
export type Found = readonly (NameInScope | Builtin)[];
export type Declared = Block | Network | Fn;

/** What a call may be of: a declaration or the name of a layer, and how many of a declaration's parameters it fills by position already. */
export interface Callee {
  readonly of: Declared | string;
  readonly given: number;
}

export interface Held {
  readonly layers: readonly Callee[];
  /** Whether it may be a value of the network. */
  readonly values: boolean;
  /** Whether it may be something else: a number, a list. */
  readonly other: boolean;
  /** Whether it may be more than the text shows. */
  readonly unknown: boolean;
}
