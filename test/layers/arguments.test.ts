/** Layers with whatever arguments fit: what is inferred is what runs, on both kernels and, through ONNX, in onnxruntime. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dimsOf } from '../../src/graph/record.ts';
import { reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { difference, outputs } from '../support/onnxruntime.ts';
import { wasmKernels } from '../tensor/compare.ts';

const n = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const pair = (min: number, max: number): fc.Arbitrary<string> => fc.tuple(n(min, max), n(min, max)).map((p) => p.join('x'));
const pad = (max: number): fc.Arbitrary<string> => fc.tuple(n(0, max), n(0, max), n(0, max), n(0, max)).map((p) => `[${p.join(', ')}]`);
/** A call with some of its named arguments. */
const call = (kind: string, given: readonly fc.Arbitrary<unknown>[], named: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}) =>
  fc
    .tuple(fc.tuple(...given), fc.record(named, { requiredKeys: [] }))
    .map(([first, rest]) => `${kind}(${[...first, ...Object.entries(rest).map(([k, v]) => `${k}=${v}`)].join(', ')})`);

const padding = (max: number): fc.Arbitrary<string> => fc.oneof({ weight: 2, arbitrary: pad(max) }, fc.constantFrom('same', 'tf'));
const window = { stride: pair(1, 3), pad: padding(1), ceil: fc.boolean() };
const LAYERS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  convolutions: fc.oneof(
    call('deconv', [n(1, 6), pair(1, 4)], {
      stride: pair(1, 3),
      pad: pad(2),
      output_pad: pair(0, 2),
      dilation: pair(1, 2),
      groups: n(1, 3),
      bias: fc.boolean(),
    }),
    call('dwconv', [pair(1, 4)], { stride: pair(1, 3), pad: padding(2), multiplier: n(1, 2) }),
    call('conv', [n(1, 6), pair(1, 4)], { stride: pair(1, 3), pad: padding(2), dilation: pair(1, 2), groups: n(1, 3) }),
  ),
  pools: fc.oneof(
    call('lppool', [pair(1, 3)], { ...window, p: n(1, 4) }),
    call('maxpool', [pair(1, 3)], { ...window, dilation: pair(1, 2) }),
    call('avgpool', [pair(1, 3)], { ...window, count_include_pad: fc.boolean() }),
    call('adaptiveavgpool', [pair(1, 12)]),
    call('adaptivemaxpool', [pair(1, 12)]),
    fc.constantFrom('channelmean', 'channelmax'),
    call('blur', [], { kernel: pair(1, 7), stride: pair(1, 3) }),
  ),
  resampling: fc.oneof(
    call('upsample', [pair(1, 3)], { mode: fc.constantFrom('"nearest"', '"bilinear"') }),
    call('upsample', [], { to: pair(1, 20), mode: fc.constantFrom('"nearest"', '"bilinear"') }),
    call('pixelshuffle', [n(1, 3)]),
    call('pixelunshuffle', [n(1, 3)]),
  ),
  moves: fc.oneof(
    call('pad', [pad(3)], { value: n(0, 3), mode: fc.constantFrom('"constant"', '"reflect"', '"edge"') }),
    call('crop', [pair(1, 9)]),
    call('crop', [pair(1, 5)], { at: pair(0, 4) }),
    call('slice', [n(0, 8), n(1, 9)]),
    call('shuffle', [n(1, 9)]),
    call('transpose', [fc.constantFrom('"hwc"', '"whc"', '"cwh"', '"hcw"', '"wch"')]),
    fc.constantFrom('reshape(size(in.w, in.c, in.h))', 'reshape(in.c * in.h * in.w)', 'reshape(size(1, in.c, in.h * in.w))'),
  ),
  normalisations: fc.oneof(
    call('gn', [n(1, 9)], { eps: fc.constant('1e-3'), affine: fc.boolean() }),
    call('ln', [], { affine: fc.boolean() }),
    call('scale', [], { init: n(0, 2), bias: fc.boolean(), channels: fc.constantFrom('all', 1, 3) }),
    call('times', [n(-9, 9)]),
    call('plus', [n(-9, 9)]),
    call('prelu', [n(1, 9)]),
    call('grn', [], { eps: fc.constantFrom('1e-6', '0.1') }),
    call('softmax', [n(1, 9)], { over: fc.constantFrom('"channels"', '"pixels"') }),
  ),
};

describe('layers with any arguments', () => {
  for (const [group, layer] of Object.entries(LAYERS))
    it(group, async function () {
      this.timeout(120_000);
      const { relaxed } = await wasmKernels();
      // Over few channels or pixels a variance may be nearly nothing, and a quotient by it nearly anything.
      const tolerance = group === 'normalisations' ? 1e-3 : 1e-5;
      let ran = 0;
      await fc.assert(
        fc.asyncProperty(n(1, 9), pair(1, 9), layer, async (channels, size, text) => {
          // Arguments that do not fit are a problem of their own, see `language/problems`.
          const made = await targetOf(`block B on ${channels}x${size} { ${text} }`, 'B').catch(() => undefined);
          if (!made) return;
          const inferred = dimsOf(made.graph.nodes.at(-1)?.shape ?? [0]);
          for (const kernels of [reference, relaxed]) {
            const { ours, dims, onnx, onnxDims } = await outputs(made.graph, kernels);
            assert.deepEqual([dims, onnxDims], [inferred, made.graph.nodes.at(-1)?.shape]);
            assert.ok(difference(ours, onnx) < tolerance, `${kernels.name} differs by ${difference(ours, onnx)}`);
          }
          ran++;
        }),
        { numRuns: Number(process.env.RUNS ?? 30), seed: 5 },
      );
      assert.ok(ran > 5, `only ${ran} fitted`);
    });
});
