/**
 * Parses a text again after an edit: only the imports and declarations that can have changed, and takes over the trees of all others.
 *
 * It is what packrat parsers do (Dubroy and Warth, "Incremental Packrat Parsing", 2017), for one rule. The parser itself runs over the
 * new tokens; of each import and declaration it is noted how far it looked: the tokens that it took and those that it only saw, be it in
 * search of a place to go on after an error. Where these are the tokens of the text before, the parser would do the same again,
 * errors included; so it is handed the tree that it made then, moved to its new place, and goes on behind it.
 *
 * The tree before is used up: its declarations are in the new one.
 */
import type { IRecognitionException, IToken } from 'chevrotain';
import {
  type AstNode,
  AstUtils,
  type CompositeCstNode,
  type CstNode,
  GrammarAST,
  isCompositeCstNode,
  type LangiumParser,
  type ParseResult,
  type ParserOptions,
} from 'langium';
import { isImport, isModel, type Model } from '../generated/ast.ts';
import { type InnerParser, innerError, innerOf, move, place } from './inner.ts';
import { type Lexed, type SameTokens, sameTokens } from './same-tokens.ts';

/** An import or declaration, as it was parsed. */
interface Piece {
  readonly feature: GrammarAST.AbstractElement;
  /** Its first token, and how many it took and saw from there on. */
  readonly start: number;
  readonly taken: number;
  readonly seen: number;
  readonly tree: CompositeCstNode;
  readonly errors: readonly IRecognitionException[];
}

/** What parsing leaves to the next time, beside the tree. */
interface Parsed extends Lexed {
  /** By their first token. */
  readonly pieces: ReadonlyMap<number, Piece>;
  /** What each import and declaration is called; of equal names the second has another id. */
  readonly ids: ReadonlyMap<AstNode, string>;
}

export interface ReparseOptions extends ParserOptions {
  /** The tree that the new one takes the place of. One that this parser did not make has nothing to give, but the next will. */
  readonly before?: AstNode;
}

/** One run of the parser. */
interface Run {
  readonly text: string;
  readonly before: Parsed | undefined;
  readonly pieces: Map<number, Piece>;
  readonly reused: Set<CstNode>;
  same: SameTokens | undefined;
  tokens: readonly IToken[];
}

class Reparser {
  private readonly parser: InnerParser;
  private readonly whole: LangiumParser['parse'];
  private readonly subrule: InnerParser['subrule'];
  /** The calls of other rules in the rule of a file. */
  private readonly features: ReadonlySet<GrammarAST.AbstractElement>;
  private readonly parsed = new WeakMap<AstNode, Parsed>();
  private run: Run | undefined;
  private isInside = false;
  /** The token furthest behind that was looked at. */
  private furthest = 0;

  constructor(parser: LangiumParser, grammar: GrammarAST.Grammar) {
    this.parser = innerOf(parser);
    this.whole = parser.parse.bind(parser);
    this.subrule = this.parser.subrule.bind(parser);
    const entry = grammar.rules.find((r) => GrammarAST.isParserRule(r) && r.entry);
    this.features = new Set(entry ? AstUtils.streamAllContents(entry).filter(GrammarAST.isRuleCall) : []);
    this.parser.subrule = (idx, rule, fragment, feature, args) => {
      if (!this.run || this.isInside || !this.features.has(feature)) this.subrule(idx, rule, fragment, feature, args);
      else this.piece(this.run, feature, () => this.subrule(idx, rule, fragment, feature, args));
    };
    this.watch();
  }

  parse<T extends AstNode>(text: string, { before, ...options }: ReparseOptions = {}): ParseResult<T> {
    if (before === undefined || options.rule !== undefined) return this.whole<T>(text, options);
    const known = this.parsed.get(before);
    this.parsed.delete(before);
    const { result, isRenamed } = this.start<T>(text, known);
    // What is kept of a declaration from one edit to the next is kept by its id.
    return isRenamed ? this.start<T>(text, undefined).result : result;
  }

  private start<T extends AstNode>(
    text: string,
    before: Parsed | undefined,
  ): { readonly result: ParseResult<T>; readonly isRenamed: boolean } {
    const run: Run = { text, before, pieces: new Map(), reused: new Set(), same: undefined, tokens: [] };
    this.run = run;
    this.isInside = false;
    let result: ParseResult<T>;
    try {
      result = this.whole<T>(text);
    } finally {
      this.run = undefined;
    }
    const model: AstNode = result.value;
    if (!isModel(model)) return { result, isRenamed: false };
    if (run.reused.size > 0) list(model);
    const ids = idsOf(model);
    this.parsed.set(model, { text, tokens: run.tokens, pieces: run.pieces, ids });
    const isRenamed = [...run.reused].some(({ astNode }) => before?.ids.get(astNode) !== ids.get(astNode));
    return { result, isRenamed };
  }

  /** An import or declaration: as it was, or parsed. */
  private piece(run: Run, feature: GrammarAST.AbstractElement, parse: () => void): void {
    const { wrapper } = this.parser;
    const start = wrapper.currIdx + 1;
    if (run.tokens.length === 0) run.tokens = wrapper.tokVector.slice(0, wrapper.tokVectorLength);
    const known = this.known(run, start);
    if (known?.piece.feature === feature) this.take(run, start, known.piece, known.isMoved);
    else this.parsePiece(run, feature, start, parse);
  }

  private parsePiece(run: Run, feature: GrammarAST.AbstractElement, start: number, parse: () => void): void {
    const { wrapper, nodeBuilder } = this.parser;
    const errors = wrapper.errors.length;
    const last = nodeBuilder.current.content.at(-1);
    this.furthest = start;
    this.isInside = true;
    try {
      parse();
    } finally {
      this.isInside = false;
    }
    const tree = nodeBuilder.current.content.at(-1);
    if (tree === last || !tree || !isCompositeCstNode(tree)) return;
    const [taken, seen] = [wrapper.currIdx + 1 - start, this.furthest + 1 - start];
    run.pieces.set(start, { feature, start, taken, seen, tree, errors: wrapper.errors.slice(errors) });
  }

  /** What the text before had where a piece starts, if nothing of what the parser saw of it is another now. */
  private known(run: Run, start: number): { readonly piece: Piece; readonly isMoved: boolean } | undefined {
    const { before, tokens } = run;
    if (!before) return undefined;
    run.same ??= sameTokens(before, run);
    const { head, tail, all } = run.same;
    const isMoved = start >= tokens.length - tail;
    const at = isMoved ? start - tokens.length + before.tokens.length : start;
    const piece = before.pieces.get(at);
    if (!piece) return undefined;
    const isSame = isMoved || (start + piece.taken <= head && (all || start + piece.seen <= head));
    return isSame ? { piece, isMoved } : undefined;
  }

  /** Takes a piece over, and goes on behind it. */
  private take(run: Run, start: number, piece: Piece, isMoved: boolean): void {
    const { wrapper, nodeBuilder } = this.parser;
    const { offset, lines } = run.same ?? { offset: 0, lines: 0 };
    if (isMoved) move(piece.tree, offset, lines);
    const first = run.tokens[start];
    // Comments before it belong to the file; those inside are in its tree.
    nodeBuilder.addHiddenNodes(first ? this.parser.extractHiddenTokens(first) : []);
    nodeBuilder.appendChild(nodeBuilder.current, piece.tree);
    this.parser.extractHiddenTokens({ startOffset: lastLeaf(piece.tree).offset });
    wrapper.currIdx += piece.taken;
    if (piece.errors.length > 0) {
      const was = run.before?.tokens ?? [];
      const now = (t: IToken): IToken => {
        const at = was.indexOf(t, piece.start);
        return (at < 0 ? undefined : run.tokens[at - piece.start + start]) ?? t;
      };
      for (const e of piece.errors.map(innerError)) {
        e.token = now(e.token);
        if (e.previousToken) e.previousToken = now(e.previousToken);
        e.resyncedTokens = e.resyncedTokens.map(now);
      }
      wrapper.errors = [...wrapper.errors, ...piece.errors];
    }
    run.reused.add(piece.tree);
    run.pieces.set(start, { ...piece, start });
  }

  /** Notes how far the parser looks. */
  private watch(): void {
    const { wrapper } = this.parser;
    const [ahead, aheadFast] = [wrapper.LA, wrapper.LA_FAST];
    const note = (at: number): void => {
      if (at > this.furthest) this.furthest = at;
    };
    wrapper.LA = (n) => {
      note(wrapper.currIdx + n);
      return ahead.call(wrapper, n);
    };
    wrapper.LA_FAST = (n) => {
      note(wrapper.currIdx + n);
      return aheadFast.call(wrapper, n);
    };
  }
}

/** The last token of a tree. */
function lastLeaf(tree: CompositeCstNode): CstNode {
  const last = tree.content.findLast((n) => !n.hidden);
  return last && isCompositeCstNode(last) ? lastLeaf(last) : (last ?? tree);
}

/** Lists the imports and declarations of a file in the order in which they stand: those that were parsed and those that were taken over. */
function list(model: Model): void {
  const [imports, declarations]: [Model['imports'], Model['declarations']] = [[], []];
  for (const child of (model.$cstNode as CompositeCstNode | undefined)?.content ?? []) {
    if (!isCompositeCstNode(child) || child.astNode === model) continue;
    const node = child.astNode;
    if (isImport(node)) imports.push(node);
    else declarations.push(node as Model['declarations'][number]);
  }
  imports.forEach((n, i) => void place(n, model, 'imports', i));
  declarations.forEach((n, i) => void place(n, model, 'declarations', i));
  Object.assign(model, { imports, declarations });
}

/** Ids that are equal where those of `spot.ts` are. */
function idsOf({ declarations }: Model): ReadonlyMap<AstNode, string> {
  const counts = new Map<string, number>();
  return new Map(
    declarations.map((d) => {
      const name = d.name ?? '';
      const n = (counts.get(name) ?? 0) + 1;
      counts.set(name, n);
      return [d, `${name}~${n}`];
    }),
  );
}

/** A parser that, told of the tree before, takes over what it can of it. */
export function reparsing(parser: LangiumParser, grammar: GrammarAST.Grammar): LangiumParser {
  const reparser = new Reparser(parser, grammar);
  parser.parse = reparser.parse.bind(reparser);
  return parser;
}
