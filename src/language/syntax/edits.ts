/** Edits and fixes, made where something is found wrong: of nodes of the text, as data that keeps none of them. */
import type { AstNode } from 'langium';
import type { Location } from '../../graph/graph.ts';
import type { Edit, Fix } from './problem.ts';
import { locationOf } from './source.ts';

/** A fix that is surely what was meant. */
export const preferred = (title: string, edits: readonly Edit[]): Fix => ({ title, edits, preferred: true });
/** A fix that someone has to choose. */
export const possible = (title: string, edits: readonly Edit[]): Fix => ({ title, edits, preferred: false });

const startOf = ({ uri, range }: Location): Location => ({ uri, range: { start: range.start, end: range.start } });
const endOf = ({ uri, range }: Location): Location => ({ uri, range: { start: range.end, end: range.end } });

/** Writes something in place of what stands at a location. */
export const write = (location: Location, text: string): Edit => ({ location, text });
export const before = (at: Location, text: string): Edit => ({ location: startOf(at), text });
export const after = (at: Location, text: string): Edit => ({ location: endOf(at), text });

/** Takes away what stands from the start of one node up to the start of another. */
export const dropUpTo = (from: AstNode, to: AstNode): Edit => {
  const { uri, range } = locationOf(from);
  return { location: { uri, range: { start: range.start, end: locationOf(to).range.start } }, text: '' };
};
