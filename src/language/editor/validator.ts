/** Checks a document: its problems as diagnostics of the language server protocol, each linked to the page about its kind. */
import type { DocumentValidator, LangiumDocument } from 'langium';
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import { problemsOf } from '../analysis/problems.ts';
import type { CnnServices } from '../analysis/services.ts';
import type { AnyProblem } from '../lints/index.ts';
import type { Severity } from '../syntax/codes/code.ts';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

/** Where a code is explained; undefined where the page is not at hand. */
export type Explain = (code: string) => string | undefined;

/** A problem as the protocol has it. */
export function toDiagnostic(p: AnyProblem, explain: Explain): Diagnostic {
  const href = explain(p.code);
  return {
    severity: SEVERITY[p.severity],
    code: p.code,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    source: 'pointwise',
    ...(p.unused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
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

export class CnnValidator implements DocumentValidator {
  /** Set by the server, which knows where it is installed. */
  explain: Explain = () => undefined;
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }
  async validateDocument(document: LangiumDocument): Promise<Diagnostic[]> {
    return (await problemsOf(document, this.services)).map((p) => toDiagnostic(p, this.explain));
  }
}
