/** What the command line prints for programs: the fields, their types and the published figures. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { example, pointwise } from '../support/cli.ts';

/** JSON as TypeScript has it. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The types of a value, by example: `{ a: 1 }` becomes `{ a: 'number' }`, a list the type of its first. */
function typesOf(v: Json | undefined): unknown {
  if (Array.isArray(v)) return v.length === 0 ? [] : [typesOf(v[0])];
  if (v !== null && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, typesOf(x)]));
  return v === null ? 'null' : typeof v;
}

const RANGE = { start: { line: 'number', character: 'number' }, end: { line: 'number', character: 'number' } };
const STATISTICS = { min: 'number', max: 'number', mean: 'number', std: 'number' };

describe('JSON of the command line', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-json-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function json(...args: readonly string[]): Promise<{ readonly status: number | string; readonly data: Json }> {
    const { status, stdout, stderr } = await pointwise([...args, '--json'], folder);
    assert.ok(stdout !== '', stderr);
    return { status, data: JSON.parse(stdout) as Json };
  }

  it('check: problems with their places and what they relate to', async () => {
    writeFileSync(
      join(folder, 'a.cnn'),
      'block B(c) { conv(c, 1x1) -> expect 8x8x8 }\nnetwork N on 3x8x8 { a: B(8) b: B(16) }\nblock Never(x) { conv(x, 1x1) }\n',
    );
    const { status, data } = await json('check', 'a.cnn');
    assert.equal(status, 1);
    const [problem] = data as readonly { readonly [key: string]: Json }[];
    assert.deepEqual(problem, {
      file: 'a.cnn',
      range: { start: { line: 0, character: 36 }, end: { line: 0, character: 41 } },
      severity: 'error',
      code: 'expectation-broken',
      message: '`expect 8x8x8` is broken: 16×8×8 arrives here, not 8×8×8 (in the call `B(c=16)` on 8×8×8).',
      related: [
        {
          file: 'a.cnn',
          range: { start: { line: 0, character: 13 }, end: { line: 0, character: 25 } },
          message: '16×8×8 comes from here.',
        },
        {
          file: 'a.cnn',
          range: { start: { line: 1, character: 32 }, end: { line: 1, character: 33 } },
          message: 'Called here: `B(c=16)` on 8×8×8, in `N`.',
        },
      ],
    });
    assert.deepEqual((await json('check', example('inception.cnn'))).data, []);
  });

  it('summary: totals and every layer', async () => {
    const { data } = await json('summary', example('resnet.cnn'));
    const { layers, ...totals } = data as { readonly layers: readonly Json[] };
    assert.deepEqual(totals, {
      target: 'ResNet50',
      input: [3, 224, 224],
      inputs: [{ name: 'input', shape: [3, 224, 224] }],
      outputs: [{ name: 'output', shape: [1000] }],
      params: 25_557_032,
      weights: 25_502_912,
      buffers: 53_120,
      macs: 4_089_184_256,
      totalMacs: 4_089_184_256,
      memory: 9_633_792,
      layerCount: 54,
      depth: 50,
    });
    assert.deepEqual(layers[0], {
      name: 'stem/conv',
      kind: 'conv',
      inputs: [[3, 224, 224]],
      output: [64, 112, 112],
      params: 9408,
      weights: 9408,
      macs: 118_013_952,
      receptiveField: [7, 7],
      effectiveStride: [2, 2],
      effectivePadding: [3, 3],
      centre: [0, 0],
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 66 } },
    });
    for (const layer of layers)
      assert.deepEqual(typesOf(layer), {
        name: 'string',
        kind: 'string',
        inputs: [['number']],
        output: ['number'],
        params: 'number',
        weights: 'number',
        macs: 'number',
        receptiveField: ['number'],
        effectiveStride: ['number'],
        effectivePadding: ['number'],
        centre: ['number'],
        range: RANGE,
      });
  });

  it('summary: on another input', async () => {
    const { data } = await json('summary', example('resnet.cnn'), '--input', '3x64x64', '--target', 'ResNet101');
    const { target, input, params } = data as { readonly [key: string]: Json };
    assert.deepEqual([target, input, params], ['ResNet101', [3, 64, 64], 44_549_160]);
  });

  it('compare: both sides, their ratio and formulas', async () => {
    const output = [256, 56, 56];
    const naive = {
      weights: 1_179_648,
      params: 1_180_672,
      macs: 3_699_376_128,
      totalMacs: 3_699_376_128,
      memory: 9_633_792,
      receptiveField: [5, 5],
      output,
    };
    const ratio = { weights: 1_179_648 / 69_632, macs: 3_699_376_128 / 218_365_952 };
    assert.deepEqual((await json('compare', example('resnet.cnn'), '--target', 'Bottleneck')).data, {
      target: 'Bottleneck',
      this: {
        weights: 69_632,
        params: 70_400,
        macs: 218_365_952,
        totalMacs: 218_365_952,
        memory: 9_633_792,
        receptiveField: [3, 3],
        output,
      },
      other: naive,
      otherName: 'naive',
      ratio,
      formula: { this: '1×1×256×64 + 3×3×64×64 + 1×1×64×256', other: '3×3×256×256×2' },
      variants: [{ name: 'naive', ...naive, ratio, formula: '3×3×256×256×2' }],
    });
    const { data } = await json('compare', example('inception.cnn'));
    const { this: a, other: b, notes } = data as { readonly [key: string]: { readonly [key: string]: Json } };
    assert.deepEqual([a?.weights, b?.weights, a?.macs, b?.macs], [163_328, 387_072, 128_049_152, 303_464_448]);
    assert.match(String(notes?.[0]), /416×28×28 instead of 256×28×28/);
    const against = await json('compare', example('resnet.cnn'), '--target', 'ResNet50', '--against', 'ResNet101');
    assert.equal((against.data as { readonly otherName: string }).otherName, 'ResNet101');
  });

  it('run: the engine, the outputs and every layer', async () => {
    const { data } = await json('run', example('inception.cnn'), '--seed', '3', '--exact', '--versus');
    const { layers, ...rest } = data as { readonly layers: readonly Json[] };
    assert.deepEqual(typesOf(rest), {
      target: 'string',
      seed: 'number',
      engine: { simd: 'boolean', relaxed: 'boolean', threads: 'number', exact: 'boolean' },
      ms: 'number',
      spread: ['number'],
      runs: 'number',
      rest: 'number',
      outputs: [{ name: 'string', shape: ['number'], ...STATISTICS }],
      versus: {
        name: 'string',
        ms: 'number',
        spread: ['number'],
        thisMs: 'number',
        thisSpread: ['number'],
        withinNoise: 'boolean',
        of: 'string',
      },
    });
    const { target, seed, engine } = rest as { readonly [key: string]: Json };
    assert.deepEqual([target, seed, (engine as { readonly exact: boolean }).exact], ['Inception', 3, true]);
    assert.equal(layers.length, 14);
    for (const layer of layers)
      assert.deepEqual(typesOf(layer), {
        name: 'string',
        kind: 'string',
        output: ['number'],
        ms: 'number',
        ...STATISTICS,
        zeros: 'number',
      });
  });

  it('takes the last network, else the last block that can stand alone', async () => {
    writeFileSync(join(folder, 'b.cnn'), 'block A on 3x8x8 { relu }\nblock B on 3x8x8 { relu }\nblock C(n) on 3x8x8 { relu }\n');
    writeFileSync(join(folder, 'c.cnn'), 'network N on 3x8x8 { relu }\nblock B on 3x8x8 { relu }\n');
    for (const [file, target] of [
      ['b.cnn', 'B'],
      ['c.cnn', 'N'],
    ] as const)
      assert.equal(((await json('summary', file)).data as { readonly target: string }).target, target);
  });
});
