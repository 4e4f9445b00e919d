/** Formats documents: for the editor's Format Document, and for the command line. */
import type { LangiumDocument } from 'langium';
import type { Formatter } from 'langium/lsp';
import type { TextEdit } from 'vscode-languageserver-types';
import type { CnnServices } from '../analysis/services.ts';
import { formatTokens, toToken } from '../syntax/format.ts';
import { isBinary } from '../syntax/syntax-problems.ts';

/** The canonical layout of a text, with the line ends it has, or undefined where it has characters that are not of the language. */
export function formatText(text: string, services: CnnServices): string | undefined {
  if (isBinary(text)) return undefined;
  const { tokens, hidden, errors } = services.parser.Lexer.tokenize(text);
  if (errors.length > 0) return undefined;
  const formatted = formatTokens(text, [...tokens, ...hidden.filter((t) => t.tokenType.name === 'COMMENT')].map(toToken));
  return text.includes('\r\n') ? formatted.replaceAll('\n', '\r\n') : formatted;
}

export class CnnFormatter implements Formatter {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }
  formatDocument(document: LangiumDocument): TextEdit[] {
    const text = document.textDocument.getText();
    // A text that does not parse is in the middle of something: leave it.
    const formatted = document.parseResult.parserErrors.length > 0 ? undefined : formatText(text, this.services);
    if (formatted === undefined || formatted === text) return [];
    return [{ range: { start: { line: 0, character: 0 }, end: document.textDocument.positionAt(text.length) }, newText: formatted }];
  }
  formatDocumentRange(): TextEdit[] {
    return [];
  }
  formatDocumentOnType(): TextEdit[] {
    return [];
  }
  get formatOnTypeOptions(): undefined {
    return undefined;
  }
}
