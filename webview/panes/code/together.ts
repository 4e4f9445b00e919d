/** What belongs together of a text and its code: lines that come from the same lines of the text. */
import type { CodeLine } from '../../../src/protocol/server.ts';

/** The lines of one side that come from any of these lines of the text. */
export function linesFrom(lines: readonly CodeLine[], marked: ReadonlySet<string>): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [i, l] of lines.entries()) if (l.at.some((a) => marked.has(a))) found.add(i);
  return found;
}

/** Where to scroll so that what is marked is seen: its first line, the one nearest to where one looks, if nothing of it is in sight. */
export function firstUnseen(marked: ReadonlySet<number>, from: number, to: number): number | undefined {
  const all = [...marked].sort((a, b) => a - b);
  if (all.length === 0 || all.some((i) => i >= from && i < to)) return undefined;
  return all.reduce((best, i) => (Math.abs(i - from) < Math.abs(best - from) ? i : best), all[0] as number);
}

/** The place of a line of the text, `file:///net.cnn:12`. */
export function placeOf(at: string): { readonly uri: string; readonly line: number } {
  const i = at.lastIndexOf(':');
  return { uri: at.slice(0, i), line: Number(at.slice(i + 1)) };
}
