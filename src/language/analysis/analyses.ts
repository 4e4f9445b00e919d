/** The analyses of open files: each computed once for a state of its text and of all that it imports, and the last good view of each target. */
import type { AstNode, LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { DEFAULT_LIMITS, type Limits } from '../elaborate/session.ts';
import type { Levels } from '../lints/index.ts';
import { importsOf } from '../syntax/imports.ts';
import { analyseDocument, type FileAnalysis } from './analysis.ts';

interface Entry {
  readonly analysis: FileAnalysis;
  /** The syntax trees that it was made from. */
  readonly roots: readonly (AstNode | undefined)[];
  readonly limits: Limits;
}

export class Analyses {
  limits: Limits = DEFAULT_LIMITS;
  /** The levels of lints that settings give. */
  lints: Levels = {};
  private readonly entries = new Map<string, Entry>();
  private readonly shared: LangiumSharedServices;
  constructor(shared: LangiumSharedServices) {
    this.shared = shared;
  }

  /** The analysis of a document whose imports are loaded. */
  of(document: LangiumDocument): FileAnalysis {
    const uri = document.uri.toString();
    const imports = [...importsOf(document, this.shared)].sort();
    const roots = [uri, ...imports].map((u) => (u === uri ? document : this.find(u))?.parseResult.value);
    const known = this.entries.get(uri);
    if (known && known.limits === this.limits && known.roots.length === roots.length && known.roots.every((r, i) => r === roots[i]))
      return known.analysis;
    const analysis = analyseDocument(document, this.shared, this.limits);
    this.entries.set(uri, { analysis, roots, limits: this.limits });
    return analysis;
  }

  forget(uri: string): void {
    this.entries.delete(uri);
  }

  private find(uri: string): LangiumDocument | undefined {
    return this.shared.workspace.LangiumDocuments.all.find((d) => d.uri.toString() === uri);
  }
}
