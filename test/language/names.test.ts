/** One meaning of a name: what the resolver says of a text is what the elaborator binds when it computes it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type AstNode, EmptyFileSystem, type LangiumDocument, URI } from 'langium';
import { fileScopes } from '../../src/language/analysis/file-scopes.ts';
import { elaborate } from '../../src/language/elaborate/elaborate.ts';
import { Kept } from '../../src/language/elaborate/kept.ts';
import { DEFAULT_LIMITS, type Limits, type Observer } from '../../src/language/elaborate/session.ts';
import { type Giver, idOfBuiltin, isBuiltin } from '../../src/language/names/meaning.ts';
import { Meanings } from '../../src/language/names/means.ts';
import { introduces, locationOfPlace, type NamePlace, placeAt, placesIn, placesOf } from '../../src/language/names/places.ts';
import { createCnnServices } from '../../src/language/services.ts';
import type { Model } from '../../src/language/syntax/generated/ast.ts';
import { syntaxProblems } from '../../src/language/syntax/syntax-problems.ts';
import { cursor } from '../support/cnn.ts';
import { type GeneratedFiles, generatedFiles } from '../support/generated.ts';

interface Use {
  readonly place: NamePlace;
  /** What the elaborator bound it to, and what the resolver says that it may be, as ids. */
  readonly bound: ReadonlySet<string>;
  readonly answers: readonly string[];
  /** `Param for Invocation`: who gave the name, and what uses it. */
  readonly kinds: ReadonlySet<string>;
}

/** Enough to meet every name, and soon passed by a file that repeats a lot. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, nodes: 2000, steps: 20_000 };

const { shared } = createCnnServices(EmptyFileSystem);

/** A file in place of what was open by its name. */
function open(name: string, text: string): LangiumDocument {
  const { LangiumDocuments, LangiumDocumentFactory } = shared.workspace;
  const uri = URI.parse(`file:///test/${name}`);
  LangiumDocuments.deleteDocument(uri);
  const document = LangiumDocumentFactory.fromString(text, uri);
  LangiumDocuments.addDocument(document);
  assert.deepEqual(syntaxProblems(document), [], text);
  return document;
}

/** Every use of a name that the elaborator bound while it computed a file. */
function usesIn({ main, library }: GeneratedFiles): readonly Use[] {
  const documents = [open('library.cnn', library), open('main.cnn', main)];
  const meanings = new Meanings(shared);
  const ids = (by: Giver, name: string): readonly string[] => {
    if (isBuiltin(by)) return [idOfBuiltin(by)];
    // Of two loop variables of one name, the later has it.
    const given = [...placesOf(by)].findLast((p) => introduces(p) && p.name === name);
    return given ? meanings.of(given).map((t) => t.id) : [];
  };
  const heard = new Map<AstNode, { readonly place: NamePlace; readonly bound: Set<string>; readonly kinds: Set<string> }>();
  const observe: Observer = (use, by) => {
    const [place] = placesOf(use);
    assert.ok(place);
    const known = heard.get(use) ?? { place, bound: new Set(), kinds: new Set() };
    heard.set(use, known);
    for (const id of ids(by, place.name)) known.bound.add(id);
    known.kinds.add(`${isBuiltin(by) ? by.builtin : by.$type} for ${use.$type}`);
  };
  for (const d of documents) elaborate(d.parseResult.value as Model, fileScopes(shared), LIMITS, new Kept(), observe);
  return [...heard.values()].map((u) => ({ ...u, answers: meanings.of(u.place).map((t) => t.id) }));
}

/** Uses that generated files must have, by who gave the name and what uses it. */
const KINDS = [
  ...['layer', 'Block', 'Network', 'Let', 'Param', 'Pattern', 'Named', 'LabelledStage', 'ImportName', 'Shared', 'Input'].map(
    (by) => `${by} for Invocation`,
  ),
  ...[
    'layer',
    'function',
    'word',
    'figure',
    'Block',
    'Network',
    'Fn',
    'Let',
    'Param',
    'Pattern',
    'Repeat',
    'Named',
    'LabelledStage',
    'ImportName',
    'Shared',
    'Input',
  ].map((by) => `${by} for Reference`),
  ...['parameter', 'Param'].map((by) => `${by} for Argument`),
];

describe('the resolver and the elaborator', function () {
  this.timeout(600_000);
  // Every run of the tests tries the same files, so that one that fails was made to fail by a change.
  // `RUNS=2000` tries as many that nobody has tried.
  const runs = process.env.RUNS ? { numRuns: Number(process.env.RUNS) } : { numRuns: 150, seed: 1, endOnFailure: true };
  const numbers = fc.noBias(fc.array(fc.nat({ max: 9999 }), { minLength: 600, maxLength: 1500, size: 'max' }));

  it('agree on every name of generated files', () => {
    const counts = new Map<string, number>();
    let [uses, bound, clear] = [0, 0, 0];
    fc.assert(
      fc.property(numbers, (row) => {
        const files = generatedFiles(row);
        const found = usesIn(files);
        for (const { place, bound, answers, kinds } of found) {
          const { uri, range } = locationOfPlace(place);
          const wrong = [...bound].filter((id) => !answers.includes(id));
          assert.deepEqual(
            wrong,
            [],
            `\`${place.name}\` at ${uri}:${range.start.line}:${range.start.character}; the resolver says ${answers.join(' or ') || 'nothing'}\n${files.library}----\n${files.main}`,
          );
          if (answers.length === 1) clear++;
          for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
        }
        bound += found.length;
        for (const d of shared.workspace.LangiumDocuments.all) for (const p of placesIn(d)) if (!introduces(p)) uses++;
      }),
      runs,
    );
    // The files are such that this says something.
    assert.ok(bound > uses * 0.55, `only ${bound} of ${uses} uses were bound`);
    assert.ok(clear > bound * 0.8, `of ${bound} uses only ${clear} have one meaning`);
    for (const kind of KINDS) assert.ok((counts.get(kind) ?? 0) >= 3, `${kind}: ${counts.get(kind)}`);
  });
});

describe('a name means', () => {
  /** What the name at `$0` may mean: the line of its declaration, or what is built in. */
  const meant = (marked: string): readonly string[] => {
    const { text, position } = cursor(marked);
    const document = open('main.cnn', text);
    const place = placeAt(document, position);
    assert.ok(place, marked);
    return new Meanings(shared).of(place).map((t) => ('place' in t ? `line ${locationOfPlace(t.place).range.start.line}` : t.id));
  };
  for (const [what, marked, wanted] of [
    ['the layer, behind a number of its name', 'let pad = 1\nblock A on 3x8x8 { p$0ad(2) }', ['layer pad']],
    ['the parameter in a function of the same name', 'fn f(\nf) = f$0', ['line 1']],
    ['the function where it is called', 'fn f(\nf) = f$0(f)', ['line 0']],
    ['the later of two loop variables', 'block A on 3x8x8 { for [a,\na] in [[1, 2]] { conv(a$0, 1x1) } }', ['line 1']],
    ['no layer in the default of a function', 'let n = relu\nfn f(\nn, x=n$0) = x', ['line 2']],
    ['what may be a layer, where nothing else has its name', 'block A(u) { u$0 }\nblock B on 3x8x8 { A(relu) -> A(1) }', ['line 0']],
    [
      'the layer or the parameter, where the calls differ',
      'block A(pad) { p$0ad }\nblock B on 3x8x8 { A(relu) -> A(1) }',
      ['line 0', 'layer pad'],
    ],
    [
      'what a block gives itself',
      'block A(relu=1) on 3x8x8 {\nr$0elu -> if in.c > 3 { A(\nrelu=B) } }\nblock B { bn }',
      ['line 0', 'layer relu'],
    ],
    ['an import that leads nowhere', 'import relu from "./nowhere.cnn"\nblock A on 3x8x8 { r$0elu }', ['line 0']],
    ['a constant that is defined by itself', 'let conv =\nconv$0(8, 1x1)', ['line 0', 'layer conv']],
    [
      'any parameter of its name, where all that is said is a list',
      'block A(c,\nu=0) { relu }\nblock B on 3x8x8 { let x = [A][0]\nx(c$0=3) }',
      ['line 0'],
    ],
  ] as const)
    it(what, () => assert.deepEqual(meant(marked), wanted));

  it('something though it is defined by itself, for ever', () => {
    for (const marked of [
      'network N =\nN()\nnetwork M on 3x8x8 { N$0(c=1) }',
      'fn f(x) = if x > 0 then f(x - 1) else x\nblock A(u=f(2)) on 3x8x8 { u$0 }',
      'let xs = xs\nblock A on 3x8x8 { for u in xs { u$0 } }',
      `let a0 = relu\n${Array.from({ length: 3000 }, (_, i) => `let a${i + 1} = a${i}`).join('\n')}\nblock A on 3x8x8 { a3000$0 }`,
    ])
      assert.equal(meant(marked).length, 1, marked.slice(0, 80));
  });
});
