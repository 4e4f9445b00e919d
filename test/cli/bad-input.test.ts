/** Bad input at the command line: a clear message, the exit status of its contract (1: the input has errors, 2: wrong usage), no stack trace. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../../scripts/build.ts';
import { writeNpy } from '../../src/run/npy.ts';
import { pointwise, start } from '../support/cli.ts';

/** By name, as they lie in the folder where the user stands. */
const files: Readonly<Record<string, string | Uint8Array>> = {
  'ok.cnn': 'block A on 3x8x8 { conv(4, 3x3) }\n',
  'binary.cnn': Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 37) % 256),
  'empty.cnn': '',
  'half.cnn': 'block A on 3x8x8 {\n  conv(8, ',
  'missing.cnn': 'import X from "./no.cnn"\nblock A on 3x8x8 { X }\n',
  'numbers.cnn': 'block A on 3x8x8 { conv(99999999999999999999999, 3x3) }\n',
  'repeat.cnn': 'block A on 3x8x8 { repeat 1e9 { relu } }\n',
  'recursion.cnn': 'block A(n=1) on 3x8x8 { A(n + 1) }\n',
  'circle.cnn': 'import B from "./back.cnn"\nblock A on 3x8x8 { B }\n',
  'back.cnn': 'import A from "./circle.cnn"\nblock B on 3x8x8 { A }\n',
  'large.cnn': 'block A on 512x2048x2048 { conv(512, 3x3) }\n',
  'heavy.cnn': 'block A on 100000 { linear(100000) }\n',
  'slow.cnn': 'network Slow on 64x256x256 { repeat 400 { conv(64, 3x3) -> relu } }\n',
  'needs.cnn': 'block A(n) { conv(n, 1x1) }\n',
  'partly.cnn': 'network Good on 3x8x8 { B }\nnetwork Bad on 3x8x8 { conv(4->8, 3x3) }\nblock B { conv(8, 3x3) }\n',
  'long.cnn': `# ${'x'.repeat(17 * 2 ** 20)}\n`,
  'noise.npy': Uint8Array.of(1, 2, 3),
  'lost.npy': writeNpy({
    shape: [3, 8, 8],
    data: Float32Array.from({ length: 192 }, (_, i) => (i === 9 ? Number.NaN : i === 150 ? 1 / 0 : 1)),
  }),
};

type Case = readonly [args: string, status: 0 | 1 | 2, says: RegExp];

const figureCommands = ['summary', 'compare', 'run', 'export --to onnx'] as const;
const wrongFiles: readonly Case[] = [
  ['binary.cnn', 1, /error\[not-text\]: This file is not text/],
  ['half.cnn', 1, /error\[syntax\]: Expected `\)`, but the file ends here\.\n --> half\.cnn:2:/],
  ['missing.cnn', 1, /error\[import-not-found\]: `\.\/no\.cnn` cannot be read/],
  ['numbers.cnn', 1, /error\[number-too-large\]/],
  ['repeat.cnn', 1, /error\[too-many-nodes\]: `repeat` repeats its body 1,000,000,000 times/],
  ['recursion.cnn', 1, /error\[recursion-too-deep\]: `A` is nested more than 64 blocks deep/],
  ['circle.cnn', 1, /error\[import-cycle\]: This import closes a circle: circle\.cnn → back\.cnn → circle\.cnn/],
  ['folder.cnn', 2, /folder\.cnn is not a file/],
  ['nowhere.cnn', 2, /There is no file nowhere\.cnn/],
  ['long.cnn', 1, /long\.cnn has 17\.0 MiB, more than the 16\.0 MiB/],
];

const cases: readonly Case[] = [
  ...wrongFiles.map(([file, status, says]): Case => [`check ${file}`, status, says]),
  // They open files as `check` does: two kinds stand for all.
  ...figureCommands.flatMap((command) => [
    [`${command} half.cnn`, 1, /error\[syntax\]/] as const,
    [`${command} folder.cnn`, 2, /folder\.cnn is not a file/] as const,
  ]),
  ['check empty.cnn', 0, /1 file, 0 errors/],
  ['summary empty.cnn', 1, /Nothing in empty\.cnn can stand alone/],
  ['run needs.cnn', 1, /Nothing in needs\.cnn can stand alone: give a block an input/],
  ['check nowhere.cnn half.cnn ok.cnn', 2, /There is no file nowhere\.cnn[\s\S]*2 files, 1 error,/],
  ['check partly.cnn', 1, /1 file, 1 error/],
  ['summary partly.cnn --target Good', 0, /^Good {2}3×8×8 → 8×8×8/m],
  ['summary partly.cnn', 1, /error\[channels-disagree\]|error\[/],
  ['compare partly.cnn --target Good --against Bad', 1, /error\[/],
  ['summary needs.cnn --target A', 2, /A in needs\.cnn cannot stand alone: it needs an input/],
  ['format binary.cnn', 1, /left unchanged/],
  ['format half.cnn', 1, /half\.cnn: left unchanged because it has syntax errors/],
  ['format folder.cnn', 2, /is not a file/],
  ['run large.cnn', 1, /needs, for its input and weights alone, 8,202 MiB of memory; [\d,]+ MiB is the most it may have/],
  ['run heavy.cnn', 1, /needs, for its input and weights alone, 38,14\d MiB of memory/],
  ['export heavy.cnn --to onnx', 1, /37\.3 GiB of weights; an ONNX file holds at most 2 GiB/],
  ['export ok.cnn --to onnx -o no/where.onnx', 2, /where\.onnx cannot be written: no such file or directory/],
  ['export ok.cnn --to banana', 2, /--to takes .*onnx/],
  ['export ok.cnn --to onnx --seed x', 2, /--seed takes a whole number/],
  ['run ok.cnn --output no/where.npy', 2, /where\.npy cannot be written: no such file or directory/],
  ['run ok.cnn --input nowhere.npy', 2, /There is no file nowhere\.npy/],
  ['run ok.cnn --input noise.npy', 1, /noise\.npy cannot be read: it is not an \.npy file/],
  ['run ok.cnn --input lost.npy', 0, /Not finite: the input has 1 NaN and 1 infinite, and 1 more after it\./],
  [
    'run ok.cnn --versus',
    1,
    /^A has no variant to compare with: none of its 1×1 convolutions is one that could be left out \(.*\), none follows .*, and none .* groups\.$/m,
  ],
  ['run ok.cnn --seed -1', 2, /--seed takes a whole number from 0/],
  ['run ok.cnn --threads 0', 2, /--threads takes a whole number from 1/],
  ['run ok.cnn --target B', 2, /ok\.cnn has no target B; it has A/],
  ['summary ok.cnn --input 3x', 2, /--input takes a shape such as 3x256x256/],
  ['summary ok.cnn --depth x', 2, /--depth takes a whole number from 1, not x/],
  ['summary ok.cnn --json --csv', 2, /cannot be used with/],
  ['compare ok.cnn', 1, /A has no variant to compare with.* Compare it with --against or --against-file\./],
  ['compare ok.cnn --variant full', 1, /A has no full variant: there is no place in it where its rules apply/],
  ['compare ok.cnn --variant wide', 2, /--variant.*naive, full, ungrouped/],
  ['compare ok.cnn --variant full --against A', 2, /cannot be used with/],
  ['compare ok.cnn --against B', 2, /no target B/],
  ['compare ok.cnn --against-file nowhere.cnn', 2, /There is no file/],
  ['nonsense', 2, /unknown command 'nonsense'/],
  ['check', 2, /missing required argument/],
  ['', 2, /Usage: pointwise/],
  ['--version', 0, /^\d+\.\d+\.\d+/],
];

describe('bad input at the command line', function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    await ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), 'pointwise-bad-'));
    mkdirSync(join(folder, 'folder.cnn'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [args, status, says] of cases)
    it(`pointwise ${args}`, async () => {
      const ended = await pointwise(args === '' ? [] : args.split(' '), folder);
      const all = ended.stdout + ended.stderr;
      assert.match(all, says);
      assert.doesNotMatch(all, /^ {4}at /m, 'a stack trace');
      assert.equal(ended.status, status);
      // Data and nothing else on standard output.
      if (status === 2 && args !== '' && !args.startsWith('check nowhere')) assert.equal(ended.stdout, '');
    });

  it('leaves the files that it refuses to format', async () => {
    const half = (): string => readFileSync(join(folder, 'half.cnn'), 'utf8');
    const before = half();
    await pointwise(['format', 'half.cnn'], folder);
    assert.equal(half(), before);
  });

  it('ends in silence where the reader of its output goes away', async () => {
    const child = start(['summary', 'slow.cnn', '--json'], folder);
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (s: string) => {
      told += s;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([code, told], [0, '']);
  });

  it('ends at once on Ctrl-C in the middle of a run', async () => {
    const child = start(['run', 'slow.cnn', '--threads', '1'], folder);
    const told: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (s: string) => told.push(s));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
      child.once('close', (...end) => resolve(end)),
    );
    // The signal ended it, not the run: that would have printed something.
    assert.deepEqual([code, signal], [null, 'SIGINT']);
    assert.equal(told.join(''), '');
  });
});
