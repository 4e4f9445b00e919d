/** The parser, given only what it can parse: too deep, too long or binary texts get an empty file and a problem instead. */
import type { LangiumParser, ParseResult } from 'langium';
import { isBinary } from './syntax-problems.ts';

/** Brackets inside each other beyond which a text is not parsed: time grows with their square, and the parser's stack with them. */
const DEEPEST = 100;

function tooDeep(text: string): boolean {
  let depth = 0;
  for (const c of text.replace(/#[^\n]*|"[^"\n]*"/g, '')) {
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    if (depth > DEEPEST) return true;
  }
  return /(?:(?:\bnot|-)\s*){100}/.test(text);
}

/** Operators in one expression beyond which a text is not parsed: the parser's time grows with their square. */
const LONGEST = 2000;

function tooLong(text: string): boolean {
  let operators = 0;
  // Whatever cannot be inside an expression, or only between two of them, starts a new count.
  for (const [token] of text.replace(/#[^\n]*|"[^"\n]*"/g, '').matchAll(/->|[-+*/%<>]|\b(?:and|or)\b|[{},|=:]/g)) {
    operators = /^(?:->|[{},|=:])$/.test(token) ? 0 : operators + 1;
    if (operators > LONGEST) return true;
  }
  return false;
}

/** Why a text is not parsed, if it is not. */
export function refusal(text: string): string | undefined {
  if (tooDeep(text)) return `Brackets are nested more than ${DEEPEST} deep here, deeper than Pointwise reads.`;
  return tooLong(text) ? `An expression here has more than ${LONGEST} operators, more than Pointwise reads.` : undefined;
}

/** The generated parser, which is given only what it can parse; the rest is an empty file with a problem. */
export function guarded(parser: LangiumParser): LangiumParser {
  const parse = parser.parse.bind(parser);
  const refused = (message: string, rest: []): ParseResult => ({
    ...parse('', ...rest),
    lexerErrors: [{ message, offset: 0, length: 1, line: 1, column: 1 }],
  });
  parser.parse = ((text: string, ...rest: []) => {
    if (isBinary(text)) return parse('', ...rest);
    const why = refusal(text);
    if (why !== undefined) return refused(why, rest);
    try {
      return parse(text, ...rest);
    } catch {
      // Whatever else runs the parser out of stack leaves it in no state to say so.
      return refused('An expression here is longer than Pointwise reads.', rest);
    }
  }) as typeof parser.parse;
  return parser;
}
