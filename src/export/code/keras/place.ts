/** What the writer of a function passes around: the value that flows, where code is being written, and how layers are named in loops. */
import type { OutlineBlock } from '../../../graph/outline.ts';
import type { KerasHelper } from '../../../layers/keras.ts';
import type { Py } from '../../../layers/python.ts';
import type { Globals, Meaning } from '../outline/expressions.ts';
import type { OutlineFacts } from '../outline/facts.ts';
import type { Kinds } from '../outline/kinds.ts';
import type { Loop, Source } from '../outline/source.ts';
import type { PyStatement } from '../python/statement.ts';
import type { Role, Roles } from './roles.ts';

/** What the layer or call of a stage is named, within the name of its function. */
export interface Slot {
  readonly base: string;
  readonly loops: readonly Loop[];
  /** Of a shared layer that is handed on: the parameter that stands for it. */
  readonly param?: string;
  /** What a call hands on of shared layers, by the parameters that it gives them to. */
  readonly hands?: ReadonlyMap<string, Source>;
}

export interface Flow {
  readonly py: Py;
}
export interface Place {
  readonly out: PyStatement[];
  readonly meanings: Map<string, Meaning>;
  /** What the flow is called. */
  readonly variable: string;
  /** What layers are called in a branch. */
  readonly prefix: string | undefined;
  readonly loops: readonly Loop[];
  /** Whether what stands here may not be met, or more than once. */
  readonly conditional: boolean;
}

export interface FunctionCode {
  readonly statements: readonly PyStatement[];
  readonly slots: ReadonlyMap<string, Slot>;
}

/** What the writer of a file gives its functions. */
export interface KerasFile extends Globals {
  readonly facts: OutlineFacts;
  readonly roles: Roles;
  readonly helpers: Map<string, KerasHelper>;
  /** The argument by which functions name their layers. */
  readonly nameArgument: string;
  takesName(block: string): boolean;
  /** Whether a block makes its own input and gives a model. */
  isModel(block: string): boolean;
  /** The values of a block that are read from outside. */
  asked(block: string): readonly string[];
  /** The parameters of a block that stand for shared layers, and what its names stand for. */
  modules(block: string): Kinds;
  kinds(block: OutlineBlock): Kinds;
  aliasOf(name: string): Extract<OutlineFacts['outline']['declarations'][number], { readonly kind: 'alias' }> | undefined;
  role(block: string, name: string): Role | undefined;
}

/** A target as Keras code. */
export interface KerasCode {
  readonly statements: readonly PyStatement[];
  readonly helpers: readonly KerasHelper[];
  readonly imports: ReadonlySet<string>;
  /** The name of each layer by the path under which its weights are kept. */
  readonly names: ReadonlyMap<string, string>;
  readonly target: string;
  /** Whether calling the target makes its own input. */
  readonly isModel: boolean;
  readonly remark?: string;
  /** Names that the text has, which Keras's modules must not take. */
  readonly bound: ReadonlySet<string>;
}
