/** What each name of a text means, as the elaborator would look it up, but before anything is computed: several things where that depends on values. */
import { AstUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { layers } from '../layers/index.ts';
import { builtinAt, fitAt, type Sees, seesAt } from './fits.ts';
import { type Argument, isArgument, isImportName, isInvocation, isReference } from './generated/ast.ts';
import { type Call, Holdings } from './holdings.ts';
import { declarationIn, importedModel, type NameInScope, namesFrom } from './names-at.ts';
import { idOf, type Place, scopeOf } from './places.ts';

/** Something built in, as a message calls it: `the built-in layer …`. */
export interface Builtin {
  readonly id: string;
  readonly builtin: string;
}
/** What a name means: something that has its name from a place in a text, or something built in. */
export type Thing = { readonly id: string; readonly place: Place } | Builtin;

/** Places whose name is thought of as changed. */
export interface Renaming {
  readonly ids: ReadonlySet<string>;
  readonly from: string;
  readonly to: string;
}

/** Looks up names among the documents that are loaded; good for one request, since it remembers what it found. */
export class Meanings {
  private readonly shared: LangiumSharedServices;
  private readonly renaming: Renaming | undefined;
  private readonly holdings: Holdings;
  private readonly found = new Map<Call, readonly (NameInScope | Builtin)[]>();

  constructor(shared: LangiumSharedServices, renaming?: Renaming) {
    this.shared = shared;
    this.renaming = renaming;
    this.holdings = new Holdings(shared, (call) => this.resolve(call));
  }

  /** What a name means; nothing where it is unknown, several things where it may be one or the other. */
  of(place: Place): readonly Thing[] {
    const { node } = place;
    if (isInvocation(node) || isReference(node)) return distinct(this.resolve(node).flatMap((f) => ('builtin' in f ? [f] : this.of(f.by))));
    if (isArgument(node)) return distinct(this.parameters(place, node));
    if (isImportName(node) && place.property === 'name') {
      const declared = declarationIn(importedModel(node.$container, AstUtils.getDocument(node), this.shared), node.name);
      return declared ? this.of({ node: declared, property: 'name', index: undefined, name: declared.name }) : [];
    }
    return [{ id: idOf(place), place }];
  }

  private nameOf(place: Place): string {
    const { renaming } = this;
    return renaming && place.name === renaming.from && renaming.ids.has(idOf(place)) ? renaming.to : place.name;
  }

  /** What a use of a name may mean, from the innermost that fits to the first that surely does. */
  private resolve(node: Call): readonly (NameInScope | Builtin)[] {
    const known = this.found.get(node);
    if (known) return known;
    const written = isInvocation(node) ? node.callee : node.name;
    if (written === undefined) return [];
    const name = this.nameOf({ node, property: isInvocation(node) ? 'callee' : 'name', index: undefined, name: written });
    const sees = seesAt(node, name);
    const named = [...namesFrom(node, AstUtils.getDocument(node), this.shared)]
      .filter((n) => this.nameOf(n.by) === name)
      .filter((n, i, all) => all.findIndex((m) => scopeOf(m.by) === scopeOf(n.by)) === i);
    const builtin = builtinAt(name, sees);
    const clear = sees === 'figure' ? [] : this.clear(named, sees, builtin);
    const found = clear ?? this.fitting(named, builtin, sees === 'shape' ? 'expression' : sees);
    const whole = found.length > 0 ? found : [builtin ?? builtinAt(name, 'anything')].filter((b) => b !== undefined);
    // What was weighed while something else was being looked up may lack that.
    if (clear || !this.holdings.busy) this.found.set(node, whole);
    return whole;
  }

  /** What a name means where that takes no weighing; undefined where it does. */
  private clear(named: readonly NameInScope[], sees: Sees, builtin: Builtin | undefined): readonly NameInScope[] | undefined {
    const [first, ...others] = named;
    if (!first) return [];
    if (sees === 'shape' && first.means.kind === 'value') return [first];
    // Nothing else can be meant, whether it fits or not.
    return others.length === 0 && !builtin ? [first] : undefined;
  }

  private fitting(named: readonly NameInScope[], builtin: Builtin | undefined, sees: Sees): readonly (NameInScope | Builtin)[] {
    const found: (NameInScope | Builtin)[] = [];
    for (const n of named) {
      const fit = fitAt(sees, n, () => this.holdings.of(n));
      if (fit !== 'no') found.push(n);
      if (fit === 'yes') return found;
    }
    if (builtin) found.push(builtin);
    return found.length > 0 ? found : named.slice(0, 1);
  }

  /** The parameters that an argument's name may mean: one of each block that the call may be of. */
  private parameters(place: Place, node: Argument): readonly Thing[] {
    const name = this.nameOf(place);
    return this.holdings.callables(node.$container).flatMap(({ of }): readonly Thing[] => {
      if (typeof of === 'string')
        return Object.hasOwn(layers.get(of)?.params ?? {}, name)
          ? [{ id: `parameter ${of} ${name}`, builtin: `a parameter of the built-in layer \`${of}\`` }]
          : [];
      return of.params
        .filter((p) => p.name !== undefined)
        .map((p): Place => ({ node: p, property: 'name', index: undefined, name: p.name }))
        .filter((p) => this.nameOf(p) === name)
        .slice(-1)
        .flatMap((p) => this.of(p));
    });
  }
}

const distinct = (things: readonly Thing[]): readonly Thing[] => [...new Map(things.map((t) => [t.id, t])).values()];
