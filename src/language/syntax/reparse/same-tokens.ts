/** What two texts have in common, as the lexer reads them: tokens from the beginning, and tokens up to the end. */
import type { IToken } from 'chevrotain';

/** A text and its tokens, without comments. */
export interface Lexed {
  readonly text: string;
  readonly tokens: readonly IToken[];
}

export interface SameTokens {
  /** How many tokens at the beginning are the same, each where it was. */
  readonly head: number;
  /** How many tokens at the end are the same, all moved by `offset` characters and whole `lines`. */
  readonly tail: number;
  readonly offset: number;
  readonly lines: number;
  /** Whether these are all: only blanks and comments between them differ. */
  readonly all: boolean;
}

const samePrefix = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a.charCodeAt(n) === b.charCodeAt(n)) n++;
  return n;
};
const sameSuffix = (a: string, b: string, prefix: number): number => {
  const most = Math.min(a.length, b.length) - prefix;
  let n = 0;
  while (n < most && a.charCodeAt(a.length - 1 - n) === b.charCodeAt(b.length - 1 - n)) n++;
  return n;
};

const endOf = (t: IToken): number => t.startOffset + t.image.length;
const isMoved = (was: IToken, is: IToken, offset: number, lines: number): boolean =>
  was.tokenType === is.tokenType &&
  was.image === is.image &&
  was.startOffset + offset === is.startOffset &&
  (was.startLine ?? 0) + lines === is.startLine &&
  was.startColumn === is.startColumn;

/** Compares a text with what it was before an edit. Between tokens that are the same, so are blanks and comments. */
export function sameTokens(was: Lexed, is: Lexed): SameTokens {
  const prefix = samePrefix(was.text, is.text);
  const suffix = sameSuffix(was.text, is.text, prefix);
  const most = Math.min(was.tokens.length, is.tokens.length);
  let head = 0;
  for (; head < most; head++) {
    const [a, b] = [was.tokens[head], is.tokens[head]];
    if (!a || !b || endOf(b) > prefix || !isMoved(a, b, 0, 0)) break;
  }
  const offset = is.text.length - was.text.length;
  const lines = (is.tokens.at(-1)?.startLine ?? 0) - (was.tokens.at(-1)?.startLine ?? 0);
  let tail = 0;
  for (; tail < most - head; tail++) {
    const [a, b] = [was.tokens.at(-1 - tail), is.tokens.at(-1 - tail)];
    if (!a || !b || b.startOffset < is.text.length - suffix || !isMoved(a, b, offset, lines)) break;
  }
  return { head, tail, offset, lines, all: was.tokens.length === is.tokens.length && head + tail === is.tokens.length };
}
