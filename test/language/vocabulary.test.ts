/** One vocabulary: what the tables of words say is what the grammar has, and each form of the language is known to whoever reads one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AstUtils, createLangiumParser, EmptyFileSystem, GrammarAST } from 'langium';
import { findFirstFeatures } from 'langium/lsp';
import { KEYWORDS as EXPORTED } from '../../src/export/cnn/keywords.ts';
import { formatText } from '../../src/language/editor/formatter.ts';
import { locationOfPlace, placesIn } from '../../src/language/names/places.ts';
import { createCnnServices } from '../../src/language/services.ts';
import { isSoft, isWord, KEYWORDS, useOf } from '../../src/language/syntax/keywords.ts';
import monarch from '../../syntaxes/cnn.monarch.ts';
import { analyse } from '../support/cnn.ts';
import { FORMS } from '../support/forms.ts';

const { cnn } = createCnnServices(EmptyFileSystem);
const grammar = cnn.Grammar;
const keywords = new Set([...AstUtils.streamAst(grammar)].filter(GrammarAST.isKeyword).map((k) => k.value));
const words = [...keywords].filter((k) => /^\w/.test(k)).sort();

/** The keywords with which a rule may begin. */
function firstOf(name: string): readonly string[] {
  const rule = grammar.rules.find((r) => r.name === name);
  assert.ok(GrammarAST.isParserRule(rule), name);
  return findFirstFeatures(rule.definition).flatMap((stack) => {
    const feature = stack.at(-1)?.feature;
    return GrammarAST.isKeyword(feature) ? [feature.value] : [];
  });
}
const used = (...uses: readonly string[]): readonly string[] => Object.keys(KEYWORDS).filter((k) => uses.includes(useOf(k) ?? ''));

describe('the keywords', () => {
  it('are those of the grammar', () => assert.deepEqual(Object.keys(KEYWORDS).sort(), [...keywords].sort()));
  it('are words where they look so', () => assert.deepEqual(Object.keys(KEYWORDS).filter(isWord).sort(), words));
  it('are what no exported name may be, save where they may be names', () =>
    assert.deepEqual(
      [...EXPORTED].sort(),
      words.filter((w) => !isSoft(w)),
    ));
  it('are coloured in the editor and on the page', () => {
    assert.deepEqual([...monarch.keywords].sort(), words);
    const textmate = readFileSync(new URL('../../syntaxes/cnn.tmLanguage.json', import.meta.url), 'utf8');
    const coloured = [...textmate.matchAll(/"match": "\\\\b\(\?:([a-z|]+)\)\\\\b"/g)].flatMap((m) => m[1]?.split('|') ?? []);
    assert.deepEqual([...new Set(coloured)].sort(), words);
  });
  it('begin what the grammar has them begin', () => {
    const begins = (...rules: readonly string[]): readonly string[] => [...new Set(rules.flatMap(firstOf))].sort();
    assert.deepEqual(begins('Import', 'Declaration'), [...used('declaration')].sort());
    assert.deepEqual(begins('Stage'), [...used('stage')].sort());
    assert.deepEqual(begins('Statement'), [...used('stage', 'statement'), 'let'].sort());
    assert.deepEqual(begins('Branch'), used('branch'));
    const operators = grammar.rules.filter(GrammarAST.isInfixRule).flatMap((r) => r.operators.precedences.flatMap((p) => p.operators));
    assert.deepEqual(operators.map((o) => o.value).sort(), [...used('arithmetic')].sort());
    assert.deepEqual(begins('Compared'), [...used('comparison'), 'in', 'not'].sort());
  });
});

describe('the grammar', () => {
  it('passes the checks of the parser’s maker, which a parser that ships leaves out', () => {
    const LanguageMetaData = { ...cnn.LanguageMetaData, mode: 'development' };
    createLangiumParser(Object.create(cnn, { LanguageMetaData: { value: LanguageMetaData } }) as typeof cnn);
  });
});

describe('each form of the language', () => {
  it('has no name of which the resolver does not know what it is for', async () => {
    for (const text of Object.values(FORMS)) {
      const { document } = await analyse(text);
      const known = new Set([...placesIn(document)].map((p) => document.textDocument.offsetAt(locationOfPlace(p).range.start)));
      const { tokens } = cnn.parser.Lexer.tokenize(text);
      const names = tokens.filter((t, i) => t.tokenType.name === 'ID' && tokens[i - 1]?.image !== '.');
      assert.deepEqual(
        names.filter((t) => !known.has(t.startOffset)).map((t) => t.image),
        [],
        text,
      );
    }
  });
  for (const [type, text] of Object.entries(FORMS))
    it(`${type} is read, analysed and laid out`, async () => {
      const { document, problems } = await analyse(`${text}\n`);
      assert.deepEqual(
        problems.filter((p) => p.severity === 'error'),
        [],
      );
      assert.ok(AstUtils.streamAst(document.parseResult.value).some((n) => n.$type === type));
      assert.equal(formatText(`${text}\n`, cnn), `${text}\n`);
      const spread = cnn.parser.Lexer.tokenize(text).tokens.map((t) => t.image);
      assert.deepEqual(
        cnn.parser.Lexer.tokenize(formatText(spread.join('  '), cnn) ?? '').tokens.map((t) => t.image),
        spread,
      );
    });
});
