/** Selection ranges: from the word at the cursor outwards over argument, stage, pipeline, branch and body to the declaration and the file. */
import type { LangiumDocument } from 'langium';
import { type Position, type Range, SelectionRange } from 'vscode-languageserver-types';
import { nodeAt, outwards } from '../syntax/locate.ts';
import { contains } from '../syntax/source.ts';

const isSame = (a: Range, b: Range): boolean =>
  a.start.line === b.start.line &&
  a.start.character === b.start.character &&
  a.end.line === b.end.line &&
  a.end.character === b.end.character;

/** The ranges around a position, the innermost first; each is inside the next. */
function* around(document: LangiumDocument, position: Position): Generator<Range> {
  const { textDocument } = document;
  const line = textDocument.getText({ start: { line: position.line, character: 0 }, end: { line: position.line + 1, character: 0 } });
  for (const m of line.matchAll(/[\w?]+/g)) {
    const end = m.index + m[0].length;
    if (m.index <= position.character && position.character <= end)
      yield { start: { line: position.line, character: m.index }, end: { line: position.line, character: end } };
  }
  const at = nodeAt(document, textDocument.offsetAt(position));
  for (const node of at ? outwards(at.node) : []) {
    const range = node.$cstNode?.range;
    if (!range) continue;
    // What stands between the braces comes before the braces.
    if (node.$type === 'Body' && node.$cstNode) {
      const { offset, end } = node.$cstNode;
      const text = textDocument.getText().slice(offset + 1, end - 1);
      const [from, to] = [offset + 1 + (text.length - text.trimStart().length), end - 1 - (text.length - text.trimEnd().length)];
      if (to > from) yield { start: textDocument.positionAt(from), end: textDocument.positionAt(to) };
    }
    yield { start: { ...range.start }, end: { ...range.end } };
  }
  yield { start: { line: 0, character: 0 }, end: textDocument.positionAt(textDocument.getText().length) };
}

/** For each position what is selected step by step. */
export function selectionRanges(document: LangiumDocument, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    const ranges: Range[] = [];
    for (const r of around(document, position)) {
      const inner = ranges.at(-1);
      const isAround = contains(r, position) && (!inner || (contains(r, inner.start) && contains(r, inner.end)));
      if (isAround && !(inner && isSame(inner, r))) ranges.push(r);
    }
    const none: SelectionRange = { range: { start: position, end: position } };
    return ranges.reduceRight<SelectionRange | undefined>((parent, range) => SelectionRange.create(range, parent), undefined) ?? none;
  });
}
