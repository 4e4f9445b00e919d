/** Whole networks against native onnxruntime: exact within 1e-5 of the largest output, fast within 1e-4. */
import assert from 'node:assert/strict';
import { bench } from '../../scripts/bench/bench.ts';
import { wasmKernels } from './compare.ts';

const NETWORKS = ['W1', 'W1n', 'W2b', 'W2s', 'W3', 'W4', 'MobileNetV2', 'DenseNet121', 'UNet'];

describe('whole networks against onnxruntime', () => {
  for (const name of NETWORKS) {
    it(name, async function () {
      this.timeout(120_000);
      const { relaxed, strict } = await wasmKernels();
      const [result] = await bench({ kernels: relaxed, strict, workloads: [name], rounds: 0 }, () => {});
      const errors = new Map(result?.engines.map((e) => [e.engine, e.error]));
      assert.ok((errors.get('exact') ?? 1) <= 1e-5, `exact: ${errors.get('exact')}`);
      assert.ok((errors.get('fast') ?? 1) <= 1e-4, `fast: ${errors.get('fast')}`);
      assert.ok((errors.get('fast, strict SIMD') ?? 1) <= 1e-4, `strict: ${errors.get('fast, strict SIMD')}`);
    });
  }
});
