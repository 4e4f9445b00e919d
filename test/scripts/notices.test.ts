/** What ships names every package within it, each with the text of its licence. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundles, ensureBuilt } from '../../scripts/build.ts';
import { bundledPackages, notices } from '../../scripts/notices.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the notices of what is built', function () {
  this.timeout(60_000);
  let text = '';
  before(async () => {
    await ensureBuilt();
    text = readFileSync(join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  });
  const sections = (): readonly (readonly [head: string, body: string])[] =>
    [...text.matchAll(/^={80}\n(.+?)\n={80}\n(.+?)(?=\n={80}\n|$(?![\s\S]))/gms)].map(([, head = '', body = '']) => [head, body.trim()]);

  it('name every package that is bundled', async () => {
    // Names by another way than the build's: from the comments with which an unminified bundle says where each piece is from.
    const outputs = await Promise.all(
      bundles.map((b) => esbuild.build({ ...b, absWorkingDir: root, write: false, minify: false, metafile: false, plugins: [] })),
    );
    const names = new Set<string>();
    for (const file of outputs.flatMap((o) => o.outputFiles ?? []))
      for (const [, name] of file.text.matchAll(/^\s*(?:\/\/|\/\*) node_modules\/(?:.*\/node_modules\/)?((?:@[^/\s]+\/)?[^/\s]+)\//gm))
        if (name) names.add(name);
    const named = new Set(sections().map(([head]) => head.split(' ')[0]));
    assert.ok(names.size > 30, `only ${names.size} packages were found`);
    assert.deepEqual(
      [...names].filter((name) => !named.has(name)),
      [],
    );
    for (const name of ['@vscode/codicons', 'assemblyscript']) assert.ok(named.has(name), name);
  });

  it('give each its licence and a text', () => {
    for (const [head, body] of sections()) {
      assert.match(head, /^(@[\w.-]+\/)?[\w.-]+ \d+\.\d+\.\d+\S*\nLicence: ([A-Z]|not named$)/m);
      // What is given to all needs no text.
      assert.ok(body.length > 400 || /^Licence: Public Domain/m.test(head), `${head} has a text of ${body.length} characters`);
    }
  });
});

describe('notices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'notices-'));
  after(() => rm(folder, { recursive: true }));

  async function files(all: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(all)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  }

  it('take each package once, the copies that packages bring too, and nothing that was shaken off', async () => {
    const manifest = (name: string, version: string, more = {}): string =>
      JSON.stringify({ name, version, license: 'ISC', main: 'index.js', sideEffects: false, ...more });
    await files({
      'main.js': "import { a } from 'a'; import { b } from '@s/b'; import { c } from 'c'; console.log(a, b);",
      'node_modules/a/package.json': manifest('a', '1.0.0'),
      'node_modules/a/index.js': "export * from './more/a.js';",
      'node_modules/a/more/package.json': '{ "type": "module" }',
      'node_modules/a/more/a.js': 'export const a = 1;',
      'node_modules/a/Licence.md': 'Do as you like.\r\n',
      'node_modules/a/NOTICE': 'By A.\n',
      'node_modules/a/license.js': 'no text',
      'node_modules/@s/b/package.json': manifest('@s/b', '2.0.0', { author: { name: 'B' }, license: 'B-1.0' }),
      'node_modules/@s/b/index.js': "import { a } from 'a'; export const b = [a];",
      'node_modules/@s/b/node_modules/a/package.json': manifest('a', '0.9.0'),
      'node_modules/@s/b/node_modules/a/index.js': 'export const a = 2;',
      'node_modules/@s/b/node_modules/a/COPYING': 'Do what you must.',
      'node_modules/c/package.json': manifest('c', '3.0.0'),
      'node_modules/c/index.js': 'export const c = 3;',
    });
    const { metafile } = await esbuild.build({
      absWorkingDir: folder,
      entryPoints: ['main.js'],
      bundle: true,
      write: false,
      outdir: folder,
      metafile: true,
    });
    const packages = bundledPackages([metafile, metafile]);
    assert.deepEqual([...packages].sort(), ['node_modules/@s/b', 'node_modules/@s/b/node_modules/a', 'node_modules/a']);
    const rule = '='.repeat(80);
    assert.equal(
      await notices(packages, folder),
      `Pointwise contains code of these packages, under the licences below.

${rule}
@s/b 2.0.0
Licence: B-1.0
${rule}

The package brings no text of its licence. Its author is B.

${rule}
a 0.9.0
Licence: ISC
${rule}

Do what you must.

${rule}
a 1.0.0
Licence: ISC
${rule}

Do as you like.

By A.
`,
    );
  });
});
