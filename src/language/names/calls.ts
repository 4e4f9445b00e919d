/** The calls of all documents, found by what they are of: what they may give to a parameter. */

import { AstUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { layers } from '../../layers/index.ts';
import { type Argument, isBlock, isFn, isImportName, isInvocation, isNetwork, isReference } from '../syntax/generated/ast.ts';
import { type Call, type Declared, type Found, isBuiltin, type NameInScope } from './meaning.ts';
import { idOf } from './places.ts';

export const positional = (call: Call): readonly Argument[] => call.args.filter((a) => a.name === undefined);

/** What a name declares that has parameters, unless it stands for another. */
export function declaredBy(n: NameInScope): Declared | undefined {
  if (n.means.kind !== 'declaration' || n.means.node.$type === 'Let') return undefined;
  return n.means.node.$type === 'Network' && n.means.node.alias ? undefined : n.means.node;
}

/** A text that is equal for what is equal: in half-typed text a declaration is the one that stands there in the whole. */
export const idOfCallee = (of: Declared | string): string =>
  typeof of === 'string' ? of : idOf({ node: of, property: 'name', index: undefined, name: of.name });

/** The calls with arguments in all documents. */
export class CallIndex {
  private readonly direct = new Map<string, Call[]>();
  /** Those of parameters and the like. */
  private readonly indirect: Call[] = [];
  /** Names in expressions, where a block can be given to something. */
  private readonly values = new Set<string>();
  /** All that has parameters. */
  private readonly declared: Declared[] = [];
  /** Names that stand for others, by those. */
  private readonly aliases = new Map<string, string[]>();

  /** `clear` is what a call means where that does not depend on what anything holds. */
  constructor(shared: LangiumSharedServices, clear: (call: Call) => Found | undefined) {
    for (const d of shared.workspace.LangiumDocuments.all)
      for (const n of AstUtils.streamAst(d.parseResult.value)) {
        if (isReference(n)) this.values.add(n.name);
        if (isBlock(n) || isFn(n) || (isNetwork(n) && !n.alias)) this.declared.push(n);
        if (isImportName(n) && n.alias !== undefined) push(this.aliases, n.name, n.alias);
        if (isNetwork(n) && n.alias?.callee !== undefined) push(this.aliases, n.alias.callee, n.name);
        if ((isInvocation(n) || isReference(n)) && n.args.length > 0) this.add(n, clear(n));
      }
  }

  private add(call: Call, found: Found | undefined): void {
    const [first] = found ?? [];
    const declared = first && !isBuiltin(first) ? declaredBy(first) : undefined;
    if (declared) push(this.direct, idOfCallee(declared), call);
    // A layer of the registry gives nothing to a parameter of ours.
    else if (!found || (first && !isBuiltin(first))) this.indirect.push(call);
  }

  /** The calls that are of a declaration for sure, and those that may be. */
  of(d: Declared): { readonly sure: readonly Call[]; readonly maybe: readonly Call[] } {
    const names = this.namesOf(d);
    // What is nowhere a value is in no parameter, so only calls by its own names can be of it.
    const held = [...names].some((n) => this.values.has(n));
    const named = (c: Call): boolean => names.has(isInvocation(c) ? c.callee : c.name);
    return { sure: this.direct.get(idOfCallee(d)) ?? [], maybe: held ? this.indirect : this.indirect.filter(named) };
  }

  /** What a call can be of that may be of anything: whatever is a value somewhere. */
  *held(): Generator<Declared | string> {
    for (const d of this.declared) if ([...this.namesOf(d)].some((n) => this.values.has(n))) yield d;
    for (const kind of layers.keys()) if (this.values.has(kind)) yield kind;
  }

  /** The names by which a declaration goes. */
  private namesOf(d: Declared): ReadonlySet<string> {
    const names = new Set([d.name]);
    for (const name of names) for (const alias of this.aliases.get(name) ?? []) names.add(alias);
    return names;
  }
}

/** Adds to one of several lists. */
export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key) ?? [];
  list.push(value);
  map.set(key, list);
}
