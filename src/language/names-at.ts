/** Where a name is declared, looked up in the text alone: for definition, hover and completion. */
import type { AstNode, LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type {
  Block,
  Declaration,
  Fn,
  For,
  Import,
  LabelledStage,
  Let,
  Model,
  Named,
  Network,
  Param,
  Repeat,
  Statement,
} from './generated/ast.ts';
import { outwards } from './locate.ts';
import { importUri } from './workspace.ts';

/** What a name can mean in a text. */
export type Meaning =
  | { readonly kind: 'declaration'; readonly node: Declaration }
  | { readonly kind: 'parameter'; readonly node: Param; readonly of: Block | Network | Fn }
  | { readonly kind: 'constant'; readonly node: Let }
  | { readonly kind: 'variable'; readonly node: For | Repeat }
  | { readonly kind: 'value'; readonly node: Named | LabelledStage };

export interface NameInScope {
  readonly name: string;
  readonly means: Meaning;
}

function* inStatements(statements: readonly Statement[], before: AstNode | undefined): Generator<NameInScope> {
  for (const s of statements) {
    if (s === before) return;
    switch (s.$type) {
      case 'Let':
        if (s.name !== undefined) yield { name: s.name, means: { kind: 'constant', node: s } };
        break;
      case 'Named':
      case 'Pipeline': {
        const pipeline = s.$type === 'Named' ? s.value : s;
        for (const stage of pipeline?.stages ?? [])
          if (stage.label !== undefined) yield { name: stage.label, means: { kind: 'value', node: stage } };
        if (s.$type === 'Named' && s.name !== undefined) yield { name: s.name, means: { kind: 'value', node: s } };
        break;
      }
      case 'Output':
        break;
      default:
        s satisfies never;
    }
  }
}

/** Every name that can be seen from a node, the innermost first. */
export function* namesFrom(node: AstNode, document: LangiumDocument, shared: LangiumSharedServices): Generator<NameInScope> {
  let child: AstNode | undefined;
  for (const n of outwards(node) as Iterable<AstNode & { $type: string }>) {
    if (n.$type === 'Body' || n.$type === 'Branch') yield* inStatements((n as unknown as { statements: Statement[] }).statements, child);
    if (n.$type === 'Repeat' && (n as Repeat).index !== undefined)
      yield { name: (n as Repeat).index as string, means: { kind: 'variable', node: n as Repeat } };
    if (n.$type === 'For') for (const name of (n as For).variables) yield { name, means: { kind: 'variable', node: n as For } };
    if (n.$type === 'Block' || n.$type === 'Network' || n.$type === 'Fn')
      for (const p of (n as Block | Network | Fn).params ?? [])
        if (p.name !== undefined) yield { name: p.name, means: { kind: 'parameter', node: p, of: n as Block } };
    if (n.$type === 'Model') yield* inFile(n as Model, document, shared);
    child = n;
  }
}

function* inFile(model: Model, document: LangiumDocument, shared: LangiumSharedServices): Generator<NameInScope> {
  for (const d of model.declarations) if (d.name !== undefined) yield { name: d.name, means: { kind: 'declaration', node: d } };
  for (const i of model.imports) {
    const other = importedModel(i, document, shared);
    for (const n of i.names) {
      const d = other?.declarations.find((x) => x.name === n.name);
      if (d) yield { name: n.alias ?? n.name, means: { kind: 'declaration', node: d } };
    }
  }
}

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
