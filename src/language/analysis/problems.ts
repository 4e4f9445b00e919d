/** All problems of a document, for the editor and the command line alike. */
import type { LangiumDocument } from 'langium';
import { loadImports } from '../syntax/imports.ts';
import type { Problem } from '../syntax/problem.ts';
import { syntaxProblems } from '../syntax/syntax-problems.ts';
import { analyseDocument, type FileAnalysis } from './analysis.ts';
import type { CnnServices } from './services.ts';

/** All problems of a document: syntax first. Loads what the document imports. */
export async function problemsOf(document: LangiumDocument, services: CnnServices): Promise<readonly Problem[]> {
  await loadImports(document, services.shared);
  return gather(document, services.analyses.of(document));
}

/** The problems that a document would have with another text; the document and its analysis stay as they are. */
export async function problemsWith(
  text: string,
  document: LangiumDocument,
  services: CnnServices,
): Promise<{ readonly document: LangiumDocument; readonly problems: readonly Problem[] }> {
  const trial = services.shared.workspace.LangiumDocumentFactory.fromString(text, document.uri);
  await loadImports(trial, services.shared);
  return { document: trial, problems: gather(trial, analyseDocument(trial, services.shared, services.analyses.limits)) };
}

/** Of a line whose syntax is wrong nothing else is said: the parser's guess at it is not what its author means. */
function gather(document: LangiumDocument, { all, uri }: FileAnalysis): readonly Problem[] {
  const syntax = syntaxProblems(document);
  const guessed = new Set(syntax.map((p) => p.location.range.start.line));
  return [...syntax, ...all.filter((p) => p.location.uri !== uri || !guessed.has(p.location.range.start.line))];
}
