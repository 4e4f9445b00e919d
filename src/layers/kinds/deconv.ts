/** `deconv`: the transposed convolution, which makes maps larger (Zeiler et al. 2010; Dumoulin and Visin 2016, chapter 4). */

import type { Pads, Pair } from '../../tensor/index.ts';
import { type Fault, fault } from '../fault.ts';
import { mapOf } from '../geometry.ts';
import { biasWeight, type KerasForm, unlessOne as kerasUnlessOne, kernelWeight, layer, withoutBias } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { checkMixing } from '../mixing.ts';
import { int as attrInt, ints, type OnnxFragment, present } from '../onnx.ts';
import { bool, channels, int, pads, size } from '../params.ts';
import { affinePerChannel } from '../per-channel.ts';
import { call, kw, pyNum, str, tuple } from '../python.ts';
import type { FeatureMap } from '../shape.ts';
import { both, bothOf, CannotSay, type Given, knownOf, unless, unlessOne, unlessTrue } from '../torch.ts';
import { bias, kernel, type Weight } from '../weights.ts';
import type { Reading } from '../window.ts';

interface Geometry {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pads;
  readonly output_pad: Pair;
  readonly dilation: Pair;
}

/** Output height × width: (H − 1)·stride − pads + dilation·(k − 1) + output_pad + 1, or why there is none. */
function enlarge([, h, w]: FeatureMap, p: Geometry): Pair | Fault {
  if ([0, 1].some((i) => (p.output_pad[i] as number) >= Math.max(p.stride[i] as number, p.dilation[i] as number)))
    return fault(
      'output-pad-too-large',
      `\`deconv\` has an \`output_pad\` of ${p.output_pad.join('×')}, but a stride of ${p.stride.join('×')} and a dilation of ${p.dilation.join('×')}: it must be smaller than one of them.`,
      { param: 'output_pad' },
    );
  const [top, left, bottom, right] = p.pad;
  const along = (i: 0 | 1, n: number, pads: number): number =>
    (n - 1) * p.stride[i] - pads + p.dilation[i] * (p.kernel[i] - 1) + p.output_pad[i] + 1;
  const out = [along(0, h, top + bottom), along(1, w, left + right)] as const;
  if (out.every((n) => n > 0)) return out;
  return fault(
    'pad-too-large',
    `\`deconv\` makes ${along(0, h, 0)}×${along(1, w, 0)} of ${h}×${w}, but its padding cuts all of that off: use less \`pad\`.`,
    { param: 'pad' },
  );
}

/** onnxruntime takes an `output_pad` below the stride only: else rows are left at the end, or added there before the bias. */
const writeOnnx: OnnxFragment<Geometry & { readonly groups: number }, { readonly weight: Weight; readonly bias: Weight | undefined }> = (
  g,
  p,
  [x],
  w,
  { y },
) => {
  const [top, left, bottom, right] = p.pad;
  const plain = p.output_pad[0] < p.stride[0] && p.output_pad[1] < p.stride[1];
  const rest = [bottom - p.output_pad[0], right - p.output_pad[1]] as const;
  const ends = plain ? [bottom, right] : rest.map((n) => Math.max(0, n));
  const attributes = {
    kernel_shape: ints(p.kernel),
    strides: ints(p.stride),
    pads: ints([top, left, ...ends]),
    output_padding: ints(plain ? p.output_pad : [0, 0]),
    dilations: ints(p.dilation),
    group: attrInt(p.groups),
  };
  const more = plain ? [0, 0] : rest.map((n) => Math.max(0, -n));
  if (more.every((n) => n === 0)) return g.node('ConvTranspose', present(x, w.weight, w.bias), attributes);
  const [c, h, width] = mapOf([y]);
  const [below = 0, beside = 0] = more;
  const bare = g.node('ConvTranspose', [x, w.weight], attributes, [c, h - below, width - beside]);
  const padded = g.node('Pad', [bare, g.constant([8], [0, 0, 0, 0, 0, 0, below, beside], 'int64')]);
  return affinePerChannel(g, padded, undefined, w.bias, y);
};

/** Inputs that meet in one output pixel, at most, of each channel. */
const taps = (p: Geometry): number => Math.ceil(p.kernel[0] / p.stride[0]) * Math.ceil(p.kernel[1] / p.stride[1]);

type GivenGeometry = { readonly [K in keyof Geometry]: Given<Geometry[K]> } & {
  readonly channels: Given<unknown>;
  readonly groups: Given<number>;
  readonly bias: Given<boolean>;
};

/**
 * In Keras, which knows no output padding of one side, and no groups: all that the windows reach, and then less of it. Where a stride is
 * longer than the kernel, Keras ends in pixels that no window reaches.
 */
function kerasDeconvolution(p: GivenGeometry): KerasForm {
  const [kernel, stride, dilation] = [knownOf(p.kernel, 'deconv'), knownOf(p.stride, 'deconv'), knownOf(p.dilation, 'deconv')];
  const [pad, more] = [knownOf(p.pad, 'deconv'), knownOf(p.output_pad, 'deconv')];
  if (knownOf(p.groups, 'deconv') !== 1) throw new CannotSay('a transposed convolution in groups');
  const reach = ([0, 1] as const).map((i) => dilation[i] * (kernel[i] - 1) + 1);
  const beyond = ([0, 1] as const).map((i) => Math.max(0, stride[i] - (reach[i] as number)));
  const cut = ([0, 1] as const).map((i) => [pad[i], pad[(i + 2) as 2 | 3] - more[i] + (beyond[i] as number)] as const);
  if (cut.flat().some((n) => n < 0)) throw new CannotSay('a transposed convolution that is padded');
  const isPlain = cut.every(([a, b]) => a + b === 0);
  const isSame = cut.every(([a, b], i) => a === b && a + b === (reach[i] as number) - (stride[i] as number));
  const make = layer(
    'Conv2DTranspose',
    p.channels.py,
    bothOf(p.kernel),
    ...kerasUnlessOne('strides', p.stride),
    ...(isSame && !isPlain ? [kw('padding', str('same'))] : []),
    ...kerasUnlessOne('dilation_rate', p.dilation),
    ...withoutBias(p.bias),
  );
  const crop = layer('Cropping2D', tuple(...cut.map(([a, b]) => tuple(pyNum(a), pyNum(b)))));
  const whole = isPlain || isSame;
  return {
    steps: [
      { k: 'layer', make, named: true, ...(whole ? { activates: true as const } : {}) },
      ...(whole ? [] : [{ k: 'layer' as const, make: crop }]),
    ],
  };
}

export const deconv = defineLayer({
  kind: 'deconv',
  role: 'conv',
  doc: 'Transposed convolution: each input pixel adds its window to the output, `stride` pixels apart. `deconv(c, 2x2, stride=2)` doubles height and width.',
  params: {
    channels: channels('Output channels; `192->64` also checks the input channels.'),
    kernel: size('Window, height × width.'),
    stride: size('Distance in the output between the windows of two input pixels.', { default: [1, 1], defaultText: '1' }),
    pad: pads('Pixels cut off the output on each side.', { default: [0, 0, 0, 0] }),
    output_pad: size('Extra rows and columns at the bottom and right, where the stride leaves the size open.', {
      default: [0, 0],
      defaultText: '0',
      min: 0,
    }),
    dilation: size('Distance between the taps of the window.', { default: [1, 1], defaultText: '1' }),
    groups: int('Groups of channels that do not see each other.', { default: 1, min: 1 }),
    bias: bool('Adds a learnable number to each output channel.', { default: true }),
  },
  takes: 'map',
  shape(p, xs) {
    const out = enlarge(mapOf(xs), p);
    if ('fault' in out) return out;
    const y = [p.channels.out, ...out] as const;
    return checkMixing('deconv', p, mapOf(xs), y) ?? y;
  },
  weights(p, xs) {
    const [c] = mapOf(xs);
    const [kh, kw] = p.kernel;
    const weight = kernel([c, p.channels.out / p.groups, kh, kw], (c / p.groups) * taps(p));
    return { weight: { ...weight, inputFirst: true }, bias: p.bias ? bias(p.channels.out) : undefined };
  },
  macs(p, xs) {
    const [c, h, w] = mapOf(xs);
    return (p.kernel[0] * p.kernel[1] * c * p.channels.out * h * w) / p.groups;
  },
  window(p) {
    const along = (i: 0 | 1): Reading => ({
      kind: 'spread',
      kernel: p.kernel[i],
      stride: p.stride[i],
      dilation: p.dilation[i],
      before: p.pad[i],
    });
    return [along(0), along(1)];
  },
  run: (k, p, [x], w) =>
    k.deconv(x, w.weight, w.bias, { stride: p.stride, pads: p.pad, outputPad: p.output_pad, dilation: p.dilation, groups: p.groups }),
  export: {
    onnx: writeOnnx,
    pytorch: (p, { channels }) => {
      const [top, left, bottom, right] = p.pad.known ?? [0, 0, 0, 0];
      const least: Pair = [Math.min(top, bottom), Math.min(left, right)];
      const pad = p.pad.known ? (least[0] + least[1] === 0 ? [] : [kw('padding', both(least))]) : [kw('padding', p.pad.py)];
      const make = call(
        'nn.ConvTranspose2d',
        channels,
        p.channels.py,
        bothOf(p.kernel),
        ...unlessOne('stride', p.stride),
        ...pad,
        ...unless('output_padding', p.output_pad, [0, 0], bothOf(p.output_pad)),
        ...unless('groups', p.groups, 1),
        ...unlessTrue('bias', p.bias),
        ...unlessOne('dilation', p.dilation),
      );
      // What is cut off one side only is cut off afterwards.
      const cut = [left - least[1], right - least[1], top - least[0], bottom - least[0]];
      const after = cut.some((n) => n > 0)
        ? [{ name: 'cut', make: call('nn.ZeroPad2d', tuple(...cut.map((n) => pyNum(n === 0 ? 0 : -n)))) }]
        : [];
      return { modules: [{ name: 'deconv', make, weights: true }, ...after] };
    },
    keras: { form: (p) => kerasDeconvolution(p), weights: { weight: kernelWeight, bias: biasWeight } },
  },
});
