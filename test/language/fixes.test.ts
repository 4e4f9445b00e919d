/**
 * Every fixture in `fixes/`: below each line the fixes of its problems, with the lines that they change. `UPDATE=1` accepts. Whatever fix any
 * fixture has, those of problems and lints too, mends its problem and keeps all comments, wherever they stand.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fixesOf, mended } from '../../src/language/analysis/fixes.ts';
import { problemsWith } from '../../src/language/analysis/problems.ts';
import type { AnyProblem } from '../../src/language/lints/index.ts';
import type { Fix } from '../../src/language/syntax/problem.ts';
import { plain as plainProblems } from '../support/carets.ts';
import { type Analysed, analyse } from '../support/cnn.ts';
import { annotate, plain } from '../support/fixes.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const files = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => folder + f);
const others = { 'library.cnn': read('library.cnn') };

type WithFixes = readonly { readonly problem: AnyProblem; readonly fixes: readonly Fix[] }[];
const fixesIn = async ({ document, problems, services }: Analysed): Promise<WithFixes> =>
  Promise.all(problems.map(async (problem) => ({ problem, fixes: await fixesOf(problem, document, services) })));

/** Each fix by itself leaves fewer problems of its kind with that message. */
async function mendTheirProblem({ document, problems, services }: Analysed, fixable: WithFixes): Promise<void> {
  const alike = (all: readonly AnyProblem[], p: AnyProblem): number =>
    all.filter((q) => q.code === p.code && q.message === p.message).length;
  for (const { problem, fixes } of fixable)
    for (const fix of fixes) {
      const after = await problemsWith(mended([{ problem, fix }], document), document, services);
      assert.ok(alike(after.problems, problem) < alike(problems, problem), `${fix.title}: ${problem.message}`);
    }
}

/** The same text with a comment behind every word and sign. */
function remarked(text: string, { services }: Analysed): string {
  const { tokens, hidden } = services.parser.Lexer.tokenize(text);
  const words = [...tokens, ...hidden.filter((t) => t.tokenType.name === 'COMMENT')].sort((a, b) => a.startOffset - b.startOffset);
  return words.map((t, i) => (t.image.startsWith('#') ? `${t.image}\n` : `${t.image} # ${i}\n`)).join('');
}

/** Wherever comments stand, each fix keeps them all. */
async function keepComments(text: string, analysed: Analysed): Promise<void> {
  const full = await analyse(remarked(text, analysed), others);
  const comments = full.document.textDocument.getText().match(/#[^\n]*/g) ?? [];
  // One that mends a comment changes it.
  for (const { problem, fixes } of await fixesIn(full))
    for (const fix of problem.code === 'bad-ignore' ? [] : fixes) {
      const after = mended([{ problem, fix }], full.document);
      assert.deepEqual(
        comments.filter((c) => !after.includes(c)),
        [],
        fix.title,
      );
    }
}

const named = (file: string): string => file.replace(/.*\/|\.cnn/g, '').replaceAll('-', ' ');

describe('fixes', function () {
  this.timeout(20_000);
  for (const file of files('./fixes/'))
    it(named(file), async () => {
      const annotated = read(file);
      const text = plain(annotated);
      const analysed = await analyse(text, others);
      const fixable = await fixesIn(analysed);
      const actual = annotate(analysed.document, fixable);
      if (process.env.UPDATE) writeFileSync(new URL(file, import.meta.url), actual);
      else assert.equal(actual, annotated);
      await mendTheirProblem(analysed, fixable);
      await keepComments(text, analysed);
    });

  for (const file of [...files('./problems/'), ...files('./lints/')])
    it(`of the problems in ${named(file)}`, async () => {
      const text = plainProblems(read(file));
      const analysed = await analyse(text, others);
      await mendTheirProblem(analysed, await fixesIn(analysed));
      await keepComments(text, analysed);
    });
});
