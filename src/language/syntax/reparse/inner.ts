/**
 * The parts of Langium's parser and of Chevrotain's, on which it stands, that parsing again needs and that their types hide. Nothing else
 * reaches into them; both are pinned, and the tests compare every tree with one that was parsed as a whole.
 */
import type { IRecognitionException, IToken } from 'chevrotain';
import type { AstNode, CompositeCstNode, CstNode, GrammarAST, LangiumParser } from 'langium';

/** Chevrotain's parser. */
export interface InnerTokens {
  /** The tokens, and behind them as many ends of file as it looks ahead. */
  readonly tokVector: readonly IToken[];
  readonly tokVectorLength: number;
  /** The last token that was taken. */
  currIdx: number;
  errors: readonly IRecognitionException[];
  LA(ahead: number): IToken;
  LA_FAST(ahead: number): IToken;
}

/** Langium's parser. */
export interface InnerParser {
  readonly wrapper: InnerTokens;
  readonly nodeBuilder: {
    readonly current: CompositeCstNode;
    addHiddenNodes(tokens: readonly IToken[]): void;
    appendChild(parent: CompositeCstNode, child: CstNode): void;
  };
  /** Takes the comments before a token off the list of those to come. */
  extractHiddenTokens(token: Pick<IToken, 'startOffset'>): readonly IToken[];
  subrule(idx: number, rule: unknown, fragment: boolean, feature: GrammarAST.AbstractElement, args: unknown): void;
}
export const innerOf = (parser: LangiumParser): InnerParser => parser as unknown as InnerParser;

/** A node of the concrete syntax tree: a token of the text, or what consists of such. */
interface InnerCst {
  readonly content?: readonly InnerCst[];
  _rangeCache?: unknown;
  _offset: number;
  _startLine: number;
  _endLine: number;
}

/** Moves a node and all that it contains, by characters and whole lines. */
export function move(node: CstNode, offset: number, lines: number): void {
  if (offset !== 0 || lines !== 0) moveInner(node as unknown as InnerCst, offset, lines);
}

function moveInner(node: InnerCst, offset: number, lines: number): void {
  if (node.content) {
    if (lines !== 0) node._rangeCache = undefined;
    for (const child of node.content) moveInner(child, offset, lines);
  } else {
    node._offset += offset;
    node._startLine += lines;
    node._endLine += lines;
  }
}

/** Puts a node where it stands in the tree now. */
export function place(node: AstNode, container: AstNode, property: string, index: number): void {
  Object.assign(node, { $container: container, $containerProperty: property, $containerIndex: index });
}

/** A syntax error, which speaks of tokens. */
export interface InnerError {
  token: IToken;
  previousToken?: IToken;
  resyncedTokens: IToken[];
}
export const innerError = (e: IRecognitionException): InnerError => e as unknown as InnerError;
