/** Where names stand in a text: where something gets its name, and where it is used. */
import { type AstNode, AstUtils, type LangiumDocument } from 'langium';
import type { Location } from '../../graph/graph.ts';
import {
  Argument,
  Block,
  Fn,
  ImportName,
  Input,
  Invocation,
  isBody,
  isBranch,
  isFor,
  isIf,
  isImportName,
  isInput,
  isListLiteral,
  isMember,
  isModel,
  isOutput,
  isParam,
  isPattern,
  isRepeat,
  LabelledStage,
  Let,
  Member,
  Named,
  Network,
  Output,
  Param,
  Pattern,
  Reference,
  Repeat,
  Shared,
  Step,
} from '../syntax/generated/ast.ts';
import { blockOf } from '../syntax/locate.ts';
import { contains, locationOfProperty } from '../syntax/source.ts';
import { nodesOf } from '../syntax/walk.ts';

/** One name in a text: what a property of a node holds. */
export interface NamePlace {
  readonly node: AstNode;
  readonly property: string;
  readonly name: string;
}

/** The properties that give a name to something. */
const GIVEN: Readonly<Record<string, string>> = {
  [Block.$type]: Block.name,
  [Network.$type]: Network.name,
  [Fn.$type]: Fn.name,
  [Let.$type]: Let.name,
  [Param.$type]: Param.name,
  [Named.$type]: Named.name,
  [Output.$type]: Output.name,
  [LabelledStage.$type]: LabelledStage.label,
  [Shared.$type]: Shared.name,
  [Input.$type]: Input.name,
  [Repeat.$type]: Repeat.index,
  [Pattern.$type]: Pattern.name,
  [ImportName.$type]: ImportName.alias,
};
/** The properties that use a name. */
const USED: Readonly<Record<string, string>> = {
  [Invocation.$type]: Invocation.callee,
  [Reference.$type]: Reference.name,
  [Argument.$type]: Argument.name,
  [ImportName.$type]: ImportName.name,
  [Step.$type]: Step.member,
  [Member.$type]: Member.member,
};

/** What a shape has behind a dot; in an expression they are no names of a block's. */
export const AXES: ReadonlySet<string> = new Set(['c', 'h', 'w']);

/** Every name of a text, in its order but for the nodes inside each other. */
export function* placesIn(document: LangiumDocument): Generator<NamePlace> {
  for (const node of nodesOf(document.parseResult.value)) yield* placesOf(node);
}

/** The names that stand in a node itself: first what it uses, then what it gives. */
export function* placesOf(node: AstNode): Generator<NamePlace> {
  for (const property of [USED[node.$type], GIVEN[node.$type]]) {
    // The properties of the tables hold names; half-typed text lacks some.
    const value: unknown = property === undefined ? undefined : (node as unknown as Readonly<Record<string, unknown>>)[property];
    if (property === undefined || (isMember(node) && AXES.has(node.member ?? ''))) continue;
    if (typeof value === 'string') yield { node, property, name: value };
  }
}

export const locationOfPlace = (p: NamePlace): Location => locationOfProperty(p.node, p.property);

interface Ids {
  readonly root: AstNode;
  readonly byProperty: Map<string, string>;
}

/** The ids of places, as long as their node is in the same tree: they are asked for again and again. An edit may take a node over, and move it. */
const known = new WeakMap<AstNode, Ids>();

function idsOf(node: AstNode): Map<string, string> {
  const root = AstUtils.findRootNode(node);
  const found = known.get(node);
  if (found?.root === root) return found.byProperty;
  const ids: Ids = { root, byProperty: new Map() };
  known.set(node, ids);
  return ids.byProperty;
}

/** A text that is equal for equal places. */
export function idOf(p: NamePlace): string {
  const ids = idsOf(p.node);
  const found = ids.get(p.property);
  if (found !== undefined) return found;
  const { uri, range } = locationOfPlace(p);
  const id = `${uri}:${range.start.line}:${range.start.character}`;
  ids.set(p.property, id);
  return id;
}

/** The name at a position; a position at a name's end counts as in it. */
export function placeAt(document: LangiumDocument, position: { readonly line: number; readonly character: number }): NamePlace | undefined {
  for (const p of placesIn(document)) if (contains(locationOfPlace(p).range, position)) return p;
  return undefined;
}

/** Whether a name comes to be known here, by a declaration or an import. */
export const introduces = ({ node, property }: NamePlace): boolean =>
  isImportName(node) ? property === ImportName.alias || node.alias === undefined : GIVEN[node.$type] === property;

/** A text that is equal for places of one table: in half-typed text some of them are in the document's tree, and some in its own. */
export function idOfScope(p: NamePlace): string {
  // The value of an output is named as any other.
  const scope = isOutput(p.node) ? tableOf(p.node) : scopeOf(p);
  return `${scope?.$type} ${scope?.$cstNode?.offset}`;
}

/** The node whose names are one table, in which a name that is given again takes the place of the first; outputs have their own. */
export function scopeOf({ node }: NamePlace): AstNode | undefined {
  if (isOutput(node)) return blockOf(node)?.body;
  if (isParam(node) || isInput(node)) return node.$container;
  if (isRepeat(node)) return node;
  if (isPattern(node)) return AstUtils.getContainerOfType(node.$container, (n) => isFor(n) || isListLiteral(n));
  return tableOf(node);
}

/** The node whose table has what is named in a node's body. */
function tableOf(node: AstNode): AstNode | undefined {
  const around = AstUtils.getContainerOfType(node.$container, (n): n is AstNode => isTable(n) || isModel(n));
  // The body of a block has one table with its parameters.
  return around && isBody(around) ? around.$container : around;
}

/** Whether what stands in a node is named there: what a loop or an `if` names is named in the body around it. */
const isTable = (n: AstNode): boolean =>
  isBranch(n) || (isBody(n) && !isIf(n.$container) && !isFor(n.$container) && !isRepeat(n.$container));
