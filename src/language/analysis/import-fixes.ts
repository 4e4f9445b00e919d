/** The fix of an unknown name that another file of the folder declares: to import it. Made only when asked for, since it reads that folder. */
import { type LangiumDocument, UriUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Location } from '../../graph/graph.ts';
import { after, before } from '../syntax/edits.ts';
import { importPaths } from '../syntax/folder.ts';
import { isImport, type Model } from '../syntax/generated/ast.ts';
import { importUri, modelOf } from '../syntax/imports.ts';
import { nodeAt, outwards } from '../syntax/locate.ts';
import type { Edit, Fix } from '../syntax/problem.ts';
import { locationOf } from '../syntax/source.ts';

/** The folder of a document, read once for all its unknown names. */
export class Neighbours {
  private readonly document: LangiumDocument;
  private readonly shared: LangiumSharedServices;
  private texts: Promise<readonly { readonly path: string; readonly text: string }[]> | undefined;
  constructor(document: LangiumDocument, shared: LangiumSharedServices) {
    this.document = document;
    this.shared = shared;
  }

  /** Imports the name that stands at a place from each file that declares it. */
  async importing({ uri, range }: Location): Promise<readonly Fix[]> {
    const { document } = this;
    const offset = document.textDocument.offsetAt(range.start);
    const name = /^[A-Za-z_]\w*/.exec(document.textDocument.getText().slice(offset))?.[0];
    const node = nodeAt(document, offset)?.node;
    if (uri !== document.uri.toString() || name === undefined || !node || [...outwards(node)].some(isImport)) return [];
    this.texts ??= this.read();
    const paths = (await this.texts).filter((f) => this.declares(name, f)).map((f) => f.path);
    return paths.map((path) => ({
      title: `Import ${name} from ${path}`,
      edits: [imported(name, path, document)],
      // Blocks are known by their names; `width` may be anybody's.
      preferred: paths.length === 1 && /^[A-Z]/.test(name),
    }));
  }

  /** The files around, read beside the workspace, which keeps to what is open or imported. */
  private async read(): Promise<readonly { readonly path: string; readonly text: string }[]> {
    const { LangiumDocuments, FileSystemProvider } = this.shared.workspace;
    const paths = await importPaths(this.document, this.shared);
    return Promise.all(
      paths.map(async (path) => {
        const uri = importUri(this.document.uri.toString(), path);
        const open = LangiumDocuments.getDocument(uri)?.textDocument.getText();
        return { path, text: open ?? (await FileSystemProvider.readFile(uri).catch(() => '')) };
      }),
    );
  }

  private declares(name: string, { path, text }: { readonly path: string; readonly text: string }): boolean {
    // Most files need not be parsed to know that they do not.
    if (!new RegExp(`\\b(?:block|network|let|fn)\\s+${name}\\b`).test(text)) return false;
    const uri = importUri(this.document.uri.toString(), path);
    const model = modelOf(this.shared.workspace.LangiumDocumentFactory.fromString(text, uri));
    return model?.declarations.some((d) => d.name === name) ?? false;
  }
}

/** Adds a name to the import of its file, or an import behind the others, or above all. */
function imported(name: string, path: string, document: LangiumDocument): Edit {
  const { imports } = document.parseResult.value as Model;
  const uri = document.uri.toString();
  const target = importUri(uri, path);
  const same = imports.find((i) => i.path !== undefined && UriUtils.equals(importUri(uri, i.path), target));
  const lastName = same?.names.at(-1);
  if (lastName) return after(locationOf(lastName), `, ${name}`);
  const line = `import ${name} from "${path}"`;
  const last = imports.at(-1);
  if (last) return after(locationOf(last), `\n${line}`);
  const top = { line: 0, character: 0 };
  return before({ uri, range: { start: top, end: top } }, `${line}\n\n`);
}
