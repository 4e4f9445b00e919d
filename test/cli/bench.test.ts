/** `pointwise bench`: what it measures and reports, and what it says of wrong usage. Times are not tested. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import type { WorkloadResult } from '../../src/bench/bench.ts';
import { pointwise } from '../support/cli.ts';

describe('pointwise bench', () => {
  it('measures a workload beside a peer, and agrees with it', async () => {
    const { status, stdout, stderr } = await pointwise([
      'bench',
      'W1',
      '--rounds',
      '1',
      '--threads',
      '2',
      '--peers',
      'onnxruntime-node',
      '--json',
    ]);
    assert.equal(status, 0, stderr);
    const { workloads } = JSON.parse(stdout) as { workloads: readonly WorkloadResult[] };
    assert.deepEqual(
      workloads.map((w) => w.name),
      ['W1'],
    );
    const [w1] = workloads as readonly [WorkloadResult];
    assert.deepEqual(
      w1.engines.map((e) => e.engine),
      ['fast', 'exact', 'strict SIMD', '2 threads', 'onnxruntime-node'],
    );
    for (const e of w1.engines) {
      assert.ok(e.ms.median > 0, e.engine);
      assert.ok(e.error <= 1e-4, `${e.engine}: ${e.error}`);
    }
    const macs = w1.steps.reduce((sum, s) => sum + (s.gflops * s.ms * 1e6) / 2, 0);
    assert.equal(Math.round(macs), 128_049_152);
  });

  it('tells technique and rate of every step, or gives a table', async () => {
    const lines = await pointwise(['bench', 'W1', '--rounds', '1', '--threads', '1', '--layers']);
    assert.match(lines.stdout, /Winograd F\(4×4, 3×3\) +96×28×28 → 128×28×28 +[\d.]+ ms +[\d.]+ GFLOP\/s +\d+ % of peak/);
    const table = await pointwise(['bench', 'W1', '--rounds', '1', '--threads', '1', '--markdown']);
    assert.match(
      table.stdout,
      /^\| {2}\| fast \| exact \| strict SIMD \|\n\| --- \| --: \| --: \| --: \|\n\| W1 \| [\d.]+ \| [\d.]+ \| [\d.]+ \|\n$/,
    );
  });

  const wrong = [
    [['W9'], 2, 'There is no workload W9; choose from W1, W1n, W2b, W2s, W3, W4, MobileNetV2, DenseNet121, UNet.'],
    [['--peers', 'torch'], 2, 'There is no peer torch; choose from onnxruntime-web, tfjs-wasm, onnxruntime-node.'],
    [['--rounds', '0'], 2, '--rounds takes a whole number from 1 to 1000, not 0.'],
    [['--threads', 'many'], 2, '--threads takes a whole number from 1 to 16, not many.'],
    [
      ['--peers', 'onnxruntime-web', '--peers-from', tmpdir()],
      1,
      'Not installed here: onnxruntime-web. Run: npm install onnxruntime-web@1.30',
    ],
  ] as const;
  for (const [args, status, message] of wrong) {
    it(`says what is wrong with ${args.slice(0, 2).join(' ')}`, async () => {
      assert.deepEqual(await pointwise(['bench', ...args]), { status, stdout: '', stderr: `${message}\n` });
    });
  }
});
