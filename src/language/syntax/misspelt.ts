/** Keywords that were misspelt: what comes behind one tells no reader that `netwrok` was meant to be `network`. */
import { layers } from '../../layers/index.ts';
import { CLAUSE_WORDS, isKeyword, OPENING_WORDS } from './keywords.ts';
import { nearest } from './suggest.ts';

export interface Misspelt {
  readonly from: number;
  readonly word: string;
  readonly meant: string;
}

/** How far back the beginning of a statement is looked for. */
const BACK = 80;

/** The keyword that was probably meant at an error's offset, or at the beginning of the statement whose next words are the error. */
export function misspeltAt(text: string, offset: number): Misspelt | undefined {
  const here = /^[A-Za-z]\w*/.exec(text.slice(offset, offset + BACK))?.[0];
  const meantHere = here && meant(text, here, [...OPENING_WORDS, ...CLAUSE_WORDS]);
  if (here && meantHere) return { from: offset, word: here, meant: meantHere };
  // `repaet 3 {`, `lte x = 3`, `fro i in xs`.
  const start = Math.max(0, offset - BACK);
  const before = /(?:^|[\n{}|]|->)[ \t]*([A-Za-z]\w*)[ \t]+(?:\w+[ \t]*)?$/d.exec(text.slice(start, offset));
  const [word, from] = [before?.[1], before?.indices?.[1]?.[0]];
  const opener = word && meant(text, word, OPENING_WORDS);
  return word && opener && from !== undefined ? { from: start + from, word, meant: opener } : undefined;
}

/** A word of the language that is near a word which means nothing: no keyword, no layer, no block of the text. */
function meant(text: string, word: string, candidates: readonly string[]): string | undefined {
  const isOurs = isKeyword(word) || layers.has(word) || new RegExp(`\\b(?:block|network|fn|let)\\s+${word}\\b`).test(text);
  return isOurs ? undefined : nearest(word, candidates);
}
