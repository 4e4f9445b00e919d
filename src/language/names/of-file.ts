/** What names a file has: what it declares, and what it imports. */
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Declaration, Import, Model } from '../syntax/generated/ast.ts';
import { wholeOf } from '../syntax/half-typed.ts';
import { importUri } from '../syntax/imports.ts';
import { named } from './inside.ts';
import type { Meaning, NameInScope } from './meaning.ts';

/** The names of a whole file: what it declares, then what it imports. */
export function* namesOfFile(document: LangiumDocument, shared: LangiumSharedServices): Generator<NameInScope> {
  const whole = wholeOf(document);
  const model = whole.parseResult.value as Model;
  for (const d of model.declarations.toReversed()) yield* named(d.name, { kind: 'declaration', node: d });
  for (const i of model.imports.toReversed()) {
    const other = importedModel(i, whole, shared);
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
