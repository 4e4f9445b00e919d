/** The page about codes: written from the registry, and its examples do what they say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { diagnosticsPage, pagePath } from '../../scripts/diagnostics.ts';
import { ALL_CODES } from '../../src/language/lints/index.ts';
import { analyse } from '../support/cnn.ts';

const others = { 'circle.cnn': 'import A from "./main.cnn"\nblock C on 3x4x4 { relu }\n' };
const found = async (text: string): Promise<readonly string[]> => (await analyse(text, others)).problems.map((p) => p.code);

describe('the page about diagnostics', () => {
  it('is what the registry says (npm run generate)', () => assert.equal(readFileSync(pagePath, 'utf8'), diagnosticsPage()));

  for (const [code, { wrong, right }] of ALL_CODES)
    it(`shows ${code}, and how to put it right`, async function () {
      // An analysis that runs to its limit takes its time.
      this.timeout(20_000);
      assert.deepEqual([...new Set(await found(wrong))], [code]);
      if (right !== undefined) assert.deepEqual(await found(right), []);
    });
});
