/** Completion: at each place of a file what the grammar and the names in scope allow there, the most useful first. */
import type { LangiumDocument } from 'langium';
import type { CompletionProvider } from 'langium/lsp';
import { type CompletionItem, CompletionItemKind, type CompletionList, type Position } from 'vscode-languageserver-types';
import type { CnnServices } from '../../analysis/services.ts';
import { namesOfFile } from '../../names/of-file.ts';
import { importPaths } from '../../syntax/folder.ts';
import type { Let } from '../../syntax/generated/ast.ts';
import { loadImports } from '../../syntax/imports.ts';
import { textOf } from '../../syntax/source.ts';
import { METRIC_DOCS, METRICS } from '../../syntax/vocabulary.ts';
import { callableDeclaration } from '../describe.ts';
import { ofArgument } from './arguments.ts';
import { importable } from './imports.ts';
import { ofBlocks, ofCallable, ofLayers, ofNumbers, ofSnippet, ofStageNames, ofValues, ofWord } from './items.ts';
import { type Place, type Reading, readPlace } from './places.ts';
import { arriving } from './shapes.ts';
import { FILE, SHAPES, STAGES, STATEMENTS } from './snippets.ts';
import { Names } from './values.ts';

type In<K extends Place['in']> = Extract<Place, { readonly in: K }>;

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
    const reading = readPlace(document.textDocument.getText(), offset);
    if (!reading) return undefined;
    // A slash and a quote ask for a path; elsewhere they divide, and end a string.
    if (['/', '"'].includes(context?.triggerCharacter ?? '') && reading.place.in !== 'path') return undefined;
    const items = await this.items(reading, document, offset);
    return { isIncomplete: reading.place.in === 'value' && reading.place.layers, items };
  }

  private async items(reading: Reading, document: LangiumDocument, offset: number): Promise<CompletionItem[]> {
    const { place, enclosing } = reading;
    const declared = [...namesOfFile(document, this.services.shared)].flatMap(({ name, means }) =>
      means.kind === 'declaration' ? [{ name, declaration: means.node }] : [],
    );
    const names = new Names(reading.locals, declared);
    switch (place.in) {
      case 'declaration':
        return FILE.map((s) => ofSnippet(s));
      case 'keywords':
        return place.words.filter((word) => !follows(word, document, offset)).map(ofWord);
      case 'variant':
        return ofBlocks(names, enclosing, '1', place.of === 'alias' ? 'all' : 'needed');
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
        return [
          { label: 'c', detail: 'channels' },
          { label: 'h', detail: 'height' },
          { label: 'w', detail: 'width' },
        ].map((m) => ({ ...m, kind: CompletionItemKind.Field }));
      case 'stage':
        return ofStage(place, names, reading);
      case 'value':
        return this.valueItems(place, names, reading, document, offset);
      case 'argument':
        return ofArgument(place, names, enclosing);
      default:
        return place satisfies never;
    }
  }

  private valueItems(place: In<'value'>, names: Names, reading: Reading, document: LangiumDocument, offset: number): CompletionItem[] {
    const { enclosing, prefix } = reading;
    if (place.of === 'on') return ofInputs(names);
    const numbers = ofNumbers(names, enclosing, place.body, place.layers);
    if (place.of === 'expect') {
      const metrics = METRICS.map((m, i) => ({ label: m, detail: METRIC_DOCS[m], kind: CompletionItemKind.Field, sortText: `00${i}` }));
      const known = place.fresh ? arriving(document, offset, enclosing, this.services) : [];
      const shapes = known.length > 0 ? ofValues(known, 'what arrives here') : place.fresh ? ofValues(SHAPES) : [];
      return [...metrics, ...shapes.map((i) => ({ ...i, sortText: `1${i.sortText}` })), ...numbers];
    }
    // A layer may be a value too, but it mostly is a number: layers are offered as soon as a letter is typed.
    if (!place.layers || prefix === '') return numbers;
    return [...numbers, ...ofBlocks(names, enclosing, '5', 'bare'), ...ofLayers(names, '5', 'bare')];
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

function ofStage(place: In<'stage'>, names: Names, { enclosing, conditional }: Reading): CompletionItem[] {
  // A block may use itself where a condition ends that.
  const itself = conditional ? ofBlocks(names, '', '6').filter((i) => i.label === enclosing) : [];
  const keywords = [...STAGES, ...(place.statement ? STATEMENTS : [])].map((s) => ofSnippet(s));
  return [
    ...place.words.map(ofWord),
    ...ofStageNames(names, place.start),
    ...ofBlocks(names, enclosing, '1'),
    ...ofLayers(names, '2'),
    ...itself,
    ...keywords,
  ];
}

/** The inputs on which a declaration stands alone: common ones, and the constants of the file that are shapes. */
function ofInputs(names: Names): CompletionItem[] {
  const sizes = names.all.filter((n) => 'declaration' in n && n.declaration.$type === 'Let' && isSize(n.declaration));
  return [...ofValues(SHAPES), ...sizes.map((n) => ({ label: n.name, kind: CompletionItemKind.Constant, sortText: `1${n.name}` }))];
}
const isSize = (d: Let): boolean => d.value !== undefined && /^(?:\d+x|size\b)/.test(textOf(d.value));
