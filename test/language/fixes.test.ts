/**
 * Every fixture in `fixes/`: below each line the fixes of its problems, with the lines that they change. `UPDATE=1` accepts. Whatever fix any
 * fixture has, those of problems and lints too, mends its problem and keeps all comments, wherever they stand.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fixesOf, mended } from '../../src/language/analysis/fixes.ts';
import type { AnyProblem } from '../../src/language/lints/index.ts';
import { plain as plainProblems } from '../support/carets.ts';
import { type Analysed, analyse } from '../support/cnn.ts';
import { annotate, plain } from '../support/fixes.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const files = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => folder + f);
const others = { 'library.cnn': read('library.cnn') };

const fixesIn = async ({ document, problems, services }: Analysed) =>
  Promise.all(problems.map(async (problem) => ({ problem, fixes: await fixesOf(problem, document, services) })));

/** The same text with a comment behind every word and sign; where it does not parse, what stands between them may matter. */
function remarked(text: string, { services }: Analysed): string {
  const { tokens, hidden } = services.parser.Lexer.tokenize(text);
  const words = [...tokens, ...hidden.filter((t) => t.tokenType.name === 'COMMENT')].sort((a, b) => a.startOffset - b.startOffset);
  return words.map((t, i) => (t.image.startsWith('#') ? `${t.image}\n` : `${t.image} # ${i}\n`)).join('');
}
const comments = (text: string): readonly string[] => text.match(/#[^\n]*/g) ?? [];

describe('fixes', () => {
  for (const file of files('./fixes/'))
    it(`${file.replace(/.*\/|\.cnn/g, '').replaceAll('-', ' ')}`, async () => {
      const annotated = read(file);
      const analysed = await analyse(plain(annotated), others);
      const actual = annotate(analysed.document, await fixesIn(analysed));
      if (process.env.UPDATE) writeFileSync(new URL(file, import.meta.url), actual);
      else assert.equal(actual, annotated);
    });

  const texts = [
    ...files('./fixes/').map((f) => plain(read(f))),
    ...[...files('./problems/'), ...files('./lints/')].map((f) => plainProblems(read(f))),
  ];

  it('mend their problem', async function () {
    this.timeout(60_000);
    for (const text of texts) {
      const analysed = await analyse(text, others);
      const count = (problems: readonly AnyProblem[], p: AnyProblem): number =>
        problems.filter((q) => q.code === p.code && q.message === p.message).length;
      for (const { problem, fixes } of await fixesIn(analysed))
        for (const fix of fixes) {
          const { problems } = await analyse(mended([{ problem, fix }], analysed.document), others);
          assert.ok(count(problems, problem) < count(analysed.problems, problem), `${fix.title}: ${problem.message}`);
        }
    }
  });

  it('keep comments, wherever they stand', async function () {
    this.timeout(60_000);
    for (const text of texts) {
      const analysed = await analyse(text, others);
      const full = await analyse(remarked(text, analysed), others);
      const before = comments(full.document.textDocument.getText());
      // One that mends a comment changes it.
      for (const { problem, fixes } of await fixesIn(full))
        for (const fix of problem.code === 'bad-ignore' ? [] : fixes) {
          const text = mended([{ problem, fix }], full.document);
          assert.deepEqual(
            before.filter((c) => !text.includes(c)),
            [],
            fix.title,
          );
        }
    }
  });
});
