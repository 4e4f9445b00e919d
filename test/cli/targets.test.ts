/** Targets as the command line takes them: on another input, beside others that fail, with several outputs. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { readNpy } from '../../src/run/npy.ts';
import { example, pointwise } from '../support/cli.ts';

const FILES = {
  'values.cnn': 'let n = 1\nblock A(c=8) on 3x8x8 {\n  repeat n { conv(c, 3x3) }\n  expect params <= 1000\n}\n',
  // The block's mistake is that of one call.
  'shared.cnn':
    'block Unit(c=8) on 3x32x32 { conv(c, 3x3) -> conv(16, 3x3, groups=4) }\nnetwork Good on 3x32x32 { Unit(8) -> gap }\nnetwork Bad on 3x32x32 { Unit(6) -> gap }\n',
  'heads.cnn': 'network R on 3x32x32 {\n  conv(16, 3x3) -> relu\n  output a = conv(8, 1x1)\n  output b = conv(4, 1x1)\n}\n',
  'expects.cnn':
    'network A on 3x224x224 { conv(64, 7x7, stride=2) expect 64x112x112 maxpool(3x3, stride=2, pad=1) -> gap -> flatten -> linear(1000) }\n',
  'inception.cnn':
    'block B on 192x28x28 { concat { | conv(96, 1x1) -> relu -> conv(128, 3x3) | identity } }\nblock V on 192x28x28 versus B { conv(8, 1x1) }\n',
};

describe('a target at the command line', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-targets-'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const call = (line: string) => pointwise(line.split(' '), folder);

  it('is cut at a depth into rows that add up to it', async () => {
    const { stdout } = await pointwise(['summary', example('resnet.cnn'), '--depth', '1', '--csv']);
    const [head, ...rows] = stdout
      .trimEnd()
      .split('\n')
      .map((l) => l.split(','));
    assert.deepEqual(head?.slice(3, 6), ['params', 'weights', 'MACs']);
    assert.deepEqual(rows[2], ['Bottleneck[0]', 'Bottleneck', '256×56×56', '75008', '73728', '231211008', '0.00289096', '19×19']);
    assert.deepEqual(
      [3, 4, 5].map((c) => rows.reduce((sum, r) => sum + Number(r[c]), 0)),
      [25_557_032, 25_502_912, 4_089_184_256],
    );
  });

  it('is counted, run and written whatever another call of its blocks does', async () => {
    const { stdout } = await call('summary shared.cnn --target Good');
    assert.match(stdout, /3×32×32 → 16×1×1\nparams 528 /);
    assert.match((await call('run shared.cnn --target Good')).stdout, /3×32×32 → 16×1×1/);
    assert.equal((await call('export shared.cnn --target Good --to onnx')).status, 0);
    const { status, stderr } = await call('summary shared.cnn --target Bad');
    assert.equal(status, 1);
    assert.match(stderr, /groups/);
  });

  it('has figures with other values, and says that the text has others', async () => {
    const { stdout, stderr } = await call('summary values.cnn --set c=16 --set n=3 --input 3x16x16');
    assert.match(stdout, /A {2}3×16×16 → 16×16×16\nparams 5,088/);
    assert.match(stderr, /note: with c=16, n=3, in place of what values\.cnn has\nnote: line 4: `expect params <= 1000` is broken/);
    const refused = async (set: string): Promise<string> => (await call(`summary values.cnn ${set}`)).stderr;
    assert.match(await refused('--set c=0'), /A cannot be with c=0: `channels` of `conv` must be at least 1, not 0/);
    assert.match(await refused('--set k=3'), /A has no k to set; it has c, n/);
    assert.match(await refused('--set c'), /--set takes a name and a value, such as width=64, not c/);
    assert.match(await refused('--set c=8 --input 3x8x8,3x8x8'), /A takes fewer inputs than --input gives/);
  });

  it('has figures on another input, and notes what it expects of that in the file', async () => {
    const { stdout, stderr } = await call('summary expects.cnn --input 3x256x256');
    assert.match(stdout, /A {2}3×256×256 → 1000\nparams 74,472 /);
    assert.match(stderr, /^note: line 1 expects another shape.*64×128×128/);
    assert.match((await call('compare inception.cnn --target B --input 192x14x14')).stdout, /25,288,704/);
    assert.match((await call('compare inception.cnn --target V --input 192x14x14')).stderr, /--against/);
    await call('export heads.cnn --to svg --input 3x48x64 -o heads.svg');
    assert.match(readFileSync(join(folder, 'heads.svg'), 'utf8'), /16×48×64/);
  });

  it('is run on a shape, and on the numbers of a file', async () => {
    assert.match((await call('run heads.cnn --input 3x48x64')).stdout, /3×48×64 → 16×48×64, a 8×48×64, b 4×48×64/);
    assert.match((await call('run heads.cnn --input 3x48')).stderr, /--input takes a shape such as 3x256x256/);
  });

  it('writes every output into a folder, and says what a file leaves out', async () => {
    await call('run heads.cnn --output out');
    assert.deepEqual(readdirSync(join(folder, 'out')).sort(), ['a.npy', 'b.npy', 'output.npy']);
    const shapes = ['output', 'a', 'b'].map((n) => readNpy(readFileSync(join(folder, 'out', `${n}.npy`))).shape.join('x'));
    assert.deepEqual(shapes, ['16x32x32', '8x32x32', '4x32x32']);
    assert.match((await call('run heads.cnn --input out/a.npy --output y.npy')).stderr, /y\.npy has the main output only, not a, b/);
  });

  it('writes every output into an archive, to the same bytes each time', async () => {
    assert.match((await call('run heads.cnn --output all.npz')).stderr, /wrote output, a, b into all\.npz/);
    await call('run heads.cnn --output folder');
    const bytes = readFileSync(join(folder, 'all.npz'));
    const entries = unzipSync(bytes);
    assert.deepEqual(Object.keys(entries), ['output.npy', 'a.npy', 'b.npy']);
    for (const [name, entry] of Object.entries(entries))
      assert.deepEqual(Buffer.from(entry), readFileSync(join(folder, 'folder', name)), name);
    await call('run heads.cnn --output again.npz');
    assert.deepEqual(readFileSync(join(folder, 'again.npz')), bytes);
  });
});
