/** Problems written into a text, under the span that they mark: what fixtures hold and tests compare. */
import type { Location } from '../../src/graph/graph.ts';
import type { AnyProblem } from '../../src/language/lints/index.ts';

const MARK = '#!';

/** The text without its annotations. */
export const plain = (annotated: string): string =>
  annotated
    .split('\n')
    .filter((l) => !l.startsWith(MARK))
    .join('\n');

function annotation({ range }: Location, lines: readonly string[], caret: string, message: string): string {
  const end = range.end.line === range.start.line ? range.end.character : (lines[range.start.line]?.length ?? 0);
  const start = Math.max(range.start.character, MARK.length);
  return `${MARK}${' '.repeat(start - MARK.length)}${caret.repeat(Math.max(1, end - start))} ${message}`;
}

/** The text with each problem below its line, and its related notes below theirs. */
export function annotate(text: string, problems: readonly AnyProblem[], uri: string): string {
  const lines = text.split('\n');
  const below = new Map<number, string[]>();
  const put = (location: Location, caret: string, message: string): void => {
    if (location.uri !== uri) return;
    const list = below.get(location.range.start.line) ?? [];
    const line = annotation(location, lines, caret, message);
    if (!list.includes(line)) list.push(line);
    below.set(location.range.start.line, list);
  };
  for (const p of problems) {
    put(p.location, '^', `${p.severity}[${p.code}]: ${p.message}`);
    for (const r of p.related) put(r.location, '-', r.message);
  }
  return lines.flatMap((l, i) => [l, ...(below.get(i) ?? [])]).join('\n');
}
