/** The items of a completion list: stages, values, keywords, with the registry's documentation. */
import { type CompletionItem, CompletionItemKind, InsertTextFormat } from 'vscode-languageserver-types';
import type { Offer } from '../../names/meaning.ts';
import type { Meanings } from '../../names/means.ts';
import type { Block, Fn, Network } from '../../syntax/generated/ast.ts';
import { useOf, wordDoc } from '../../syntax/keywords.ts';
import { FUNCTIONS } from '../../syntax/vocabulary.ts';
import { type Callable, callableDeclaration, describeCallable, signature } from '../describe.ts';
import type { NamesAtCursor } from './names.ts';
import type { NextWord } from './next.ts';
import { sampleOf } from './samples.ts';
import { insertOf } from './snippets.ts';

const markdown = (value: string): { kind: 'markdown'; value: string } => ({ kind: 'markdown', value });

/** Text as it stands inside a placeholder of a snippet. */
const literal = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

/** A keyword. What goes on with what stands before it comes first, in the order of the grammar; what begins something comes late. */
export function ofWord({ word, rule }: NextWord, i = 0): CompletionItem {
  const use = useOf(word);
  const goesOn = use === 'clause' || use === 'open' || use === 'branch' || (use === 'logic' && word !== 'not');
  const isShape = rule === 'Primary' && (word === 'in' || word === 'here');
  return {
    label: word,
    detail: wordDoc(word),
    kind: CompletionItemKind.Keyword,
    insertText: insertOf(word, rule),
    insertTextFormat: InsertTextFormat.Snippet,
    sortText: isShape ? `3${word}` : goesOn ? `0${i}` : `5${word}`,
  };
}

/** Values in the order in which they are given. */
export const ofValues = (values: readonly string[], detail = ''): CompletionItem[] =>
  values.map((label, i) => ({ label, detail, kind: CompletionItemKind.Value, sortText: `00${i}` }));

/** How a callable is inserted: with brackets around the arguments that it needs, or around all of them, or bare, as a value. */
export type Insert = 'needed' | 'all' | 'bare';

/** Values for the i-th of the parameters that must be given, the likeliest first. */
type Samples = (name: string, i: number) => readonly string[];

/** A place of a snippet: the first of some values stands there, and the others can be chosen. */
const placeholder = (i: number, values: readonly string[]): string =>
  values.length > 1 ? `\${${i}|${values.map((v) => v.replace(/[\\$},|]/g, '\\$&')).join()}|}` : `\${${i}:${literal(values[0] ?? '')}}`;

export function ofCallable(
  c: Callable,
  kind: CompletionItemKind,
  sort: string,
  word: string,
  insert: Insert = 'needed',
  samples: Samples = () => [],
): CompletionItem {
  const params = insert === 'bare' ? [] : c.params.filter((p) => p.required || insert === 'all');
  const required = c.params.filter((p) => p.required);
  const places = params.map((p, i) => placeholder(i + 1, p.required ? samples(p.name, required.indexOf(p)) : [p.text]));
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

/** The block or network that a name declares. */
function blockOf({ is: { means } }: Offer): Block | Network | undefined {
  if (means.kind !== 'declaration') return undefined;
  return means.node.$type === 'Block' || means.node.$type === 'Network' ? means.node : undefined;
}

/** The blocks and networks among names. */
export const ofBlocks = (names: readonly Offer[], sort: string, meanings: Meanings, insert?: Insert): CompletionItem[] =>
  names.flatMap((n): CompletionItem[] => {
    const node = blockOf(n);
    const kind = node?.$type === 'Network' ? CompletionItemKind.Module : CompletionItemKind.Class;
    return node ? [ofDeclared(node, n.name, kind, sort, meanings, insert)] : [];
  });

/** A block, network or function by the name that it has here. */
export function ofDeclared(
  node: Block | Network | Fn,
  name: string,
  kind: CompletionItemKind,
  sort: string,
  meanings: Meanings,
  insert?: Insert,
): CompletionItem {
  const samples: Samples = (param) => {
    const found = node.params.find((p) => p.name === param);
    return found ? [sampleOf(found, meanings)] : [];
  };
  return ofCallable({ ...callableDeclaration(node), name }, kind, sort, node.$type.toLowerCase(), insert, samples);
}

const ofName = ({ name, is: { means } }: Offer, sort: string): CompletionItem => ({
  label: name,
  kind: means.kind === 'value' ? CompletionItemKind.Variable : CompletionItemKind.Constant,
  detail: means.kind === 'value' ? 'a named value' : means.kind === 'declaration' ? 'constant' : means.kind,
  sortText: `${sort}${name}`,
});

/** The other names that stand for a stage; those of which only a call decides come last. */
export const ofStageNames = (names: readonly Offer[]): CompletionItem[] =>
  names.filter((n) => !blockOf(n)).map((n) => ofName(n, n.sure ? '1' : '4'));

/** The names and functions of an expression. `layers`: its value may be a layer. */
export function ofNumbers(names: NamesAtCursor, layers: boolean): CompletionItem[] {
  return [
    ...names
      .that(layers ? 'argument' : 'expression')
      .filter((n) => !blockOf(n))
      .map((n) => ofName(n, '1')),
    ...names
      .that('call')
      .flatMap(({ name, is: { means } }): CompletionItem[] =>
        means.kind === 'declaration' && means.node.$type === 'Fn'
          ? [ofDeclared(means.node, name, CompletionItemKind.Function, '2', names.meanings)]
          : [],
      ),
    ...names.that('shape').map((n) => ofName(n, '3')),
    ...Object.entries(FUNCTIONS).map(([name, f]) => ({
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
