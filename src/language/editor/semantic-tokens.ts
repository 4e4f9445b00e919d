/**
 * Semantic tokens: what each name is, as the resolver of names says. `package.json` declares the types of our own, and the TextMate scopes by
 * which themes colour them that know none of them.
 */
import { type AstNode, interruptAndCheck, type LangiumDocument } from 'langium';
import type { SemanticTokenProvider } from 'langium/lsp';
import {
  CancellationToken,
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensDelta,
  type SemanticTokensOptions,
} from 'vscode-languageserver';
import type { Range } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import { type Builtin, type Found, isBuiltin, type NameInScope } from '../names/meaning.ts';
import { Meanings } from '../names/means.ts';
import { AXES, introduces, locationOfPlace, type NamePlace, placesOf } from '../names/places.ts';
import {
  isArgument,
  isImportName,
  isInvocation,
  isLabelledStage,
  isMember,
  isReference,
  isShared,
  isSizeLiteral,
  isStep,
  type Param,
} from '../syntax/generated/ast.ts';
import { loadImports } from '../syntax/imports.ts';
import { locationOf, locationOfProperty } from '../syntax/source.ts';
import { nodesOf } from '../syntax/walk.ts';

/** What a name or literal can be. A `unit` stands for a layer: a parameter, or what is shared; `figure` is what `expect` knows of a block. */
export const TOKEN_TYPES = [
  'layer',
  'block',
  'label',
  'value',
  'constant',
  'unit',
  'size',
  'figure',
  'word',
  'parameter',
  'variable',
  'function',
  'property',
] as const;
type TokenType = (typeof TOKEN_TYPES)[number];
const MODIFIERS = ['declaration', 'defaultLibrary'] as const;

const NUMBERS = Object.fromEntries(TOKEN_TYPES.map((t, i) => [t, i])) as Record<TokenType, number>;

interface Token {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly type: TokenType;
  readonly modifiers: number;
}

const builtinType = ({ builtin }: Builtin): TokenType => {
  switch (builtin) {
    case 'layer':
    case 'function':
    case 'word':
    case 'figure':
    case 'parameter':
      return builtin;
    default:
      return builtin satisfies never;
  }
};

function typeOfName({ means }: NameInScope, units: ReadonlySet<AstNode>): TokenType | undefined {
  switch (means.kind) {
    case 'declaration':
      return means.node.$type === 'Fn' ? 'function' : means.node.$type === 'Let' ? 'constant' : 'block';
    case 'parameter':
      return units.has(means.node) ? 'unit' : 'parameter';
    case 'constant':
      return isShared(means.node) ? 'unit' : 'constant';
    case 'variable':
      return 'variable';
    case 'value':
      return isLabelledStage(means.node) ? 'label' : 'value';
    case 'missing':
      return undefined;
    default:
      return means satisfies never;
  }
}

/** What a node is that gives a name to something. */
function typeOfGiver(node: AstNode, units: ReadonlySet<AstNode>): TokenType | undefined {
  const types: Readonly<Record<string, TokenType>> = {
    Block: 'block',
    Network: 'block',
    Fn: 'function',
    Let: 'constant',
    Named: 'value',
    Output: 'value',
    LabelledStage: 'label',
    Shared: 'unit',
    Input: 'value',
    Repeat: 'variable',
    Pattern: 'variable',
    Param: units.has(node) ? 'unit' : 'parameter',
  };
  return types[node.$type];
}

export class CnnSemanticTokens implements SemanticTokenProvider {
  readonly tokenTypes: Record<string, number> = { ...NUMBERS };
  readonly tokenModifiers: Record<string, number> = Object.fromEntries(MODIFIERS.map((m, i) => [m, 1 << i]));
  readonly semanticTokensOptions: SemanticTokensOptions = {
    legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...MODIFIERS] },
    full: true,
    range: true,
  };
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  semanticHighlight(document: LangiumDocument, _params: unknown, token = CancellationToken.None): Promise<SemanticTokens> {
    return this.tokens(document, undefined, token);
  }
  semanticHighlightRange(
    document: LangiumDocument,
    { range }: { readonly range: Range },
    token = CancellationToken.None,
  ): Promise<SemanticTokens> {
    return this.tokens(document, range, token);
  }
  /** Not offered: nobody asks for what changed. */
  semanticHighlightDelta(
    document: LangiumDocument,
    _params: unknown,
    token = CancellationToken.None,
  ): Promise<SemanticTokensDelta | SemanticTokens> {
    return this.tokens(document, undefined, token);
  }

  private async tokens(document: LangiumDocument, range: Range | undefined, token: CancellationToken): Promise<SemanticTokens> {
    await loadImports(document, this.services.shared);
    await interruptAndCheck(token);
    const meanings = new Meanings(this.services.shared);
    const nodes = nodesOf(document.parseResult.value);
    const units = unitsIn(nodes, meanings);
    const isIn = (n: AstNode): boolean => {
      const own = n.$cstNode?.range;
      return !range || !own || (own.end.line >= range.start.line && own.start.line <= range.end.line);
    };
    const found: Token[] = [];
    for (const [i, node] of nodes.entries()) {
      if (i % 500 === 499) await interruptAndCheck(token);
      if (isIn(node)) found.push(...tokensOf(node, meanings, units));
    }
    const builder = new SemanticTokensBuilder();
    for (const t of found.sort((a, b) => a.line - b.line || a.character - b.character))
      builder.push(t.line, t.character, t.length, NUMBERS[t.type], t.modifiers);
    return builder.build();
  }
}

/** The parameters that are used as stages. */
function unitsIn(nodes: readonly AstNode[], meanings: Meanings): ReadonlySet<Param> {
  const units = new Set<Param>();
  for (const n of nodes)
    if (isInvocation(n) && n.callee !== undefined)
      for (const f of meanings.resolve(n)) if (!isBuiltin(f) && f.means.kind === 'parameter') units.add(f.means.node);
  return units;
}

function* tokensOf(node: AstNode, meanings: Meanings, units: ReadonlySet<Param>): Generator<Token> {
  for (const place of placesOf(node)) {
    const what = typeOf(place, meanings, units);
    if (what) yield at(locationOfPlace(place).range, what.type, (introduces(place) ? 1 : 0) | (what.builtin ? 2 : 0));
  }
  if (isMember(node) && AXES.has(node.member ?? '')) yield at(locationOfProperty(node, 'member').range, 'property', 0);
  if (isSizeLiteral(node)) yield at(locationOf(node).range, 'size', 0);
}

const at = ({ start, end }: Range, type: TokenType, modifiers: number): Token => ({
  line: start.line,
  character: start.character,
  length: end.character - start.character,
  type,
  modifiers,
});

/** What a name is, of what it may mean the first. */
function typeOf(
  place: NamePlace,
  meanings: Meanings,
  units: ReadonlySet<Param>,
): { readonly type: TokenType; readonly builtin: boolean } | undefined {
  const { node } = place;
  const own = (type: TokenType | undefined): ReturnType<typeof typeOf> => type && { type, builtin: false };
  if (isArgument(node)) return own('parameter');
  if (isInvocation(node) || isReference(node)) {
    const [found]: Found = meanings.resolve(node);
    if (!found) return undefined;
    return isBuiltin(found) ? { type: builtinType(found), builtin: true } : own(typeOfName(found, units));
  }
  if (!isImportName(node) && !isMember(node) && !isStep(node)) return own(typeOfGiver(node, units));
  // What an import names is what the other file has, whatever it goes by here.
  const [thing] = meanings.of(isImportName(node) ? { node, property: 'name', name: node.name } : place);
  return thing && 'place' in thing ? own(typeOfGiver(thing.place.node, units)) : undefined;
}
