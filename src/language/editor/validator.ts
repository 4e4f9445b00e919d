/** Checks a document: its syntax and its analysis, as diagnostics of the language server protocol. */
import type { DocumentValidator, LangiumDocument } from 'langium';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import { loadImports } from '../syntax/imports.ts';
import type { Problem, Severity } from '../syntax/problem.ts';
import { syntaxProblems } from '../syntax/syntax-problems.ts';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/** A problem as the protocol has it. */
export function toDiagnostic(p: Problem): Diagnostic {
  return {
    severity: SEVERITY[p.severity],
    code: p.code,
    source: 'pointwise',
    message: p.message,
    range: { start: { ...p.location.range.start }, end: { ...p.location.range.end } },
    ...(p.related.length > 0
      ? {
          relatedInformation: p.related.map((r) => ({
            message: r.message,
            location: { uri: r.location.uri, range: { start: { ...r.location.range.start }, end: { ...r.location.range.end } } },
          })),
        }
      : {}),
  };
}

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

export class CnnValidator implements DocumentValidator {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }
  async validateDocument(document: LangiumDocument): Promise<Diagnostic[]> {
    return (await problemsOf(document, this.services)).map(toDiagnostic);
  }
}
