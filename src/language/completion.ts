/** Completion: stages, arguments, names and keywords, each where it fits, with the registry's documentation. */
import type { AstNode, LangiumDocument } from 'langium';
import type { CompletionProvider } from 'langium/lsp';
import { type CompletionItem, CompletionItemKind, type CompletionList, InsertTextFormat, type Position } from 'vscode-languageserver-types';
import { layers } from '../layers/index.ts';
import { typingContext } from './call-context.ts';
import { type Callable, callableDeclaration, callableLayer, describeCallable, signature } from './describe.ts';
import { functions } from './functions.ts';
import type { Block, Fn, Model } from './generated/ast.ts';
import { nodeAt } from './locate.ts';
import { meaning, type NameInScope, namesFrom } from './names-at.ts';
import type { CnnServices } from './services.ts';
import { FILE, type Snippet, STAGES, STATEMENTS } from './snippets.ts';
import { loadImports } from './workspace.ts';

const markdown = (value: string): { kind: 'markdown'; value: string } => ({ kind: 'markdown', value });

const ofSnippet = (s: Snippet): CompletionItem => ({
  label: s.label,
  detail: s.detail,
  kind: CompletionItemKind.Keyword,
  insertText: s.insert,
  insertTextFormat: InsertTextFormat.Snippet,
  sortText: `3${s.label}`,
});

/** A stage to insert: with brackets and its required arguments, where it has any. */
function ofCallable(c: Callable, kind: CompletionItemKind, sort: string, word: string): CompletionItem {
  const required = c.params.filter((p) => p.required);
  const insert = required.length > 0 ? `${c.name}(${required.map((p, i) => `\${${i + 1}:${p.name}}`).join(', ')})` : c.name;
  return {
    label: c.name,
    kind,
    detail: signature(c),
    documentation: markdown(describeCallable(c, word)),
    insertText: insert,
    insertTextFormat: InsertTextFormat.Snippet,
    sortText: `${sort}${c.name}`,
  };
}

const layerItems = (): CompletionItem[] =>
  [...layers.values()].filter((l) => !l.merge).map((l) => ofCallable(callableLayer(l), CompletionItemKind.Function, '2', ''));

/** Stages that the names in scope give. */
function stagesOf(names: readonly NameInScope[], start: boolean): CompletionItem[] {
  return names.flatMap(({ name, means }): CompletionItem[] => {
    if (means.kind === 'declaration' && (means.node.$type === 'Block' || means.node.$type === 'Network'))
      return [ofCallable({ ...callableDeclaration(means.node), name }, CompletionItemKind.Class, '1', means.node.$type.toLowerCase())];
    if (means.kind === 'parameter')
      return [{ label: name, kind: CompletionItemKind.Variable, detail: `parameter of ${means.of.name}`, sortText: `1${name}` }];
    if (means.kind === 'value' && start)
      return [{ label: name, kind: CompletionItemKind.Variable, detail: 'a named value', sortText: `1${name}` }];
    return [];
  });
}

/** Values that the names in scope give. */
function valuesOf(names: readonly NameInScope[]): CompletionItem[] {
  const own = names.flatMap(({ name, means }): CompletionItem[] => {
    if (means.kind === 'declaration' && means.node.$type === 'Fn')
      return [ofCallable(callableDeclaration(means.node), CompletionItemKind.Function, '1', 'fn')];
    return [
      {
        label: name,
        kind: means.kind === 'value' ? CompletionItemKind.Variable : CompletionItemKind.Constant,
        detail: means.kind,
        sortText: `1${name}`,
      },
    ];
  });
  const builtin = Object.entries(functions).map(
    ([name, f]): CompletionItem => ({
      label: name,
      kind: CompletionItemKind.Function,
      detail: f.signature,
      documentation: markdown(f.doc),
      insertText: `${name}($1)`,
      insertTextFormat: InsertTextFormat.Snippet,
      sortText: `4${name}`,
    }),
  );
  const shapes = ['in', 'here'].map(
    (label): CompletionItem => ({
      label,
      kind: CompletionItemKind.Keyword,
      detail: label === 'in' ? 'The shape that enters the block: .c .h .w' : 'The shape that arrives here: .c .h .w',
      sortText: `3${label}`,
    }),
  );
  return [...own, ...shapes, ...builtin];
}

export class CnnCompletion implements CompletionProvider {
  readonly completionOptions = { triggerCharacters: ['>', '|', '(', ',', '.', '=', ':'] };
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getCompletion(document: LangiumDocument, { position }: { readonly position: Position }): Promise<CompletionList | undefined> {
    await loadImports(document, this.services.shared);
    const offset = document.textDocument.offsetAt(position);
    const text = document.textDocument.getText();
    const context = typingContext(text, offset);
    if (!context) return undefined;
    if (/(?:\bin|\bhere|[A-Za-z_]\w*)\.\w*$/.test(text.slice(0, offset)))
      return list(
        [...'chw'].map((label) => ({
          label,
          kind: CompletionItemKind.Field,
          detail: { c: 'channels', h: 'height', w: 'width' }[label] ?? '',
        })),
      );
    const node = this.around(document, offset);
    const seen = new Set<string>();
    const names = [...namesFrom(node, document, this.services.shared)].filter((n) => !seen.has(n.name) && seen.add(n.name));
    switch (context.in) {
      case 'file':
        return list(FILE.map(ofSnippet));
      case 'body':
        return list([
          ...stagesOf(names, context.after === 'statement' || /\|\s*\w*$/.test(text.slice(0, offset))),
          ...layerItems(),
          ...STAGES.map(ofSnippet),
          ...(context.after === 'statement' ? STATEMENTS.map(ofSnippet) : []),
        ]);
      case 'expression':
        return list(valuesOf(names));
      case 'call':
        return list([
          ...this.argumentItems(context, node, document),
          ...valuesOf(names),
          ...layerItems().map((i) => ({ ...i, sortText: `5${i.label}` })),
        ]);
      default:
        return context satisfies never;
    }
  }

  /** The node around an offset; half-typed text may have none there, so what stands before is asked. */
  private around(document: LangiumDocument, offset: number): AstNode {
    const model = document.parseResult.value as Model;
    const inside = model.declarations.find((d) => d.$cstNode && d.$cstNode.offset <= offset && offset <= d.$cstNode.end);
    for (let at = offset; at > (inside?.$cstNode?.offset ?? offset); at--) {
      const found = nodeAt(document, at);
      if (found) return found.node;
    }
    return inside ?? model;
  }

  private argumentItems(
    context: { readonly callee: string; readonly name: string | undefined; readonly given: readonly string[] },
    node: AstNode,
    document: LangiumDocument,
  ): CompletionItem[] {
    const callable = callableOf(context.callee, node, document, this.services);
    if (!callable) return [];
    if (context.name !== undefined) {
      const choices = callable.params.find((p) => p.name === context.name)?.choices ?? [];
      return choices.map((label) => ({ label, kind: CompletionItemKind.EnumMember, sortText: `0${label}` }));
    }
    const positional = context.given.filter((g) => g === '').length;
    return callable.params
      .filter((p, i) => i >= positional && !context.given.includes(p.name))
      .map((p, i) => ({
        label: `${p.name}=`,
        kind: CompletionItemKind.Property,
        detail: p.text,
        documentation: markdown(p.doc),
        sortText: `0${String(i).padStart(2, '0')}`,
        filterText: p.name,
      }));
  }
}

const list = (items: CompletionItem[]): CompletionList => ({ isIncomplete: false, items });

/** What a name calls at a node: a declaration of the text, or a layer of the registry. */
export function callableOf(name: string, node: AstNode, document: LangiumDocument, services: CnnServices): Callable | undefined {
  const found = meaning(name, node, document, services.shared);
  if (found?.kind === 'declaration' && found.node.$type !== 'Let') return callableDeclaration(found.node as Block | Fn);
  const layer = layers.get(name);
  if (layer) return callableLayer(layer);
  const f = functions[name];
  return f && { name, doc: f.doc, params: [] };
}
