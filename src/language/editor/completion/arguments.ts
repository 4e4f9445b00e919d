/** Completion between the brackets of a call: the parameters that are still open, and what the one that is typed takes. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { layers } from '../../../layers/index.ts';
import { isFunctionName } from '../../syntax/vocabulary.ts';
import { type Callable, callableDeclaration, callableLayer } from '../describe.ts';
import { ofBlocks, ofLayers, ofNumbers, ofStageNames, ofValues } from './items.ts';
import type { Place } from './places.ts';
import { type Names, type Nature, usefulValues } from './values.ts';

interface Called {
  readonly callable: Callable;
  /** What a parameter takes. */
  takes(p: Callable['params'][number]): Nature;
}

function called(callee: string, names: Names): Called | undefined {
  const found = names.all.find((n) => n.name === callee);
  if (found && 'declaration' in found && found.declaration.$type !== 'Let') {
    const callable = callableDeclaration(found.declaration);
    const isFn = found.declaration.$type === 'Fn';
    return { callable, takes: (p) => (isFn ? 'number' : p.default === undefined ? 'either' : names.ofText(p.default, undefined)) };
  }
  const layer = layers.get(callee);
  if (layer) return { callable: callableLayer(layer), takes: () => 'number' };
  if (!isFunctionName(callee)) return undefined;
  return { callable: { name: callee, doc: '', params: [] }, takes: () => 'number' };
}

/** The open parameters by name, in their order. */
const ofOpen = (callable: Callable, given: readonly string[]): CompletionItem[] => {
  const positional = given.filter((g) => g === '').length;
  return callable.params
    .filter((p, i) => i >= positional && !given.includes(p.name))
    .map((p, i) => ({
      label: `${p.name}=`,
      kind: CompletionItemKind.Property,
      detail: p.text,
      documentation: { kind: 'markdown', value: p.doc },
      sortText: `01${String(i).padStart(2, '0')}`,
      filterText: p.name,
    }));
};

/** What may stand at an argument. */
export function ofArgument(place: Extract<Place, { readonly in: 'argument' }>, names: Names, enclosing: string): CompletionItem[] {
  const { call, begins, fresh, body } = place;
  if (!fresh) return ofNumbers(names, enclosing, body, false);
  const target = called(call.callee, names);
  const params = target?.callable.params ?? [];
  const byPosition = call.given.every((g) => g === '') ? params[call.argument] : undefined;
  const parameter = call.name === undefined ? byPosition : params.find((p) => p.name === call.name);
  const takes = parameter && target ? target.takes(parameter) : target && params.length === 0 ? 'number' : 'either';
  // What has a default is mostly given by name.
  const asked = parameter && (call.name !== undefined || parameter.required) ? parameter : undefined;
  const useful = asked ? [...new Set([...usefulValues(call.callee, asked.name, body), ...asked.choices])] : [];
  const open = target && begins && call.name === undefined ? ofOpen(target.callable, call.given) : [];
  const asLayers = (sort: string, after: string): CompletionItem[] => [
    ...ofBlocks(names, enclosing, sort, 'bare'),
    ...ofLayers(names, after, 'bare'),
  ];
  if (takes === 'layer') return [...open, ...ofStageNames(names, false), ...asLayers('2', '3')];
  const numbers = ofNumbers(names, enclosing, body, takes === 'either');
  return [...ofValues(useful), ...open, ...numbers, ...(takes === 'either' ? asLayers('5', '6') : [])];
}
