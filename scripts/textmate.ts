/**
 * Writes the TextMate grammar, `syntaxes/cnn.tmLanguage.json`, of what the language says of itself: the terminals of its grammar, the uses of
 * its keywords, and the layers of the registry. Langium's own has keywords, strings and comments only. It colours by the text alone; where
 * the language server runs, semantic tokens know more.
 */
import { writeFileSync } from 'node:fs';
import { CnnTerminals } from '../src/language/syntax/generated/ast.ts';
import { isWord, KEYWORDS, useOf } from '../src/language/syntax/keywords.ts';
import { FUNCTIONS, WORDS } from '../src/language/syntax/vocabulary.ts';
import { layers } from '../src/layers/index.ts';

export const grammarPath = new URL('../syntaxes/cnn.tmLanguage.json', import.meta.url);

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly beginCaptures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Rule[];
  readonly include?: string;
}

/** The longest first, so that none ends within another. */
const either = (texts: Iterable<string>): string => [...texts].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join('|');
const words = (...uses: readonly string[]): readonly string[] =>
  Object.keys(KEYWORDS).filter((k) => isWord(k) && uses.includes(useOf(k) ?? ''));
const signs = (...uses: readonly string[]): readonly string[] =>
  Object.keys(KEYWORDS)
    .filter((k) => uses.includes(useOf(k) ?? ''))
    .map((k) => k.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
const whole = (name: string, texts: Iterable<string>, behind = ''): Rule => ({
  name: `${name}.cnn`,
  match: `\\b(?:${either(texts)})\\b${behind}`,
});
const scopes = (...names: readonly (string | undefined)[]): Readonly<Record<string, { readonly name: string }>> =>
  Object.fromEntries(names.flatMap((n, i) => (n === undefined ? [] : [[String(i + 1), { name: `${n}.cnn` }] as const])));

const ID = CnnTerminals.ID.source;
const constants = ['true', 'false'];

const comments: Rule = { name: 'comment.line.number-sign.cnn', match: CnnTerminals.COMMENT.source };
const strings: Rule = { name: 'string.quoted.double.cnn', match: CnnTerminals.STRING.source };
const numbers: readonly Rule[] = [
  { name: 'constant.numeric.size.cnn', match: `(?<![\\w.])(?:${CnnTerminals.SIZE.source})` },
  { name: 'constant.numeric.float.cnn', match: `(?<![\\w.])(?:${CnnTerminals.FLOAT.source})` },
  { name: 'constant.numeric.integer.cnn', match: `(?<![\\w.])(?:${CnnTerminals.INT.source})` },
];
const keywords: readonly Rule[] = [
  { match: `\\b(block|network)\\s+(${ID})`, captures: scopes('storage.type', 'entity.name.type') },
  { match: `\\b(fn)\\s+(${ID})`, captures: scopes('storage.type', 'entity.name.function') },
  { match: `\\b(let)\\s+(${ID})`, captures: scopes('storage.type', 'variable.other.constant') },
  { match: `\\b(shared)\\s+(${ID})`, captures: scopes('keyword.control', 'variable.other.constant') },
  { match: `\\b(output)\\s+(${ID})`, captures: scopes('keyword.control', 'variable.other.readwrite') },
  whole('storage.type', words('declaration')),
  whole('constant.language', constants),
  whole('variable.language', ['here']),
  whole('keyword.operator.word', words('logic')),
  whole(
    'keyword.control',
    words('statement', 'stage', 'clause', 'value').filter((w) => !constants.includes(w) && w !== 'here'),
  ),
];
const operators: readonly Rule[] = [
  { name: 'keyword.operator.arrow.cnn', match: '->' },
  { name: 'keyword.operator.branch.cnn', match: '\\|' },
  { name: 'keyword.operator.comparison.cnn', match: either(signs('comparison')) },
  { name: 'keyword.operator.arithmetic.cnn', match: either(signs('arithmetic', 'power')) },
  { name: 'keyword.operator.assignment.cnn', match: '=' },
];
const names: readonly Rule[] = [
  whole('support.function.layer', layers.keys(), '(?!\\s*[=:])'),
  whole('support.function.builtin', Object.keys(FUNCTIONS), '(?=\\s*\\()'),
  whole('constant.language', WORDS.keys(), '(?=\\s*[,)\\]])'),
  { match: `(\\.)(${ID})\\b`, captures: scopes('punctuation.accessor', 'variable.other.property') },
  { name: 'entity.name.type.cnn', match: '\\b[A-Z][A-Za-z0-9_]*\\b' },
  { name: 'variable.other.cnn', match: `\\b${ID}\\b` },
];
const within: readonly Rule[] = [{ include: '#expressions' }];
/** What a name is before a sign depends on the bracket: `stride=2` fills a parameter, `x = relu` names a value; in lists `:` slices. */
const given: Rule = { match: `\\b(${ID})\\s*(=)(?!=)`, captures: scopes('variable.parameter', 'keyword.operator.assignment') };
const named: readonly Rule[] = [
  { match: `\\b(${ID})\\s*(:)`, captures: scopes('entity.name.label', 'punctuation.separator.label') },
  { match: `\\b(${ID})\\s*(=)(?!=)`, captures: scopes('variable.other.readwrite', 'keyword.operator.assignment') },
];

/** The grammar as it should be. */
export const grammar = (): string => {
  const atoms: readonly Rule[] = [comments, strings, ...numbers, { include: '#round' }, { include: '#square' }];
  const repository: Readonly<Record<string, Rule>> = {
    round: { begin: '\\(', end: '\\)', patterns: [given, ...within] },
    square: { begin: '\\[', end: '\\]', patterns: within },
    expressions: { patterns: [...atoms, ...keywords, ...operators, ...names] },
  };
  const patterns: readonly Rule[] = [...atoms, ...keywords.slice(0, 5), ...named, { include: '#expressions' }];
  return `${JSON.stringify({ name: 'cnn', scopeName: 'source.cnn', fileTypes: ['.cnn'], patterns, repository }, undefined, 2)}\n`;
};

if (import.meta.main) writeFileSync(grammarPath, grammar());
