/** The files around a document, as imports name them. */
import { type LangiumDocument, type URI, UriUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';

/** The most folders and files to look at: someone may open a file in a home folder. */
const DEEPEST = 3;
const MOST = 200;

/** The `.cnn` files in a folder and below, the nearest first. */
async function filesBelow(top: URI, shared: LangiumSharedServices): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [{ uri: top, depth: 0 }];
  for (const [i, folder] of folders.entries()) {
    if (i >= MOST || found.length >= MOST) break;
    for (const e of await shared.workspace.FileSystemProvider.readDirectory(folder.uri).catch(() => [])) {
      const name = UriUtils.basename(e.uri);
      if (e.isFile && name.endsWith('.cnn')) found.push(e.uri.toString());
      if (e.isDirectory && folder.depth < DEEPEST && !name.startsWith('.') && name !== 'node_modules')
        folders.push({ uri: e.uri, depth: folder.depth + 1 });
    }
  }
  return found;
}

/** The `.cnn` files in a document's folder and below, as an import writes them; those that only the editor knows too. */
export async function importPaths(document: LangiumDocument, shared: LangiumSharedServices): Promise<readonly string[]> {
  const folder = UriUtils.dirname(document.uri);
  const base = `${folder.toString().replace(/\/$/, '')}/`;
  // A text that was never saved is in no folder.
  const found = new Set(document.uri.scheme === 'file' ? await filesBelow(folder, shared) : []);
  for (const d of shared.workspace.LangiumDocuments.all) if (d.uri.path.endsWith('.cnn')) found.add(d.uri.toString());
  found.delete(document.uri.toString());
  return [...found]
    .filter((uri) => uri.startsWith(base))
    .map((uri) => `./${decodeURIComponent(uri.slice(base.length))}`)
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
}
