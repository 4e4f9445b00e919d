/** Syntax problems in words: what the parser and lexer found, where, and what is expected there. */
import type { LangiumDocument } from 'langium';
import type { Range } from '../../graph/graph.ts';
import { CODES, type Code } from './codes/index.ts';
import { misspeltAt } from './misspelt.ts';
import { byPlace, type Fix, type Problem } from './problem.ts';
import { type Repair, slipAt } from './slips.ts';
import { isSlip } from './suggest.ts';

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
const endExpected = (e: Mismatch): boolean => /Expecting end of file/.test(e.message);

function describe(e: Mismatch): string {
  const found = e.token.tokenType.name === 'EOF' || e.token.image === '' ? 'the file ends' : `\`${e.token.image}\` was found`;
  const one =
    /Expecting token of type '([^']+)'/.exec(e.message)?.[1] ?? /Expecting: one of these possible Token sequences/.exec(e.message)?.[0];
  const keyword = /Expecting keyword '([^']+)'/.exec(e.message)?.[1];
  if (keyword) return `Expected \`${keyword}\`, but ${found} here.`;
  // Between two values in a list it is usually the comma that was forgotten.
  const listed = (one === ')' || one === ']') && e.token.tokenType.name in TOKENS && e.token.tokenType.name !== 'EOF';
  if (one && !one.startsWith('Expecting')) return `Expected ${listed ? '`,` or ' : ''}${token(one)}, but ${found} here.`;
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
  const nowhere = new Set<Problem>();
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
    const here = Number.isFinite(e.token.startOffset) && e.token.startOffset >= 0 ? e.token : undefined;
    const previous = e.previousToken && Number.isFinite(e.previousToken.startOffset) ? e.previousToken : undefined;
    const end = text.trimEnd().length;
    const [from, to] = here
      ? [here.startOffset, (here.endOffset ?? here.startOffset) + 1]
      : previous
        ? [previous.startOffset, (previous.endOffset ?? previous.startOffset) + 1]
        : [Math.max(0, end - 1), end];
    const said = hinted('syntax', describe(e), from, to);
    problems.push(said);
    if (endExpected(e)) nowhere.add(said);
  }
  return firstOfEach(problems, nowhere).slice(0, MOST);
}

/** A repair as a fix. */
function repaired({ textDocument, uri }: LangiumDocument, { from, to, text, guess }: Repair): Fix {
  const range = { start: textDocument.positionAt(from), end: textDocument.positionAt(to) };
  const edits = [{ location: { uri: uri.toString(), range }, text }];
  const shown = (guess ?? text).trim();
  return { title: shown === '' ? `Remove ${textDocument.getText(range).trim()}` : `Write ${shown}`, edits, preferred: guess === undefined };
}

/** One syntax error causes others: only the first of a line is reported, and what fits `nowhere` only if nothing was wrong before it. */
function firstOfEach(problems: readonly Problem[], nowhere: ReadonlySet<Problem>): readonly Problem[] {
  const sorted = [...problems].sort(byPlace);
  return sorted.filter((p, i) => {
    const before = sorted[i - 1];
    return before === undefined || (before.location.range.start.line !== p.location.range.start.line && !nowhere.has(p));
  });
}
