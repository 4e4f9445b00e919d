/** Completion: at each place of a file what the grammar and the names in scope allow there, the most useful first. */
import type { LangiumDocument } from 'langium';
import type { CompletionProvider } from 'langium/lsp';
import { type CompletionItem, CompletionItemKind, type CompletionList, type Position } from 'vscode-languageserver-types';
import { layers } from '../../../layers/index.ts';
import type { CnnServices } from '../../analysis/services.ts';
import type { Offer } from '../../names/meaning.ts';
import { Meanings } from '../../names/means.ts';
import { namesOfFile } from '../../names/of-file.ts';
import { AXES } from '../../names/places.ts';
import { importPaths } from '../../syntax/folder.ts';
import { isLet, isListLiteral, isMember, isStep } from '../../syntax/generated/ast.ts';
import { loadImports } from '../../syntax/imports.ts';
import { textOf } from '../../syntax/source.ts';
import { METRIC_DOCS, METRICS } from '../../syntax/vocabulary.ts';
import { nodesOf } from '../../syntax/walk.ts';
import { callableDeclaration } from '../describe.ts';
import { ofArgument } from './arguments.ts';
import { importable } from './imports.ts';
import { ofBlocks, ofCallable, ofLayers, ofNumbers, ofStageNames, ofValues, ofWord } from './items.ts';
import { NamesAtCursor } from './names.ts';
import type { NextWord } from './next.ts';
import { type CursorPlace, isNew, type Reading, readPlace } from './place.ts';
import { arriving } from './shapes.ts';
import { SHAPES } from './snippets.ts';

type In<K extends CursorPlace['in']> = Extract<CursorPlace, { readonly in: K }>;

export class CnnCompletion implements CompletionProvider {
  readonly completionOptions = { triggerCharacters: ['>', '|', '(', ',', '.', '=', ':', '"', '/'] };
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getCompletion(
    document: LangiumDocument,
    { position, context }: { readonly position: Position; readonly context?: { readonly triggerCharacter?: string } },
  ): Promise<CompletionList | undefined> {
    await loadImports(document, this.services.shared);
    const offset = document.textDocument.offsetAt(position);
    const reading = readPlace(document, offset, this.services);
    if (!reading) return undefined;
    const { place } = reading;
    // A slash and a quote ask for a path; elsewhere they divide, and end a string.
    if (['/', '"'].includes(context?.triggerCharacter ?? '') && place.in !== 'path') return undefined;
    const words = place.in === 'value' && place.of === 'on' ? [] : reading.words;
    const items = [...(await this.items(reading, document, offset)), ...this.wordItems(words, place, document, offset)];
    // What several things are called by is offered once, as the first of them.
    const first = new Map(items.toReversed().map((i) => [i.label, i]));
    return { isIncomplete: place.in === 'value' && place.layers, items: items.filter((i) => first.get(i.label) === i) };
  }

  /** Keywords; what goes on with a head is not offered where it stands already. */
  private wordItems(words: readonly NextWord[], place: CursorPlace, document: LangiumDocument, offset: number): readonly CompletionItem[] {
    return words.filter((w) => place.in !== 'words' || isNew(w) || !follows(w.word, document, offset)).map((w, i) => ofWord(w, i));
  }

  private async items(reading: Reading, document: LangiumDocument, offset: number): Promise<readonly CompletionItem[]> {
    const { place, enclosing, body } = reading;
    switch (place.in) {
      case 'words':
        return [];
      case 'import': {
        const found = await importable(document, offset, this.services.shared);
        return found
          .filter((d) => !place.given.includes(d.name))
          .map((d) =>
            d.$type === 'Let'
              ? { label: d.name, kind: CompletionItemKind.Constant, detail: textOf(d), sortText: `1${d.name}` }
              : ofCallable(callableDeclaration(d), CompletionItemKind.Class, '1', d.$type.toLowerCase(), 'bare'),
          );
      }
      case 'path':
        return ofPaths(await importPaths(document, this.services.shared), place.from, document, offset);
      case 'member':
        return ofMembers(place.node, new Meanings(this.services.shared));
      case 'variant':
      case 'stage':
      case 'value':
      case 'argument': {
        const names = new NamesAtCursor(new Meanings(this.services.shared), place.node, enclosing, body);
        if (place.in === 'variant' && place.of === 'shared') return ofShared(names.that('stage'));
        if (place.in === 'variant') return ofBlocks(names.that('stage'), '1', place.of === 'alias' ? 'all' : 'needed');
        if (place.in === 'stage') return ofStage(place, names, reading);
        return place.in === 'value' ? this.valueItems(place, names, reading, document, offset) : ofArgument(place, names);
      }
      default:
        return place satisfies never;
    }
  }

  private valueItems(
    place: In<'value'>,
    names: NamesAtCursor,
    { enclosing, prefix }: Reading,
    document: LangiumDocument,
    offset: number,
  ): readonly CompletionItem[] {
    if (place.of === 'on') return [...ofValues(SHAPES), ...this.sizes(document)];
    const numbers = ofNumbers(names, place.layers);
    if (place.of === 'expect') {
      const metrics = METRICS.map((m, i) => ({ label: m, detail: METRIC_DOCS[m], kind: CompletionItemKind.Field, sortText: `00${i}` }));
      const known = place.fresh ? arriving(document, offset, enclosing, this.services) : [];
      const shapes = known.length > 0 ? ofValues(known, 'what arrives here') : place.fresh ? ofValues(SHAPES) : [];
      return [...metrics, ...shapes.map((i) => ({ ...i, sortText: `1${i.sortText}` })), ...numbers];
    }
    // A layer may be a value too, but it mostly is a number: layers are offered as soon as a letter is typed.
    if (!place.layers || prefix === '') return numbers;
    const stages = names.that('stage');
    return [...numbers, ...ofBlocks(stages, '5', 'bare'), ...ofLayers(stages, '5', 'bare')];
  }

  /** The constants of a file that are shapes. */
  private sizes(document: LangiumDocument): readonly CompletionItem[] {
    return [...namesOfFile(document, this.services.shared)]
      .filter(({ means: { node } }) => isLet(node) && node.value !== undefined && /^(?:\d+x|size\b)/.test(textOf(node.value)))
      .map(({ name }) => ({ label: name, kind: CompletionItemKind.Constant, sortText: `1${name}` }));
  }
}

/** Whether a name may be that of a list of values. */
const isListOfValues = ({ is: { means } }: Offer): boolean =>
  means.kind === 'constant' &&
  isLet(means.node) &&
  nodesOf(means.node).some((n) => isListLiteral(n) || (isMember(n) && !AXES.has(n.member ?? '')));

/** True where a word stands behind the cursor already. */
const follows = (word: string, document: LangiumDocument, offset: number): boolean =>
  /^\w*\s*(\w+|\S)/.exec(document.textDocument.getText().slice(offset))?.[1] === word;

/** Paths as items; each takes the place of all that stands between the quotes. */
function ofPaths(paths: readonly string[], from: number | undefined, document: LangiumDocument, offset: number): CompletionItem[] {
  const { textDocument } = document;
  const rest = /^[^"\n]*(?=")/.exec(textDocument.getText().slice(offset))?.[0].length ?? 0;
  return paths.map((label, i) => {
    const item = { label, kind: CompletionItemKind.File, sortText: String(i).padStart(3, '0') };
    if (from === undefined) return { ...item, insertText: `"${label}"` };
    const range = { start: textDocument.positionAt(from), end: textDocument.positionAt(offset + rest) };
    return { ...item, filterText: label, textEdit: { range, newText: label } };
  });
}

/** What a block names inside, and the extents of a shape. */
function ofMembers(node: In<'member'>['node'], meanings: Meanings): readonly CompletionItem[] {
  const inside = (node ? meanings.inside(node) : []).map(({ name, means }) => ({
    label: name,
    detail: means.kind === 'value' ? 'a named value' : 'a list of values',
    kind: CompletionItemKind.Variable,
    sortText: `0${name}`,
  }));
  if (isStep(node)) return inside;
  const extents = [
    { label: 'c', detail: 'channels' },
    { label: 'h', detail: 'height' },
    { label: 'w', detail: 'width' },
  ];
  return [...inside, ...extents.map((m) => ({ ...m, kind: CompletionItemKind.Field, sortText: `1${m.label}` }))];
}

/** What may be shared: no merge, which has branches. */
const ofShared = (names: readonly Offer[]): readonly CompletionItem[] => [
  ...ofStageNames(names),
  ...ofBlocks(names, '1'),
  ...ofLayers(names, '2').filter((i) => !layers.get(i.label)?.merge),
];

function ofStage(place: In<'stage'>, names: NamesAtCursor, { conditional }: Reading): readonly CompletionItem[] {
  const sees = place.start ? 'start' : 'stage';
  const found = names.that(sees);
  return [
    ...ofStageNames(found),
    ...(place.start ? ofStageNames(names.that('source').filter(isListOfValues)) : []),
    ...ofBlocks(found, '1'),
    ...ofLayers(found, '2'),
    // A block may use itself where a condition ends that.
    ...(conditional ? ofBlocks(names.itself(sees), '6') : []),
  ];
}
