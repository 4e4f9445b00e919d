/** What only follows from a syntax error: problems of what the parser had to guess, and of what uses it. */
import { AstUtils, CstUtils, type LangiumDocument, type RootCstNode } from 'langium';
import type { AnyProblem } from '../lints/index.ts';
import { type Declaration, isFor, isModel, isRepeat } from '../syntax/generated/ast.ts';
import type { Problem } from '../syntax/problem.ts';

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.replace(/#[^\n]*|"[^"\n]*"/g, ' ').match(/[A-Za-z_]\w*/g));

interface Part {
  readonly declaration: Declaration;
  readonly from: number;
  /** Where the next begins, so that what the parser left out behind it counts as its own. */
  readonly to: number;
}

/**
 * Tells which problems only follow from syntax errors. A declaration in which one stands says nothing more behind it: the parser may have left out
 * any of that. What uses such a declaration speaks only of names that nobody knows.
 */
export function followers(document: LangiumDocument, syntax: readonly Problem[]): (p: AnyProblem) => boolean {
  const model = document.parseResult.value;
  if (syntax.length === 0 || !isModel(model)) return () => false;
  const { textDocument } = document;
  const text = textDocument.getText();
  const uri = document.uri.toString();
  const parts = partsOf(model.declarations, text.length);
  const partAt = (offset: number): Part | undefined => parts.findLast((p) => p.from <= offset && offset < p.to);
  const offsetOf = (p: Pick<AnyProblem, 'location'>): number => textDocument.offsetAt(p.location.range.start);

  const broken = new Map<Part, number>();
  for (const p of syntax) {
    const [at, part] = [offsetOf(p), partAt(offsetOf(p))];
    if (part && !broken.has(part)) broken.set(part, at);
  }
  const root = model.$cstNode?.root;
  const suspect = usersOf(parts, [...broken.keys()], text);
  const lost = lostNames(text, parts);
  // An import that does not parse may have given any name.
  const isImporting = syntax.some((p) => /^\s*(?:import|from)\b/.test(lineAt(text, offsetOf(p))));
  return (p) => {
    if (p.location.uri !== uri) return false;
    const at = offsetOf(p);
    const part = partAt(at);
    const from = part && broken.get(part);
    if (from !== undefined && (at >= from || isInLoop(root, at))) return true;
    if (p.code === 'unknown-name' && (isImporting || lost.has(/^\w+/.exec(text.slice(at, at + 200))?.[0] ?? ''))) return true;
    return part !== undefined && from === undefined && suspect.has(part) && p.code !== 'unknown-name';
  };
}

const lineAt = (text: string, offset: number): string => /^[^\n]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';

/** A `let` that is indented stands in a body, which the parser gave up above it. */
const isOfFile = (d: Declaration): boolean => d.$type !== 'Let' || d.$cstNode?.range.start.character === 0;

function partsOf(declarations: readonly Declaration[], end: number): readonly Part[] {
  const own = declarations.filter(isOfFile);
  const from = (d: Declaration | undefined): number => d?.$cstNode?.offset ?? end + 1;
  return own.map((declaration, i) => ({ declaration, from: from(declaration), to: from(own[i + 1]) }));
}

/** Whether a place stands in a loop of the tree: a later round may need what the parser left out further down. */
function isInLoop(root: RootCstNode | undefined, offset: number): boolean {
  const leaf = root && CstUtils.findLeafNodeAtOffset(root, offset);
  return AstUtils.getContainerOfType(leaf?.astNode, (n) => isFor(n) || isRepeat(n)) !== undefined;
}

/** Those of some parts that mention one of the broken, directly or not. */
function usersOf(parts: readonly Part[], broken: readonly Part[], text: string): ReadonlySet<Part> {
  const words = new Map(parts.map((p) => [p, wordsOf(text.slice(p.from, p.to))]));
  const users = new Set<Part>(broken);
  for (const used of users) for (const p of parts) if (words.get(p)?.has(used.declaration.name)) users.add(p);
  return users;
}

/** The names of what was meant as a declaration, and is none for the parser: `def Sep(c) {`. */
function lostNames(text: string, parts: readonly Part[]): ReadonlySet<string> {
  const known = new Set(parts.map((p) => p.from));
  const found = [...text.matchAll(/^(?!import\b|from\b)[a-z]\w*[ \t]+([A-Za-z_]\w*)/gm)].filter((m) => !known.has(m.index));
  return new Set(found.map((m) => m[1] ?? ''));
}
