/** Code lenses above each target: run it, draw it, and what its 1×1 reductions save. */
import type { LangiumDocument } from 'langium';
import type { CodeLensProvider } from 'langium/lsp';
import type { CodeLens } from 'vscode-languageserver-types';
import type { Comparison } from '../../graph/facts.ts';
import { count, fewer } from '../../graph/figures.ts';
import { COMMANDS } from '../../protocol.ts';
import type { CnnServices } from '../analysis/services.ts';
import { loadImports } from '../syntax/imports.ts';
import { locationOfProperty } from '../syntax/source.ts';

/** `1×1-reduced 163,328 vs naive 387,072 weights · 2.4× fewer`. */
export function comparisonTitle(c: Comparison): string {
  const mine = c.otherName === 'naive' ? '1×1-reduced' : c.target;
  return `${mine} ${count(c.this.totals.weights)} vs ${c.otherName} ${count(c.other.totals.weights)} weights · ${fewer(c.ratio.weights)}`;
}

export class CnnCodeLens implements CodeLensProvider {
  enabled = true;
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async provideCodeLens(document: LangiumDocument): Promise<CodeLens[]> {
    if (!this.enabled) return [];
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    return a.targets.flatMap((t) => {
      if (!t.instance) return [];
      const range = { ...locationOfProperty(t.declaration, 'name').range } as CodeLens['range'];
      const lens = (title: string, command: string): CodeLens => ({ range, command: { title, command, arguments: [a.uri, t.name] } });
      const comparison = a.comparison(t);
      return [
        lens('▷ Run on random input', COMMANDS.run),
        lens('Diagram', COMMANDS.diagram),
        ...(comparison ? [lens(comparisonTitle(comparison), COMMANDS.compare)] : []),
      ];
    });
  }
}
