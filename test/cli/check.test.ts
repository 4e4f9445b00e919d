/** `check --fix` and `check --diff`: what is mended, what is said of it, and what stays as it is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pointwise } from '../support/cli.ts';

const wrong = `# A head.
network Head on 256x6x6 {
  conv(192->64, 1x1) # squeeze
  linear(1000)
  nothing
}
`;
const right = wrong.replace('192', '256').replace('linear', 'flatten -> linear');

describe('check', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-check-'));
    writeFileSync(join(folder, 'head.cnn'), wrong);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const text = (): string => readFileSync(join(folder, 'head.cnn'), 'utf8');

  it('--fix mends the file, says how, and shows what is left', async () => {
    const { status, stdout, stderr } = await pointwise(['check', '--fix', 'head.cnn'], folder);
    assert.equal(text(), right);
    assert.match(stderr, /^fixed head\.cnn:3:8: Write what arrives: 256->64 \[channel-mismatch\]$/m);
    assert.match(stderr, /^fixed head\.cnn:4:3: Put flatten before it: 2,305,000 params \[needs-vector\]$/m);
    assert.match(stderr, /^1 file, 1 error, 0 warnings$/m);
    assert.match(stdout, /^error\[unknown-name\].*\n --> head\.cnn:5:3/);
    assert.equal(status, 1);
  });

  it('--fix leaves a file alone in which there is nothing to mend', async () => {
    writeFileSync(join(folder, 'head.cnn'), 'network Head on 256x6x6 { conv(64, 1x1) }\r\n');
    const { status, stderr } = await pointwise(['check', '--fix', 'head.cnn'], folder);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '1 file, 0 errors, 0 warnings\n' });
  });

  it('--diff prints a patch and changes nothing; the patch does what --fix does', async () => {
    const { status, stdout } = await pointwise(['check', '--diff', 'head.cnn'], folder);
    assert.equal(status, 1);
    assert.equal(text(), wrong);
    assert.match(stdout, /^--- a\/head\.cnn\n\+\+\+ b\/head\.cnn\n@@ /);
    writeFileSync(join(folder, 'fix.patch'), stdout);
    const applied = spawnSync('git', ['apply', 'fix.patch'], { cwd: folder, encoding: 'utf8' });
    assert.equal(applied.stderr, '');
    assert.equal(text(), right);
  });

  it('--json brings the fixes with their edits', async () => {
    const { stdout } = await pointwise(['check', '--json', 'head.cnn'], folder);
    const [first] = JSON.parse(stdout);
    const line = { line: 2, character: 7 };
    assert.deepEqual(first.fixes[0], {
      title: 'Write what arrives: 256->64',
      preferred: true,
      edits: [{ file: 'head.cnn', range: { start: line, end: { line: 2, character: 10 } }, newText: '256' }],
    });
  });

  it('does not print a diff and write files at once', async () => {
    assert.equal((await pointwise(['check', '--diff', '--fix', 'head.cnn'], folder)).status, 2);
  });
});
