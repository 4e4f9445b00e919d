/**
 * Every fixture in `problems/` and `lints/`: what is reported of a text is written back into it, and must be what stands there. `UPDATE=1` accepts. Every
 * code has a fixture.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ALL_CODES } from '../../src/language/lints/index.ts';
import { annotate, plain } from '../support/carets.ts';
import { analyse } from '../support/cnn.ts';

const url = (file: string): URL => new URL(file, import.meta.url);
const library = readFileSync(url('library.cnn'), 'utf8');
const files = ['problems/', 'lints/'].flatMap((folder) =>
  readdirSync(url(folder))
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => folder + f),
);

describe('problems', () => {
  const met = new Set<string>();
  for (const file of files)
    it(file.replace(/.*\/|\.cnn$/g, '').replaceAll('-', ' '), async function () {
      // An analysis that runs to its limit takes its time.
      this.timeout(20_000);
      const annotated = readFileSync(url(file), 'utf8');
      const text = plain(annotated);
      const { problems } = await analyse(text, {
        'library.cnn': library,
        'circle.cnn': 'import A from "./main.cnn"\nblock C on 3x4x4 { relu }\n',
      });
      for (const p of problems) met.add(p.code);
      const actual = annotate(text, problems, 'file:///test/main.cnn');
      if (process.env.UPDATE) writeFileSync(url(file), actual);
      else assert.equal(actual, annotated);
    });

  it('have a fixture for every code', () => {
    assert.deepEqual(
      [...ALL_CODES.keys()].filter((code) => !met.has(code)),
      [],
    );
  });
});
