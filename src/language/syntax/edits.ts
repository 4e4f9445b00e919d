/** Edits and fixes, made where something is found wrong: of nodes of the text, as data that keeps none of them. */
import { type AstNode, AstUtils } from 'langium';
import type { Location } from '../../graph/graph.ts';
import { type ImportName, isBody, type LabelledStage } from './generated/ast.ts';
import type { Edit, Fix } from './problem.ts';
import { locationOf } from './source.ts';

/** A fix that is surely what was meant. */
export const preferred = (title: string, edits: readonly Edit[]): Fix => ({ title, edits, preferred: true });
/** A fix that someone has to choose. */
export const possible = (title: string, edits: readonly Edit[]): Fix => ({ title, edits, preferred: false });

const startOf = ({ uri, range }: Location): Location => ({ uri, range: { start: range.start, end: range.start } });
const endOf = ({ uri, range }: Location): Location => ({ uri, range: { start: range.end, end: range.end } });

/** Replaces what is at a location. */
export const write = (location: Location, text: string): Edit => ({ location, text });
export const before = (at: Location, text: string): Edit => ({ location: startOf(at), text });
export const after = (at: Location, text: string): Edit => ({ location: endOf(at), text });

/** Replaces what is between two locations. */
export const between = ({ uri, range: { end: start } }: Location, { range: { start: end } }: Location, text: string): Edit => ({
  location: { uri, range: { start, end } },
  text,
});

/** Removes everything from the start of one node up to the start of another. */
export const dropUpTo = (from: AstNode, to: AstNode): Edit => {
  const { uri, range } = locationOf(from);
  return { location: { uri, range: { start: range.start, end: locationOf(to).range.start } }, text: '' };
};

const span = (from: Location, to: Location): Location => ({ uri: from.uri, range: { start: from.range.start, end: to.range.end } });

/** Takes away a node, and the line that it has for itself. */
export function drop(node: AstNode): Edit {
  const { uri, range } = locationOf(node);
  const text = AstUtils.getDocument(node).textDocument;
  const [first, behind] = [
    { line: range.start.line, character: 0 },
    { line: range.end.line + 1, character: 0 },
  ];
  const alone =
    text.getText({ start: first, end: range.start }).trim() === '' && text.getText({ start: range.end, end: behind }).trim() === '';
  return { location: { uri, range: alone ? { start: first, end: behind } : range }, text: '' };
}

/** Takes a stage out of its pipeline. */
export function dropStage(stage: LabelledStage): Edit {
  const { stages } = stage.$container;
  const i = stages.indexOf(stage);
  const [earlier, later] = [stages[i - 1], stages[i + 1]];
  if (earlier) return { location: span(endOf(locationOf(earlier)), locationOf(stage)), text: '' };
  if (later) return dropUpTo(stage, later);
  // A body may be empty; a branch, and what has a name, may not.
  return isBody(stage.$container.$container) ? drop(stage.$container) : write(locationOf(stage), 'identity');
}

/** Takes a name out of its import, and the import with its last. */
export function dropImportName(name: ImportName): Edit {
  const { names } = name.$container;
  const i = names.indexOf(name);
  const [earlier, later] = [names[i - 1], names[i + 1]];
  if (later) return dropUpTo(name, later);
  return earlier ? { location: span(endOf(locationOf(earlier)), locationOf(name)), text: '' } : drop(name.$container);
}
