/** Files: Langium's documents for the language, with imports loaded on demand and found by path. */
import { type LangiumDocument, URI, UriUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { isModel, type Model } from './generated/ast.ts';

/** The address that an import in a file means. */
export const importUri = (fromUri: string, path: string): URI => UriUtils.resolvePath(UriUtils.dirname(URI.parse(fromUri)), path);

export const modelOf = (d: LangiumDocument | undefined): Model | undefined => {
  const root = d?.parseResult.value;
  return root && isModel(root) ? root : undefined;
};

/** Reads every file that a file imports, and those that they import, into the workspace. A file that cannot be read stays absent. */
export async function loadImports(document: LangiumDocument, shared: LangiumSharedServices): Promise<LangiumDocument[]> {
  const documents = shared.workspace.LangiumDocuments;
  const loaded: LangiumDocument[] = [];
  const seen = new Set([document.uri.toString()]);
  const queue = [document];
  for (let d = queue.pop(); d; d = queue.pop()) {
    for (const i of modelOf(d)?.imports ?? []) {
      if (i.path === undefined) continue;
      const uri = importUri(d.uri.toString(), i.path);
      if (seen.has(uri.toString())) continue;
      seen.add(uri.toString());
      try {
        const next = await documents.getOrCreateDocument(uri);
        loaded.push(next);
        queue.push(next);
      } catch {
        // Reported at the import: the resolver finds no document.
      }
    }
  }
  return loaded;
}

/** The files that a file imports, directly or not. */
export function importsOf(document: LangiumDocument, shared: LangiumSharedServices, found = new Set<string>()): Set<string> {
  for (const i of modelOf(document)?.imports ?? []) {
    if (i.path === undefined) continue;
    const uri = importUri(document.uri.toString(), i.path);
    if (found.has(uri.toString())) continue;
    found.add(uri.toString());
    const next = shared.workspace.LangiumDocuments.getDocument(uri);
    if (next) importsOf(next, shared, found);
  }
  return found;
}
