/** Fixes written into a text, below the line of their problem: what each is called, and the lines that it changes. What fixtures hold. */
import { structuredPatch } from 'diff';
import type { LangiumDocument } from 'langium';
import { mended } from '../../src/language/analysis/fixes.ts';
import type { AnyProblem } from '../../src/language/lints/index.ts';
import type { Fix } from '../../src/language/syntax/problem.ts';

const MARKS = /^#[!+-]/;

/** The text without its annotations. */
export const plain = (annotated: string): string =>
  annotated
    .split('\n')
    .filter((l) => !MARKS.test(l))
    .join('\n');

/** What a fix does to the lines of a text: `#+` before what it writes; `#-` before what goes, where that is not the line above alone. */
function change(before: string, after: string, line: string): readonly string[] {
  const lines = structuredPatch('', '', before, after, '', '', { context: 0 }).hunks.flatMap((h) => h.lines);
  const gone = lines.filter((l) => l.startsWith('-'));
  const shown = gone.length === 1 && gone[0] === `-${line}` ? lines.filter((l) => !l.startsWith('-')) : lines;
  return shown.filter((l) => !l.startsWith('\\')).map((l) => `#${l}`);
}

/** The text with the fixes of each problem below its line. */
export function annotate(
  document: LangiumDocument,
  problems: readonly { readonly problem: AnyProblem; readonly fixes: readonly Fix[] }[],
): string {
  const text = document.textDocument.getText();
  return text
    .split('\n')
    .flatMap((line, i) => {
      const here = problems.filter(({ problem }) => problem.location.range.start.line === i);
      const below = here.flatMap(({ problem, fixes }) =>
        fixes.flatMap((fix) => [
          `#! ${problem.code}${fix.preferred ? '' : ', perhaps'}: ${fix.title}`,
          ...change(text, mended([{ problem, fix }], document), line),
        ]),
      );
      return [line, ...below];
    })
    .join('\n');
}
