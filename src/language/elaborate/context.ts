/** What an expression can see. */
import type { AstNode } from 'langium';
import type { Inner } from './instance.ts';
import type { Scope } from './scope.ts';
import type { Problems, Session } from './session.ts';
import type { FlowVal, ShapeVal } from './values.ts';

/** The values of a body. */
export interface Flows {
  /** The one that arrives at this stage. */
  readonly here: FlowVal;
  /** What the block names inside that a value is the call of. */
  inside(call: FlowVal): { readonly name: string; readonly values: ReadonlyMap<string, Inner> } | undefined;
  /** A value inside a call, in this body. */
  pick(call: FlowVal, inner: Extract<Inner, { kind: 'value' }>, at: AstNode): FlowVal;
}

export interface Context {
  readonly session: Session;
  readonly problems: Problems;
  readonly scope: Scope;
  /** The shape that enters the enclosing block, and the one that arrives at this stage; absent in a function. */
  readonly in?: ShapeVal;
  readonly here?: ShapeVal;
  /** Behind `expect`: the metrics of the enclosing block up to here. */
  readonly metric?: (name: string) => number | undefined;
  readonly metrics?: readonly string[];
  /** What a body knows of its values; absent elsewhere. */
  readonly flows?: Flows;
  /** How many functions are being called inside each other. */
  readonly depth?: number;
}
