/**
 * Half-typed text as a tree: what stands before a cursor, with a name where the cursor stands, and what the grammar wants to end it.
 *
 * So the parser itself says what may stand at the cursor, and whoever looks up names in a tree can do so there too. What stands behind the
 * cursor is not seen. Of what stands before it only the declaration around it is read again, without the statements that are complete:
 * those are the document's own, and so is the rest of the file.
 */
import type { IToken } from 'chevrotain';
import { type AstNode, AstUtils, CstUtils, type LangiumDocument } from 'langium';
import type { LangiumServices } from 'langium/lsp';
import { closingOf } from './closing.ts';
import { type Body, type Branch, isBody, type Statement } from './generated/ast.ts';
import { refusal } from './guard.ts';
import { isSoft } from './keywords.ts';

/** The name at the place of the cursor. */
export const CURSOR = '__cursor__';

/** The text before a cursor. */
export interface HalfTyped {
  readonly document: LangiumDocument;
  /** What is read again, each character where it stands in the document, up to the word that is being typed. */
  readonly text: string;
  readonly tokens: readonly IToken[];
  /** Whether a line ends between the last token and the word. */
  readonly newLine: boolean;
  /** The part of the word before the cursor. */
  readonly prefix: string;
  /** What is being typed is text: a comment, or a string that begins where `text` ends. */
  readonly inside: 'comment' | 'string' | undefined;
  /** The complete statements that are not read again, by where their body or branch begins. */
  readonly above: ReadonlyMap<number, readonly Statement[]>;
}

/** The word before a cursor, which may be a number or a size. */
const WORD = /(?:(?<![\w.])\d+(?:\.\d*)?(?:[eE][+-]?)?)?[\w?]*$/;
const PAIRS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
interface Bracket {
  readonly image: string;
  readonly at: number;
}

/** Reads the text before an offset. */
export function readHalfTyped(document: LangiumDocument, offset: number, { parser }: LangiumServices): HalfTyped {
  const whole = document.textDocument.getText();
  const line = whole.slice(whole.lastIndexOf('\n', offset - 1) + 1, offset);
  const last = [...line.matchAll(/"[^"]*"|"[^"]*$|#.*$/g)].at(-1);
  const open = last && last.index + last[0].length === line.length && !/^".*"$/.test(last[0]) ? last : undefined;
  const prefix = open ? '' : (WORD.exec(line)?.[0] ?? '');
  const before = whole.slice(0, offset - (open ? open[0].length : prefix.length));
  const from = beginning(before);
  const { text, above } = withoutStatements(document, blank(before, 0, from), from);
  const { tokens } = parser.Lexer.tokenize(text);
  const end = tokens.at(-1)?.endOffset;
  return {
    document,
    text,
    tokens,
    newLine: text.slice(end === undefined ? from : end).includes('\n'),
    prefix,
    inside: open && (open[0].startsWith('#') ? 'comment' : 'string'),
    above,
  };
}

/** A text with blanks for a part of it; its lines stay. */
const blank = (text: string, from: number, to: number): string =>
  text.slice(0, from) + text.slice(from, to).replaceAll(/[^\n]/g, ' ') + text.slice(to);

/** Where the last declaration begins that stands in no bracket: whatever was left open above does not reach into it. */
function beginning(text: string): number {
  const isCode = (at: number): boolean => !/[#"]/.test(text.slice(text.lastIndexOf('\n', at) + 1, at).replaceAll(/"[^"]*"/g, ''));
  return [...text.matchAll(/\b(?:block|network|import)\b/g)].findLast((m) => isCode(m.index))?.index ?? 0;
}

/** The brackets that are open, the innermost last. One that closes nothing, or something around the body that it stands in, is a slip. */
function openBrackets(text: string, from: number): readonly Bracket[] {
  const open: Bracket[] = [];
  for (const { 0: image, index } of text.slice(from).matchAll(/[()[\]{}]|"[^"\n]*"|#[^\n]*/g)) {
    if (PAIRS.has(image)) open.push({ image, at: from + index });
    const opener = open.findLastIndex((o) => PAIRS.get(o.image) === image);
    if (opener >= 0 && opener >= open.findLastIndex((o) => o.image === '{')) open.length = opener;
  }
  return open;
}

/**
 * Leaves out of each open body and branch the statements before the last: they are complete, and the document's tree has them. What stands
 * behind a syntax error is read again, since of that the tree has guesses.
 */
function withoutStatements(
  { parseResult }: LangiumDocument,
  text: string,
  from: number,
): { readonly text: string; readonly above: ReadonlyMap<number, readonly Statement[]> } {
  const above = new Map<number, readonly Statement[]>();
  const root = parseResult.value.$cstNode;
  const braces = openBrackets(text, from)
    .filter((o) => o.image === '{')
    .map((o) => o.at);
  const error = parseResult.parserErrors.find((e) => e.token.startOffset >= from)?.token.startOffset ?? text.length;
  let left = text;
  for (const [i, at] of braces.entries()) {
    const node = root && CstUtils.findLeafNodeAtOffset(root, at)?.astNode;
    const to = Math.min(braces[i + 1] ?? text.length, error + 1);
    const started = <T extends AstNode>(nodes: readonly T[]): readonly T[] => nodes.filter((n) => offsetOf(n) < to);
    const branches = isBody(node) ? started(node.branches) : [];
    const branch = branches.at(-1);
    const of = branch ?? (isBody(node) ? node : undefined);
    const statements = started(of?.statements ?? []);
    // A word alone may be the keyword of what is being typed: `shared head =`.
    const end = isSoft(statements.at(-2)?.$cstNode?.text ?? '') ? -2 : -1;
    const last = statements.at(end);
    if (branches[0] && branch) left = blank(left, offsetOf(branches[0]), offsetOf(branch));
    if (!of || !last || !statements[0]) continue;
    left = blank(left, offsetOf(statements[0]), offsetOf(last));
    above.set(offsetOf(of), statements.slice(0, end));
  }
  return { text: left, above };
}

const offsetOf = (n: AstNode): number => n.$cstNode?.offset ?? 0;

/** What half-typed text every tree of such was made from. */
const trees = new WeakMap<LangiumDocument, HalfTyped>();

/** The document whose declarations and imports a document sees: its own, or those of the one that is being typed. */
export const wholeOf = (document: LangiumDocument): LangiumDocument => trees.get(document)?.document ?? document;

/** The statements of a body or branch, and those before them that were not read again. */
export const statementsOf = (n: Body | Branch): readonly Statement[] => {
  const above = trees.get(AstUtils.getDocument(n))?.above.get(offsetOf(n));
  return above ? [...above, ...n.statements] : n.statements;
};

/** The node that has the name at the cursor; undefined where the parser can make nothing of a name there. */
export function nodeAtCursor(typed: HalfTyped, services: LangiumServices): AstNode | undefined {
  const text = `${typed.text} ${CURSOR}`;
  if (refusal(text) !== undefined) return undefined;
  const closing = closingOf(text, services) ?? closingBrackets(typed.text);
  const tree = services.shared.workspace.LangiumDocumentFactory.fromString(`${text} ${closing}`, typed.document.uri);
  trees.set(tree, typed);
  const root = tree.parseResult.value.$cstNode;
  const leaf = root && CstUtils.findLeafNodeAtOffset(root, typed.text.length + 1);
  return leaf?.text === CURSOR ? leaf.astNode : undefined;
}

/** What closes the brackets that are open. */
const closingBrackets = (text: string): string =>
  openBrackets(text, 0)
    .toReversed()
    .map((o) => PAIRS.get(o.image))
    .join('');
