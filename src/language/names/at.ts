/** Where a name is declared, looked up in the text alone: for definition, references, hover and completion. */
import type { AstNode, LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Declaration, Import, Model } from '../syntax/generated/ast.ts';
import { importUri } from '../syntax/imports.ts';
import { named, namesInside } from './inside.ts';
import type { Meaning, NameInScope } from './meaning.ts';

/** Every name that can be seen from a node, the innermost first. */
export function* namesFrom(node: AstNode, document: LangiumDocument, shared: LangiumSharedServices): Generator<NameInScope> {
  yield* namesInside(node);
  yield* namesOfFile(document, shared);
}

/** The names of a whole file: what it declares, then what it imports. */
export function* namesOfFile(document: LangiumDocument, shared: LangiumSharedServices): Generator<NameInScope> {
  const model = document.parseResult.value as Model;
  for (const d of model.declarations.toReversed()) yield* named(d.name, { kind: 'declaration', node: d });
  for (const i of model.imports.toReversed()) {
    const other = importedModel(i, document, shared);
    for (const n of i.names.toReversed()) {
      const d = declarationIn(other, n.name);
      const means: Meaning = d ? { kind: 'declaration', node: d } : { kind: 'missing', node: n };
      yield* named(n.alias ?? n.name, means, n, n.alias === undefined ? 'name' : 'alias');
    }
  }
}

/** What a file declares by a name. */
export const declarationIn = (model: Model | undefined, name: string | undefined): Declaration | undefined =>
  name === undefined ? undefined : model?.declarations.findLast((d) => d.name === name);

/** The file that an import names, where it is loaded. */
export function importedModel(i: Import, document: LangiumDocument, shared: LangiumSharedServices): Model | undefined {
  if (i.path === undefined) return undefined;
  return shared.workspace.LangiumDocuments.getDocument(importUri(document.uri.toString(), i.path))?.parseResult.value as Model | undefined;
}

/** What a name means at a node. */
export function meaning(name: string, node: AstNode, document: LangiumDocument, shared: LangiumSharedServices): Meaning | undefined {
  for (const n of namesFrom(node, document, shared)) if (n.name === name) return n.means;
  return undefined;
}
