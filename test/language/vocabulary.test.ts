/** One vocabulary: what the tables of words say is what the grammar has, and each form of the language is known to whoever reads one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AstUtils, EmptyFileSystem, GrammarAST } from 'langium';
import { findFirstFeatures } from 'langium/lsp';
import { KEYWORDS as EXPORTED } from '../../src/export/cnn/keywords.ts';
import { formatText } from '../../src/language/editor/formatter.ts';
import { createCnnServices } from '../../src/language/services.ts';
import type { Declaration, Expression, Stage, Statement } from '../../src/language/syntax/generated/ast.ts';
import { isWord, KEYWORDS, useOf } from '../../src/language/syntax/keywords.ts';
import monarch from '../../syntaxes/cnn.monarch.ts';
import { analyse } from '../support/cnn.ts';

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
  it('are what no exported name may be', () => assert.deepEqual([...EXPORTED].sort(), words));
  it('are coloured in the editor and on the page', () => {
    assert.deepEqual([...monarch.keywords].sort(), words);
    const textmate = JSON.parse(readFileSync(new URL('../../syntaxes/cnn.tmLanguage.json', import.meta.url), 'utf8'));
    const { match } = textmate.patterns.find((p: { readonly name?: string }) => p.name === 'keyword.control.cnn');
    assert.deepEqual(/\((.*)\)/.exec(match)?.[1]?.split('|').sort(), words);
  });
  it('begin what the grammar has them begin', () => {
    const begins = (...rules: readonly string[]): readonly string[] => [...new Set(rules.flatMap(firstOf))].sort();
    assert.deepEqual(begins('Import', 'Declaration'), [...used('declaration')].sort());
    assert.deepEqual(begins('Stage'), [...used('stage', 'merge')].sort());
    assert.deepEqual(begins('Merge'), [...used('merge')].sort());
    assert.deepEqual(begins('Statement'), [...used('stage', 'merge', 'statement'), 'let'].sort());
    assert.deepEqual(begins('Branch'), used('branch'));
    const operators = grammar.rules.filter(GrammarAST.isInfixRule).flatMap((r) => r.operators.precedences.flatMap((p) => p.operators));
    assert.deepEqual(operators.map((o) => o.value).sort(), [...used('arithmetic', 'comparison')].sort());
  });
});

/** A text for each form that a declaration, statement, stage or expression can have: a new one wants a text here, and all that is tried with it. */
const FORMS = {
  Block: 'block A(a=1, b=2) on 3x8x8 versus B(1) {\n  relu\n}\nblock B(c) {\n  relu\n}',
  Network: 'network N(a=1) on 3x8x8 {\n  relu\n}\nnetwork M = N(a=2) on 3x4x4',
  Let: 'let a = 1\nblock A on 3x8x8 {\n  let b = a\n  conv(b, 1x1)\n}',
  Fn: 'fn f(x, y=2) = x + y',
  Output: 'block A on 3x8x8 {\n  output o = relu\n}',
  Named: 'block A on 3x8x8 {\n  x = relu\n  x -> bn\n}',
  Pipeline: 'block A on 3x8x8 {\n  relu -> a: bn -> relu\n}',
  Expect: 'block A on 3x8x8 {\n  expect 3x8x8\n  expect params <= 7e6\n}',
  For: 'block A on 3x8x8 {\n  for x in [1, 2] { conv(x, 1x1) }\n  for [i, x] in enumerate([1]) {\n    conv(x + i, 1x1)\n  }\n}',
  If: 'block A on 3x8x8 {\n  if in.c == 3 { relu } else if in.c > 3 { bn } else { identity }\n}',
  Invocation: 'block A on 3x8x8 {\n  relu -> conv(3->8, 3x3, stride=2) -> conv(8, kernel=1x1)\n}',
  Merge: 'block A on 3x8x8 {\n  concat { | relu | bn }\n  add {\n    | relu\n      bn\n    | mul { | relu | identity }\n  }\n}',
  Repeat: 'block A on 3x8x8 {\n  repeat 2 { relu }\n  repeat 2 as i { conv(i + 1, 1x1) }\n}',
  Binary: 'let a = 1 + 2*3 - 4 // 5 % 6 / 7\nlet b = 1 <= 2',
  BoolLiteral: 'let a = true',
  Conditional: 'let a = if 1 > 2 then 3 else 4',
  FloatLiteral: 'let a = 1e-5',
  Group: 'let a = (1 + 2) * 3',
  Here: 'block A on 3x8x8 {\n  conv(here.c, 1x1)\n}',
  In: 'block A on 3x8x8 {\n  conv(in.c - 1, 1x1)\n}',
  Index: 'let a = [1, 2][-1]',
  IntLiteral: 'let a = 1',
  ListLiteral: 'let a = [1, [2, 3]]',
  Logic: 'let a = 1 < 2 and 2 < 3 or 4 == 5',
  Member: 'block A on 3x8x8 {\n  x: relu\n  conv(x.c, 1x1)\n}',
  Power: 'let a = -2**-3',
  Reference: 'let a = 1\nlet b = max(a, -a)',
  SizeLiteral: 'let a = 3x8x8',
  StringLiteral: 'block A on 3x8x8 {\n  upsample(mode="nearest")\n}',
  Unary: 'let a = -1\nlet b = not a',
} as const satisfies Readonly<Record<(Declaration | Statement | Stage | Expression)['$type'], string>>;

describe('each form of the language', () => {
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
