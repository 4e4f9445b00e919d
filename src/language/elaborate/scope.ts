/** Names and what they stand for, looked up inside out; each place sees only what fits it. */
import { layers } from '../../layers/index.ts';
import type { Shape } from '../../layers/shape.ts';
import type { Giver } from '../names/meaning.ts';
import type { Block, Fn, Let, Network } from '../syntax/generated/ast.ts';
import { FUNCTIONS, type FunctionName, WORDS } from '../syntax/vocabulary.ts';
import { isFlow, UNKNOWN, type Val } from './values.ts';

/** What a name stands for, and who gave it that name. */
export type Binding = { readonly by: Giver } & (
  | { readonly kind: 'constant'; readonly value: Val }
  /** A file's `let`: computed when it is first asked for. */
  | { readonly kind: 'lazy'; readonly declaration: Let; force(): Val }
  /** A named value of a body, or a label; `isCall`: the label of a call. */
  | { readonly kind: 'value'; readonly id: number; readonly shape: Shape; readonly sure: boolean; readonly isCall: boolean }
  | { readonly kind: 'declaration'; readonly declaration: Block | Network }
  | { readonly kind: 'function'; readonly declaration: Fn; readonly scope: Scope }
  | { readonly kind: 'layer'; readonly layer: string }
  | { readonly kind: 'builtin'; readonly name: FunctionName }
);

/** Hears what names stand for while a file is elaborated, and in which instance: the values that hover tells. */
export interface Watch {
  /** A constant or a variable of a loop got its value. */
  bound(by: Giver, value: Val): void;
  /** An instance is begun; what is bound belongs to it until it is left. */
  enter(): void;
  /** By its key; undefined where it was not made. */
  leave(instance: string | undefined): void;
}

/** A chain of tables, the innermost first. */
export class Scope {
  readonly watch: Watch | undefined;
  private readonly names = new Map<string, Binding>();
  private readonly outer: Scope | undefined;
  private readonly around: Scope | undefined;
  /** `around`: the body around a loop, in which is named what the loop's body names; this table then has the loop's own variables, for one round. */
  constructor(outer: Scope | undefined, around?: Scope, watch = outer?.watch) {
    this.outer = outer;
    this.around = around;
    this.watch = watch;
  }
  set(name: string, binding: Binding): void {
    if (this.watch && binding.kind === 'constant') this.watch.bound(binding.by, binding.value);
    this.names.set(name, binding);
  }
  /** Names something for the rest of the body. */
  give(name: string, binding: Binding): void {
    if (this.around) {
      this.names.delete(name);
      this.around.give(name, binding);
    } else this.set(name, binding);
  }
  /** What the body has for a name, be it given in a loop; the variables of loops are not the body's. */
  given(name: string): Binding | undefined {
    return this.around ? this.around.given(name) : this.names.get(name);
  }
  /** What this table itself has for a name. */
  own(name: string): Binding | undefined {
    return this.names.get(name);
  }
  /** What this table has, in the order in which it was named. */
  entries(): Iterable<[string, Binding]> {
    return this.names;
  }
  /** The innermost binding of the name that fits the place. */
  find(name: string, fits: (b: Binding) => boolean): Binding | undefined {
    for (let s: Scope | undefined = this; s; s = s.outer) {
      const b = s.names.get(name);
      if (b && fits(b)) return b;
    }
    return undefined;
  }
  /** All names whose bindings fit, for suggestions. A constant of the file may be the one that is being computed, so none is asked. */
  all(fits: (b: Binding) => boolean): string[] {
    const found = new Set<string>();
    for (let s: Scope | undefined = this; s; s = s.outer)
      for (const [name, b] of s.names) if (b.kind === 'lazy' || fits(b)) found.add(name);
    return [...found];
  }
}

/** The value that a binding has in an expression, if it has one. */
export function boundValue(b: Binding): Val | undefined {
  switch (b.kind) {
    case 'constant':
      return b.value;
    case 'lazy':
      return b.force();
    case 'declaration':
      return { type: 'layer', callee: { block: b.declaration }, positional: [], named: new Map(), rounds: 0 };
    case 'layer':
      return { type: 'layer', callee: { builtin: b.layer }, positional: [], named: new Map(), rounds: 0 };
    case 'value':
    case 'function':
    case 'builtin':
      return undefined;
    default:
      return b satisfies never;
  }
}

/** A layer or block by itself; asked for every name that is tried, so no value is made of it. */
const isLayerName = (b: Binding): boolean => b.kind === 'layer' || b.kind === 'declaration';
const isLayerValue = (v: Val): boolean => typeof v === 'object' && 'type' in v && (v.type === 'layer' || v === UNKNOWN);

/** A stage passes over numbers and functions. */
export const fitsStage = (b: Binding): boolean => {
  if (isLayerName(b)) return true;
  const v = boundValue(b);
  return v !== undefined && isLayerValue(v);
};
/** The start of a pipeline also takes a named value, and what holds one. */
export const fitsStart = (b: Binding): boolean => b.kind === 'value' || (b.kind === 'constant' && isFlow(b.value)) || fitsStage(b);
/** Of a list one takes an element, of a value a part. */
export const fitsSource = (b: Binding): boolean => b.kind === 'value' || fitsExpression(b);
/** An expression passes over named values and layers. */
export const fitsExpression = (b: Binding): boolean => {
  if (isLayerName(b)) return false;
  const v = boundValue(b);
  return v !== undefined && (v === UNKNOWN || !isLayerValue(v));
};
/** An argument takes layers too. */
export const fitsArgument = (b: Binding): boolean => isLayerName(b) || boundValue(b) !== undefined;
export const fitsCall = (b: Binding): boolean => b.kind === 'function' || b.kind === 'builtin';

/** The blocks and networks that a scope knows. */
export const declared = (scope: Scope): readonly string[] => scope.all((b) => b.kind === 'declaration');

/** The outermost scopes: layer kinds, and further in functions and words: `max(a, b)` is the function, `max { | a | b }` the layer. */
export function builtinScope(): Scope {
  const kinds = new Scope(undefined);
  for (const l of layers.values()) kinds.set(l.kind, { kind: 'layer', layer: l.kind, by: { builtin: 'layer', name: l.kind } });
  const scope = new Scope(kinds);
  for (const word of WORDS.keys()) scope.set(word, { kind: 'constant', value: word, by: { builtin: 'word', name: word } });
  for (const name of Object.keys(FUNCTIONS) as FunctionName[])
    scope.set(name, { kind: 'builtin', name, by: { builtin: 'function', name } });
  return scope;
}
