/** All problems of a document, for the editor and the command line alike. */
import type { LangiumDocument } from 'langium';
import { loadImports } from '../syntax/imports.ts';
import type { Problem } from '../syntax/problem.ts';
import { syntaxProblems } from '../syntax/syntax-problems.ts';
import type { CnnServices } from './services.ts';

/**
 * All problems of a document: syntax first. Of a line whose syntax is wrong nothing else is said: the parser's guess at it is not what its
 * author means. Loads what the document imports.
 */
export async function problemsOf(document: LangiumDocument, services: CnnServices): Promise<readonly Problem[]> {
  await loadImports(document, services.shared);
  const syntax = syntaxProblems(document);
  const uri = document.uri.toString();
  const guessed = new Set(syntax.map((p) => p.location.range.start.line));
  const { all } = services.analyses.of(document);
  return [...syntax, ...all.filter((p) => p.location.uri !== uri || !guessed.has(p.location.range.start.line))];
}
