/** Completion between the brackets of a call: the parameters that are still open, and what the one that is typed takes. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { layers } from '../../../layers/index.ts';
import type { Role } from '../../../layers/layer.ts';
import { type Callee, type Held, isBuiltin } from '../../names/meaning.ts';
import { isReference } from '../../syntax/generated/ast.ts';
import { type Callable, callableDeclaration, layerCallable } from '../describe.ts';
import type { Arrivals } from './arrivals.ts';
import { ofBlocks, ofNumbers, ofStageNames, ofValues } from './items.ts';
import { ANYWHERE, ofLayers, withShape } from './layers.ts';
import type { NamesAtCursor } from './names.ts';
import type { CursorPlace } from './place.ts';
import { literal, suited, usefulValues } from './values.ts';

type ArgumentPlace = Extract<CursorPlace, { readonly in: 'argument' }>;

/** What a value is: `either` where only a call decides. */
type Nature = 'layer' | 'number' | 'either';

/** What a call may be of: its parameters, those that are open, and what the one takes that is typed. */
interface Called {
  readonly callable: Callable;
  readonly open: Callable['params'];
  readonly typed: Callable['params'][number] | undefined;
  readonly takes: Nature;
  /** The role of the layers that it takes, where that is one. */
  readonly role: Role | undefined;
}

function natureOf({ layers, other, unknown }: Held): Nature {
  if (unknown || layers.length > 0 === other) return 'either';
  return other ? 'number' : 'layer';
}

function called({ of, given }: Callee, { argument }: ArgumentPlace, { meanings }: NamesAtCursor): Called | undefined {
  const callable = typeof of === 'string' ? layerCallable(of) : callableDeclaration(of);
  if (!callable) return undefined;
  const before = argument.$container.args.slice(0, argument.$container.args.indexOf(argument));
  const names = before.map((a) => a.name);
  const positional = given + names.filter((n) => n === undefined).length;
  const open = callable.params.filter((p, i) => i >= positional && !names.includes(p.name));
  const byPosition = names.every((n) => n === undefined) ? callable.params[positional] : undefined;
  const typed = argument.name === undefined ? byPosition : callable.params.find((p) => p.name === argument.name);
  const node = typeof of === 'string' ? undefined : of.params.find((p) => p.name === typed?.name);
  // Layers and functions compute with values.
  const held = typeof of === 'string' || of.$type === 'Fn' || !node ? undefined : meanings.held(node);
  const takes = typeof of === 'string' || of.$type === 'Fn' ? 'number' : held ? natureOf(held) : 'either';
  const roles = new Set(held?.layers.map((l) => (typeof l.of === 'string' ? layers.get(l.of)?.role : undefined)));
  return { callable, open, typed, takes, role: roles.size === 1 ? [...roles][0] : undefined };
}

/** Parameters by name, in their order. */
const ofOpen = (open: Callable['params']): CompletionItem[] =>
  open.map((p, i) => ({
    label: `${p.name}=`,
    kind: CompletionItemKind.Property,
    detail: p.text,
    documentation: { kind: 'markdown', value: p.doc },
    sortText: `01${String(i).padStart(2, '0')}`,
    filterText: p.name,
  }));

/** The values that are mostly given to what is typed; what has a default is mostly given by name. */
function usefulFor({ callable, typed }: Called, { argument }: ArgumentPlace, body: boolean): readonly string[] {
  if (!typed || (argument.name === undefined && !typed.required)) return [];
  return [...usefulValues(callable.name, typed.name, body), ...typed.choices];
}

/** What a layer would make with each of some values, in place of the value that is typed; without those with which it does not fit. */
function withShapes(items: CompletionItem[], all: readonly Called[], { argument }: ArgumentPlace, arrivals: Arrivals): CompletionItem[] {
  const [only, ...others] = all;
  const layer = only && others.length === 0 ? layers.get(only.callable.name) : undefined;
  const call = argument.$container;
  if (!layer || !only?.typed || isReference(call)) return items;
  const { name } = only.typed;
  const [first] = arrivals.at(argument);
  const given = first?.shape && arrivals.given(layer.kind, call.args.slice(0, call.args.indexOf(argument)), first.use);
  const x = first?.shape;
  if (!x || !given) return items;
  const tried = items.map((item) => {
    const value = literal(item.label);
    const found = value === undefined ? undefined : suited(layer, x, new Map(given).set(name, value));
    return { item: found ? withShape(item, found, x) : item, fits: found?.fits ?? true };
  });
  return (tried.some((t) => t.fits) ? tried.filter((t) => t.fits) : tried).map((t) => t.item);
}

/** What may stand at an argument. */
export function ofArgument(place: ArgumentPlace, names: NamesAtCursor, arrivals: Arrivals): CompletionItem[] {
  if (!place.fresh) return ofNumbers(names, false);
  const { argument } = place;
  const call = argument.$container;
  const { meanings, body } = names;
  const all = meanings.callees(call).flatMap((c) => called(c, place, names) ?? []);
  const isFunction = meanings.resolve(call).some((f) => isBuiltin(f) && f.builtin === 'function');
  const natures = new Set<Nature>([...all.map((c) => c.takes), ...(isFunction ? (['number'] as const) : [])]);
  const takes = natures.size === 1 ? [...natures][0] : 'either';
  const useful = all.flatMap((c) => usefulFor(c, place, body));
  const open = place.begins && argument.name === undefined ? all.flatMap((c) => ofOpen(c.open)) : [];
  const stages = names.that('stage');
  const asLayers = (sort: string, after: string): CompletionItem[] => [
    ...ofBlocks(stages, sort, meanings, 'bare'),
    ...ofLayers(stages, after, { ...ANYWHERE, role: all[0]?.role }, 'bare'),
  ];
  if (takes === 'layer') return [...open, ...ofStageNames(stages), ...asLayers('2', '3')];
  const numbers = ofNumbers(names, takes === 'either');
  return [
    ...withShapes(ofValues([...new Set(useful)]), all, place, arrivals),
    ...open,
    ...numbers,
    ...(takes === 'either' ? asLayers('5', '6') : []),
  ];
}
