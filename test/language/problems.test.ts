/**
 * Every fixture in `problems/`: what is reported of a text is written back into it, and must be what stands there. `UPDATE=1` accepts. Every
 * code has a fixture.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { CODES } from '../../src/language/syntax/codes/index.ts';
import { annotate, plain } from '../support/carets.ts';
import { analyse } from '../support/cnn.ts';

const folder = new URL('./problems/', import.meta.url);
const library = readFileSync(new URL('../library.cnn', folder), 'utf8');

describe('problems', () => {
  const met = new Set<string>();
  for (const file of readdirSync(folder).filter((f) => f.endsWith('.cnn')))
    it(file.replace('.cnn', '').replaceAll('-', ' '), async function () {
      // An analysis that runs to its limit takes its time.
      this.timeout(20_000);
      const annotated = readFileSync(new URL(file, folder), 'utf8');
      const text = plain(annotated);
      const { problems } = await analyse(text, {
        'library.cnn': library,
        'circle.cnn': 'import A from "./main.cnn"\nblock C on 3x4x4 { relu }\n',
      });
      for (const p of problems) met.add(p.code);
      const actual = annotate(text, problems, 'file:///test/main.cnn');
      if (process.env.UPDATE) writeFileSync(new URL(file, folder), actual);
      else assert.equal(actual, annotated);
    });

  it('have a fixture for every code', () => {
    assert.deepEqual(
      Object.keys(CODES).filter((code) => !met.has(code)),
      [],
    );
  });
});
