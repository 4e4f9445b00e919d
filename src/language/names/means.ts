/** What each name of a text means, as the elaborator would look it up, but before anything is computed: several things where that depends on values. */

import { type AstNode, AstUtils, type LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { layers } from '../../layers/index.ts';
import {
  type Argument,
  isArgument,
  isBlock,
  isImportName,
  isInvocation,
  isLabelledStage,
  isMember,
  isNetwork,
  isReference,
  isStep,
  type Member,
  type Param,
  type Step,
} from '../syntax/generated/ast.ts';
import { push } from './calls.ts';
import { builtinAt, fitAt, type Sees, seesAt } from './fits.ts';
import { Holdings } from './holdings.ts';
import { namesInside, namesOfBody } from './inside.ts';
import {
  type Builtin,
  type Call,
  type Callee,
  type Declared,
  type Found,
  type Held,
  idOfBuiltin,
  isBuiltin,
  type NameInScope,
  type Offer,
  type Thing,
} from './meaning.ts';
import { declarationIn, importedModel, namesOfFile } from './of-file.ts';
import { idOf, idOfScope, type NamePlace } from './places.ts';

/** Places whose name is thought of as changed. */
export interface Renaming {
  readonly ids: ReadonlySet<string>;
  readonly from: string;
  readonly to: string;
}

/** What a use of a name has to choose from. */
interface Choice {
  readonly sees: Sees;
  readonly named: readonly NameInScope[];
  readonly builtin: Builtin | undefined;
  /** What it means where that takes no weighing. */
  readonly clear: Found | undefined;
}

/** Looks up names among the documents that are loaded; good for one request, since it remembers what it found. */
export class Meanings {
  private readonly shared: LangiumSharedServices;
  private readonly renaming: Renaming | undefined;
  private readonly holdings: Holdings;
  private readonly choices = new Map<Call, Choice>();
  private readonly seen = new Map<AstNode, ReadonlyMap<string, readonly NameInScope[]>>();
  private readonly files = new Map<LangiumDocument, ReadonlyMap<string, readonly NameInScope[]>>();

  constructor(shared: LangiumSharedServices, renaming?: Renaming) {
    this.shared = shared;
    this.renaming = renaming;
    this.holdings = new Holdings(
      shared,
      (call) => this.resolve(call),
      (call) => this.choice(call).clear,
    );
  }

  /** What a name means; nothing where it is unknown, several things where it may be one or the other. */
  of(place: NamePlace): readonly Thing[] {
    const { node } = place;
    if (isInvocation(node) || isReference(node))
      return distinct(this.resolve(node).flatMap((f) => (isBuiltin(f) ? [thingOf(f)] : this.of(f.by))));
    if (isStep(node) || isMember(node)) return distinct(this.members(node).flatMap((n) => this.of(n.by)));
    if (isArgument(node)) return distinct(this.parameters(place, node));
    if (isImportName(node) && place.property === 'name') {
      const declared = declarationIn(importedModel(node.$container, AstUtils.getDocument(node), this.shared), node.name);
      if (declared) return this.of({ node: declared, property: 'name', name: declared.name });
    }
    return [{ id: idOf(place), place }];
  }

  /** What a call may be of: blocks, networks, functions and layers, behind the names that stand for them. */
  callees(call: Call): readonly Callee[] {
    return this.holdings.callees(call).layers;
  }

  /** The names that fit a place of which nothing is known but what it looks for: for completion, where one of them will stand. */
  offers(node: AstNode, sees: Sees): readonly Offer[] {
    return [...this.visible(node)].flatMap(([name, named]): readonly Offer[] => {
      for (const n of named) {
        // A named value is in reach of `x.c` only where nothing nearer has its name.
        const fit = sees === 'shape' ? (n.means.kind === 'value' ? 'yes' : 'no') : fitAt(sees, n, () => this.holdings.of(n));
        if (fit !== 'no') return [{ name, is: n, sure: fit === 'yes' }];
        if (sees === 'shape') break;
      }
      return [];
    });
  }

  /** What a parameter may hold: its default, and what the calls of its declaration give to it. */
  held(node: Param): Held {
    const by = { node, property: 'name', name: node.name };
    return this.holdings.of({ name: node.name, means: { kind: 'parameter', node, of: node.$container }, by });
  }

  private nameOf(place: NamePlace): string {
    const { renaming } = this;
    return renaming && place.name === renaming.from && renaming.ids.has(idOf(place)) ? renaming.to : place.name;
  }

  /** What a use of a name may mean, from the innermost that fits to the first that surely does; what does not fit only where nothing does. */
  resolve(node: Call): Found {
    const { clear, named, builtin, sees } = this.choice(node);
    if (clear) return clear;
    // What `x.c` asks is the shape of the innermost `x`, if that is a value; any that may be the innermost counts.
    const sure = named.findIndex((n) => !n.maybe);
    const innermost = sees === 'shape' ? named.slice(0, sure < 0 ? named.length : sure + 1) : [];
    const found: (NameInScope | Builtin)[] = innermost.filter((n) => n.means.kind === 'value');
    if (sure >= 0 && innermost.length > 0 && found.length === innermost.length) return found;
    // Tables that may have something else by the name, which does not fit.
    const open = new Set<string>();
    for (const n of named) {
      const fit = fitAt(sees === 'shape' ? 'expression' : sees, n, () => this.holdings.of(n));
      if (fit !== 'no') found.push(n);
      if (n.maybe && fit !== 'yes') open.add(idOfScope(n.by));
      if (fit === 'yes' && !n.maybe && !open.has(idOfScope(n.by))) return found;
    }
    if (builtin) found.push(builtin);
    return found.length > 0 ? found : named.slice(0, 1);
  }

  private choice(node: Call): Choice {
    const known = this.choices.get(node);
    if (known) return known;
    const property = isInvocation(node) ? 'callee' : 'name';
    const written = isInvocation(node) ? node.callee : node.name;
    const name = written === undefined ? '' : this.nameOf({ node, property, name: written });
    const sees = seesAt(node, name);
    const named = this.named(name, node);
    const builtin = builtinAt(name, sees);
    const choice: Choice = { sees, named, builtin, clear: clearOf(name, sees, named, builtin) };
    this.choices.set(node, choice);
    return choice;
  }

  /** All that has a name and can be seen; of each table the last, which took the place of the others. */
  private named(name: string, node: AstNode): readonly NameInScope[] {
    const inside = [...namesInside(node)].filter((n) => this.nameOf(n.by) === name);
    return lastOfEach([...inside, ...(this.ofFile(AstUtils.getDocument(node)).get(name) ?? [])]);
  }

  /** All names that can be seen, as `named` has one of them. */
  private visible(node: AstNode): ReadonlyMap<string, readonly NameInScope[]> {
    const known = this.seen.get(node);
    if (known) return known;
    const names = new Map<string, NameInScope[]>();
    for (const n of namesInside(node)) push(names, this.nameOf(n.by), n);
    for (const [name, named] of this.ofFile(AstUtils.getDocument(node))) names.set(name, [...(names.get(name) ?? []), ...named]);
    const visible = new Map([...names].map(([name, named]) => [name, lastOfEach(named)]));
    this.seen.set(node, visible);
    return visible;
  }

  private ofFile(document: LangiumDocument): ReadonlyMap<string, readonly NameInScope[]> {
    const known = this.files.get(document);
    if (known) return known;
    const names = new Map<string, NameInScope[]>();
    for (const n of namesOfFile(document, this.shared)) push(names, this.nameOf(n.by), n);
    this.files.set(document, names);
    return names;
  }

  /** The parameters that an argument's name may mean: one of each that the call may be of. */
  private parameters(place: NamePlace, node: Argument): readonly Thing[] {
    const name = this.nameOf(place);
    const { layers, unknown } = this.holdings.callees(node.$container);
    return [...layers.map((c) => c.of), ...(unknown ? this.holdings.anything() : [])].flatMap((of) => this.parameter(name, of));
  }

  /** What a name behind a dot may mean: a value or list of the block that a label calls. */
  private members(node: Step | Member): readonly NameInScope[] {
    const name = this.nameOf({ node, property: 'member', name: node.member ?? '' });
    return this.inside(node).filter((n) => this.nameOf(n.by) === name);
  }

  /** All that a name there may mean. */
  inside(node: Step | Member): readonly NameInScope[] {
    return this.labels(node).flatMap((label) => {
      const stage = isLabelledStage(label) ? label.stage : undefined;
      if (!isInvocation(stage) || stage.steps.length > 0) return [];
      const blocks = this.callees(stage).map((c) => c.of);
      return blocks.flatMap((d) => (isBlock(d) || isNetwork(d) ? lastOfName([...namesOfBody(d)], (n) => this.nameOf(n.by)) : []));
    });
  }

  /** What the dot stands behind. */
  private labels(node: Step | Member): readonly AstNode[] {
    const before = isMember(node) ? node.of : node.$container.steps[(node.$containerIndex ?? 0) - 1];
    if (before && (isMember(before) || isStep(before))) return this.members(before).map((n) => n.means.node);
    const call = isMember(node) ? before : node.$container;
    if (!call || !(isInvocation(call) || isReference(call))) return [];
    return this.resolve(call).flatMap((f) => (isBuiltin(f) ? [] : [f.means.node]));
  }

  /** The parameter of a name that a declaration or a layer has. */
  private parameter(name: string, of: Declared | string): readonly Thing[] {
    if (typeof of === 'string')
      return Object.hasOwn(layers.get(of)?.params ?? {}, name) ? [thingOf({ builtin: 'parameter', name, of })] : [];
    return of.params
      .filter((p) => p.name !== undefined)
      .map((p): NamePlace => ({ node: p, property: 'name', name: p.name }))
      .filter((p) => this.nameOf(p) === name)
      .slice(-1)
      .flatMap((p) => this.of(p));
  }
}

/**
 * What a use of a name means by its declaration alone: something inside it, as long as the file has nothing by that name; `outside`, where
 * nothing inside has it; `unclear`, where that takes weighing.
 */
export function meansInside(node: Call): NameInScope | 'outside' | 'unclear' {
  const name = (isInvocation(node) ? node.callee : node.name) ?? '';
  const sees = seesAt(node, name);
  if (sees === 'figure') return 'outside';
  const named = lastOfEach([...namesInside(node)].filter((n) => n.name === name));
  if (named.length === 0) return 'outside';
  const [clear] = clearOf(name, sees, named, builtinAt(name, sees)) ?? [];
  return clear && !isBuiltin(clear) ? clear : 'unclear';
}

/** What a name means where nothing else can be meant, whether it fits or not. */
function clearOf(name: string, sees: Sees, [first, ...others]: readonly NameInScope[], builtin: Builtin | undefined): Found | undefined {
  if (!first || sees === 'figure') return [builtin ?? builtinAt(name, 'anything')].filter((b) => b !== undefined);
  if (others.length === 0 && !builtin) return [first];
  return sees === 'shape' && first.means.kind === 'value' && !first.maybe ? [first] : undefined;
}

/**
 * Of each table what it may have by the name: of names in scope, the innermost first, those up to the first that surely is given, for it
 * took the place of all that are given before it.
 */
function lastOfEach(names: readonly NameInScope[]): readonly NameInScope[] {
  if (names.length < 2) return names;
  const full = new Set<string>();
  const met = new Set<string>();
  return names.filter((n) => {
    const [table, id] = [idOfScope(n.by), idOf(n.by)];
    if (full.has(table) || met.has(id)) return false;
    met.add(id);
    if (!n.maybe) full.add(table);
    return true;
  });
}

/** Of each name those that it may mean. */
function lastOfName(names: readonly NameInScope[], nameOf: (n: NameInScope) => string): readonly NameInScope[] {
  const by = new Map<string, NameInScope[]>();
  for (const n of names) push(by, nameOf(n), n);
  return [...by.values()].flatMap(lastOfEach);
}

const thingOf = (b: Builtin): Thing => ({ id: idOfBuiltin(b), ...b });
const distinct = (things: readonly Thing[]): readonly Thing[] => [...new Map(things.map((t) => [t.id, t])).values()];
