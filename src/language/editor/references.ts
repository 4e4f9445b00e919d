/** References and highlights: every place whose name means what the name at a position does, in this file and those that import each other. */
import type { LangiumDocument } from 'langium';
import type { DocumentHighlightProvider, LangiumSharedServices, ReferencesProvider } from 'langium/lsp';
import { type DocumentHighlight, DocumentHighlightKind, type Location, type Range } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import type { Thing } from '../names/meaning.ts';
import { Meanings } from '../names/means.ts';
import { introduces, locationOfPlace, type NamePlace, placeAt, placesIn } from '../names/places.ts';
import { isImportName } from '../syntax/generated/ast.ts';
import { loadImports } from '../syntax/imports.ts';

interface At {
  readonly position: { readonly line: number; readonly character: number };
}

/** The documents in which a name can stand: all that are open or that the workspace holds, with what they import. */
export async function documentsAround(document: LangiumDocument, shared: LangiumSharedServices): Promise<readonly LangiumDocument[]> {
  const { LangiumDocuments } = shared.workspace;
  for (const d of [document, ...LangiumDocuments.all]) await loadImports(d, shared);
  return LangiumDocuments.all.toArray();
}

/** The place as the protocol has it. */
export const rangeOf = (p: NamePlace): Range => locationOfPlace(p).range as Range;

/** Every place that means one of these things; through an import `as` another name too. */
export function* occurrences(
  things: readonly Thing[],
  name: string,
  documents: readonly LangiumDocument[],
  meanings: Meanings,
): Generator<NamePlace> {
  const wanted = new Set(things.map((t) => t.id));
  const names = new Set([name]);
  const aliases = documents
    .flatMap((d) => [...placesIn(d)])
    .filter(({ node, property }) => isImportName(node) && property === 'name' && node.alias !== undefined);
  for (const a of aliases) {
    if (!isImportName(a.node) || a.node.alias === undefined || !meanings.of(a).some((t) => wanted.has(t.id))) continue;
    names.add(a.node.alias);
    for (const t of meanings.of({ node: a.node, property: 'alias', name: a.node.alias })) wanted.add(t.id);
  }
  for (const d of documents) for (const p of placesIn(d)) if (names.has(p.name) && meanings.of(p).some((t) => wanted.has(t.id))) yield p;
}

/** The places that mean what the name at a position does, and which of them declare it. */
function around(document: LangiumDocument, { position }: At, documents: readonly LangiumDocument[], shared: LangiumSharedServices) {
  const place = placeAt(document, position);
  const meanings = new Meanings(shared);
  const things = place ? meanings.of(place) : [];
  const isDeclaration = (p: NamePlace): boolean =>
    things.some((t) => 'place' in t && t.place.node === p.node && t.place.property === p.property);
  return { places: place ? [...occurrences(things, place.name, documents, meanings)] : [], isDeclaration };
}

export class CnnReferences implements ReferencesProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async findReferences(
    document: LangiumDocument,
    params: At & { readonly context: { readonly includeDeclaration: boolean } },
  ): Promise<Location[]> {
    const { places, isDeclaration } = around(document, params, await documentsAround(document, this.services.shared), this.services.shared);
    return places
      .filter((p) => params.context.includeDeclaration || !isDeclaration(p))
      .map((p) => ({ uri: locationOfPlace(p).uri, range: rangeOf(p) }));
  }
}

export class CnnHighlight implements DocumentHighlightProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getDocumentHighlight(document: LangiumDocument, params: At): Promise<DocumentHighlight[]> {
    await loadImports(document, this.services.shared);
    const { places } = around(document, params, [document], this.services.shared);
    return places.map((p) => ({ range: rangeOf(p), kind: introduces(p) ? DocumentHighlightKind.Write : DocumentHighlightKind.Read }));
  }
}
