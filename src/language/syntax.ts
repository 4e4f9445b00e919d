/** Syntax problems in words: what the parser and lexer found, where, and what is expected there. */
import type { LangiumDocument } from 'langium';
import type { Range } from '../graph/graph.ts';
import type { Problem } from './problem.ts';

/** At most so many are said; one broken brace makes many. */
const MOST = 50;

const at = (document: LangiumDocument, from: number, to: number): Range => {
  const { start, end } = { start: document.textDocument.positionAt(from), end: document.textDocument.positionAt(Math.max(to, from + 1)) };
  return { start, end };
};

/** True for a text that is no text: someone opened an image, or a model file, as `.cnn`. */
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

function describe(e: Mismatch): string {
  const found = e.token.tokenType.name === 'EOF' || e.token.image === '' ? 'the file ends' : `\`${e.token.image}\` stands`;
  const one =
    /Expecting token of type '([^']+)'/.exec(e.message)?.[1] ?? /Expecting: one of these possible Token sequences/.exec(e.message)?.[0];
  const keyword = /Expecting keyword '([^']+)'/.exec(e.message)?.[1];
  if (keyword) return `Expected \`${keyword}\`, but ${found} here.`;
  // Between two values in a list it is mostly the comma that was forgotten.
  const listed = (one === ')' || one === ']') && e.token.tokenType.name in TOKENS && e.token.tokenType.name !== 'EOF';
  if (one && !one.startsWith('Expecting')) return `Expected ${listed ? '`,` or ' : ''}${token(one)}, but ${found} here.`;
  const previous = e.previousToken?.image;
  if (/Expecting end of file/.test(e.message))
    return `${found === 'the file ends' ? 'The file ends' : `\`${e.token.image}\``} does not fit here: a declaration begins with \`block\`, \`network\`, \`let\`, \`fn\` or \`import\`.`;
  return `${found === 'the file ends' ? 'The file ends' : `\`${e.token.image}\` does not fit`} here${previous ? `, after \`${previous}\`` : ''}.`;
}

/** The problems of a document's syntax. */
export function syntaxProblems(document: LangiumDocument): readonly Problem[] {
  const uri = document.uri.toString();
  const text = document.textDocument.getText();
  const problem = (code: string, message: string, range: Range): Problem => ({
    severity: 'error',
    code,
    message,
    location: { uri, range },
    related: [],
  });
  if (isBinary(text))
    return [problem('not-text', 'This file is not text: a `.cnn` file is UTF-8 text, as in `docs/language.md`.', at(document, 0, 0))];
  const problems: Problem[] = [];
  for (const e of document.parseResult.lexerErrors)
    problems.push(
      // A text that the parser refused as a whole says so itself.
      e.message.endsWith('Pointwise reads.')
        ? problem('too-deep', e.message, at(document, 0, 1))
        : problem(
            'bad-character',
            `\`${text.slice(e.offset, e.offset + Math.min(e.length, 20))}\` is not part of the language.`,
            at(document, e.offset, e.offset + e.length),
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
    problems.push(problem('syntax', describe(e), at(document, from, to)));
  }
  return problems.slice(0, MOST);
}
