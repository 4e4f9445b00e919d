/** The items of a completion list: stages, values, keywords, with the registry's documentation. */
import { type CompletionItem, CompletionItemKind, InsertTextFormat } from 'vscode-languageserver-types';
import { layers } from '../../../layers/index.ts';
import type { Block, Network } from '../../syntax/generated/ast.ts';
import { FUNCTIONS } from '../../syntax/vocabulary.ts';
import { type Callable, callableDeclaration, callableLayer, describeCallable, signature } from '../describe.ts';
import { type Snippet, WORDS } from './snippets.ts';
import type { Names, Seen } from './values.ts';

const markdown = (value: string): { kind: 'markdown'; value: string } => ({ kind: 'markdown', value });

/** Text as it stands inside a placeholder of a snippet. */
const literal = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

export const ofSnippet = (s: Snippet, sort = '5'): CompletionItem => ({
  label: s.label,
  detail: s.detail,
  kind: CompletionItemKind.Keyword,
  insertText: s.insert,
  insertTextFormat: InsertTextFormat.Snippet,
  sortText: `${sort}${s.label}`,
});

export const ofWord = (word: string, i = 0): CompletionItem => ({
  ...ofSnippet(WORDS[word] ?? { label: word, detail: '', insert: word }),
  sortText: `0${i}`,
});

/** Values in the order in which they are given. */
export const ofValues = (values: readonly string[], detail = ''): CompletionItem[] =>
  values.map((label, i) => ({ label, detail, kind: CompletionItemKind.Value, sortText: `00${i}` }));

/** How a callable is inserted: with brackets around the arguments that it needs, or around all of them, or bare, as a value. */
type Insert = 'needed' | 'all' | 'bare';

export function ofCallable(c: Callable, kind: CompletionItemKind, sort: string, word: string, insert: Insert = 'needed'): CompletionItem {
  const params = insert === 'bare' ? [] : c.params.filter((p) => p.required || insert === 'all');
  const places = params.map((p, i) => `\${${i + 1}:${literal(p.required ? p.name : p.text)}}`);
  return {
    label: c.name,
    kind,
    detail: signature(c),
    documentation: markdown(describeCallable(c, word)),
    insertText: places.length > 0 ? `${c.name}(${places.join(', ')})` : c.name,
    insertTextFormat: InsertTextFormat.Snippet,
    sortText: `${sort}${c.name}`,
  };
}

const isCallable = (n: Seen): n is Seen & { readonly declaration: Block | Network } =>
  'declaration' in n && (n.declaration.$type === 'Block' || n.declaration.$type === 'Network');

/** The blocks and networks in scope, save the one that is being written. */
export const ofBlocks = (names: Names, enclosing: string, sort: string, insert?: Insert): CompletionItem[] =>
  names.all
    .filter(isCallable)
    .filter((n) => n.name !== enclosing)
    .map((n) => {
      const c = { ...callableDeclaration(n.declaration), name: n.name };
      return ofCallable(c, CompletionItemKind.Class, sort, n.declaration.$type.toLowerCase(), insert);
    });

/** The layers of the registry that no name in scope hides. */
export const ofLayers = (names: Names, sort: string, insert?: Insert): CompletionItem[] =>
  [...layers.values()]
    .filter((l) => !l.merge && !names.all.some((n) => n.name === l.kind && names.nature(n) === 'layer'))
    .map((l) => ofCallable(callableLayer(l), CompletionItemKind.Function, sort, '', insert));

const ofName = (n: Seen, sort: string): CompletionItem => ({
  label: n.name,
  kind: 'local' in n && n.local.kind === 'value' ? CompletionItemKind.Variable : CompletionItemKind.Constant,
  detail: 'local' in n ? (n.local.kind === 'value' ? 'a named value' : n.local.kind) : 'constant',
  sortText: `${sort}${n.name}`,
});

/** The names that stand for a stage: layer-valued ones, at a start named values, and last those of which only a call decides. */
export const ofStageNames = (names: Names, start: boolean): CompletionItem[] =>
  names.all.flatMap((n): CompletionItem[] => {
    if (isCallable(n)) return [];
    if ('local' in n && n.local.kind === 'value') return start ? [ofName(n, '1')] : [];
    const nature = names.nature(n);
    return nature === 'number' ? [] : [ofName(n, nature === 'layer' ? '1' : '4')];
  });

/** The names and functions of an expression. `layers`: its value may be a layer. */
export function ofNumbers(names: Names, enclosing: string, body: boolean, layers: boolean): CompletionItem[] {
  const own = names.all.flatMap((n): CompletionItem[] => {
    if ('declaration' in n && n.declaration.$type === 'Fn')
      return [ofCallable({ ...callableDeclaration(n.declaration), name: n.name }, CompletionItemKind.Function, '2', 'fn')];
    if (isCallable(n) || ('declaration' in n && n.name === enclosing) || (!layers && names.nature(n) === 'layer')) return [];
    return [ofName(n, 'local' in n && n.local.kind === 'value' ? '3' : '1')];
  });
  const shapes = body ? ['in', 'here'] : [];
  const builtin = Object.entries(FUNCTIONS).filter(([name]) => !names.all.some((n) => n.name === name));
  return [
    ...own,
    ...shapes.map((label) => ({
      label,
      kind: CompletionItemKind.Keyword,
      detail: label === 'in' ? 'The shape that enters the block: .c .h .w' : 'The shape that arrives here: .c .h .w',
      sortText: `3${label}`,
    })),
    ...builtin.map(([name, f]) => ({
      label: name,
      kind: CompletionItemKind.Function,
      detail: f.signature,
      documentation: markdown(f.doc),
      insertText: `${name}($1)`,
      insertTextFormat: InsertTextFormat.Snippet,
      sortText: `4${name}`,
    })),
  ];
}
