/** Every text gets an answer: broken, cut, shuffled and hostile texts never throw. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { fixesOf } from '../../src/language/analysis/fixes.ts';
import { locationOfPlace, placesIn } from '../../src/language/names/places.ts';
import { analyse } from '../support/cnn.ts';

const examples = new URL('../../examples/', import.meta.url);
const texts = readdirSync(examples)
  .filter((f) => f.endsWith('.cnn'))
  .map((f) => readFileSync(new URL(f, examples), 'utf8'));

describe('bad input', () => {
  it('a text cut anywhere, with a piece repeated, is analysed', async function () {
    this.timeout(60_000);
    const nat = fc.nat({ max: 2000 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), nat, nat, fc.string({ maxLength: 4 }), async (text, a, b, typed) => {
        const { analysis, problems, document, services } = await analyse(
          text.slice(0, a % text.length) + typed + text.slice(b % text.length),
        );
        for (const t of analysis.targets) analysis.target(t);
        for (const p of problems.slice(0, 2)) await fixesOf(p, document, services);
      }),
      { numRuns: 60 },
    );
  });
  it('of which any name can be asked about', async function () {
    this.timeout(60_000);
    const nat = fc.nat({ max: 2000 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), nat, nat, fc.string({ maxLength: 4 }), async (text, a, b, typed) => {
        const { services, document } = await analyse(text.slice(0, a % text.length) + typed + text.slice(b % text.length));
        const textDocument = { uri: document.uri.toString() };
        for (const place of [...placesIn(document)].filter((_, i) => i % 5 === a % 5)) {
          const params = { position: locationOfPlace(place).range.start, textDocument };
          await services.lsp.HoverProvider?.getHoverContent(document, params);
          await services.lsp.DefinitionProvider?.getDefinition(document, params);
          await services.lsp.ReferencesProvider?.findReferences(document, { ...params, context: { includeDeclaration: true } });
        }
        for (let at = a % 23; at < document.textDocument.getText().length; at += 23) {
          const params = { position: document.textDocument.positionAt(at), textDocument };
          await services.lsp.CompletionProvider?.getCompletion(document, params);
          await services.lsp.SignatureHelp?.provideSignatureHelp(document, params);
        }
      }),
      { numRuns: 30 },
    );
  });
  for (const [what, text, codes] of [
    ['brackets without end', `let a = ${'('.repeat(5000)}`, ['too-deep']],
    ['half of the brackets that a text may have', `let a = ${'('.repeat(19)}1`, ['syntax']],
    ['as many as it may have', `let a = ${'('.repeat(40)}1`, ['syntax']],
    ['more than it may have', `let a = ${'('.repeat(41)}1`, ['too-deep']],
    ['bodies inside each other', `block A on 3x8x8 { ${'repeat 1 { '.repeat(98)}relu${' }'.repeat(99)}`, []],
    ['a call in the argument of a call, and so on', `block A on 3x8x8 { ${'conv(size('.repeat(30)}1`, ['too-deep']],
    ['conditionals without end', `let a = ${'if true then 1 else '.repeat(51)}1`, ['too-deep']],
    ['as many as one may write', `let a = ${'if true then 1 else '.repeat(50)}1`, []],
    ['signs without end', `let a = ${'-'.repeat(5000)}1`, ['too-deep']],
    ['a line of dashes in a comment', `# ${'-'.repeat(200)}\nlet a = 1`, []],
    ['a binary file', '\0\x01\x02PNG\uFFFD\uFFFD', ['not-text']],
    ['an empty file', '', []],
    ['a sum without end', `let a = 1${' + 1'.repeat(20_000)}`, ['too-deep']],
    ['comparisons without end', `let a = 1${' < 1'.repeat(20_000)}`, ['too-deep']],
    ['a sum as long as one may write', `let a = 1${' + 1'.repeat(1500)}\nblock A on 3x8x8 { conv(a, 1x1) }`, []],
    ['a repeat without end', 'block A on 3x8x8 { repeat 1e9 { repeat 1e9 { relu } } }', ['too-many-nodes', 'too-many-nodes']],
    ['a list without end', `let a = [${'1, '.repeat(20_000)}]`, []],
    ['a pipeline without end', `block A on 1x1x1 { sigmoid${' -> sigmoid'.repeat(20_000)} }`, []],
    ['many branches', `block A on 1x1x1 { concat { ${'| sigmoid '.repeat(3000)} } }`, []],
    [
      'nearly 100,000 layers in calls, which are within the limits',
      'block One { relu }\nblock Seven { repeat 7 { relu } }\nnetwork A on 3x8x8 { repeat 99999 { One } }\nnetwork B on 3x8x8 { repeat 14285 { Seven } }',
      [],
    ],
    ['a declaration without its name', 'block Declared let 9{Narrow', ['syntax']],
  ] as const)
    it(what, async function () {
      // Some seconds on a machine with other things to do; what is quadratic takes longer.
      this.timeout(20_000);
      const { problems, services, document } = await analyse(text);
      assert.deepEqual(
        problems.filter((p) => p.severity === 'error').map((p) => p.code),
        codes,
      );
      const params = { position: document.textDocument.positionAt(text.length), textDocument: { uri: '' } };
      await services.lsp.CompletionProvider?.getCompletion(document, params);
      await services.lsp.SignatureHelp?.provideSignatureHelp(document, params);
    });
  it('keeps the rest of a broken file analysed', async () => {
    const { analysis } = await analyse('block A on 3x8x8 { conv(8, }\nblock B on 3x8x8 { conv(16, 3x3) }');
    const b = analysis.targets.find((t) => t.name === 'B');
    assert.equal(b && analysis.target(b)?.facts.totals.weights, 432);
  });
});
