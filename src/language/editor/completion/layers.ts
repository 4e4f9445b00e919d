/** The layers of the registry as items: those first that are common, or that mostly follow what stands before; with what each would make. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { layers } from '../../../layers/index.ts';
import type { Layer, Role } from '../../../layers/layer.ts';
import { type Shape, showShape } from '../../../layers/shape.ts';
import type { Offer } from '../../names/meaning.ts';
import { callableLayer } from '../describe.ts';
import { type Insert, ofCallable } from './items.ts';
import { branchesOf } from './snippets.ts';
import { type Suited, suited } from './values.ts';

/** The commonest layers, the most common first. The others follow in the order of the registry. */
const COMMON = [
  'conv',
  'relu',
  'bn',
  'maxpool',
  'add',
  'concat',
  'dwconv',
  'gap',
  'flatten',
  'linear',
  'dropout',
  'avgpool',
  'identity',
  'mul',
  'gelu',
  'silu',
  'sigmoid',
  'softmax',
  'hardswish',
  'upsample',
  'deconv',
  'ln',
];

/** What mostly follows a layer of a role; other layers come behind it. */
const FOLLOWS: Partial<Readonly<Record<Role, readonly string[]>>> = {
  conv: ['bn', 'relu'],
  linear: ['relu', 'dropout', 'softmax'],
  norm: ['relu', 'gelu', 'silu'],
};
/** The same of single layers, which comes before that of their role. */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
  gap: ['flatten'],
  flatten: ['linear', 'dropout'],
  dropout: ['linear', 'flatten'],
};

const ORDER: ReadonlyMap<string, number> = new Map([...new Set([...COMMON, ...layers.keys()])].map((kind, i) => [kind, i]));

/** Where a layer stands among the others, as text that sorts. */
function rank({ kind }: Layer, after: string | undefined): string {
  const role = layers.get(after ?? '')?.role;
  const first = BEHIND[after ?? '']?.indexOf(kind) ?? -1;
  const next = role ? (FOLLOWS[role]?.indexOf(kind) ?? -1) : -1;
  if (first >= 0 || next >= 0) return `0${first >= 0 ? first : next}`;
  return String(10 + (ORDER.get(kind) ?? 0));
}

/** What is known of a place at which a layer is to stand. */
export interface Site {
  readonly arrives: Shape | undefined;
  /** The layer before it. */
  readonly after: string | undefined;
  /** Layers of this role come first. */
  readonly role?: Role | undefined;
}
export const ANYWHERE: Site = { arrives: undefined, after: undefined };

/** The layers of the registry that no name hides; those that do not fit what arrives come after all else. */
export const ofLayers = (names: readonly Offer[], sort: string, site: Site, insert?: Insert): CompletionItem[] =>
  [...layers.values()]
    .filter((l) => !names.some((n) => n.name === l.kind && n.sure))
    .map((l) => {
      const { values, shape, fits } = suited(l, insert === 'bare' ? undefined : site.arrives);
      const item = ofCallable(callableLayer(l), CompletionItemKind.Function, '', '', insert, (_, i) => values[i] ?? []);
      const role = site.role === undefined || l.role === site.role ? '0' : '1';
      const placed = { ...item, sortText: `${fits ? sort : '8'}${role}${rank(l, site.after)}` };
      const whole = l.merge && insert !== 'bare' ? { ...placed, insertText: `${l.kind}${branchesOf(l.kind)}` } : placed;
      return site.arrives ? withShape(whole, { shape, fits }, site.arrives) : whole;
    });

/** Says behind an item what it would make of what arrives. */
export function withShape(item: CompletionItem, { shape, fits }: Pick<Suited, 'shape' | 'fits'>, x: Shape): CompletionItem {
  if (!fits) return { ...item, labelDetails: { description: `not on ${showShape(x)}` } };
  return shape ? { ...item, labelDetails: { description: showShape(shape) } } : item;
}
