/** Every example of the pages that a reader starts from: it parses, has no problem, and is laid out as `format` would. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { EmptyFileSystem } from 'langium';
import { formatText } from '../../src/language/editor/formatter.ts';
import { createCnnServices } from '../../src/language/services.ts';
import { analyse } from '../support/cnn.ts';

const { cnn } = createCnnServices(EmptyFileSystem);

for (const page of ['README.md', 'docs/language.md']) {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const examples = [...text.matchAll(/^```cnn\n(.*?)^```$/gms)].map((m) => ({
    code: m[1] ?? '',
    line: text.slice(0, m.index).split('\n').length + 1,
  }));
  describe(`the examples of ${page}`, () => {
    it('are there', () => assert.ok(examples.length > 0));
    for (const { code, line } of examples)
      it(`line ${line}`, async () => {
        const { problems } = await analyse(code);
        assert.deepEqual(
          problems.map((p) => p.message),
          [],
        );
        assert.equal(formatText(code, cnn) ?? code, code);
      });
  });
}
