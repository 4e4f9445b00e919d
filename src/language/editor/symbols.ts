/** The outline: declarations, and inside blocks their labels, named values and outputs. */
import type { AstNode, LangiumDocument } from 'langium';
import type { DocumentSymbolProvider } from 'langium/lsp';
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import { type Declaration, isLabelledStage, isNamed, isOutput, type Model } from '../syntax/generated/ast.ts';
import { locationOf, locationOfProperty, textOf } from '../syntax/source.ts';
import { nodesOf } from '../syntax/walk.ts';

/** What each declaration is to an editor. */
export const SYMBOL_KINDS: Readonly<Record<Declaration['$type'], SymbolKind>> = {
  Block: SymbolKind.Class,
  Network: SymbolKind.Module,
  Fn: SymbolKind.Function,
  Let: SymbolKind.Constant,
};

const symbol = (
  node: AstNode,
  name: string,
  property: string,
  kind: SymbolKind,
  detail: string,
  children: DocumentSymbol[],
): DocumentSymbol => ({
  name,
  kind,
  detail,
  range: locationOf(node).range as DocumentSymbol['range'],
  selectionRange: locationOfProperty(node, property).range as DocumentSymbol['range'],
  children,
});

function inside(d: Declaration): DocumentSymbol[] {
  const found: DocumentSymbol[] = [];
  for (const n of nodesOf(d)) {
    if (isLabelledStage(n) && n.label !== undefined)
      found.push(symbol(n, n.label, 'label', SymbolKind.Field, textOf(n.stage).split('\n')[0] ?? '', []));
    else if ((isNamed(n) || isOutput(n)) && n.name !== undefined)
      found.push(symbol(n, n.name, 'name', isOutput(n) ? SymbolKind.Event : SymbolKind.Variable, isOutput(n) ? 'output' : '', []));
  }
  return found;
}

export class CnnSymbols implements DocumentSymbolProvider {
  getSymbols(document: LangiumDocument): DocumentSymbol[] {
    const { declarations } = document.parseResult.value as Model;
    return declarations
      .filter((d) => d.name !== undefined)
      .map((d) => symbol(d, d.name, 'name', SYMBOL_KINDS[d.$type], d.$type.toLowerCase(), inside(d)));
  }
}
