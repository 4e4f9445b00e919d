/** The calls of all documents, found by what they are of: what they may give to a parameter. */

import type { AstNode } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { layers } from '../../layers/index.ts';
import { type Argument, isBlock, isFn, isImportName, isInvocation, isModel, isNetwork, isReference } from '../syntax/generated/ast.ts';
import { nodesOf } from '../syntax/walk.ts';
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
  typeof of === 'string' ? of : idOf({ node: of, property: 'name', name: of.name });

/** What a tree, or a part of it, has of calls, by its text alone. */
interface CallsOfTree {
  /** The calls with arguments, by the name that is called. */
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  /** Names in expressions, where a block can be given to something. */
  readonly values: ReadonlySet<string>;
  /** All that has parameters. */
  readonly declared: readonly Declared[];
  /** Names that stand for others, by those. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/** By tree, and by each of its parts: of many files mostly one changes, and of its declarations one. */
const trees = new WeakMap<AstNode, CallsOfTree>();

function callsOf(root: AstNode): CallsOfTree {
  const known = trees.get(root) ?? (isModel(root) ? joined([...root.imports, ...root.declarations].map(callsOf)) : findCalls(root));
  trees.set(root, known);
  return known;
}

function joined(parts: readonly CallsOfTree[]): CallsOfTree {
  const calls = new Map<string, Call[]>();
  const aliases = new Map<string, string[]>();
  for (const part of parts) {
    for (const [name, all] of part.calls) for (const call of all) push(calls, name, call);
    for (const [name, all] of part.aliases) for (const alias of all) push(aliases, name, alias);
  }
  return { calls, values: new Set(parts.flatMap((p) => [...p.values])), declared: parts.flatMap((p) => p.declared), aliases };
}

function findCalls(root: AstNode): CallsOfTree {
  const calls = new Map<string, Call[]>();
  const values = new Set<string>();
  const declared: Declared[] = [];
  const aliases = new Map<string, string[]>();
  for (const n of nodesOf(root)) {
    if (isReference(n)) values.add(n.name);
    if (isBlock(n) || isFn(n) || (isNetwork(n) && !n.alias)) declared.push(n);
    if (isImportName(n) && n.alias !== undefined) push(aliases, n.name, n.alias);
    if (isNetwork(n) && n.alias?.callee !== undefined) push(aliases, n.alias.callee, n.name);
    if ((isInvocation(n) || isReference(n)) && n.args.length > 0) push(calls, isInvocation(n) ? n.callee : n.name, n);
  }
  return { calls, values, declared, aliases };
}

/** The calls with arguments in all documents. */
export class CallIndex {
  private readonly trees: readonly CallsOfTree[];
  private readonly clear: (call: Call) => Found | undefined;
  private indirect: readonly Call[] | undefined;

  /** `clear` is what a call means where that does not depend on what anything holds. */
  constructor(shared: LangiumSharedServices, clear: (call: Call) => Found | undefined) {
    this.trees = shared.workspace.LangiumDocuments.all.toArray().map((d) => callsOf(d.parseResult.value));
    this.clear = clear;
  }

  /** The calls that are of a declaration for sure, and those that may be. */
  of(d: Declared): { readonly sure: readonly Call[]; readonly maybe: readonly Call[] } {
    const names = this.namesOf(d);
    const id = idOfCallee(d);
    const sure: Call[] = [];
    const maybe: Call[] = [];
    for (const call of this.trees.flatMap((t) => [...names].flatMap((n) => t.calls.get(n) ?? []))) {
      const of = this.clearlyOf(call);
      if (of === undefined) maybe.push(call);
      else if (of !== 'a layer' && idOfCallee(of) === id) sure.push(call);
    }
    // What is nowhere a value is in no parameter, so only calls by its own names can be of it.
    return { sure, maybe: this.isValue(names) ? this.ofAny() : maybe };
  }

  /** What a call can be of that may be of anything: whatever is a value somewhere. */
  *held(): Generator<Declared | string> {
    for (const d of this.trees.flatMap((t) => t.declared)) if (this.isValue(this.namesOf(d))) yield d;
    for (const kind of layers.keys()) if (this.isValue(new Set([kind]))) yield kind;
  }

  /** The calls of parameters and the like. */
  private ofAny(): readonly Call[] {
    this.indirect ??= this.trees.flatMap((t) => [...t.calls.values()].flat()).filter((c) => this.clearlyOf(c) === undefined);
    return this.indirect;
  }

  /** What a call is of where that is clear; a layer of the registry gives nothing to a parameter of ours. */
  private clearlyOf(call: Call): Declared | 'a layer' | undefined {
    const found = this.clear(call);
    if (!found) return undefined;
    const [first] = found;
    return !first || isBuiltin(first) ? 'a layer' : declaredBy(first);
  }

  private isValue(names: ReadonlySet<string>): boolean {
    return this.trees.some((t) => [...names].some((n) => t.values.has(n)));
  }

  /** The names by which a declaration goes. */
  private namesOf(d: Declared): ReadonlySet<string> {
    const names = new Set([d.name]);
    for (const name of names) for (const t of this.trees) for (const alias of t.aliases.get(name) ?? []) names.add(alias);
    return names;
  }
}

/** Adds to one of several lists. */
export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key) ?? [];
  list.push(value);
  map.set(key, list);
}
