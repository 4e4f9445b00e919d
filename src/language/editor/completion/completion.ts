/** Completion: at each place of a file what the grammar and the names in scope allow there, the most useful first. */
import type { AstNode, LangiumDocument } from 'langium';
import type { CompletionProvider } from 'langium/lsp';
import { type CompletionItem, CompletionItemKind, type CompletionList, type Position } from 'vscode-languageserver-types';
import { showShape } from '../../../layers/shape.ts';
import type { CnnServices } from '../../analysis/services.ts';
import { Meanings } from '../../names/means.ts';
import { namesOfFile } from '../../names/of-file.ts';
import { importPaths } from '../../syntax/folder.ts';
import { isLet } from '../../syntax/generated/ast.ts';
import { loadImports } from '../../syntax/imports.ts';
import { textOf } from '../../syntax/source.ts';
import { METRIC_DOCS, METRICS } from '../../syntax/vocabulary.ts';
import { callableDeclaration } from '../describe.ts';
import { ofArgument } from './arguments.ts';
import { Arrivals } from './arrivals.ts';
import { importable } from './imports.ts';
import { ofBlocks, ofCallable, ofNumbers, ofStageNames, ofValues, ofWord } from './items.ts';
import { ANYWHERE, ofLayers, type Site } from './layers.ts';
import { isListOfValues, ofMembers, ofShared } from './members.ts';
import { NamesAtCursor } from './names.ts';
import type { NextWord } from './next.ts';
import { type CursorPlace, isNew, type Reading, readPlace } from './place.ts';
import { SHAPES } from './snippets.ts';

/** What is asked, and what helps to answer it. */
interface Asked {
  readonly reading: Reading;
  readonly document: LangiumDocument;
  readonly offset: number;
  readonly meanings: Meanings;
  readonly arrivals: Arrivals;
}

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
    const meanings = new Meanings(this.services.shared);
    // What the last analysis knows is enough: what is being typed is newer than any.
    const arrivals = new Arrivals(this.services.analyses.latest(document), meanings);
    const asked: Asked = { reading, document, offset, meanings, arrivals };
    const items = [...(await this.items(asked)), ...this.wordItems(words, asked)];
    // What several things are called by is offered once, as the first of them.
    const first = new Map(items.toReversed().map((i) => [i.label, i]));
    return { isIncomplete: place.in === 'value' && place.layers, items: items.filter((i) => first.get(i.label) === i) };
  }

  /** Keywords; what goes on with a head is not offered where it stands already. */
  private wordItems(words: readonly NextWord[], { reading: { place }, document, offset, arrivals }: Asked): readonly CompletionItem[] {
    const [shape] = place.in === 'stage' ? shapesAt(place.node, arrivals) : [];
    return words
      .filter((w) => place.in !== 'words' || isNew(w) || !follows(w.word, document, offset))
      .map((w, i) => {
        const item = ofWord(w, i);
        return w.word === 'expect' && shape !== undefined ? { ...item, insertText: `expect \${0:${shape}}` } : item;
      });
  }

  private async items(asked: Asked): Promise<readonly CompletionItem[]> {
    const { reading, document, offset, meanings, arrivals } = asked;
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
        const names = new NamesAtCursor(meanings, place.node, enclosing, body);
        if (place.in === 'variant' && place.of === 'shared') return ofShared(names.that('stage'), meanings);
        if (place.in === 'variant') return ofBlocks(names.that('stage'), '1', meanings, place.of === 'alias' ? 'all' : 'needed');
        if (place.in === 'stage') return ofStage(place, names, asked);
        return place.in === 'value' ? this.valueItems(place, names, asked) : ofArgument(place, names, arrivals);
      }
      default:
        return place satisfies never;
    }
  }

  private valueItems(
    place: In<'value'>,
    names: NamesAtCursor,
    { reading: { prefix }, document, meanings, arrivals }: Asked,
  ): readonly CompletionItem[] {
    if (place.of === 'on') return [...ofValues(SHAPES), ...this.sizes(document)];
    const numbers = ofNumbers(names, place.layers);
    if (place.of === 'expect') {
      const metrics = METRICS.map((m, i) => ({ label: m, detail: METRIC_DOCS[m], kind: CompletionItemKind.Field, sortText: `00${i}` }));
      const known = place.fresh ? shapesAt(place.node, arrivals) : [];
      const shapes = known.length > 0 ? ofValues(known, 'what arrives here') : place.fresh ? ofValues(SHAPES) : [];
      return [...metrics, ...shapes.map((i) => ({ ...i, sortText: `1${i.sortText}` })), ...numbers];
    }
    // A layer may be a value too, but it mostly is a number: layers are offered as soon as a letter is typed.
    if (!place.layers || prefix === '') return numbers;
    const stages = names.that('stage');
    return [...numbers, ...ofBlocks(stages, '5', meanings, 'bare'), ...ofLayers(stages, '5', ANYWHERE, 'bare')];
  }

  /** The constants of a file that are shapes. */
  private sizes(document: LangiumDocument): readonly CompletionItem[] {
    return [...namesOfFile(document, this.services.shared)]
      .filter(({ means: { node } }) => isLet(node) && node.value !== undefined && /^(?:\d+x|size\b)/.test(textOf(node.value)))
      .map(({ name }) => ({ label: name, kind: CompletionItemKind.Constant, sortText: `1${name}` }));
  }
}

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

function ofStage(
  place: In<'stage'>,
  names: NamesAtCursor,
  { reading: { conditional }, meanings, arrivals }: Asked,
): readonly CompletionItem[] {
  const sees = place.start ? 'start' : 'stage';
  const found = names.that(sees);
  const [first] = arrivals.at(place.node);
  const site: Site = { arrives: first?.shape, after: arrivals.after(place.node) };
  const blocks = ofBlocks(found, '1', meanings).map((item) => {
    const shape = site.arrives && arrivals.of(item.label, site.arrives, found);
    const shown = shape ? { ...item, labelDetails: { description: showShape(shape) } } : item;
    // Networks are mostly whole.
    return item.kind === CompletionItemKind.Module ? { ...shown, sortText: `3${item.label}` } : shown;
  });
  return [
    ...ofStageNames(found),
    ...(place.start ? ofStageNames(names.that('source').filter(isListOfValues)) : []),
    ...blocks,
    ...ofLayers(found, '2', site),
    // A block may use itself where a condition ends that.
    ...(conditional ? ofBlocks(names.itself(sees), '6', meanings) : []),
  ];
}

/** Uses of a block beyond which no more shapes are offered. */
const MOST = 3;

/** The distinct shapes that arrive at a place, as they are written. */
const shapesAt = (node: AstNode, arrivals: Arrivals): readonly string[] =>
  [...new Set([...arrivals.at(node)].flatMap(({ shape }) => (shape ? [shape.join('x')] : [])))].slice(0, MOST);
