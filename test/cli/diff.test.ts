/** `pointwise diff`: files, revisions and targets, as a table, Markdown and JSON, and as git's difftool. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/build.ts';
import { pointwise } from '../support/cli.ts';

/** A repository, or a folder, in which texts are written by their paths. */
class Desk {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'pointwise-diff-')));

  write(files: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(this.folder, path, '..'), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    return this;
  }
  git(...args: readonly string[]): string {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
    return execFileSync('git', [...who, ...args], { cwd: this.folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
  commit(files: Readonly<Record<string, string>>): this {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', 'x');
    return this;
  }
  async diff(...args: readonly string[]): Promise<string> {
    const { stdout, stderr, status } = await pointwise(['diff', ...args], this.folder);
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  }
}

const unit = (norm: string): string => `block Unit(c) { conv(c, 3x3, bias=false) -> ${norm} -> relu }\n`;
const net = (body: string, rest = ''): string => `import Unit from "./lib/units.cnn"\nnetwork Net on 3x32x32 { ${body} }\n${rest}`;

describe('diff', function () {
  this.timeout(60_000);
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk();
  });
  afterEach(() => rmSync(desk.folder, { recursive: true }));

  it('answers in a line, and tells in a table what differs', async () => {
    desk.write({
      'a.cnn': 'network Net on 3x32x32 { conv(16, 3x3, bias=false) -> bn -> relu -> gap -> flatten -> fc: linear(10) }',
      'b.cnn': 'network Net on 3x32x32 { conv(16, 3x3, bias=false) -> bn -> silu -> dropout -> gap -> flatten -> fc: linear(100) }',
    });
    assert.equal(
      await desk.diff('a.cnn', 'b.cnn'),
      `Net: 634 → 2,164 params (+1,530, +241.3 %), 442.5 → 444 kMACs (+0.3 %), output 10 → 100
   layer    kind         change               output  params    MACs     memory
~  silu     relu → silu                     16×32×32
+  dropout  dropout                         16×32×32                  +64.0 KiB
~  fc       linear       features 10 → 100  10 → 100  +1,530  +1.44k     +360 B
   … 4 layers equal
`,
    );
    assert.equal(await desk.diff('a.cnn', 'a.cnn'), 'Net: no difference, 634 params, 442.5 kMACs\n');
  });

  it('reads a file and all that it imports from a revision', async () => {
    desk.git('init', '--quiet');
    desk.commit({ 'nets/net.cnn': net('Unit(16)'), 'nets/lib/units.cnn': unit('bn') });
    desk.commit({ 'nets/lib/units.cnn': unit('gn(4)') });
    desk.write({ 'nets/lib/units.cnn': unit('ln') });
    const changes = (text: string): readonly string[] => text.match(/Unit\/\w+ +\S+ → \S+/g) ?? [];
    assert.deepEqual(changes(await desk.diff('HEAD~1:nets/net.cnn', 'HEAD:nets/net.cnn')), ['Unit/gn  bn → gn(4)']);
    assert.deepEqual(changes(await desk.diff('HEAD:nets/net.cnn', 'nets/net.cnn')), ['Unit/ln  gn(4) → ln']);
    assert.deepEqual(changes(await desk.diff(':nets/net.cnn', 'nets/net.cnn')), ['Unit/ln  gn(4) → ln']);
    // From the repository's root as git has it, from here, and from the root of the disk.
    for (const path of ['nets/net.cnn', './net.cnn', 'net.cnn', join(desk.folder, 'nets/net.cnn')]) {
      const { stdout } = await pointwise(['diff', `HEAD~1:${path}`, 'net.cnn'], join(desk.folder, 'nets'));
      assert.deepEqual(changes(stdout), ['Unit/ln  bn → ln'], path);
    }
  });

  it('compares all targets of one name, or those that are named', async () => {
    desk.write({
      'a.cnn': 'block A on 8x8x8 { relu }\nblock B on 8x8x8 { relu }\nblock C(n=8) on 8x8x8 { conv(n, 1x1) }\n',
      'b.cnn': 'block A on 8x8x8 { silu }\nblock C(n=8) on 8x8x8 { conv(n, 1x1) }\nblock D on 8x8x8 { relu }\n',
      'c.cnn': 'block X on 8x8x8 { conv(8, 3x3) }\n',
    });
    assert.equal(
      await desk.diff('a.cnn', 'b.cnn'),
      `A: 0 params, 0 MACs
   layer  kind         change  output  params  MACs  memory
~  silu   relu → silu           8×8×8

+ D: 0 params, 0 MACs
− B: 0 params, 0 MACs
C: no difference, 72 params, 4.096 kMACs
`,
    );
    const first = async (...args: readonly string[]): Promise<string | undefined> => (await desk.diff(...args)).split('\n')[0];
    assert.equal(await first('a.cnn#A', 'a.cnn#B'), 'A → B: no difference, 0 params, 0 MACs');
    assert.equal(await first('a.cnn', 'b.cnn', '--target', 'C'), 'C: no difference, 72 params, 4.096 kMACs');
    assert.equal(await first('a.cnn#A', 'b.cnn'), 'A: 0 params, 0 MACs');
    // One that is new is no mistake, unless it was asked for where it is not.
    assert.equal(await first('a.cnn', 'b.cnn', '--target', 'D'), '+ D: 0 params, 0 MACs');
    assert.equal(await first('a.cnn#B', 'b.cnn'), '− B: 0 params, 0 MACs');
    assert.equal((await pointwise(['diff', 'a.cnn#B', 'b.cnn#B'], desk.folder)).stderr, 'b.cnn has no target B; it has A, C, D.\n');
    // Files that have no name in common are about one thing each.
    assert.equal(await first('a.cnn', 'c.cnn'), 'C → X: 72 → 584 params (+512, +711.1 %), 4.096 → 36.86 kMACs (+800.0 %)');
  });

  it('tells once what is the same in several targets', async () => {
    const nets = (act: string): string =>
      `network Net(n=2) on 8x8x8 { repeat n { ${act} } }\nnetwork Small = Net()\nnetwork Tall = Net(n=3)\n`;
    desk.write({ 'a.cnn': nets('relu'), 'b.cnn': nets('silu') });
    const heads = (await desk.diff('a.cnn', 'b.cnn')).split('\n').filter((l) => /^\S+: |same/.test(l));
    assert.deepEqual(heads, ['Net: 0 params, 0 MACs', 'Small: 0 params, 0 MACs', 'the same as Net', 'Tall: 0 params, 0 MACs']);
    assert.match(await desk.diff('a.cnn', 'b.cnn', '--markdown'), /\*\*Small\*\*: 0 params, 0 MACs\n\nthe same as Net\n/);
  });

  it('has nothing to say of files of which nothing can stand alone', async () => {
    desk.write({ 'a.cnn': unit('bn'), 'b.cnn': unit('ln'), 'c.cnn': 'block A on 8x8x8 { relu' });
    assert.equal(await desk.diff('a.cnn', 'b.cnn'), 'Nothing in a.cnn and b.cnn can stand alone, so there is nothing to compare.\n');
    const { status, stderr } = await pointwise(['diff', 'a.cnn', 'c.cnn'], desk.folder);
    assert.equal(status, 1);
    assert.match(stderr, /^error\[/);
  });

  it('tells of inputs that came and went', async () => {
    desk.write({
      'a.cnn': 'block A takes x, g on 8x4x4, 8x8x8 { add { | x | g -> maxpool(2) } }\n',
      'b.cnn': 'block A on 8x4x4 { relu }\n',
    });
    assert.match(await desk.diff('a.cnn', 'b.cnn'), /^− +g +input +8×8×8 /m);
    assert.match(await desk.diff('b.cnn', 'a.cnn', '--markdown'), /^\| \+ \| `g` \| input \|/m);
  });

  it('writes a table for a pull request', async () => {
    desk.write({
      'a.cnn': 'block Unit { conv(8, 3x3) -> relu }\nnetwork Net on 8x8x8 { repeat 2 { Unit } }\n',
      'b.cnn': 'block Unit { conv(8, 3x3) -> silu }\nnetwork Net on 8x8x8 { repeat 3 { Unit } }\n',
    });
    assert.equal(
      await desk.diff('a.cnn', 'b.cnn', '--markdown'),
      `**Net**: 1,168 → 1,752 params (+584, +50.0 %), 73.73 → 110.6 kMACs (+50.0 %)

|  | layer | kind | change | output | Δ params | Δ MACs | Δ memory |
|---|---|---|---|--:|--:|--:|--:|
| ~ | \`Unit[0…1]/silu\` | relu → silu | ×2 | 8×8×8 |  |  |  |
| + | \`Unit[2]\` | Unit | 2 layers | 8×8×8 | +584 | +36.86k | +4.0 KiB |
`,
    );
  });

  it('gives all figures as JSON, and what is equal where that is asked for', async () => {
    desk.write({
      'a.cnn': 'network Net on 8x8x8 { conv(8, 3x3) -> relu }',
      'b.cnn': 'network Net on 8x8x8 { conv(16, 3x3) -> relu -> flatten }',
    });
    const data = JSON.parse(await desk.diff('a.cnn', 'b.cnn', '--json'));
    assert.deepEqual([data.before, data.after, data.equal], ['a.cnn', 'b.cnn', false]);
    const [{ totals, outputs, layers }] = data.targets;
    assert.deepEqual([totals.before.params, totals.after.params], [584, 1168]);
    assert.deepEqual(outputs, [{ name: 'output', before: [8, 8, 8], after: [1024], changed: true }]);
    assert.deepEqual(
      layers.map((l: { status: string; after: { name: string } | null; edits: unknown }) => [l.status, l.after?.name, l.edits]),
      [
        ['changed', 'conv', [{ what: 'params', names: ['channels'] }]],
        ['follows', 'relu', []],
        ['added', 'flatten', []],
      ],
    );
    assert.equal(JSON.parse(await desk.diff('a.cnn', 'a.cnn', '--json', '--all')).targets[0].layers.length, 3);
  });

  it('ends as git does with --exit-code', async () => {
    desk.write({
      'a.cnn': 'block A on 8x8x8 { relu }',
      'b.cnn': 'block A on 8x8x8 { silu }',
      'c.cnn': '# A comment.\nblock A on 8x8x8 { relu }',
    });
    const status = async (...args: readonly string[]): Promise<unknown> => (await pointwise(['diff', ...args], desk.folder)).status;
    assert.deepEqual(
      [await status('a.cnn', 'b.cnn'), await status('a.cnn', 'b.cnn', '--exit-code'), await status('a.cnn', 'c.cnn', '--exit-code')],
      [0, 1, 0],
    );
  });

  it('says what is wrong, and tells of the other targets', async () => {
    desk.git('init', '--quiet');
    desk.commit({ 'a.cnn': 'block A on 8x8x8 { relu }\nblock B on 8x8x8 { conv(9->8, 3x3) }\n' });
    desk.write({ 'a.cnn': 'block A on 8x8x8 { silu }\nblock B on 8x8x8 { conv(8, 3x3) }\n' });
    const { status, stdout, stderr } = await pointwise(['diff', 'HEAD:a.cnn', 'a.cnn'], desk.folder);
    assert.equal(status, 1);
    assert.match(stdout, /^A: /);
    assert.match(stderr, /--> HEAD:a\.cnn:2:25\n/);
    assert.match(stderr, /\| block B on 8x8x8 \{ conv\(9->8, 3x3\) \}\n/);
    // B is not new: it could not stand before for its error.
    desk.write({ 'b.cnn': 'block A on 8x8x8 { relu }\nblock B on 8x8y8 { relu }\n' });
    const broken = await pointwise(['diff', 'b.cnn', 'a.cnn'], desk.folder);
    assert.equal(broken.status, 1);
    assert.doesNotMatch(broken.stdout, /B/);
    const says = async (...args: readonly string[]): Promise<readonly unknown[]> => {
      const ended = await pointwise(['diff', ...args], desk.folder);
      return [ended.status, ended.stderr.trim().replaceAll(desk.folder, 'FOLDER')];
    };
    assert.deepEqual(await says('x.cnn', 'a.cnn'), [2, 'There is no file x.cnn.']);
    assert.deepEqual(await says('main~9:a.cnn', 'a.cnn'), [2, 'There is no file main~9:a.cnn, and no revision main~9 in FOLDER.']);
    assert.deepEqual(await says('HEAD:b.cnn', 'a.cnn'), [2, 'There is no b.cnn in HEAD at b.cnn.']);
    assert.deepEqual(await says('--output=x:a.cnn', 'a.cnn'), [2, "error: unknown option '--output=x:a.cnn'\n(see pointwise --help)"]);
    assert.deepEqual(await says('a.cnn#Z', 'a.cnn'), [2, 'a.cnn has no target Z; it has A, B.']);
  });

  it('is a difftool for git, with the imports of temporary files beside what they are versions of', async () => {
    await ensureBuilt();
    desk.git('init', '--quiet');
    desk.commit({ 'nets/net.cnn': net('Unit(16)'), 'nets/lib/units.cnn': unit('bn') });
    desk.commit({ 'nets/net.cnn': net('Unit(32)'), 'new.cnn': 'block New on 8x8x8 { relu }\n' });
    desk.write({ 'nets/net.cnn': net('Unit(64)') });
    const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
    const tool = (...args: readonly string[]): string =>
      desk.git('difftool', '--no-prompt', '--extcmd', `'${process.execPath}' '${cli}' diff`, ...args);
    assert.match(tool(), /^Net: 928 → 1,856 params/);
    // Here both are temporary, and what is new has no file before.
    assert.match(tool('HEAD~1', 'HEAD'), /^Net: 464 → 928 params[\s\S]*\n\+ New: 0 params, 0 MACs\n$/);
  });
});
