/** What is imported gives the numbers that onnxruntime gives for the file: networks of ours with weights in them, written as ONNX and read back. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ensureBuilt } from '../../scripts/build.ts';
import { toOnnx } from '../../src/export/onnx/graph.ts';
import { inputsOf } from '../../src/graph/graph.ts';
import { dimsOf, record } from '../../src/graph/record.ts';
import { align } from '../../src/import/align.ts';
import { importOnnx } from '../../src/import/index.ts';
import { weightsFor } from '../../src/import/weights.ts';
import { initialise, type Kernels, randomInput } from '../../src/tensor/index.ts';
import { loadKernels } from '../../src/tensor/kernels/load-node.ts';
import { targetOf } from '../support/cnn.ts';
import { difference } from '../support/onnxruntime.ts';

/** One of each layer whose weights are moved on the way: kernels turned, affine parts found, groups dealt out. */
const NETWORKS: Readonly<Record<string, string>> = {
  convolutions: 'conv(16, 3x3, stride=2) -> bn -> relu -> dwconv(5x5, bias=false) -> conv(8, 1x1, groups=4) -> deconv(6, 2x2, stride=2)',
  normalisations: 'conv(8, 1x1) -> ln -> gelu -> gn(2) -> mish -> instancenorm(affine=true) -> silu -> grn -> scale(0.5) -> hardswish',
  moves: 'conv(16, 3x3) -> shuffle(4) -> pixelshuffle(2) -> pixelunshuffle(2) -> slice(2, 10) -> transpose("hwc") -> flatten -> linear(5)',
  pools:
    'conv(8, 3x3) -> maxpool(3x3, stride=2, ceil=true) -> avgpool(2x2) -> upsample(2) -> blur -> gap -> flatten -> linear(4) -> softmax',
  gates: 'conv(8, 3x3) -> mul { | identity | gap -> conv(2, 1x1) -> relu -> conv(8, 1x1) -> hardsigmoid } -> prelu(8) -> pad(1, value=2)',
};

describe('the weights of what is imported', function () {
  this.timeout(60_000);
  let kernels: Kernels;
  before(async () => {
    await ensureBuilt();
    kernels = await loadKernels(fileURLToPath(new URL('../../dist/kernel', import.meta.url)), { threads: 1 });
  });
  for (const [name, body] of Object.entries(NETWORKS))
    it(`give onnxruntime's numbers: ${name}`, async () => {
      const { graph } = await targetOf(`network Net on 3x16x16 { ${body} }`, 'Net');
      const { program } = record(graph);
      const data = initialise(program.weights, 5).map((w, i) =>
        program.weights[i]?.init.kind === 'constant' ? w.map((v, j) => v + 0.1 + 0.05 * Math.sin(i + j)) : w,
      );
      const bytes = toOnnx(graph, new Map(program.weights.map((w, i) => [w.name, data[i] as Float32Array])));
      const made = importOnnx(bytes, { name: 'Net' });
      const meant = await targetOf(made.text, 'Net');
      const like = align(meant.graph, made.graph);
      assert.ok(like);
      const { weights, missing } = weightsFor(meant.graph, made, like);
      assert.deepEqual(missing, []);
      const read = record(meant.graph).program;
      const input = randomInput(dimsOf(inputsOf(graph)[0]?.shape ?? [1]), 9);
      const plan = kernels.plan(
        read,
        read.weights.map((w) => weights.get(w.name)?.data as Float32Array),
        { exact: true },
      );
      const [ours] = plan.run([input]);
      const session = await InferenceSession.create(Buffer.from(bytes));
      const theirs = (await session.run({ input: new Tensor('float32', input, [1, 3, 16, 16]) })).output as Tensor;
      await session.release();
      assert.ok(difference(ours as Float32Array, theirs.data as Float32Array) < 1e-4);
    });
});
