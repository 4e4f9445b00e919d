/** Changes of a text in offsets: where things are once they are made, and whether they keep its comments. */
import type { LangiumDocument } from 'langium';
import type { Location } from '../../graph/graph.ts';
import type { Edit } from '../syntax/problem.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}
/** A span, and what takes its place. */
export interface Change extends Span {
  readonly text: string;
}

/** A location of a document in offsets. */
export const spanOf = ({ range }: Location, { textDocument }: LangiumDocument): Span => ({
  from: textDocument.offsetAt(range.start),
  to: textDocument.offsetAt(range.end),
});

export const changesOf = (edits: readonly Edit[], document: LangiumDocument): readonly Change[] =>
  edits.map((e) => ({ ...spanOf(e.location, document), text: e.text }));

const grown = (c: Change): number => c.text.length - (c.to - c.from);

/** Where a span of the text is once changes are made. It takes in what replaces a part of it, and what is added at its end. */
export function moved({ from, to }: Span, changes: readonly Change[]): Span {
  let [start, end] = [from, to];
  for (const c of changes) {
    if (c.to <= from) start += grown(c);
    else if (c.from < from) start += c.from - from;
    if (c.to <= to || c.from < to) end += grown(c);
  }
  return { from: start, to: Math.max(start, end) };
}

/** Where the text of a change is once all are made. */
export function written(change: Change, changes: readonly Change[]): Span {
  const from = changes.filter((c) => c !== change && c.to <= change.from).reduce((at, c) => at + grown(c), change.from);
  return { from, to: from + change.text.length };
}

/** Whether it would matter which of two changes is made first. */
export const clash = (a: Change, b: Change): boolean => a.from === b.from || (a.from < b.to && b.from < a.to);

export const touch = (a: Span, b: Span): boolean => a.from <= b.to && b.from <= a.to;
export const inside = (a: Span, b: Span): boolean => b.from <= a.from && a.to <= b.to;

/** The comments of a text. A `#` in a string does not begin one. */
const commentsOf = (text: string): readonly string[] =>
  [...text.matchAll(/"[^"\n]*"|#[^\n]*/g)].map(([m]) => m).filter((m) => m[0] === '#');

/** Whether every comment in what changes replace is kept in what they write. */
export function keepComments(changes: readonly Change[], text: string): boolean {
  const kept = changes.flatMap((c) => commentsOf(c.text));
  return changes.flatMap((c) => commentsOf(text.slice(c.from, c.to))).every((c) => kept.includes(c));
}
