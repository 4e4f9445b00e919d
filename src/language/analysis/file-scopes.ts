/** Resolves the imports of files among the documents that are loaded. */
import type { LangiumSharedServices } from 'langium/lsp';
import { FileScopes, type ImportResolver } from '../elaborate/files.ts';
import type { Watch } from '../elaborate/scope.ts';
import type { Tried } from '../elaborate/tried.ts';
import { importUri, modelOf } from '../syntax/imports.ts';

/** Resolves imports among the documents that are loaded. `tried` stands in place of the values of constants. */
export function fileScopes(
  shared: LangiumSharedServices,
  { watch, tried }: { readonly watch?: Watch; readonly tried?: Tried['constants'] } = {},
): FileScopes {
  const resolve: ImportResolver = (fromUri, path) => {
    const uri = importUri(fromUri, path);
    const model = modelOf(shared.workspace.LangiumDocuments.getDocument(uri));
    return model ? { model, uri: uri.toString() } : { error: `there is no file ${uri.fsPath}.` };
  };
  return new FileScopes(resolve, watch, tried);
}
