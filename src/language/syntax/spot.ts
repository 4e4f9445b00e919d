/**
 * Spots: places in a text, relative to the declaration that holds them, so that they stay as they are when the text above them changes.
 *
 * A spot's lines count from the first line of its declaration. What is kept from one edit to the next holds spots; a `Location` is made
 * of one when it is shown, from where the declaration begins by then.
 */
import { type AstNode, AstUtils } from 'langium';
import type { Location, Position, Range } from '../../graph/graph.ts';
import { type Declaration, isModel, type Model } from './generated/ast.ts';
import { contains, locationOf, locationOfProperty, uriOf } from './source.ts';

/** What a declaration is called for as long as it keeps its name: `file:///net.cnn#Bottleneck`; a second one of that name has `~2` after it. */
export type DeclarationId = string;

export interface Spot {
  readonly in: DeclarationId;
  /** Lines from the declaration's first; characters as in the text. */
  readonly range: Range;
}

/** Where a declaration begins. */
export interface Ground {
  readonly uri: string;
  readonly line: number;
}
/** Where each declaration begins in the current text. */
export type Grounds = (declaration: DeclarationId) => Ground;

/** For graphs that nobody is shown. */
export const NO_GROUND: Grounds = () => ({ uri: '', line: 0 });

const moved = ({ line, character }: Position, by: number): Position => ({ line: line + by, character });
const shifted = ({ start, end }: Range, by: number): Range => ({ start: moved(start, by), end: moved(end, by) });

/** Where a spot is now. */
export function locate(spot: Spot, grounds: Grounds): Location {
  const { uri, line } = grounds(spot.in);
  return { uri, range: line === 0 ? spot.range : shifted(spot.range, line) };
}

/** A range of the text as the declaration that holds it sees it. */
export const within = (range: Range, { line }: Ground): Range => (line === 0 ? range : shifted(range, -line));

interface Known extends Ground {
  readonly id: DeclarationId;
  readonly range: Range;
}
interface Table {
  readonly byNode: ReadonlyMap<Declaration, Known>;
  readonly byId: ReadonlyMap<DeclarationId, Known>;
  readonly all: readonly Known[];
}

/** Of each syntax tree, from before an edit takes its declarations over to the next: an older analysis goes on telling where they were. */
const tables = new WeakMap<Model, Table>();

function tableOf(model: Model): Table {
  const known = tables.get(model);
  if (known) return known;
  const uri = uriOf(model);
  const counts = new Map<string, number>();
  const byNode = new Map<Declaration, Known>();
  const byId = new Map<DeclarationId, Known>();
  for (const d of model.declarations) {
    const name = `${uri}#${d.name ?? ''}`;
    const n = (counts.get(name) ?? 0) + 1;
    counts.set(name, n);
    const { range } = locationOf(d);
    const entry = { id: n === 1 ? name : `${name}~${n}`, uri, line: range.start.line, range };
    byNode.set(d, entry);
    byId.set(entry.id, entry);
  }
  const table = { byNode, byId, all: [...byNode.values()] };
  tables.set(model, table);
  return table;
}

/** What a declaration is called. */
export function idOf(d: Declaration): DeclarationId {
  const model = AstUtils.getContainerOfType(d, isModel);
  const known = model && tableOf(model).byNode.get(d);
  if (!known) throw new Error(`${d.name} stands in no file`);
  return known.id;
}

/** Places of nodes, which a loop asks for again and again. They stay what they are where the next tree takes a declaration over, as does its id. */
const spots = new WeakMap<AstNode, Spot>();
/** By property, those of properties. */
const spotsOfProperties = new Map<string, WeakMap<AstNode, Spot>>();

/** Where a node stands in its declaration, or a property of it. */
export function spotOf(node: AstNode, property = ''): Spot {
  const table = property === '' ? spots : tableFor(property);
  const found = table.get(node);
  if (found) return found;
  const { uri, range } = property === '' ? locationOf(node) : locationOfProperty(node, property);
  const d = AstUtils.getContainerOfType(node, (n): n is Declaration => isModel(n.$container));
  const ground = d && { id: idOf(d), line: locationOf(d).range.start.line };
  // What stands in no declaration is moved by an edit above it, and may be taken over all the same.
  if (!ground) return { in: `${uri}#`, range };
  const spot = { in: ground.id, range: within(range, { uri, line: ground.line }) };
  table.set(node, spot);
  return spot;
}

function tableFor(property: string): WeakMap<AstNode, Spot> {
  const known = spotsOfProperties.get(property) ?? new WeakMap<AstNode, Spot>();
  spotsOfProperties.set(property, known);
  return known;
}

/** Where the declarations of some files begin, and which of them holds a place. */
export class Grounded {
  private readonly models = new Map<string, Model>();
  add(uri: string, model: Model): void {
    this.models.set(uri, model);
  }
  readonly at: Grounds = (id) => {
    const uri = id.slice(0, id.lastIndexOf('#'));
    const model = this.models.get(uri);
    return (model && tableOf(model).byId.get(id)) ?? { uri, line: 0 };
  };
  /** A place as its declaration sees it. A place outside of all of them belongs to the file. */
  spot(l: Location): Spot {
    const model = this.models.get(l.uri);
    const all = model ? tableOf(model).all : [];
    const held = all.find((k) => contains(k.range, l.range.start));
    return held ? { in: held.id, range: within(l.range, held) } : { in: `${l.uri}#`, range: l.range };
  }
}
