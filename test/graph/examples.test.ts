/** The examples: free of problems, and running to what onnxruntime makes of their ONNX files. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Kernels } from '../../src/tensor/index.ts';
import { analyse, targetOf } from '../support/cnn.ts';
import { difference, outputs } from '../support/onnxruntime.ts';
import { wasmKernels } from '../tensor/compare.ts';

const folder = new URL('../../examples/', import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder)
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => [f, readFileSync(new URL(f, folder), 'utf8')]),
);

/**
 * Whole networks on small images, so that the tests stay quick; blocks on their own previews. Both engines round in float32, in another order, through up
 * to 120 layers: MobileNetV2 lies 7e-6 from the sums in float64 here, and onnxruntime 9e-6.
 */
const RUNS: readonly (readonly [file: string, target: string, on?: string])[] = [
  ['inception.cnn', 'Inception'],
  ['resnet.cnn', 'Bottleneck'],
  ['resnet.cnn', 'ResNet50', '3x64x64'],
  ['googlenet.cnn', 'GoogLeNet'],
  ['mobilenetv2.cnn', 'Bottleneck'],
  ['mobilenetv2.cnn', 'MobileNetV2', '3x96x96'],
  ['densenet.cnn', 'DenseLayer'],
  ['densenet.cnn', 'DenseNet121', '3x64x64'],
  ['unet.cnn', 'Level'],
  ['unet.cnn', 'UNet', '3x48x32'],
];

describe('examples', () => {
  let wasm: Kernels;
  before(async function () {
    this.timeout(120_000);
    wasm = (await wasmKernels()).relaxed;
  });

  for (const [file, text] of Object.entries(files))
    it(`${file} has no problems`, async () => {
      const { problems } = await analyse(text, files);
      assert.deepEqual(
        problems.map((p) => p.message),
        [],
      );
    });

  for (const [file, target, on] of RUNS)
    it(`${target}${on ? ` on ${on}` : ''} agrees with onnxruntime within 2e-5 of the largest output`, async function () {
      this.timeout(60_000);
      const text = files[file] ?? '';
      const { graph } = on
        ? await targetOf(`${text}\nnetwork Small = ${target}() on ${on}`, 'Small', files)
        : await targetOf(text, target, files);
      const { ours, onnx } = await outputs(graph, wasm);
      assert.ok(difference(ours, onnx) < 2e-5, `differs by ${difference(ours, onnx)}`);
    });
});
