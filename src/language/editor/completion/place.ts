/**
 * What may stand at a cursor: the grammar says which keywords and whether a name, and the tree of the half-typed text what that name would be.
 *
 * What differs from the whole text: nothing is seen of what stands behind the cursor, and where the parser has given up on something before
 * it, a list of arguments say, the name counts as what it would be if that something had ended.
 */
import type { AstNode, LangiumDocument } from 'langium';
import type { LangiumServices } from 'langium/lsp';
import { layers } from '../../../layers/index.ts';
import { seesAt } from '../../names/fits.ts';
import { isForBranches } from '../../syntax/branches.ts';
import {
  type Argument,
  type Declaration,
  type Expression,
  type Invocation,
  isArgument,
  isBlock,
  isBody,
  isBranch,
  isConditional,
  isDeclaration,
  isExpect,
  isExpression,
  isGroup,
  isIf,
  isImportName,
  isInvocation,
  isLabelledStage,
  isListLiteral,
  isMember,
  isModel,
  isNetwork,
  isReference,
  isShared,
  isStep,
  type Member,
  type Reference,
  type Step,
} from '../../syntax/generated/ast.ts';
import { nodeAtCursor, readHalfTyped } from '../../syntax/half-typed.ts';
import { isWord, useOf } from '../../syntax/keywords.ts';
import { outwards } from '../../syntax/locate.ts';
import { firstOf, type Next, type NextWord, NOTHING, nextAt } from './next.ts';

export type CursorPlace =
  /** Only keywords. */
  | { readonly in: 'words' }
  /** A block or network, behind `versus` or the `=` of a network; a layer too where it is `shared`. */
  | { readonly in: 'variant'; readonly node: Invocation; readonly of: 'versus' | 'alias' | 'shared' }
  /** The names of an import; those before the cursor are `given`. */
  | { readonly in: 'import'; readonly given: readonly string[] }
  /** The path of an import: `from` is where it begins inside its quotes, undefined where they are missing. */
  | { readonly in: 'path'; readonly from: number | undefined }
  /** `start`: named values may start a pipeline here. */
  | { readonly in: 'stage'; readonly node: Invocation; readonly start: boolean }
  /** An expression. `fresh`: a value begins here. `layers`: its value may be a layer. */
  | {
      readonly in: 'value';
      readonly node: Reference;
      readonly of: 'on' | 'expect' | 'other';
      readonly fresh: boolean;
      readonly layers: boolean;
    }
  /** `begins`: nothing of it stands there yet. */
  | { readonly in: 'argument'; readonly node: Reference; readonly argument: Argument; readonly begins: boolean; readonly fresh: boolean }
  /** What stands behind a dot; in an expression that may be an extent of a shape. */
  | { readonly in: 'member'; readonly node: Member | Step | undefined };

/** A cursor's place, and the keywords that may stand there too. */
export interface Reading {
  readonly place: CursorPlace;
  readonly words: readonly NextWord[];
  /** The declaration around the cursor; it cannot use itself unless a condition ends that. */
  readonly enclosing: string;
  readonly conditional: boolean;
  /** Whether `in` and `here` are known. */
  readonly body: boolean;
  readonly prefix: string;
}

/** Reads the text before an offset; undefined where nothing is to be offered, as in a comment. */
export function readPlace(document: LangiumDocument, offset: number, services: LangiumServices): Reading | undefined {
  const typed = readHalfTyped(document, offset, services);
  if (typed.inside === 'comment') return undefined;
  const next = nextAt(typed, services);
  const reading = (place: CursorPlace): Reading => ({ ...around(undefined), place, words: [], prefix: typed.prefix });
  if (next.slots.has('Import.path')) return reading({ in: 'path', from: typed.inside && typed.text.length + 1 });
  if (next.slots.has('Postfix.member') || next.slots.has('Step.member')) {
    const at = nodeAtCursor(typed, services);
    return reading({ in: 'member', node: isMember(at) || isStep(at) ? at : undefined });
  }
  if (typed.inside || (isNothing(next) && isSign(typed.tokens.at(-1)?.image ?? ''))) return undefined;
  // What may go on is offered on its line, and something new on the next.
  const goesOn = next.words.some(isMore);
  const onlyMore = goesOn && !typed.newLine;
  const isName = next.slots.size > 0 || isNothing(next);
  const node = isName && !onlyMore ? nodeAtCursor(typed, services) : undefined;
  const place = (node && placeOf(node, next.slots, typed.tokens.at(-1)?.image === '->')) ?? { in: 'words' };
  const branches = placeOfBranches(node);
  if (branches === 'due') return { ...reading({ in: 'words' }), words: next.words.filter((w) => BESIDE_BRANCHES.has(w.word)) };
  const known = isNothing(next) ? firstAt(place, services) : next;
  const onlyNew = goesOn && typed.newLine && next.words.some(isNew);
  const where = around(node);
  const last = typed.tokens.at(-1)?.image ?? '';
  const joins = !next.words.some((w) => w.word === '->') || layers.get(last)?.merge === true;
  const fits = ({ word }: NextWord): boolean => (word === '|' ? branches === 'possible' : word !== '{' || joins);
  const words = known.words.filter((w) => fits(w) && !(isNew(w) ? onlyMore : onlyNew && isMore(w)) && isOffered(w, known, where.body));
  return { ...where, place, words, prefix: typed.prefix };
}

/** What may stand in braces beside branches, or begin one. */
const BESIDE_BRANCHES: ReadonlySet<string> = new Set(['|', 'for', 'repeat', 'if', 'let']);

/** Whether a branch may begin at the cursor: it is `due` where nothing else can begin. */
function placeOfBranches(node: AstNode | undefined): 'due' | 'possible' | 'none' {
  const around = node && [...outwards(node)].find((n) => isBody(n) || isBranch(n));
  if (around && isBranch(around)) return 'possible';
  return around && isBody(around) && isForBranches(around) ? 'due' : 'none';
}

const isNothing = ({ words, slots }: Next): boolean => words.length === 0 && slots.size === 0;

/** Whether a sign that fits nothing before it says nothing of what follows: it may be half of one. Behind an arrow a stage is due anyway. */
function isSign(image: string): boolean {
  const use = useOf(image);
  return image !== '->' && (use === 'sign' || use === 'arithmetic' || use === 'comparison' || use === 'power');
}

/** Whether a word begins a declaration, a statement or a stage. */
export function isNew({ word, rule }: NextWord): boolean {
  const use = useOf(word);
  return rule !== 'Primary' && rule !== 'Comprehension' && (use === 'declaration' || use === 'statement' || use === 'stage');
}

/** Whether a word or sign goes on with an expression that is complete, or with the head of a declaration. */
function isMore({ word, rule }: NextWord): boolean {
  const use = useOf(word);
  return (
    use === 'power' ||
    word === 'and' ||
    word === 'or' ||
    rule === 'Compared' ||
    rule === 'Comprehension' ||
    (use === 'clause' && word !== 'else' && rule !== 'Primary')
  );
}

/** Whether a word is offered where the grammar has it; signs mostly are typed faster than chosen. */
function isOffered({ word, rule }: NextWord, { filling }: Next, body: boolean): boolean {
  if (word === '{' || word === '|') return true;
  // Only a condition mostly goes on with a word.
  if (rule === 'Compared' && !isWord(word)) return false;
  if (word === 'and' || word === 'or' || rule === 'Compared') return filling === 'If.condition' || filling === 'Expect.condition';
  if (word === 'in' || word === 'here') return body || rule !== 'Primary';
  return isWord(word);
}

/** What stands around a node. */
function around(node: AstNode | undefined): Pick<Reading, 'enclosing' | 'conditional' | 'body'> {
  const nodes = node ? [...outwards(node)] : [];
  const declaration = nodes.find((n): n is Declaration => n.$container !== undefined && isModel(n.$container) && isDeclaration(n));
  return {
    enclosing: declaration?.name ?? '',
    conditional: nodes.some((n) => isBody(n) && isIf(n.$container)),
    body: nodes.some(isBody),
  };
}

/** What the parser takes the name at the cursor for; undefined for a new name, and where the grammar says that none may stand there. */
function placeOf(node: AstNode, slots: ReadonlySet<string>, arrow: boolean): CursorPlace | undefined {
  const may = (slot: string): boolean => slots.size === 0 || slots.has(slot);
  if (isInvocation(node) && (may('Invocation.callee') || may('Plain.callee'))) {
    const { $container: stage } = node;
    if (isLabelledStage(stage)) return { in: 'stage', node, start: !arrow && stage.$container.stages[0] === stage };
    return { in: 'variant', node, of: isShared(stage) ? 'shared' : node.$containerProperty === 'alias' ? 'alias' : 'versus' };
  }
  if (isReference(node) && may('Primary.name')) return expressionPlace(node);
  if (isImportName(node) && node.alias === undefined)
    return { in: 'import', given: node.$container.names.filter((n) => n !== node).map((n) => n.name) };
  return undefined;
}

function expressionPlace(node: Reference): CursorPlace {
  let e: Expression = node;
  let [fresh, plain] = [true, true];
  for (let c: AstNode = e.$container; isExpression(c); c = e.$container) {
    fresh &&= isListLiteral(c) || (isConditional(c) && c.test !== e);
    plain &&= !isListLiteral(c) && !isGroup(c);
    e = c;
  }
  const owner: AstNode = e.$container;
  if (isArgument(owner) && plain)
    return { in: 'argument', node, argument: owner, begins: owner.value === node, fresh: fresh && owner.value === e };
  const of = isBlock(owner) || isNetwork(owner) ? 'on' : isExpect(owner) ? 'expect' : 'other';
  return { in: 'value', node, of, fresh, layers: fresh && seesAt(node, node.name) === 'argument' };
}

/** The words with which what stands at a place may begin, where the text before it does not say. */
function firstAt(place: CursorPlace, services: LangiumServices): Next {
  if (place.in === 'value' || place.in === 'argument') return firstOf('Expression', services);
  if (place.in !== 'stage') return NOTHING;
  const stage = place.node.$container;
  const isStatement = place.start && isLabelledStage(stage) && stage.label === undefined && isStatements(stage.$container.$container);
  return firstOf(isStatement ? 'Statement' : 'Stage', services);
}
const isStatements = (n: AstNode): boolean => isBody(n) || isBranch(n);
