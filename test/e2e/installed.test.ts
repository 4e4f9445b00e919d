/** What the package brings where it is installed. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { desk } from './desk.ts';

describe('the installed extension', function () {
  this.timeout(120_000);

  it('brings its licence, and those of the packages within', async () => {
    const { extensions } = await desk();
    const ours = (await readdir(extensions)).find((name) => name.startsWith('pointwise.')) ?? '';
    const files = await readdir(join(extensions, ours), { recursive: true });
    assert.ok(files.includes('dist/THIRD-PARTY-NOTICES.txt'));
    assert.ok(files.some((file) => /^LICENSE/.test(file)));
  });
});
