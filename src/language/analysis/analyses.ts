/** The analyses of open files: each computed once for a state of its text and of all that it imports. */
import { type AstNode, type LangiumDocument, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { Kept } from '../elaborate/kept.ts';
import { DEFAULT_LIMITS, type Limits } from '../elaborate/session.ts';
import type { Levels } from '../lints/index.ts';
import { importsOf } from '../syntax/imports.ts';
import { analyseDocument, type FileAnalysis } from './analysis.ts';

interface Entry {
  readonly analysis: FileAnalysis;
  /** The syntax trees that it was made from. */
  readonly roots: readonly (AstNode | undefined)[];
  readonly limits: Limits;
  /** What it leaves to the next. */
  readonly kept: Kept;
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
    const imports = [...importsOf(document, this.shared)].filter((u) => u !== uri).sort();
    const roots = [document, ...imports.map((u) => this.find(u))].map((d) => d?.parseResult.value);
    const known = this.entries.get(uri);
    const isSame = known?.limits === this.limits;
    if (known && isSame && known.roots.length === roots.length && known.roots.every((r, i) => r === roots[i]))
      return this.asOf(document, known);
    const kept = known && isSame ? known.kept : new Kept();
    const analysis = analyseDocument(document, this.shared, this.limits, kept);
    this.entries.set(uri, { analysis, roots, limits: this.limits, kept });
    return analysis;
  }

  /** What was found of a document last, be it of an older text; nothing where it was never analysed. */
  latest(document: LangiumDocument): FileAnalysis | undefined {
    return this.entries.get(document.uri.toString())?.analysis;
  }

  /** Forgets what is known of a file that is no longer a document. */
  forget(uri: string): void {
    this.entries.delete(uri);
  }

  /**
   * What is known of a text, by the version that the text has now. The same text gets another version without being parsed anew: a file of
   * the folder has none until it is opened, and an edit may put back what was there.
   */
  private asOf(document: LangiumDocument, known: Entry): FileAnalysis {
    const { analysis } = known;
    const { version } = document.textDocument;
    // A text that has changed already, and is parsed in a moment, has its version then.
    if (version === analysis.version || document.textDocument.getText() !== document.parseResult.value.$cstNode?.root.fullText)
      return analysis;
    const again = { ...analysis, version };
    this.entries.set(analysis.uri, { ...known, analysis: again });
    return again;
  }

  private find(uri: string): LangiumDocument | undefined {
    return this.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
  }
}
