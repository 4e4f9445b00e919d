/** Every layer kind: it parses, infers, runs and exports, and the shape that it ran to is the shape that was inferred. */
import assert from 'node:assert/strict';
import { dimsOf } from '../../src/graph/record.ts';
import { layers } from '../../src/layers/index.ts';
import { type Kernels, reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { difference, outputs } from '../support/onnxruntime.ts';
import { wasmKernels } from '../tensor/compare.ts';

/** How each kind is written, on 6×9×7; several ways where parameters lead to other operations. */
const WRITTEN: Readonly<Record<string, string | readonly string[]>> = {
  conv: [
    'conv(6->10, 3x5, stride=2x1, dilation=1x2, groups=2)',
    'conv(10, 3x3, stride=2, pad=tf)',
    'conv(10, 4x2, stride=3x2, dilation=2x1, pad=tf)',
    'conv(10, 2, pad=tf) -> bn -> relu',
    'conv(10, 1, stride=5, pad=tf)',
  ],
  dwconv: ['dwconv(3x3, stride=2, multiplier=2)', 'dwconv(4x3, stride=2, pad=tf)'],
  deconv: [
    'deconv(5, 2x2, stride=2)',
    'deconv(6->4, 3x5, stride=2x3, pad=1x0, output_pad=1x2, groups=2)',
    'deconv(3, 3, dilation=2x1, pad=[0, 1, 2, 1], bias=false)',
    // PyTorch lets an output_pad be as large as the dilation leaves room for.
    'deconv(3, 3x2, dilation=3, output_pad=2x1, pad=[0, 0, 0, 2])',
  ],
  linear: 'flatten -> linear(11)',
  ln: ['ln', 'ln(1e-3, affine=false)', 'flatten -> ln', 'flatten -> ln(affine=false)'],
  gn: ['gn(3)', 'gn(6, eps=1e-2, affine=false)', 'gn(1)', 'flatten -> gn(9)'],
  instancenorm: ['instancenorm', 'instancenorm(1e-2, affine=true)'],
  lrn: 'lrn(3, alpha=0.5)',
  grn: ['grn', 'grn(0.1)', 'conv(11, 3x3) -> grn -> relu', 'relu -> crop(1x1) -> grn'],
  blur: [
    'blur',
    'blur(2)',
    'blur(4, stride=1)',
    'blur(1, stride=3)',
    'blur(5x3)',
    'blur(1x4, stride=2x3)',
    'conv(5, 3x3) -> relu -> blur(7, stride=3) -> conv(2, 3x3)',
  ],
  scale: [
    'scale(0.3)',
    'scale(bias=true)',
    'flatten -> scale(0.5, bias=true)',
    'scale(channels=1)',
    'scale(0, bias=true, channels=1)',
    'conv(4, 1x1) -> scale(bias=true, channels=1) -> relu',
    'scale(channels=6)',
    'flatten -> scale(0.5, bias=true, channels=1)',
  ],
  times: ['times(0.17)', 'times(-3)', 'flatten -> times(1/8)', 'conv(5, 3x3) -> times(0.1) -> relu', 'conv(5, 3x3) -> relu -> times(2)'],
  plus: ['plus(0.5)', 'plus(-3)', 'flatten -> plus(1)', 'conv(5, 3x3) -> plus(2) -> bn -> relu'],
  leakyrelu: 'leakyrelu(0.2)',
  relu6: ['relu6', 'conv(6, 1x1) -> mul { | relu6 | relu6 }'],
  prelu: ['prelu', 'prelu(6)', 'flatten -> prelu(378)'],
  elu: ['elu', 'elu(1.5)'],
  gelu: ['gelu', 'gelu(approximate=true)'],
  hardtanh: ['hardtanh', 'hardtanh(-0.25, 0.5)'],
  softmax: [
    'softmax',
    'softmax(2)',
    'softmax(groups=3)',
    'softmax(6)',
    'conv(10, 1x1) -> softmax(2)',
    'softmax(over="pixels")',
    'conv(10, 3x3) -> softmax(over="pixels")',
    'flatten -> softmax(27)',
  ],
  maxpool: [
    'maxpool(3x3, stride=2, pad=1, ceil=true)',
    'maxpool(2, ceil=true)',
    'maxpool(2x3, stride=3, dilation=3, ceil=true)',
    'maxpool(3, stride=2, pad=tf)',
    'maxpool(2, stride=1, dilation=4x3, pad=tf)',
    'maxpool(3, stride=1, dilation=2, pad=same)',
  ],
  avgpool: [
    'avgpool(3, stride=2, pad=tf)',
    'avgpool(4x2, stride=1, pad=tf, ceil=true)',
    'avgpool(5x3, stride=1, pad=same)',
    'avgpool(3x2, stride=2, pad=1, count_include_pad=false)',
    'avgpool(2, ceil=true)',
    'avgpool(3, stride=2, ceil=true)',
    'avgpool(3x2, stride=2, pad=1, ceil=true)',
    'avgpool(4, stride=3, pad=[2, 1, 0, 2], ceil=true)',
  ],
  lppool: [
    'lppool(2)',
    'lppool(3x2, stride=2x1, pad=1, p=3)',
    'lppool(3, stride=1, pad=1, p=1)',
    'lppool(2, ceil=true)',
    'lppool(2, stride=1, pad=tf)',
  ],
  adaptiveavgpool: ['adaptiveavgpool(3x7)', 'adaptiveavgpool(4x5)', 'adaptiveavgpool(1)', 'adaptiveavgpool(11)'],
  adaptivemaxpool: ['adaptivemaxpool(3x7)', 'adaptivemaxpool(4x5)', 'adaptivemaxpool(1)', 'adaptivemaxpool(11)'],
  channelmean: ['channelmean', 'conv(10, 1x1) -> channelmean -> conv(3, 3x3)', 'concat { | channelmean | channelmax } -> conv(1, 7x7)'],
  channelmax: ['channelmax', 'conv(11, 1x1) -> channelmax', 'mul { | identity | channelmax -> sigmoid }'],
  upsample: [
    'upsample',
    'upsample(3x1)',
    'upsample(to=14x5)',
    'upsample(mode="bilinear")',
    'upsample(to=14x5, mode="bilinear")',
    'upsample(to=4x30, mode="bilinear")',
    'e: conv(6, 3x3) -> maxpool(2x2) -> upsample(to=size(e.h, e.w))',
  ],
  pixelshuffle: ['conv(8, 1x1) -> pixelshuffle(2)', 'conv(27, 1x1) -> pixelshuffle(3)'],
  pixelunshuffle: ['crop(8x6) -> pixelunshuffle(2)', 'crop(9x6) -> pixelunshuffle(3)'],
  pad: ['pad(2)', 'pad([0, 1, 2, 3], value=0.5)', 'pad(3x2, mode="reflect")', 'pad(1x4, mode="edge")'],
  crop: [
    'crop(4x4)',
    'crop(9x2)',
    'crop(4x3, at=0x0)',
    'crop(4x3, at=5x4)',
    'crop(9x2, 0x3)',
    'conv(3, 3x3) -> crop(2x2, at=1x4) -> conv(3, 3x3)',
    'e: maxpool(2x2) -> upsample(3) -> crop(size(e.h, e.w))',
  ],
  reshape: [
    'reshape(3x18x7)',
    'reshape(378)',
    'reshape(378x1x1) -> reshape(1x1x378)',
    'flatten -> linear(60) -> reshape(15x2x2) -> conv(3, 3x3)',
    'gap -> reshape(1x2x3)',
    'reshape(size(in.h, in.w, in.c))',
  ],
  transpose: ['hwc', 'whc', 'chw', 'cwh', 'hcw', 'wch'].flatMap((axes) => [
    `transpose("${axes}")`,
    `conv(10, 1x1) -> transpose("${axes}") -> conv(3, 3x3)`,
  ]),
  slice: ['slice(1, 4)', 'slice(from=5, to=6)', 'flatten -> slice(100, 300)'],
  shuffle: ['shuffle(2)', 'shuffle(3)', 'flatten -> shuffle(7)'],
  concat: 'concat { | relu | conv(3, 1x1) | maxpool(3x3, stride=1, pad=1) }',
  add: 'add { | relu | gap }',
  mul: 'mul { | conv(6, 1x1) | gap -> sigmoid }',
};

describe('layers', () => {
  let wasm: Kernels;
  before(async function () {
    this.timeout(120_000);
    wasm = (await wasmKernels()).relaxed;
  });

  for (const kind of layers.keys())
    for (const written of [WRITTEN[kind] ?? kind].flat())
      it(`${written}: ran to the shape that was inferred, as onnxruntime does, within 1e-5`, async () => {
        const { graph } = await targetOf(`block B on 6x9x7 { ${written} }`, 'B');
        const inferred = dimsOf(graph.nodes.at(-1)?.shape ?? [0]);
        for (const kernels of [reference, wasm]) {
          const { ours, dims, onnx, onnxDims } = await outputs(graph, kernels);
          assert.deepEqual(dims, inferred);
          assert.deepEqual(onnxDims, graph.nodes.at(-1)?.shape);
          assert.ok(difference(ours, onnx) < 1e-5, `${kernels.name} differs by ${difference(ours, onnx)}`);
        }
      });
});
