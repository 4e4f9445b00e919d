/** `conv`: the two-dimensional convolution; one of 1×1 mixes channels at each pixel (Lin et al. 2013, Network in Network). */

import type { Pair } from '../../tensor/index.ts';
import type { Suggestion } from '../fault.ts';
import { convolve, mapOf, padsOf } from '../geometry.ts';
import { biasWeight, kerasConvolution, kernelWeight } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { checkMixing } from '../mixing.ts';
import { int as attrInt, ints, present } from '../onnx.ts';
import { bool, channels, int, padding, size } from '../params.ts';
import { convolution, unless } from '../torch.ts';
import { bias, kernel } from '../weights.ts';

interface Written {
  readonly channels: { readonly in: number | null; readonly out: number };
  readonly kernel: Pair;
  readonly stride: Pair;
}

/** What was meant, where a convolution looks as though it were written `conv(in, out, kernel)`, as in PyTorch. */
function torchOrder(
  { channels, kernel: [kh, kw], stride: [sh, sw] }: Written,
  arriving: number,
): { readonly message: string; readonly suggestion: Suggestion } | undefined {
  if (channels.in !== null || channels.out !== arriving || kh !== kw || kh < 8 || sh < 2) return undefined;
  const call = `conv(${arriving}->${kh}, ${sh}x${sw})`;
  return {
    message: `If ${arriving} are the input channels, write \`${call}\`: output channels come first, and input channels are those that arrive.`,
    suggestion: { title: `Write ${call}`, sure: true, joined: true },
  };
}

export const conv = defineLayer({
  kind: 'conv',
  role: 'conv',
  doc: 'Convolution over a C×H×W feature map. `conv(192->64, 1x1)` also checks that 192 channels arrive.',
  params: {
    channels: channels('Output channels; `192->64` also checks the input channels.'),
    kernel: size('Window, height × width.'),
    stride: size('Step of the window.', { default: [1, 1], defaultText: '1' }),
    pad: padding('Zeros around the input. The default, `same`, is (k−1)·dilation/2 rounded down on each side; `tf` is TensorFlow’s SAME.', {
      default: 'same',
    }),
    dilation: size('Distance between the taps of the window.', { default: [1, 1], defaultText: '1' }),
    groups: int('Groups of channels that do not see each other.', { default: 1, min: 1 }),
    bias: bool('Adds a learnable number to each output channel.', { default: true }),
  },
  takes: 'map',
  shape(p, xs) {
    const x = mapOf(xs);
    const out = convolve('conv', x, p);
    if ('fault' in out) {
      const meant = torchOrder(p, x[0]);
      return meant ? { ...out, message: `${out.message} ${meant.message}`, suggest: [meant.suggestion] } : out;
    }
    const y = [p.channels.out, ...out] as const;
    return checkMixing('conv', p, x, y) ?? y;
  },
  advice(p, xs) {
    const meant = torchOrder(p, mapOf(xs)[0]);
    if (!meant) return undefined;
    const message = `This kernel is ${p.kernel.join('×')}, at stride ${p.stride.join('×')}. ${meant.message}`;
    return { code: 'argument-order', message, suggest: [meant.suggestion] };
  },
  weights(p, xs) {
    const [kh, kw] = p.kernel;
    const perGroup = mapOf(xs)[0] / p.groups;
    return { weight: kernel([p.channels.out, perGroup, kh, kw], perGroup * kh * kw), bias: p.bias ? bias(p.channels.out) : undefined };
  },
  macs: (p, xs, y) => (p.kernel[0] * p.kernel[1] * mapOf(xs)[0] * mapOf([y])[0] * mapOf([y])[1] * mapOf([y])[2]) / p.groups,
  window: (p, xs) => ({ ...p, pads: padsOf(p, mapOf(xs)) }),
  run: (k, p, [x], w) =>
    k.conv(x, w.weight, w.bias, { stride: p.stride, pads: padsOf(p, k.dims(x)), dilation: p.dilation, groups: p.groups }),
  export: {
    onnx: (g, p, [x], w, { xs }) =>
      g.node('Conv', present(x, w.weight, w.bias), {
        kernel_shape: ints(p.kernel),
        strides: ints(p.stride),
        pads: ints(padsOf(p, mapOf(xs))),
        dilations: ints(p.dilation),
        group: attrInt(p.groups),
      }),
    pytorch: (p, place) => convolution(p, place, { kind: 'conv', out: p.channels.py, groups: unless('groups', p.groups, 1), bias: p.bias }),
    keras: {
      form: (p, place) =>
        kerasConvolution(p, place, { kind: 'Conv2D', lead: [p.channels.py], args: unless('groups', p.groups, 1), bias: p.bias }),
      weights: { weight: kernelWeight, bias: biasWeight },
    },
  },
});
