/** Completion inside an import: the names that the other file declares. */
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Declaration, Model } from '../../syntax/generated/ast.ts';
import { importUri } from '../../syntax/imports.ts';

/** What the file that an import names declares, and which of its names are imported already. */
export async function importable(
  document: LangiumDocument,
  offset: number,
  shared: LangiumSharedServices,
): Promise<readonly (Declaration & { readonly name: string })[]> {
  const rest = /^\w*([\w\s,]*?)\bfrom\s*"([^"\n]*)"/.exec(document.textDocument.getText().slice(offset));
  const [, after = '', path] = rest ?? [];
  if (path === undefined) return [];
  const uri = importUri(document.uri.toString(), path);
  const taken = new Set(after.match(/\w+/g));
  for (const i of (document.parseResult.value as Model).imports) {
    const here = i.$cstNode && i.$cstNode.offset <= offset && offset <= i.$cstNode.end;
    if (!here && i.path !== undefined && importUri(document.uri.toString(), i.path).toString() === uri.toString())
      for (const n of i.names) taken.add(n.name);
  }
  try {
    const other = await shared.workspace.LangiumDocuments.getOrCreateDocument(uri);
    return (other.parseResult.value as Model).declarations.filter((d) => d.name !== undefined && !taken.has(d.name));
  } catch {
    // The import itself says that there is no such file.
    return [];
  }
}
