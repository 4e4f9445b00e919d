/** Call hierarchy: which blocks, networks and functions a block calls, and which call it, through parameters and other names too. */
import { AstUtils, type LangiumDocument, URI } from 'langium';
import type { CallHierarchyProvider } from 'langium/lsp';
import type { CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, Position, Range } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import { Meanings } from '../names/means.ts';
import { type NamePlace, placeAt, placesOf } from '../names/places.ts';
import {
  type Block,
  type Declaration,
  type Fn,
  isDeclaration,
  isInvocation,
  isModel,
  isReference,
  type Network,
} from '../syntax/generated/ast.ts';
import { loadImports, modelOf } from '../syntax/imports.ts';
import { locationOf, locationOfProperty, uriOf } from '../syntax/source.ts';
import { nodesOf } from '../syntax/walk.ts';
import { declared } from './definition.ts';
import { callableDeclaration, signature } from './describe.ts';
import { documentsAround, rangeOf } from './references.ts';
import { SYMBOL_KINDS } from './symbols.ts';

type Callable = Block | Network | Fn;
const isCallable = (d: Declaration | undefined): d is Callable => d !== undefined && d.$type !== 'Let' && d.name !== undefined;

interface At {
  readonly position: Position;
}
interface Of {
  readonly item: CallHierarchyItem;
}

const itemOf = (d: Declaration): CallHierarchyItem => ({
  name: d.name,
  kind: SYMBOL_KINDS[d.$type],
  detail: isCallable(d) && d.params ? signature(callableDeclaration(d)).slice(d.name.length) : '',
  uri: uriOf(d),
  range: locationOf(d).range as Range,
  selectionRange: locationOfProperty(d, 'name').range as Range,
});

/** The declarations that a name means, behind imports. */
const declarationsOf = (place: NamePlace, meanings: Meanings): readonly Declaration[] =>
  meanings
    .of(place)
    .flatMap((t) => declared(t, meanings))
    .flatMap(({ node }) => (isDeclaration(node) && isModel(node.$container) ? [node] : []));

/** The declarations that something in a declaration calls, each with the places where it does. */
function callsIn(d: Declaration, meanings: Meanings): ReadonlyMap<Callable, readonly Range[]> {
  const found = new Map<Callable, Range[]>();
  for (const node of nodesOf(d)) {
    if (!isInvocation(node) && !isReference(node)) continue;
    const [place] = placesOf(node);
    if (!place) continue;
    // What is only named may be called elsewhere; what is called may go by the name of a parameter.
    const named = declarationsOf(place, meanings);
    const called = isInvocation(node) || node.call ? meanings.callees(node).flatMap((c) => (typeof c.of === 'string' ? [] : [c.of])) : [];
    for (const of of new Set([...named, ...called].filter(isCallable))) {
      const ranges = found.get(of) ?? [];
      ranges.push(rangeOf(place));
      found.set(of, ranges);
    }
  }
  return found;
}

export class CnnCallHierarchy implements CallHierarchyProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async prepareCallHierarchy(document: LangiumDocument, { position }: At): Promise<CallHierarchyItem[] | undefined> {
    await loadImports(document, this.services.shared);
    const place = placeAt(document, position);
    if (!place) return undefined;
    return declarationsOf(place, new Meanings(this.services.shared)).filter(isCallable).map(itemOf);
  }

  async incomingCalls({ item }: Of): Promise<CallHierarchyIncomingCall[] | undefined> {
    const of = await this.declarationOf(item);
    if (!of) return undefined;
    const meanings = new Meanings(this.services.shared);
    const documents = await documentsAround(AstUtils.getDocument(of), this.services.shared);
    return documents
      .flatMap((d) => modelOf(d)?.declarations ?? [])
      .flatMap((d) => {
        const fromRanges = callsIn(d, meanings).get(of);
        return fromRanges ? [{ from: itemOf(d), fromRanges: [...fromRanges] }] : [];
      });
  }

  async outgoingCalls({ item }: Of): Promise<CallHierarchyOutgoingCall[] | undefined> {
    const of = await this.declarationOf(item);
    if (!of) return undefined;
    return [...callsIn(of, new Meanings(this.services.shared))].map(([d, fromRanges]) => ({ to: itemOf(d), fromRanges: [...fromRanges] }));
  }

  /** The declaration of an item, where its file still has it. */
  private async declarationOf(item: CallHierarchyItem): Promise<Callable | undefined> {
    const document = this.services.shared.workspace.LangiumDocuments.getDocument(URI.parse(item.uri));
    if (!document) return undefined;
    await loadImports(document, this.services.shared);
    const node = placeAt(document, item.selectionRange.start)?.node;
    return node && isDeclaration(node) && isModel(node.$container) && isCallable(node) ? node : undefined;
  }
}
