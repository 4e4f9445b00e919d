/** The parser, given only what it can parse: too deep, too long or binary texts get an empty file and a problem instead. */
import type { LangiumCompletionParser as CompletionParser, CompletionParserResult, LangiumParser, ParseResult } from 'langium';
import { isBinary } from './syntax-problems.ts';

/**
 * How deep brackets may be inside each other: time grows with the square of that, and the parser's stack with it. Those of expressions go
 * through a rule for each kind of operator, so 40 of them take as much as 100 bodies.
 */
const DEEPEST = 200;
const DEPTH = { expression: 5, body: 2 } as const;
/** Conditionals in one expression, each of which is inside the one before. */
const MOST_CONDITIONALS = 50;
/** Signs and `not` in a row, each of which the parser takes as an expression inside another. */
const MOST_SIGNS = 100;
/** Operators in one expression beyond which a text is not parsed: the parser's time grows with their square. */
const LONGEST = 2000;

const WORD = /[A-Za-z0-9_]*/y;

/** What a text has at most of what makes parsing slow: brackets inside each other, signs in a row, operators and conditionals in an expression. */
function mostIn(text: string): Readonly<Record<'depth' | 'signs' | 'operators' | 'conditionals', number>> {
  let [depth, signs, operators, conditionals] = [0, 0, 0, 0];
  const most = { depth: 0, signs: 0, operators: 0, conditionals: 0 };
  /** Behind what cannot be inside an expression, or only between two of them. */
  const anew = (): void => {
    operators = 0;
    conditionals = 0;
  };
  const sign = (): void => {
    most.signs = Math.max(most.signs, ++signs);
  };
  const operator = (): void => {
    most.operators = Math.max(most.operators, ++operators);
  };
  // One pass, as each key asks for it.
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    switch (c) {
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        continue;
      case '#': {
        const end = text.indexOf('\n', i);
        i = end < 0 ? text.length : end;
        continue;
      }
      case '"': {
        const [end, line] = [text.indexOf('"', i + 1), text.indexOf('\n', i)];
        if (end > 0 && (line < 0 || end < line)) i = end;
        break;
      }
      case '(':
      case '[':
        depth += DEPTH.expression;
        most.depth = Math.max(most.depth, depth);
        break;
      case ')':
      case ']':
        depth -= DEPTH.expression;
        break;
      case '{':
        depth += DEPTH.body;
        most.depth = Math.max(most.depth, depth);
        anew();
        break;
      case '}':
        depth -= DEPTH.body;
        anew();
        break;
      case ',':
      case '|':
      case '=':
      case ':':
        anew();
        break;
      case '-':
        if (text[i + 1] === '>') {
          i++;
          anew();
          break;
        }
        sign();
        operator();
        continue;
      case '+':
      case '*':
      case '/':
      case '%':
      case '<':
      case '>':
        operator();
        break;
      default: {
        WORD.lastIndex = i;
        const word = WORD.exec(text)?.[0] ?? '';
        i += Math.max(0, word.length - 1);
        if (word === 'and' || word === 'or') operator();
        if (word === 'then') most.conditionals = Math.max(most.conditionals, ++conditionals);
        if (word !== 'not') break;
        sign();
        continue;
      }
    }
    signs = 0;
  }
  return most;
}

/** Why a text is not parsed, if it is not. */
export function refusal(text: string): string | undefined {
  const { depth, signs, operators, conditionals } = mostIn(text);
  if (depth > DEEPEST || signs >= MOST_SIGNS) return 'Brackets are nested deeper here than Pointwise reads.';
  if (conditionals > MOST_CONDITIONALS)
    return `An expression here has more than ${MOST_CONDITIONALS} conditionals, more than Pointwise reads.`;
  return operators > LONGEST ? `An expression here has more than ${LONGEST} operators, more than Pointwise reads.` : undefined;
}

/** How far the completion parser gets in a text that may go on; undefined where it cannot parse it. */
export function begun(text: string, parser: CompletionParser): CompletionParserResult | undefined {
  if (refusal(text) !== undefined) return undefined;
  try {
    return parser.parse(text);
  } catch {
    // It ran out of stack.
    return undefined;
  }
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
