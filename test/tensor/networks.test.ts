/** Whole networks against native onnxruntime: exact within 1e-5 of the largest output, fast within 1e-4. */
import assert from 'node:assert/strict';
import { type Engine, ortEngine, ourEngine, subjectOf } from '../../src/bench/engine.ts';
import { difference } from '../../src/bench/measure.ts';
import { loadPeers } from '../../src/bench/peers-node.ts';
import { programToOnnx } from '../../src/bench/program-onnx.ts';
import { WORKLOADS } from '../../src/bench/workloads.ts';
import { initialise } from '../../src/tensor/index.ts';
import { wasmKernels } from './compare.ts';

async function outputOf(engine: Engine): Promise<Float32Array> {
  await engine.run();
  return engine.output();
}

describe('whole networks against onnxruntime', () => {
  for (const [name, { program: make }] of Object.entries(WORKLOADS)) {
    it(name, async () => {
      const { relaxed, strict } = await wasmKernels();
      const ort = (await loadPeers(process.cwd(), ['onnxruntime-node'])).peers['onnxruntime-node'];
      assert.ok(ort, 'onnxruntime-node is not installed');
      const program = make();
      const subject = subjectOf(program, initialise(program.weights, 1));
      const expected = await outputOf(await ortEngine('onnxruntime-node', ort, programToOnnx(program, subject.weights), subject));
      for (const [kernels, exact, most] of [
        [relaxed, true, 1e-5],
        [relaxed, false, 1e-4],
        [strict, true, 1e-5],
        [strict, false, 1e-4],
      ] as const) {
        const engine = ourEngine('ours', kernels.plan(program, subject.weights, { exact }), subject);
        const error = difference(await outputOf(engine), expected);
        engine.dispose();
        assert.ok(error <= most, `${kernels === strict ? 'strict' : 'relaxed'} ${exact ? 'exact' : 'fast'}: ${error}`);
      }
    });
  }
});
