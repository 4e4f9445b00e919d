/** Folding: whatever stands between brackets, comments of several lines, the imports, and `# region` … `# endregion`; of half-typed text too. */
import type { LangiumDocument } from 'langium';
import type { FoldingRangeProvider } from 'langium/lsp';
import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver-types';
import { blanked } from '../syntax/brackets.ts';
import { modelOf } from '../syntax/imports.ts';
import { locationOf } from '../syntax/source.ts';

/** Between brackets: up to the line before the closing one, which stays in sight. */
function* brackets(text: string): Generator<FoldingRange> {
  const open: { readonly image: string; readonly line: number }[] = [];
  let line = 0;
  for (const c of blanked(text)) {
    if (c === '\n') line++;
    if ('([{'.includes(c)) open.push({ image: c, line });
    const at = ')]}'.includes(c) ? open.findLastIndex((o) => '([{'.indexOf(o.image) === ')]}'.indexOf(c)) : -1;
    const from = open[at];
    if (!from) continue;
    open.length = at;
    if (line - 1 > from.line) yield { startLine: from.line, endLine: line - 1 };
  }
}

/** Comments that stand alone, line below line, and regions between marks. */
function* comments(lines: readonly string[]): Generator<FoldingRange> {
  const regions: number[] = [];
  let first: number | undefined;
  for (const [i, line] of [...lines, ''].entries()) {
    const mark = /^\s*#\s*(region|endregion)\b/.exec(line)?.[1];
    if (mark === 'region') regions.push(i);
    const start = mark === 'endregion' ? regions.pop() : undefined;
    if (start !== undefined) yield { startLine: start, endLine: i, kind: FoldingRangeKind.Region };
    if (/^\s*#/.test(line) && !mark) first ??= i;
    else {
      if (first !== undefined && i - 1 > first) yield { startLine: first, endLine: i - 1, kind: FoldingRangeKind.Comment };
      first = undefined;
    }
  }
}

export class CnnFolding implements FoldingRangeProvider {
  getFoldingRanges(document: LangiumDocument): FoldingRange[] {
    const text = document.textDocument.getText();
    const imports = modelOf(document)?.imports ?? [];
    const [first, last] = [imports[0], imports.at(-1)].map((n) => n && locationOf(n).range);
    const folded = first && last && last.end.line > first.start.line;
    return [
      ...brackets(text),
      ...comments(text.split('\n')),
      ...(folded ? [{ startLine: first.start.line, endLine: last.end.line, kind: FoldingRangeKind.Imports }] : []),
    ];
  }
}
