/** Values that are tried in place of those of a text, which stays as it is. */
import type { Expression, Let } from '../syntax/generated/ast.ts';

/** Each is an expression of a text of its own, which sees what it would see where it would be written. */
export interface Tried {
  /** By name of a parameter of what the target is an instance of. */
  readonly parameters: ReadonlyMap<string, Expression>;
  readonly constants: ReadonlyMap<Let, Expression>;
  /** By position of an input. */
  readonly inputs: ReadonlyMap<number, Expression>;
}

export const NOTHING: Tried = { parameters: new Map(), constants: new Map(), inputs: new Map() };
