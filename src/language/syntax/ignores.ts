/** `# pointwise-ignore CODE` comments: what not to report for a line. */
import type { LangiumDocument } from 'langium';
import type { Range } from '../../graph/graph.ts';
import { commentIn } from './source.ts';

/** One code that a comment names; undefined where it names none. */
export interface Ignore {
  readonly code: string | undefined;
  /** The line of which it speaks. */
  readonly line: number;
  /** Where the code is. */
  readonly range: Range;
}

const ASKS = /^\s*pointwise-ignore\b(?<rest>[^:\n]*)/;

/** Whether the text of a comment, behind its `#`, asks to ignore something. */
export const asksToIgnore = (text: string): boolean => ASKS.test(text);
/** Whether a comment does. */
export const isIgnore = (comment: string): boolean => asksToIgnore(commentIn(comment)?.comment ?? '');

/** The comments of a document that ask to ignore something: at the end of a line, or on lines of their own above it. */
export function ignoresIn({ textDocument }: LangiumDocument): readonly Ignore[] {
  const text = textDocument.getText();
  if (!text.includes('pointwise-ignore')) return [];
  const lines = text.split(/\r\n|[\r\n]/);
  return lines.flatMap((content, own) => {
    const { before = '', comment = '' } = commentIn(content) ?? {};
    const rest = ASKS.exec(comment)?.groups?.rest;
    if (rest === undefined) return [];
    const next = lines.findIndex((l, i) => i > own && !/^\s*(#|$)/.test(l));
    const line = before.trim() === '' ? next : own;
    const start = content.indexOf('pointwise-ignore', before.length) + 'pointwise-ignore'.length;
    const at = (from: number, length: number): Range => ({
      start: { line: own, character: from },
      end: { line: own, character: from + length },
    });
    const codes = [...rest.matchAll(/[^\s,]+/g)];
    if (codes.length === 0) return [{ code: undefined, line, range: at(start - 'pointwise-ignore'.length, 'pointwise-ignore'.length) }];
    return codes.map((m): Ignore => ({ code: m[0], line, range: at(start + m.index, m[0].length) }));
  });
}
