/** Codes of what layers object to: the list is theirs, its documentation is here. */
import type { AdviceCode, FaultCode } from '../../../layers/fault.ts';
import type { CodeInfo } from './code.ts';

export const layers = {
  'channel-mismatch': {
    severity: 'error',
    says: 'A layer is declared for a different number of channels than arrives.',
    wrong: 'block A on 160x28x28 { conv(192->64, 1x1) }',
    right: 'block A on 160x28x28 { conv(160->64, 1x1) }',
    about: 'You never have to write input channels: `conv(64, 1x1)` takes what arrives. Write `192->64` to have them checked.',
  },
  'arguments-disagree': {
    severity: 'error',
    says: 'Two arguments of a layer cannot both be meant.',
    wrong: 'block A on 64x28x28 { softmax(groups=2, over="pixels") }',
    right: 'block A on 64x28x28 { softmax(over="pixels") }',
    about: 'A softmax over pixels takes each channel by itself; `groups` are groups of channels, over which it goes otherwise.',
  },
  'branches-disagree': {
    severity: 'error',
    says: 'The branches of a merge do not fit each other.',
    wrong: 'block A on 256x56x56 { add { | conv(128, 3x3, stride=2) | identity } }',
    right: 'block A on 256x56x56 { add { | conv(128, 3x3, stride=2) | conv(128, 1x1, stride=2) } }',
    about:
      '`add` and `mul` join equal shapes, and broadcast an extent of 1: a gate of 64×1×1 fits a map of 64×56×56. `concat` joins maps of equal height × width. Quick fixes project a branch with a 1×1 convolution, give a gate its channels, or give a transposed convolution its `output_pad`.',
  },
  'needs-vector': {
    severity: 'error',
    says: 'A layer takes a vector, but a feature map arrives.',
    wrong: 'block A on 256x6x6 { linear(1000) }',
    right: 'block A on 256x6x6 { flatten -> linear(1000) }',
    about: '`gap -> flatten` gives one feature per channel and works at any input size; `flatten` alone keeps every pixel.',
  },
  'needs-feature-map': {
    severity: 'error',
    says: 'A layer takes a feature map, but a vector arrives.',
    wrong: 'block A on 256x6x6 { flatten -> conv(8, 1x1) }',
    right: 'block A on 256x6x6 { conv(8, 1x1) -> flatten }',
  },
  'groups-do-not-divide': {
    severity: 'error',
    says: 'The groups of a layer do not divide its channels.',
    wrong: 'block A on 64x28x28 { conv(96, 3x3, groups=5) }',
    right: 'block A on 64x28x28 { conv(96, 3x3, groups=4) }',
  },
  'channels-do-not-divide': {
    severity: 'error',
    says: '`pixelshuffle` needs a multiple of scale² channels.',
    wrong: 'block A on 64x4x4 { pixelshuffle(3) }',
    right: 'block A on 64x4x4 { pixelshuffle(2) }',
  },
  'size-does-not-divide': {
    severity: 'error',
    says: '`pixelunshuffle` needs a height and width that are multiples of its scale.',
    wrong: 'block A on 64x5x4 { pixelunshuffle(2) }',
    right: 'block A on 64x5x4 { crop(4x4) -> pixelunshuffle(2) }',
  },
  'entries-disagree': {
    severity: 'error',
    says: '`reshape` makes a shape of more or fewer entries than arrive.',
    wrong: 'network A on 100 { linear(128) -> reshape(256x7x7) }',
    right: 'network A on 100 { linear(256*7*7) -> reshape(256x7x7) }',
    about: '`reshape` only says how the entries are arranged: channels × height × width before and after are the same number.',
  },
  'even-kernel': {
    severity: 'error',
    says: 'An even kernel cannot be padded equally on both sides, as `same` does: give `pad`.',
    wrong: 'block A on 3x28x28 { conv(64, 4x4) }',
    right: 'block A on 3x28x28 { conv(64, 4x4, pad=[1, 2, 1, 2]) }',
    about:
      '`[top, bottom, left, right]` with one more pixel at the bottom and right keeps the size, as `"same"` does in Keras and PyTorch. Where the stride equals the kernel’s size, as in patch embeddings, use `pad=0`; at other strides `pad=tf` is what TensorFlow calls SAME.',
  },
  'even-size': {
    severity: 'error',
    says: '`lrn` looks at an even number of channels, which has no middle.',
    wrong: 'block A on 64x28x28 { lrn(4) }',
    right: 'block A on 64x28x28 { lrn(5) }',
  },
  'kernel-too-large': {
    severity: 'error',
    says: 'A window is larger than the map that arrives, padding included.',
    wrong: 'block A on 64x4x4 { maxpool(7x7) }',
    right: 'block A on 64x4x4 { maxpool(2x2) }',
    about: 'Each halving needs twice the input: five of them need at least 32×32.',
  },
  'pad-too-large': {
    severity: 'error',
    says: 'A layer has too much padding. A pool may pad by at most half its kernel, a mirror by less than the map’s size, a `deconv` by less than it makes.',
    wrong: 'block A on 64x28x28 { maxpool(3x3, pad=2) }',
    right: 'block A on 64x28x28 { maxpool(3x3, pad=1) }',
  },
  'output-pad-too-large': {
    severity: 'error',
    says: 'The `output_pad` of a transposed convolution is not smaller than its stride or its dilation.',
    wrong: 'block A on 64x4x4 { deconv(16, 3x3, stride=2, output_pad=2) }',
    right: 'block A on 64x4x4 { deconv(16, 3x3, stride=2, output_pad=1) }',
  },
  'crop-too-large': {
    severity: 'error',
    says: '`crop` takes more than the map has.',
    wrong: 'block A on 64x4x4 { crop(8x8) }',
    right: 'block A on 64x4x4 { crop(2x2) }',
  },
  'slice-too-large': {
    severity: 'error',
    says: '`slice` takes channels that do not arrive.',
    wrong: 'block A on 64x4x4 { slice(32, 96) }',
    right: 'block A on 64x4x4 { slice(32, 64) }',
  },
  'empty-range': {
    severity: 'error',
    says: 'A range is empty: its end does not come after its start.',
    wrong: 'block A on 64x4x4 { slice(8, 8) }',
    right: 'block A on 64x4x4 { slice(0, 8) }',
  },
  'size-too-large': {
    severity: 'error',
    says: 'A layer would make a shape, or have weights, beyond what can be counted exactly.',
    wrong: 'block A on 1000000x1x1 { repeat 2 { upsample(40000) } }',
    right: 'block A on 1000000x1x1 { upsample(2) }',
  },
  'argument-order': {
    severity: 'warning',
    says: 'A convolution looks as though it were written `conv(in, out, kernel)`, as in PyTorch, or a depthwise one `dwconv(channels, kernel)`.',
    wrong: 'block A on 64x32x32 { conv(64, 127, 3) }',
    right: 'block A on 64x32x32 { conv(64->127, 3x3) }',
    about: 'Output channels come first. Input channels are those that arrive.',
  },
} as const satisfies Readonly<Record<FaultCode | AdviceCode, CodeInfo>>;
