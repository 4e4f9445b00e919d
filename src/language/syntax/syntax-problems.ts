/** Syntax problems in words: what the parser and lexer found, where, and what is expected there. */
import type { LangiumDocument } from 'langium';
import type { Range } from '../../graph/graph.ts';
import { CODES, type Code } from './codes/index.ts';
import { isWord, KEYWORDS } from './keywords.ts';
import { misspeltAt } from './misspelt.ts';
import { byPlace, type Fix, type Problem } from './problem.ts';
import { type Repair, slipAt } from './slips/index.ts';
import { isSlip } from './suggest.ts';
import { astrayBefore, unclosedAt } from './unclosed.ts';

/** At most this many are reported; one broken brace causes many. */
const MOST = 50;

const at = (document: LangiumDocument, from: number, to: number): Range => {
  const { start, end } = { start: document.textDocument.positionAt(from), end: document.textDocument.positionAt(Math.max(to, from + 1)) };
  return { start, end };
};

/** True for a file that is not text: someone opened an image, or a model file, as `.cnn`. */
export const isBinary = (text: string): boolean => text.includes('\0') || (text.slice(0, 2000).match(/\uFFFD/g)?.length ?? 0) > 4;

const TOKENS: Readonly<Record<string, string>> = {
  ID: 'a name',
  INT: 'a whole number',
  FLOAT: 'a number',
  SIZE: 'a size such as `3x3`',
  STRING: 'a string',
  EOF: 'the end of the file',
};
const token = (name: string): string => TOKENS[name] ?? `\`${name}\``;

interface ParserToken {
  readonly image: string;
  readonly startOffset: number;
  readonly endOffset?: number | undefined;
  readonly tokenType: { readonly name: string };
}
interface Mismatch {
  readonly message: string;
  readonly token: ParserToken;
  readonly previousToken?: ParserToken;
}

/** Only another declaration could be there. */
const endExpected = (e: Mismatch): boolean => /Expecting end of file|of type 'EOF'/.test(e.message);
/** A body goes on in a way that the parser does not know. */
const closeExpected = (e: Mismatch): boolean => /Expecting (?:keyword|token of type) '\}'/.test(e.message);
const atEnd = ({ token }: Mismatch): boolean => token.tokenType.name === 'EOF' || token.image === '';

function describe(e: Mismatch): string {
  const found = atEnd(e) ? 'the file ends' : `\`${e.token.image}\` was found`;
  const one =
    /Expecting token of type '([^']+)'/.exec(e.message)?.[1] ?? /Expecting: one of these possible Token sequences/.exec(e.message)?.[0];
  const keyword = /Expecting keyword '([^']+)'/.exec(e.message)?.[1];
  if (keyword) return `Expected \`${keyword}\`, but ${found} here.`;
  // Between two values in a list it is usually the comma that was forgotten.
  const listed = (one === ')' || one === ']') && e.token.tokenType.name in TOKENS && e.token.tokenType.name !== 'EOF';
  if (one && one !== 'EOF' && !one.startsWith('Expecting')) return `Expected ${listed ? '`,` or ' : ''}${token(one)}, but ${found} here.`;
  const previous = e.previousToken?.image;
  if (endExpected(e))
    return `${found === 'the file ends' ? 'The file ends' : `\`${e.token.image}\``} does not fit here: a declaration begins with \`block\`, \`network\`, \`let\`, \`fn\` or \`import\`.`;
  return `${found === 'the file ends' ? 'The file ends' : `\`${e.token.image}\` does not fit`} here${previous ? `, after \`${previous}\`` : ''}.`;
}

/** Whether a text does not parse as a whole. */
export const isBroken = ({ parseResult }: LangiumDocument): boolean => parseResult.parserErrors.length + parseResult.lexerErrors.length > 0;

/** The problems of a document's syntax. */
export function syntaxProblems(document: LangiumDocument): readonly Problem[] {
  const uri = document.uri.toString();
  const text = document.textDocument.getText();
  const problem = (code: Code, message: string, range: Range, fixes: readonly Fix[] = []): Problem => ({
    severity: CODES[code].severity,
    code,
    message,
    location: { uri, range },
    related: [],
    fixes,
  });
  /** With what is known of the slip that stands at an offset. */
  const hinted = (code: Code, message: string, from: number, to: number): Problem => {
    const { hint, repair } = slipAt(text, from) ?? {};
    const misspelt = hint === undefined && code === 'syntax' ? misspeltAt(text, from) : undefined;
    if (misspelt) {
      const { word, meant } = misspelt;
      const repair = {
        from: misspelt.from,
        to: misspelt.from + word.length,
        text: meant,
        ...(isSlip(word, meant) ? {} : { guess: meant }),
      };
      const says = `\`${word}\` is no word of the language. Did you mean \`${meant}\`?`;
      return problem(code, says, at(document, repair.from, repair.to), [repaired(document, repair)]);
    }
    const said = hint === undefined ? message : `${message} ${hint}`;
    return problem(code, said, at(document, from, to), repair ? [repaired(document, repair)] : []);
  };
  if (isBinary(text))
    return [problem('not-text', 'This file is not text: a `.cnn` file is UTF-8 text, as in `docs/language.md`.', at(document, 0, 0))];
  const problems: Problem[] = [];
  const following = new Map<Problem, Following>();
  for (const e of document.parseResult.lexerErrors)
    problems.push(
      // For a text that the parser refused as a whole, the error says so itself.
      e.message.endsWith('Pointwise reads.')
        ? problem('too-deep', e.message, at(document, 0, 1))
        : hinted(
            'bad-character',
            `\`${text.slice(e.offset, e.offset + Math.min(e.length, 20))}\` is not part of the language.`,
            e.offset,
            e.offset + e.length,
          ),
    );
  for (const e of document.parseResult.parserErrors as unknown as readonly Mismatch[]) {
    // Of `from "./a.cnn" import A` the second half is read as an import of its own.
    if (/'from'/.test(e.message) && /(?:^|\n)[ \t]*from\s+"[^"\n]*"\s+import\b[^\n]*\s*$/.test(text.slice(0, e.token.startOffset)))
      continue;
    const here = Number.isFinite(e.token.startOffset) && e.token.startOffset >= 0 ? e.token : undefined;
    const previous = e.previousToken && Number.isFinite(e.previousToken.startOffset) ? e.previousToken : undefined;
    const end = text.trimEnd().length;
    const [from, to] = here
      ? [here.startOffset, (here.endOffset ?? here.startOffset) + 1]
      : previous
        ? [previous.startOffset, (previous.endOffset ?? previous.startOffset) + 1]
        : [Math.max(0, end - 1), end];
    const unpaired = unpairedAt(e, text);
    const said = unpaired
      ? problem('syntax', unpaired.message, at(document, unpaired.from, unpaired.to), [repaired(document, unpaired.repair)])
      : hinted('syntax', describe(e), from, to);
    problems.push(said);
    if (endExpected(e)) following.set(said, 'end');
    else if (closeExpected(e) && said.fixes.length === 0) following.set(said, 'close');
  }
  return firstOfEach(problems, following, document).slice(0, MOST);
}

/** A repair as a fix. */
function repaired({ textDocument, uri }: LangiumDocument, { from, to, text, guess }: Repair): Fix {
  const range = { start: textDocument.positionAt(from), end: textDocument.positionAt(to) };
  const edits = [{ location: { uri: uri.toString(), range }, text }];
  const shown = (guess ?? text).trim().replace(/\s+/g, ' ');
  return { title: shown === '' ? `Remove ${textDocument.getText(range).trim()}` : `Write ${shown}`, edits, preferred: guess === undefined };
}

/** A bracket without its partner: what to say of it, where, and how to write or take away what is wrong. */
function unpairedAt(
  e: Mismatch,
  text: string,
): { readonly message: string; readonly from: number; readonly to: number; readonly repair: Repair } | undefined {
  const { token, previousToken: previous } = e;
  const end = previous && (previous.endOffset ?? previous.startOffset) + 1;
  const missing = /Expecting token of type '([)\]])'/.exec(e.message)?.[1];
  if (missing && previous && end !== undefined && /\n/.test(text.slice(end, atEnd(e) ? undefined : token.startOffset))) {
    const message = `\`${missing}\` is missing ${previous.image === ',' ? 'here' : `after \`${previous.image}\``}.`;
    return { message, from: previous.startOffset, to: end, repair: { from: end, to: end, text: missing } };
  }
  if (closeExpected(e) && (atEnd(e) || isDeclarationWord(token.image))) {
    const open = unclosedAt(text, atEnd(e) ? text.length : token.startOffset);
    if (!open) return undefined;
    const message = 'This `{` is never closed: its `}` is missing.';
    return { message, from: open.offset, to: open.offset + 1, repair: { from: open.at, to: open.at, text: open.text } };
  }
  if (closeExpected(e) && (token.image === ')' || token.image === ']')) {
    const message = `This \`${token.image}\` closes nothing: there is one too many.`;
    return {
      message,
      from: token.startOffset,
      to: token.startOffset + 1,
      repair: { from: token.startOffset, to: token.startOffset + 1, text: '' },
    };
  }
  if (!endExpected(e) || atEnd(e)) return undefined;
  const early = astrayBefore(text, token.startOffset);
  const astray = early ?? (token.image === '}' ? token.startOffset : undefined);
  if (astray === undefined) return undefined;
  const message =
    early === undefined
      ? 'This `}` closes nothing: there is one too many.'
      : 'This `}` ends more than it should: what follows stands in no body.';
  const spaces = /[ \t]*$/.exec(text.slice(0, astray))?.[0].length ?? 0;
  return { message, from: astray, to: astray + 1, repair: { from: astray - spaces, to: astray + 1, text: '' } };
}

const isDeclarationWord = (image: string): boolean => isWord(image) && KEYWORDS[image].use === 'declaration';

/** What the parser missed where another error may be the cause: the end of the file, or of a body. */
type Following = 'end' | 'close';

/**
 * One syntax error causes others: only the first of a line is reported, and of what may follow from another only what is the first of its declaration.
 */
function firstOfEach(
  problems: readonly Problem[],
  following: ReadonlyMap<Problem, Following>,
  { textDocument }: LangiumDocument,
): readonly Problem[] {
  const sorted = [...problems].sort(byPlace);
  const first: Problem[] = [];
  for (const [i, p] of sorted.entries()) {
    const before = sorted[i - 1]?.location.range.start;
    const { start } = p.location.range;
    // What misses its `}` belongs to what is above it.
    const end = following.get(p) === 'close' ? start : { line: start.line + 1, character: 0 };
    const follows = before && following.has(p);
    if (follows && !/^[a-z]\w* +\w/m.test(textDocument.getText({ start: { line: before.line + 1, character: 0 }, end }))) continue;
    if (first.at(-1)?.location.range.start.line !== start.line) first.push(p);
  }
  return first;
}
