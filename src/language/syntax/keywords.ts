/**
 * The keywords and signs of the grammar, said once: what each is for, and what is said of it. Completion, formatting, hover and rename read
 * them here; the compiler wants an entry for each that the grammar has.
 */
import type { CnnKeywordNames } from './generated/ast.ts';

/** What a word is for. A `clause` goes on with what stands before it. */
type WordUse = 'declaration' | 'statement' | 'stage' | 'clause' | 'value' | 'logic';
/** What a sign is for. A `sign` stands between two parts of something. */
type SignUse = 'open' | 'close' | 'branch' | 'comparison' | 'arithmetic' | 'power' | 'sign';

/** `soft`: a keyword only in its place, and a name elsewhere. */
type Keyword = { readonly use: WordUse; readonly doc: string; readonly soft?: true } | { readonly use: SignUse };

export const KEYWORDS = {
  block: { use: 'declaration', doc: 'A reusable piece' },
  network: { use: 'declaration', doc: 'A whole network' },
  let: { use: 'declaration', doc: 'A constant, in a body for the rest of it' },
  fn: { use: 'declaration', doc: 'A function over values' },
  import: { use: 'declaration', doc: 'Blocks of another file' },
  output: { use: 'statement', doc: 'One more output' },
  shared: { use: 'statement', doc: 'A layer or block whose uses share their weights', soft: true },
  repeat: { use: 'stage', doc: 'The body n times' },
  for: { use: 'stage', doc: 'The body for each element' },
  if: { use: 'stage', doc: 'Chosen at analysis time' },
  expect: { use: 'stage', doc: 'A shape or budget that must hold' },
  takes: { use: 'clause', doc: 'The names of several inputs', soft: true },
  on: { use: 'clause', doc: 'The input: channels × height × width' },
  versus: { use: 'clause', doc: 'The variant to compare with' },
  from: { use: 'clause', doc: 'The other file' },
  as: { use: 'clause', doc: 'A name of one’s own' },
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword, and nobody awaits the table
  then: { use: 'clause', doc: 'The value where the condition holds' },
  else: { use: 'clause', doc: 'Where the condition does not hold' },
  in: { use: 'clause', doc: 'The shape that enters the block: .c .h .w' },
  here: { use: 'value', doc: 'The shape that arrives here: .c .h .w' },
  true: { use: 'value', doc: '' },
  false: { use: 'value', doc: '' },
  and: { use: 'logic', doc: 'Both hold' },
  or: { use: 'logic', doc: 'One of both holds' },
  not: { use: 'logic', doc: 'The contrary' },
  '(': { use: 'open' },
  '[': { use: 'open' },
  '{': { use: 'open' },
  ')': { use: 'close' },
  ']': { use: 'close' },
  '}': { use: 'close' },
  '|': { use: 'branch' },
  '==': { use: 'comparison' },
  '!=': { use: 'comparison' },
  '<': { use: 'comparison' },
  '<=': { use: 'comparison' },
  '>': { use: 'comparison' },
  '>=': { use: 'comparison' },
  '+': { use: 'arithmetic' },
  '-': { use: 'arithmetic' },
  '*': { use: 'arithmetic' },
  '/': { use: 'arithmetic' },
  '//': { use: 'arithmetic' },
  '%': { use: 'arithmetic' },
  '**': { use: 'power' },
  '=': { use: 'sign' },
  '->': { use: 'sign' },
  ',': { use: 'sign' },
  ':': { use: 'sign' },
  '.': { use: 'sign' },
} as const satisfies Readonly<Record<CnnKeywordNames, Keyword>>;

/** The keywords that are words. */
export type Word = { [K in CnnKeywordNames]: (typeof KEYWORDS)[K] extends { readonly doc: string } ? K : never }[CnnKeywordNames];

export const isKeyword = (text: string): text is CnnKeywordNames => Object.hasOwn(KEYWORDS, text);
export const isWord = (text: string): text is Word => isKeyword(text) && 'doc' in KEYWORDS[text];

/** Whether a keyword is a name where it is none. */
export const isSoft = (text: string): boolean => isKeyword(text) && 'soft' in KEYWORDS[text];

/** What a keyword or sign is for; undefined for all else. */
export const useOf = (text: string): WordUse | SignUse | undefined => (isKeyword(text) ? KEYWORDS[text].use : undefined);

/** A keyword and what is said of it, as Markdown; empty for all else. */
export const keywordDoc = (text: string): string => (wordDoc(text) === '' ? '' : `**${text}** ${wordDoc(text)}.`);

/** What is said of a word; empty for all else. */
export const wordDoc = (text: string): string => (isWord(text) ? KEYWORDS[text].doc : '');

const wordsOf = (...uses: readonly WordUse[]): readonly Word[] =>
  Object.keys(KEYWORDS)
    .filter(isWord)
    .filter((w) => uses.some((use) => use === useOf(w)));

/** Words with which a statement of a body begins. */
export const STATEMENT_WORDS: readonly Word[] = ['let', ...wordsOf('statement', 'stage')];
/** Words with which anything begins, and those that stand within it. */
export const OPENING_WORDS = wordsOf('declaration', 'statement', 'stage');
export const CLAUSE_WORDS = wordsOf('clause');
