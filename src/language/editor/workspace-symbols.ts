/** Workspace symbols: the blocks, networks, functions and constants of every file of the workspace. */
import { interruptAndCheck } from 'langium';
import type { LangiumSharedServices, WorkspaceSymbolProvider } from 'langium/lsp';
import { CancellationToken } from 'vscode-languageserver';
import type { Range, WorkspaceSymbol } from 'vscode-languageserver-types';
import { modelOf } from '../syntax/imports.ts';
import { locationOfProperty } from '../syntax/source.ts';
import { SYMBOL_KINDS } from './symbols.ts';

export class CnnWorkspaceSymbols implements WorkspaceSymbolProvider {
  private readonly services: LangiumSharedServices;
  constructor(services: LangiumSharedServices) {
    this.services = services;
  }

  async getSymbols({ query }: { readonly query: string }, token = CancellationToken.None): Promise<WorkspaceSymbol[]> {
    const { FuzzyMatcher } = this.services.lsp;
    const found: WorkspaceSymbol[] = [];
    for (const document of this.services.workspace.LangiumDocuments.all) {
      await interruptAndCheck(token);
      const containerName = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
      for (const d of modelOf(document)?.declarations ?? []) {
        if (d.name === undefined || !FuzzyMatcher.match(query, d.name)) continue;
        const { uri, range } = locationOfProperty(d, 'name');
        found.push({ name: d.name, kind: SYMBOL_KINDS[d.$type], containerName, location: { uri, range: range as Range } });
      }
    }
    return found;
  }
}
