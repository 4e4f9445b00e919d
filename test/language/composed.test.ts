/** Networks that are composed of several inputs, values inside calls, lists of values and shared weights: exact, and the same in onnxruntime. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { toCnn } from '../../src/export/cnn/file.ts';
import { outlineToCnn } from '../../src/export/cnn/outline.ts';
import { inputsOf } from '../../src/graph/graph.ts';
import { type Kernels, reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { difference, outputs } from '../support/onnxruntime.ts';
import { wasmKernels } from '../tensor/compare.ts';

interface Composed {
  readonly file: string;
  readonly target: string;
  readonly params: number;
  readonly macs?: number;
  readonly layers?: number;
  readonly depth?: number;
  readonly inputs?: readonly string[];
  /** The names of all outputs, the main one first, and their shapes. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Too large for the reference engine in a test. */
  readonly large?: true;
}

const gate = (x: number, g: number, c: number): number => (x + 1) * c + (g + 1) * c + c + 1;
const basic = (c: number): number => 2 * (9 * c * c + 2 * c);
const down = (from: number, to: number): number => 9 * from * to + 2 * to;
const lateral = (from: number, to: number): number => from * to + 2 * to;

/** HRNet's streams of 8, 16 and 32 channels, with blocks of two in each. */
const HR =
  down(3, 8) +
  (down(8, 16) + 2 * (basic(8) + basic(16)) + lateral(16, 8) + down(8, 16)) +
  (down(16, 32) + 2 * (basic(8) + basic(16) + basic(32))) +
  (lateral(16, 8) + lateral(32, 8) + lateral(32, 16)) +
  (down(8, 16) + down(16, 32) + down(8, 16) + down(16, 32)) +
  ((8 + 16 + 32) * 10 + 10);

const all: readonly Composed[] = [
  { file: 'gates', target: 'Alone', params: 6_241, inputs: ['x', 'g'], outputs: { output: '64x56x56' } },
  { file: 'gates', target: 'Small', params: gate(8, 8, 4), inputs: ['x', 'g'], outputs: { output: '8x8x8' } },
  { file: 'gates', target: 'Given', params: gate(64, 64, 8) + gate(64, 64, 4), inputs: ['input'] },
  { file: 'gates', target: 'Compared', params: 20, inputs: ['a', 'b'] },
  // torchvision's resnet50_fpn has 26,799,296 and no batch norm's 53,120.
  {
    file: 'pyramids',
    target: 'FPN',
    params: 26_799_296 + 53_120,
    outputs: { output: '256x56x56', top: '256x7x7', 'level[0]': '256x14x14', 'level[1]': '256x28x28', 'level[2]': '256x56x56' },
    large: true,
  },
  { file: 'pyramids', target: 'Chained', params: (27 + 1) * 4 + (36 + 1) * 8 + 18, outputs: { output: '6x16x16' } },
  {
    file: 'pyramids',
    target: 'Bi',
    params: 28 * 8 + 2 * (72 * 8 + 8) + 2 * 4 * (72 * 8 + 8) + 3 * 36,
    outputs: { output: '8x32x32', 'level[0]': '4x32x32', 'level[1]': '4x16x16', 'level[2]': '4x8x8' },
  },
  { file: 'streams', target: 'HR', params: HR, outputs: { output: '10x32x32' } },
  { file: 'streams', target: 'DLA', params: 3 * 144 + 16 + 4 * basic(16) + 3 * lateral(32, 16), outputs: { output: '16x32x32' } },
  { file: 'shared', target: 'CBAM', params: 678 },
  {
    file: 'shared',
    target: 'Siamese',
    large: true,
    params: 74_625,
    macs: 411_421_952,
    layers: 3,
    depth: 3,
    inputs: ['a', 'b'],
    outputs: { output: '1' },
  },
  {
    file: 'shared',
    target: 'TwoLevels',
    params: 610_825,
    large: true,
    macs: 610_560 * (1024 + 256),
    layers: 2,
    depth: 2,
    outputs: { output: '256x16x16', a: '9x32x32', b: '9x16x16' },
  },
  { file: 'shared', target: 'Recursive', params: 584, macs: 6 * 576 * 256, layers: 1, depth: 6 },
  { file: 'shared', target: 'Rounds', params: 64 + 576, macs: 3 * (64 + 576) * 256, layers: 2, depth: 6 },
  { file: 'shared', target: 'Nested', params: 2 * 64, macs: 6 * 64 * 256, layers: 2, depth: 6 },
];

/** Each target is analysed once for all that is asked of it. */
const known = new Map<string, ReturnType<typeof targetOf>>();
function made(file: string, target: string): ReturnType<typeof targetOf> {
  const key = `${file} ${target}`;
  const found = known.get(key) ?? targetOf(text(file), target);
  known.set(key, found);
  return found;
}

const text = (file: string): string => readFileSync(new URL(`./composed/${file}.cnn`, import.meta.url), 'utf8');

describe('composed', () => {
  let wasm: Kernels;
  before(async function () {
    this.timeout(120_000);
    wasm = (await wasmKernels()).relaxed;
  });

  for (const { file, target, params, ...more } of all) {
    it(`${target} of ${file}`, async () => {
      const { graph, facts } = await made(file, target);
      const { totals } = facts;
      assert.equal(totals.params, params);
      if (more.macs !== undefined) assert.equal(totals.macs || totals.totalMacs, more.macs);
      if (more.layers !== undefined) assert.equal(totals.layers, more.layers);
      if (more.depth !== undefined) assert.equal(totals.depth, more.depth);
      if (more.inputs)
        assert.deepEqual(
          inputsOf(graph).map((n) => n.path),
          more.inputs,
        );
      if (more.outputs)
        assert.deepEqual(Object.fromEntries(graph.outputs.map((o) => [o.name, graph.nodes[o.node]?.shape.join('x')])), more.outputs);
    });

    it(`${target} of ${file}, written again`, async () => {
      const { graph, outline } = await made(file, target);
      assert.ok(outline);
      const again = await targetOf(outlineToCnn(outline), target);
      const told = (g: typeof graph): unknown =>
        g.nodes.map(({ kind, path, inputs, shape, shared }) => ({ kind, path, inputs, shape, shared }));
      assert.deepEqual(told(again.graph), told(graph));
    });

    it(`${target} of ${file}, written from its graph`, async () => {
      const { graph, facts } = await made(file, target);
      const again = await targetOf(toCnn([{ graph, kind: 'network', name: 'Again', doc: '' }]), 'Again');
      const { params, macs, totalMacs, layers, depth } = facts.totals;
      const totals = again.facts.totals;
      assert.deepEqual(
        [totals.params, totals.macs, totals.totalMacs, totals.layers, totals.depth],
        [params, macs, totalMacs, layers, depth],
      );
      assert.deepEqual(
        again.graph.outputs.slice(1).map((o) => again.graph.nodes[o.node]?.shape),
        graph.outputs.slice(1).map((o) => graph.nodes[o.node]?.shape),
      );
    });

    it(`${target} of ${file} gives what onnxruntime does`, async () => {
      const { graph } = await made(file, target);
      for (const kernels of more.large ? [wasm] : [wasm, reference]) {
        const { ours, onnx } = await outputs(graph, kernels);
        assert.ok(difference(ours, onnx) < 1e-5, `${kernels.name} differs by ${difference(ours, onnx)}`);
      }
    });
  }
});
