/** From AST nodes to places in the text. */
import { type AstNode, AstUtils, GrammarUtils, type TextDocument } from 'langium';
import type { Location, Range } from '../../graph/graph.ts';

const NOWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The file of a node. */
export const uriOf = (node: AstNode): string => AstUtils.getDocument(node).uri.toString();

/** The text of a node as it was written. */
export const textOf = (node: AstNode): string => node.$cstNode?.text ?? '';

const plain = (r: Range): Range => ({
  start: { line: r.start.line, character: r.start.character },
  end: { line: r.end.line, character: r.end.character },
});

/** Where a node is. */
export const locationOf = (node: AstNode): Location => ({ uri: uriOf(node), range: plain(node.$cstNode?.range ?? NOWHERE) });

/** Where a property of a node is, or the node where the property was not written. */
export function locationOfProperty(node: AstNode, property: string, index?: number): Location {
  const cst = GrammarUtils.findNodeForProperty(node.$cstNode, property, index);
  return cst ? { uri: uriOf(node), range: plain(cst.range) } : locationOf(node);
}

/** The comment lines directly above a line, without their `#`. */
function commentsAbove(text: TextDocument, below: number): readonly string[] {
  const lines: string[] = [];
  for (let line = below - 1; line >= 0; line--) {
    const content = text.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).trim();
    if (!content.startsWith('#')) break;
    lines.unshift(content.replace(/^#+ ?/, ''));
  }
  return lines;
}

/** The comment lines directly above a declaration, without their `#`. */
export const documentationOf = (node: AstNode): string =>
  commentsAbove(AstUtils.getDocument(node).textDocument, node.$cstNode?.range.start.line ?? 0).join('\n');

const COMMENTED = /^(?<before>(?:[^"#\n]|"[^"\n]*")*)#(?<comment>.*)/;

/** The comment at the end of a line, behind its `#`, and what is before it; a `#` in a string begins none. */
export function commentIn(line: string): { readonly before: string; readonly comment: string } | undefined {
  const { before = '', comment } = COMMENTED.exec(line)?.groups ?? {};
  return comment === undefined ? undefined : { before, comment };
}

/** The comments of a statement: above it, where nothing but a bar is before it, and at the end of the line on which it begins. */
export function commentsOf(node: AstNode): readonly string[] {
  const { textDocument: text } = AstUtils.getDocument(node);
  const { line, character } = node.$cstNode?.range.start ?? NOWHERE.start;
  const content = text.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).trimEnd();
  const above = /^\s*\|?\s*$/.test(content.slice(0, character)) ? commentsAbove(text, line) : [];
  const behind = commentIn(content)?.comment.replace(/^#* ?/, '');
  return behind === undefined ? above : [...above, behind];
}

/** True where the position is inside the range, its end included. */
export function contains(range: Range, { line, character }: { line: number; character: number }): boolean {
  const { start, end } = range;
  return (
    (line > start.line || (line === start.line && character >= start.character)) &&
    (line < end.line || (line === end.line && character <= end.character))
  );
}
