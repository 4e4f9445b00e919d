/** What completion offers of values inside a call, of lists of values, and of what may be shared. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { layers } from '../../../layers/index.ts';
import type { Offer } from '../../names/meaning.ts';
import type { Meanings } from '../../names/means.ts';
import { AXES } from '../../names/places.ts';
import { isLet, isListLiteral, isMember, isStep, type Member, type Step } from '../../syntax/generated/ast.ts';
import { nodesOf } from '../../syntax/walk.ts';
import { ofBlocks, ofStageNames } from './items.ts';
import { ANYWHERE, ofLayers } from './layers.ts';

const EXTENTS = [
  { label: 'c', detail: 'channels' },
  { label: 'h', detail: 'height' },
  { label: 'w', detail: 'width' },
] as const;

/** What stands behind a dot: what a block names inside, and in an expression the extents of a shape. */
export function ofMembers(node: Member | Step | undefined, meanings: Meanings): readonly CompletionItem[] {
  const inside = (node ? meanings.inside(node) : []).map(({ name, means }) => ({
    label: name,
    detail: means.kind === 'value' ? 'a named value' : 'a list of values',
    kind: CompletionItemKind.Variable,
    sortText: `0${name}`,
  }));
  if (isStep(node)) return inside;
  return [...inside, ...EXTENTS.map((m) => ({ ...m, kind: CompletionItemKind.Field, sortText: `1${m.label}` }))];
}

/** What may be shared: no merge, which has branches. */
export const ofShared = (names: readonly Offer[], meanings: Meanings): readonly CompletionItem[] => [
  ...ofStageNames(names),
  ...ofBlocks(names, '1', meanings),
  ...ofLayers(names, '2', ANYWHERE).filter((i) => !layers.get(i.label)?.merge),
];

/** Whether a name may be that of a list of values. */
export const isListOfValues = ({ is: { means } }: Offer): boolean =>
  means.kind === 'constant' &&
  isLet(means.node) &&
  nodesOf(means.node).some((n) => isListLiteral(n) || (isMember(n) && !AXES.has(n.member ?? '')));
