/** Go to definition: from a name to the declaration, parameter, label or value that it means, in this file or an imported one. */
import type { LangiumDocument } from 'langium';
import type { DefinitionProvider } from 'langium/lsp';
import type { LocationLink, Position } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import type { Thing } from '../names/meaning.ts';
import { Meanings } from '../names/means.ts';
import { locationOfPlace, type NamePlace, placeAt } from '../names/places.ts';
import { isImport, isImportName } from '../syntax/generated/ast.ts';
import { importUri, loadImports } from '../syntax/imports.ts';
import { nodeAt } from '../syntax/locate.ts';
import { locationOf } from '../syntax/source.ts';

export class CnnDefinition implements DefinitionProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getDefinition(document: LangiumDocument, { position }: { readonly position: Position }): Promise<LocationLink[] | undefined> {
    await loadImports(document, this.services.shared);
    const place = placeAt(document, position);
    if (place) {
      const meanings = new Meanings(this.services.shared);
      return meanings.of(place).flatMap((t) => declared(t, meanings).map(link));
    }
    const node = nodeAt(document, document.textDocument.offsetAt(position))?.node;
    if (!node || !isImport(node) || node.path === undefined) return undefined;
    const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    return [{ targetUri: importUri(document.uri.toString(), node.path).toString(), targetRange: start, targetSelectionRange: start }];
  }
}

/** Where a thing is declared: behind the other name that an import gives it. */
export function declared(thing: Thing, meanings: Meanings): readonly NamePlace[] {
  if (!('place' in thing)) return [];
  const { node, name } = thing.place;
  if (!isImportName(node)) return [thing.place];
  return meanings.of({ node, property: 'name', name }).flatMap((t) => ('place' in t ? [t.place] : []));
}

const link = (place: NamePlace): LocationLink => ({
  targetUri: locationOfPlace(place).uri,
  targetRange: locationOf(place.node).range as LocationLink['targetRange'],
  targetSelectionRange: locationOfPlace(place).range as LocationLink['targetRange'],
});
