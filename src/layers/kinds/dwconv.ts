/** `dwconv`: the depthwise convolution, one kernel per input channel (Howard et al. 2017, MobileNets, section 3.1). */

import type { Pair } from '../../tensor/index.ts';
import type { Suggestion } from '../fault.ts';
import { convolve, mapOf, padsOf } from '../geometry.ts';
import { biasWeight, kerasConvolution } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int as attrInt, ints, present } from '../onnx.ts';
import { bool, int, padding, size } from '../params.ts';
import { binary, kw } from '../python.ts';
import { convolution, unless } from '../torch.ts';
import { bias, kernel } from '../weights.ts';

/** What was meant, where channels are written before the kernel, as for `conv`: `dwconv(64, 3x3)`. */
function channelsFirst(
  { kernel: [kh, kw], stride: [sh, sw] }: { readonly kernel: Pair; readonly stride: Pair },
  arriving: number,
): { readonly message: string; readonly suggestion: Suggestion } | undefined {
  if (kh !== kw || kh < 8 || sh < 2 || (kh !== arriving && kh % 2 === 1)) return undefined;
  const call = `dwconv(${sh}x${sw})`;
  return {
    message: `If ${kh} are channels, write \`${call}\`: a depthwise convolution keeps those that arrive.`,
    suggestion: { title: `Write ${call}`, sure: kh === arriving, second: true },
  };
}

export const dwconv = defineLayer({
  kind: 'dwconv',
  role: 'conv',
  doc: 'Depthwise convolution: each channel has kernels of its own and sees no other.',
  params: {
    kernel: size('Window, height × width.'),
    stride: size('Step of the window.', { default: [1, 1], defaultText: '1' }),
    pad: padding('Zeros around the input. The default, `same`, is (k−1)·dilation/2 rounded down on each side; `tf` is TensorFlow’s SAME.', {
      default: 'same',
    }),
    dilation: size('Distance between the taps of the window.', { default: [1, 1], defaultText: '1' }),
    multiplier: int('Output channels per input channel.', { default: 1, min: 1 }),
    bias: bool('Adds a learnable number to each output channel.', { default: true }),
  },
  takes: 'map',
  shape(p, xs) {
    const x = mapOf(xs);
    const out = convolve('dwconv', x, p);
    if (!('fault' in out)) return [x[0] * p.multiplier, ...out];
    const meant = channelsFirst(p, x[0]);
    return meant ? { ...out, message: `${out.message} ${meant.message}`, suggest: [meant.suggestion] } : out;
  },
  advice(p, xs) {
    const channels = mapOf(xs)[0];
    const meant = p.kernel[0] === channels ? channelsFirst(p, channels) : undefined;
    if (!meant) return undefined;
    const message = `This kernel is ${p.kernel.join('×')}, at stride ${p.stride.join('×')}. ${meant.message}`;
    return { code: 'argument-order', message, suggest: [meant.suggestion] };
  },
  weights(p, xs) {
    const c = mapOf(xs)[0] * p.multiplier;
    const [kh, kw] = p.kernel;
    return { weight: kernel([c, 1, kh, kw], kh * kw), bias: p.bias ? bias(c) : undefined };
  },
  macs: (p, _xs, y) => p.kernel[0] * p.kernel[1] * mapOf([y])[0] * mapOf([y])[1] * mapOf([y])[2],
  window: (p, xs) => ({ ...p, pads: padsOf(p, mapOf(xs)) }),
  run: (k, p, [x], w) =>
    k.conv(x, w.weight, w.bias, { stride: p.stride, pads: padsOf(p, k.dims(x)), dilation: p.dilation, groups: k.dims(x)[0] }),
  export: {
    onnx: (g, p, [x], w, { xs }) =>
      g.node('Conv', present(x, w.weight, w.bias), {
        kernel_shape: ints(p.kernel),
        strides: ints(p.stride),
        pads: ints(padsOf(p, mapOf(xs))),
        dilations: ints(p.dilation),
        group: attrInt(mapOf(xs)[0]),
      }),
    pytorch: (p, place) => {
      const out = p.multiplier.known === 1 ? place.channels : binary('*', place.channels, p.multiplier.py);
      return convolution(p, place, { kind: 'dwconv', out, groups: [kw('groups', place.channels)], bias: p.bias });
    },
    keras: {
      form: (p, place) =>
        kerasConvolution(p, place, {
          kind: 'DepthwiseConv2D',
          lead: [],
          args: unless('depth_multiplier', p.multiplier, 1),
          bias: p.bias,
        }),
      // A channel's filters stand side by side, on an axis of their own.
      weights: {
        weight: {
          name: 'kernel',
          view: ([c = 1, , kh = 1, kw = 1], { multiplier }) => [c / Number(multiplier), Number(multiplier), kh, kw],
          axes: [2, 3, 0, 1],
        },
        bias: biasWeight,
      },
    },
  },
});
