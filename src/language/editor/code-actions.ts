/** Quick fixes: those that problems carry, and all preferred ones of a kind or of the file at once. */
import { interruptAndCheck, type LangiumDocument } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import type { CancellationToken, CodeActionParams } from 'vscode-languageserver';
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-types';
import { fixesOf, fixesTogether, onlyFix, sureFix } from '../analysis/fixes.ts';
import { problemsOf } from '../analysis/problems.ts';
import type { CnnServices } from '../analysis/services.ts';
import type { AnyProblem } from '../lints/index.ts';
import type { Fix } from '../syntax/problem.ts';

/** What editors run when a file is saved, where `editor.codeActionsOnSave` asks for it. */
const FIX_ALL = `${CodeActionKind.SourceFixAll}.pointwise`;

const before = (a: Range['start'], b: Range['start']): boolean => a.line < b.line || (a.line === b.line && a.character < b.character);
const meet = (a: AnyProblem['location']['range'], b: Range): boolean => !before(a.end, b.start) && !before(b.end, a.start);

const editOf = (fixes: readonly Fix[], uri: string): WorkspaceEdit => ({
  changes: {
    [uri]: fixes.flatMap((f) => f.edits).map((e): TextEdit => ({ range: e.location.range as Range, newText: e.text })),
  },
});

export class CnnCodeActions implements CodeActionProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getCodeActions(document: LangiumDocument, params: CodeActionParams, token?: CancellationToken): Promise<CodeAction[]> {
    const { only, diagnostics } = params.context;
    const wants = (kind: string): boolean => !only || only.some((o) => kind === o || kind.startsWith(`${o}.`));
    const problems = (await problemsOf(document, this.services)).filter((p) => p.location.uri === document.uri.toString());
    const actions: CodeAction[] = [];
    if (wants(CodeActionKind.QuickFix))
      for (const p of problems.filter(({ location }) => meet(location.range, params.range))) {
        if (token) await interruptAndCheck(token);
        actions.push(...(await this.quickFixes(p, problems, document, diagnostics)));
      }
    // Lists of what can be done at a place have no use for it: only who asks for it gets it.
    if (only && wants(FIX_ALL)) actions.push(...(await this.all(problems, 'Apply all fixes that are sure', FIX_ALL, document)));
    return actions;
  }

  /** The fixes of a problem, and of all of its kind where there are more. */
  private async quickFixes(
    p: AnyProblem,
    problems: readonly AnyProblem[],
    document: LangiumDocument,
    diagnostics: readonly Diagnostic[],
  ): Promise<readonly CodeAction[]> {
    const { start } = p.location.range;
    const shown = diagnostics.filter(
      (d) => d.code === p.code && d.range.start.line === start.line && d.range.start.character === start.character,
    );
    const actions = (await fixesOf(p, document, this.services)).map(
      (fix): CodeAction => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: shown,
        isPreferred: fix.preferred,
        edit: editOf([fix], document.uri.toString()),
      }),
    );
    const alike = problems.filter((q) => q.code === p.code);
    if (actions.length > 0 && alike.length > 1)
      actions.push(...(await this.all(alike, `Fix all of this kind in the file: ${p.code}`, CodeActionKind.QuickFix, document, shown)));
    if (p.severity !== 'error') actions.push(ignore(p, document, shown));
    return actions;
  }

  private async all(
    problems: readonly AnyProblem[],
    title: string,
    kind: string,
    document: LangiumDocument,
    diagnostics: Diagnostic[] = [],
  ): Promise<readonly CodeAction[]> {
    const saving = kind === FIX_ALL;
    const chosen = await fixesTogether(problems, document, this.services, saving ? sureFix : onlyFix);
    // All of one is what its own fix does.
    if (chosen.length < (saving ? 1 : 2)) return [];
    return [
      {
        title: `${title} (${chosen.length})`,
        kind,
        diagnostics,
        edit: editOf(
          chosen.map((c) => c.fix),
          document.uri.toString(),
        ),
      },
    ];
  }
}

/** Says in a comment above the line that a warning or hint is not wanted there. */
function ignore({ code, location: { range } }: AnyProblem, { textDocument, uri }: LangiumDocument, diagnostics: Diagnostic[]): CodeAction {
  const start = { line: range.start.line, character: 0 };
  const indent = /^\s*/.exec(textDocument.getText({ start, end: range.start }))?.[0] ?? '';
  const edit: TextEdit = { range: { start, end: start }, newText: `${indent}# pointwise-ignore ${code}\n` };
  return {
    title: `Ignore ${code} on this line`,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    edit: { changes: { [uri.toString()]: [edit] } },
  };
}
