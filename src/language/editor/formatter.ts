/** Formats documents: for Format Document and Format Selection, while typing, and for the command line. */
import type { LangiumDocument } from 'langium';
import type { Formatter } from 'langium/lsp';
import type { DocumentOnTypeFormattingOptions } from 'vscode-languageserver';
import type { Position, Range, TextEdit } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import { formatTokens, toToken } from '../syntax/format.ts';
import type { Token } from '../syntax/line-breaks.ts';
import { isBinary } from '../syntax/syntax-problems.ts';

/** The tokens of a text, comments included, in its order; undefined where it has characters that are not of the language. */
function tokensOf(text: string, services: CnnServices): readonly Token[] | undefined {
  if (isBinary(text)) return undefined;
  const { tokens, hidden, errors } = services.parser.Lexer.tokenize(text);
  if (errors.length > 0) return undefined;
  const comments = hidden.filter((t) => t.tokenType.name === 'COMMENT');
  return [...tokens, ...comments].map(toToken).sort((a, b) => a.offset - b.offset);
}

/** The canonical layout of a text, with the line ends it has, or undefined where it has characters that are not of the language. */
export function formatText(text: string, services: CnnServices): string | undefined {
  const tokens = tokensOf(text, services);
  return tokens && laidOut(text, tokens);
}

function laidOut(text: string, tokens: readonly Token[]): string {
  const formatted = formatTokens(text, tokens);
  return text.includes('\r\n') ? formatted.replaceAll('\n', '\r\n') : formatted;
}

/** What an exporter wrote: text of the language is laid out as all of it is. */
export const formatExport = <T extends string | Uint8Array>(data: T, to: string, services: CnnServices): T | string =>
  to === 'cnn' && typeof data === 'string' ? (formatText(data, services) ?? data) : data;

/** White space that is to be replaced. */
interface Gap {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** What differs from the canonical layout: white space only, so that cursors and folds stay where they are. */
function* gapsOf(text: string, tokens: readonly Token[]): Generator<Gap> {
  const formatted = laidOut(text, tokens);
  let [from, at] = [0, 0];
  const gap = (to: number, next: number): readonly Gap[] => {
    const by = formatted.slice(at, next);
    return text.slice(from, to) === by ? [] : [{ from, to, by }];
  };
  for (const t of tokens) {
    const image = t.image.trimEnd();
    const next = formatted.indexOf(image, at);
    yield* gap(t.offset, next);
    [from, at] = [t.offset + image.length, next + image.length];
  }
  yield* gap(text.length, formatted.length);
}

/** Behind what is typed its line is laid out; a line that is left, too. */
const TYPED = { firstTriggerCharacter: '}', moreTriggerCharacter: ['|', '>', '\n'] } as const;

export class CnnFormatter implements Formatter {
  readonly formatOnTypeOptions: DocumentOnTypeFormattingOptions = { ...TYPED, moreTriggerCharacter: [...TYPED.moreTriggerCharacter] };
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  formatDocument(document: LangiumDocument): TextEdit[] {
    return this.edits(document, () => true);
  }

  /** Formats the lines that a range touches. */
  formatDocumentRange(document: LangiumDocument, { range }: { readonly range: Range }): TextEdit[] {
    const { textDocument } = document;
    // The end of a selection of whole lines is the beginning of the next.
    const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
    const from = textDocument.offsetAt({ line: range.start.line, character: 0 });
    const to = textDocument.offsetAt({ line: last + 1, character: 0 });
    return this.edits(document, (gap) => gap.to >= from && gap.to <= to);
  }

  /**
   * Behind a brace, a branch's bar and an arrow the line's indentation; behind a new line the layout of the line before. Text that is being
   * typed mostly does not parse, so only within a line is anything moved.
   */
  formatDocumentOnType(document: LangiumDocument, { position, ch }: { readonly position: Position; readonly ch: string }): TextEdit[] {
    const { textDocument } = document;
    const text = textDocument.getText();
    const tokens = tokensOf(text, this.services);
    if (!tokens) return [];
    const line = ch === '\n' ? position.line - 1 : position.line;
    if (line < 0) return [];
    const start = textDocument.offsetAt({ line, character: 0 });
    const end = textDocument.offsetAt({ line: line + 1, character: 0 });
    const own = tokens.filter((t) => t.offset >= start && t.offset < end);
    const [first] = own;
    const last = own.at(-1);
    if (!first || !last || (ch !== '\n' && first.offset + first.image.length < textDocument.offsetAt(position))) return [];
    const until = ch === '\n' ? last.offset : first.offset;
    return [...gapsOf(text, tokens)].flatMap((gap) => {
      if (gap.to > until || gap.to < start) return [];
      if (gap.from >= start) return gap.by.includes('\n') ? [] : [editOf(document, gap)];
      // Of what stands between two lines, only the indentation of the second.
      const own = { from: start, to: gap.to, by: gap.by.slice(gap.by.lastIndexOf('\n') + 1) };
      return text.slice(own.from, own.to) === own.by ? [] : [editOf(document, own)];
    });
  }

  private edits(document: LangiumDocument, wanted: (gap: Gap) => boolean): TextEdit[] {
    const text = document.textDocument.getText();
    // A text that does not parse is in the middle of something: leave it.
    const tokens = document.parseResult.parserErrors.length > 0 ? undefined : tokensOf(text, this.services);
    return tokens ? [...gapsOf(text, tokens)].filter(wanted).map((gap) => editOf(document, gap)) : [];
  }
}

const editOf = ({ textDocument }: LangiumDocument, { from, to, by }: Gap): TextEdit => ({
  range: { start: textDocument.positionAt(from), end: textDocument.positionAt(to) },
  newText: by,
});
