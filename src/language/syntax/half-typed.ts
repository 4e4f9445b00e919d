/**
 * Half-typed text as a tree: the text before a cursor, with a name at the cursor and its brackets closed.
 *
 * So the parser itself says what may come at the cursor, and code that looks up names in a tree can do so there too. What follows the
 * cursor is not seen, and of what comes before only the declaration around it; the rest of the file is that of the whole document.
 */
import type { IToken } from 'chevrotain';
import { type AstNode, CstUtils, type LangiumDocument } from 'langium';
import type { LangiumServices } from 'langium/lsp';

/** The name at the place of the cursor. */
export const CURSOR = '__cursor__';

/** The text before a cursor. */
export interface HalfTyped {
  /** Where the declaration around the cursor begins, or the constants and functions above it. */
  readonly from: number;
  /** Where the word begins that is being typed; the cursor, where none is. */
  readonly to: number;
  /** What is between the two. */
  readonly tokens: readonly IToken[];
  /** Whether a line ends between the last token and the word. */
  readonly newLine: boolean;
  /** The part of the word before the cursor. */
  readonly prefix: string;
  /** What is being typed is text: a comment, or a string that begins at `to`. */
  readonly inside: 'comment' | 'string' | undefined;
}

/** The word before a cursor, which may be a number or a size. */
const WORD = /(?:(?<![\w.])\d+(?:\.\d*)?(?:[eE][+-]?)?)?[\w?]*$/;
const PAIRS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** Reads the text before an offset. */
export function readHalfTyped(text: string, offset: number, lexer: LangiumServices['parser']['Lexer']): HalfTyped {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const last = [...line.matchAll(/"[^"]*"|"[^"]*$|#.*$/g)].at(-1);
  const open = last && last.index + last[0].length === line.length && !/^".*"$/.test(last[0]) ? last : undefined;
  const inside = open && (open[0].startsWith('#') ? 'comment' : 'string');
  const prefix = open ? '' : (WORD.exec(line)?.[0] ?? '');
  const to = offset - (open ? open[0].length : prefix.length);
  const from = beginning(text.slice(0, to));
  const tokens = lexer.tokenize(text.slice(from, to)).tokens;
  const end = tokens.at(-1)?.endOffset;
  return { from, to, tokens, newLine: text.slice(end === undefined ? 0 : from + end, to).includes('\n'), prefix, inside };
}

/** Where the last declaration outside of all brackets begins: whatever was left open above does not reach into it. */
function beginning(text: string): number {
  const isCode = (at: number): boolean => !/[#"]/.test(text.slice(text.lastIndexOf('\n', at) + 1, at).replaceAll(/"[^"]*"/g, ''));
  return [...text.matchAll(/\b(?:block|network|import)\b/g)].findLast((m) => isCode(m.index))?.index ?? 0;
}

/** The brackets that are open, the innermost last. One that closes nothing, or something outside the body around it, is a slip. */
export function openBrackets(tokens: readonly IToken[]): readonly IToken[] {
  const open: IToken[] = [];
  for (const t of tokens) {
    if (PAIRS.has(t.image)) open.push(t);
    const opener = open.findLastIndex((o) => PAIRS.get(o.image) === t.image);
    if (opener >= 0 && opener >= open.findLastIndex((o) => o.image === '{')) open.length = opener;
  }
  return open;
}

/** Trees of half-typed text, and the documents whose declarations and imports they see. */
const wholes = new WeakMap<LangiumDocument, LangiumDocument>();

/** The document whose declarations and imports a document sees: its own, or those of the one that is being typed. */
export const wholeOf = (document: LangiumDocument): LangiumDocument => wholes.get(document) ?? document;

/** The node that has the name at the cursor; undefined where the parser can make nothing of a name there. */
export function nodeAtCursor(document: LangiumDocument, typed: HalfTyped, services: LangiumServices): AstNode | undefined {
  const text = document.textDocument.getText();
  // What is not seen is blank, so that everything else stays where it is in the whole.
  const above = text.slice(0, typed.from).replaceAll(/[^\n]/g, ' ');
  const closed = openBrackets(typed.tokens).map((t) => PAIRS.get(t.image));
  const tree = services.shared.workspace.LangiumDocumentFactory.fromString(
    `${above}${text.slice(typed.from, typed.to)} ${CURSOR}${closed.toReversed().join('')}`,
    document.uri,
  );
  wholes.set(tree, document);
  const root = tree.parseResult.value.$cstNode;
  const leaf = root && CstUtils.findLeafNodeAtOffset(root, typed.to + 1);
  return leaf?.text === CURSOR ? leaf.astNode : undefined;
}
