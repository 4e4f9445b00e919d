/** Document links: the paths of imports lead to their files. */
import type { LangiumDocument } from 'langium';
import type { DocumentLinkProvider } from 'langium/lsp';
import type { DocumentLink } from 'vscode-languageserver-types';
import { importUri, modelOf } from '../syntax/imports.ts';
import { locationOfProperty } from '../syntax/source.ts';

export class CnnLinks implements DocumentLinkProvider {
  getDocumentLinks(document: LangiumDocument): DocumentLink[] {
    return (modelOf(document)?.imports ?? []).flatMap((i): DocumentLink[] => {
      if (i.path === undefined || i.path === '') return [];
      const { start, end } = locationOfProperty(i, 'path').range;
      // Between the quotes.
      const range = { start: { ...start, character: start.character + 1 }, end: { ...end, character: end.character - 1 } };
      return [{ range, target: importUri(document.uri.toString(), i.path).toString() }];
    });
  }
}
