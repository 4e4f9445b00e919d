/** Go to definition: from a name to the declaration, parameter, label or value that it means, in this file or an imported one. */
import type { AstNode, LangiumDocument } from 'langium';
import type { DefinitionProvider } from 'langium/lsp';
import type { LocationLink, Position } from 'vscode-languageserver-types';
import { isImport, isImportName, isInvocation, isReference } from './generated/ast.ts';
import { nodeAt } from './locate.ts';
import { importedModel, meaning } from './names-at.ts';
import type { CnnServices } from './services.ts';
import { locationOf, locationOfProperty } from './source.ts';
import { importUri, loadImports } from './workspace.ts';

export class CnnDefinition implements DefinitionProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getDefinition(document: LangiumDocument, { position }: { readonly position: Position }): Promise<LocationLink[] | undefined> {
    await loadImports(document, this.services.shared);
    const at = nodeAt(document, document.textDocument.offsetAt(position));
    if (!at) return undefined;
    const { node } = at;
    if (isImport(node) && node.path !== undefined) {
      const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
      return [{ targetUri: importUri(document.uri.toString(), node.path).toString(), targetRange: start, targetSelectionRange: start }];
    }
    if (isImportName(node)) {
      const d = importedModel(node.$container, document, this.services.shared)?.declarations.find((x) => x.name === node.name);
      return d && [link(d, 'name')];
    }
    const name = isInvocation(node) ? node.callee : isReference(node) ? node.name : undefined;
    const found = name === undefined ? undefined : meaning(name, node, document, this.services.shared);
    return found && [link(found.node, found.node.$type === 'LabelledStage' ? 'label' : 'name')];
  }
}

const link = (node: AstNode, property: string): LocationLink => ({
  targetUri: locationOf(node).uri,
  targetRange: locationOf(node).range as LocationLink['targetRange'],
  targetSelectionRange: locationOfProperty(node, property).range as LocationLink['targetRange'],
});
