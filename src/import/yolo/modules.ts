/**
 * The modules of YOLO's YAML, each as what stands for it in `.cnn`: a call, with the blocks that it needs. What the modules are follows the
 * papers and the published figures of each model, to which the tests hold them.
 */
import type { Argument, YoloModel } from './read.ts';

/** What a module is: its stage, the channels that leave it, and which blocks it calls. */
export interface Said {
  readonly stage: string;
  readonly channels: number;
  readonly blocks: readonly BlockName[];
}

export type BlockName =
  | 'Conv'
  | 'Bottleneck'
  | 'C3'
  | 'C2'
  | 'C2f'
  | 'CSP'
  | 'SPP'
  | 'SPPF'
  | 'GhostConv'
  | 'GhostBottleneck'
  | 'C3Ghost'
  | 'Classify';

/** The blocks as text, each after those that it calls. The networks were trained with batch norm's `eps` and `momentum` as they stand here. */
export const BLOCKS: Readonly<Record<BlockName, { readonly calls: readonly BlockName[]; readonly text: string }>> = {
  Conv: {
    calls: [],
    text: `# A convolution without bias, batch norm and an activation.
block Conv(c, k=1x1, s=1, p=same, g=1, d=1, act=ACT) {
  conv(c, k, stride=s, pad=p, dilation=d, groups=g, bias=false) -> bn(eps=1e-3, momentum=0.03) -> act
}`,
  },
  Bottleneck: {
    calls: ['Conv'],
    text: `# Two convolutions, past which the input goes where it has as many channels.
block Bottleneck(c, shortcut=true, g=1, k=1x1, e=0.5) {
  if shortcut and in.c == c {
    add { | identity | Conv(floor(c * e), k) -> Conv(c, 3x3, g=g) }
  } else {
    Conv(floor(c * e), k) -> Conv(c, 3x3, g=g)
  }
}`,
  },
  C3: {
    calls: ['Conv', 'Bottleneck'],
    text: `# A stage across whose bottlenecks half of the channels go (Wang et al. 2019, CSPNet), with three convolutions.
block C3(c, n=1, shortcut=true, g=1, e=0.5) {
  let h = floor(c * e)
  concat {
    | Conv(h) -> repeat n { Bottleneck(h, shortcut, g, e=1) }
    | Conv(h)
  }
  Conv(c)
}`,
  },
  C2: {
    calls: ['Conv', 'Bottleneck'],
    text: `# A stage past whose bottlenecks half of the channels go, with two convolutions.
block C2(c, n=1, shortcut=true, g=1, e=0.5) {
  let h = floor(c * e)
  Conv(2 * h)
  concat {
    | slice(0, h) -> repeat n { Bottleneck(h, shortcut, g, 3x3, e=1) }
    | slice(h, 2 * h)
  }
  Conv(c)
}`,
  },
  C2f: {
    calls: ['Conv', 'Bottleneck'],
    text: `# A stage that joins what each of its bottlenecks gives.
block C2f(c, n=1, shortcut=false, g=1, e=0.5) {
  let h = floor(c * e)
  Conv(2 * h)
  let parts = [here]
  slice(h, 2 * h)
  repeat n {
    Bottleneck(h, shortcut, g, 3x3, e=1)
    let parts = parts + [here]
  }
  concat { for part in parts { | part } }
  Conv(c)
}`,
  },
  CSP: {
    calls: ['Conv', 'Bottleneck'],
    text: `# Bottlenecks past which half of the channels go (Wang et al. 2019, CSPNet).
block CSP(c, n=1, shortcut=true, g=1, e=0.5) {
  let h = floor(c * e)
  concat {
    | Conv(h) -> repeat n { Bottleneck(h, shortcut, g, e=1) } -> conv(h, 1x1, bias=false)
    | conv(h, 1x1, bias=false)
  }
  bn(eps=1e-3, momentum=0.03) -> ACT
  Conv(c)
}`,
  },
  SPP: {
    calls: ['Conv'],
    text: `# Spatial pyramid pooling (He et al. 2014): a map through pools of several sizes.
block SPP(c, ks=[5, 9, 13]) {
  Conv(in.c // 2)
  concat {
    | identity
    for k in ks { | maxpool(k, stride=1, pad=same) }
  }
  Conv(c)
}`,
  },
  SPPF: {
    calls: ['Conv'],
    text: `# Spatial pyramid pooling by one small pool three times over.
block SPPF(c, k=5) {
  Conv(in.c // 2)
  let parts = [here]
  repeat 3 {
    maxpool(k, stride=1, pad=same)
    let parts = parts + [here]
  }
  concat { for part in parts { | part } }
  Conv(c)
}`,
  },
  GhostConv: {
    calls: ['Conv'],
    text: `# Half of the channels by a convolution, the other half cheaply from those (Han et al. 2020, GhostNet).
block GhostConv(c, k=1x1, s=1, g=1, act=ACT) {
  Conv(c // 2, k, s, g=g, act=act)
  concat { | identity | Conv(c // 2, 5x5, g=c // 2, act=act) }
}`,
  },
  GhostBottleneck: {
    calls: ['Conv', 'GhostConv'],
    text: `block GhostBottleneck(c, k=3x3, s=1) {
  add {
    | GhostConv(c // 2) -> if s == 2 { Conv(c // 2, k, s, g=c // 2, act=identity) } -> GhostConv(c, act=identity)
    | if s == 2 { Conv(in.c, k, s, g=in.c, act=identity) -> Conv(c, act=identity) }
  }
}`,
  },
  C3Ghost: {
    calls: ['Conv', 'GhostBottleneck'],
    text: `block C3Ghost(c, n=1, e=0.5) {
  let h = floor(c * e)
  concat {
    | Conv(h) -> repeat n { GhostBottleneck(h) }
    | Conv(h)
  }
  Conv(c)
}`,
  },
  Classify: {
    calls: ['Conv'],
    text: `block Classify(classes, k=1x1, s=1) {
  Conv(1280, k, s) -> gap -> flatten -> linear(classes)
}`,
  },
};

/** Why a module cannot be said; completes the sentence “MODULE: …”. */
export class Unsayable extends Error {}

const whole = (a: Argument | undefined, fallback: number): number => {
  if (a === undefined || a === null) return fallback;
  if (typeof a === 'number' && Number.isFinite(a)) return a;
  if (a === true || a === false) return Number(a);
  throw new Unsayable(`${JSON.stringify(a)} stands where a number does`);
};
const flag = (a: Argument | undefined, fallback: boolean): boolean => (a === undefined || a === null ? fallback : a === true || a === 1);
/** `3` or `[3, 5]` as a size. */
function sizeOf(a: Argument | undefined, fallback: number): readonly [number, number] {
  if (Array.isArray(a) && a.length === 2) return [whole(a[0], 1), whole(a[1], 1)];
  const n = whole(a, fallback);
  return [n, n];
}
const text = ([h, w]: readonly [number, number]): string => `${h}x${w}`;
const step = ([h, w]: readonly [number, number]): string => (h === w ? `${h}` : `${h}x${w}`);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Arguments by name, without those that are as the block has them anyway. */
const named = (all: Readonly<Record<string, readonly [value: string | number | boolean, usual: string | number | boolean]>>): string =>
  Object.entries(all)
    .filter(([, [value, usual]]) => value !== usual)
    .map(([name, [value]]) => `, ${name}=${value}`)
    .join('');

/** `Conv(64, 3x3, 2)`: kernel and stride by their places, the rest by name. */
function convCall(c: number, args: readonly Argument[], groups?: number): string {
  const [k, s, p, g, d, act] = args;
  const [kernel, stride, dilation] = [sizeOf(k, 1), sizeOf(s, 1), whole(d, 1)];
  // What `same` pads; an even window has no such padding.
  const same = kernel.map((n) => ((n - 1) * dilation) / 2);
  const pad = p === undefined || p === null ? kernel.map((n) => Math.floor((dilation * (n - 1) + 1) / 2)) : sizeOf(p, 0);
  const strides = step(stride) === '1' ? '' : `, ${step(stride)}`;
  const places = text(kernel) === '1x1' && strides === '' ? '' : `, ${text(kernel)}${strides}`;
  return `Conv(${c}${places}${named({
    p: [pad.join() === same.join() ? 'same' : step([pad[0] as number, pad[1] as number]), 'same'],
    g: [groups ?? whole(g, 1), 1],
    d: [dilation, 1],
    act: [act === false ? 'identity' : '', ''],
  })})`;
}

type Rule = (
  args: readonly Argument[],
  o: { readonly c: number; readonly from: number; readonly n: number; readonly isFive: boolean },
) => Said;

/** A stage of n bottlenecks: `args` are those behind its channels. */
const stage =
  (name: 'C3' | 'C2' | 'C2f' | 'CSP', usual: boolean): Rule =>
  ([shortcut, g, e], { c, n }) => ({
    stage: `${name}(${c}${n === 1 ? '' : `, ${n}`}${named({ shortcut: [flag(shortcut, usual), usual], g: [whole(g, 1), 1], e: [whole(e, 0.5), 0.5] })})`,
    channels: c,
    blocks: [name],
  });

/** Modules whose first argument is their output channels, which are scaled. */
export const SCALED: Readonly<Record<string, Rule>> = {
  Conv: (args, { c }) => ({ stage: convCall(c, args), channels: c, blocks: ['Conv'] }),
  DWConv: ([k, s, d, act], { c, from }) => ({
    stage: convCall(c, [k ?? 1, s ?? 1, null, 1, d ?? 1, act ?? true], gcd(from, c)),
    channels: c,
    blocks: ['Conv'],
  }),
  Focus: (args, { c }) => ({ stage: `pixelunshuffle(2) -> ${convCall(c, args)}`, channels: c, blocks: ['Conv'] }),
  GhostConv: ([k, s, g], { c }) => ({
    stage: `GhostConv(${c}${named({ k: [text(sizeOf(k, 1)), '1x1'], s: [whole(s, 1), 1], g: [whole(g, 1), 1] })})`,
    channels: c,
    blocks: ['GhostConv'],
  }),
  GhostBottleneck: ([k, s], { c }) => ({
    stage: `GhostBottleneck(${c}${named({ k: [text(sizeOf(k, 3)), '3x3'], s: [whole(s, 1), 1] })})`,
    channels: c,
    blocks: ['GhostBottleneck'],
  }),
  Bottleneck: ([shortcut, g, k, e], { c, isFive }) => {
    // The fifth version has no kernels to choose: its third argument is the share.
    const [first, second] = isFive ? [1, 3] : Array.isArray(k) ? [sizeOf(k[0], 3)[0], sizeOf(k[1], 3)[0]] : [3, 3];
    if (second !== 3) throw new Unsayable(`its second kernel is ${second}×${second}, where 3×3 is read`);
    const share = whole(isFive ? k : e, 0.5);
    return {
      stage: `Bottleneck(${c}${named({ shortcut: [flag(shortcut, true), true], g: [whole(g, 1), 1], k: [`${first}x${first}`, '1x1'], e: [share, 0.5] })})`,
      channels: c,
      blocks: ['Bottleneck'],
    };
  },
  C3: stage('C3', true),
  C2: stage('C2', true),
  C2f: stage('C2f', false),
  BottleneckCSP: stage('CSP', true),
  C3Ghost: ([, , e], { c, n }) => ({
    stage: `C3Ghost(${c}${n === 1 ? '' : `, ${n}`}${named({ e: [whole(e, 0.5), 0.5] })})`,
    channels: c,
    blocks: ['C3Ghost'],
  }),
  SPP: ([ks], { c }) => {
    const list = Array.isArray(ks) ? ks.map((k) => whole(k, 5)).join(', ') : '5, 9, 13';
    return { stage: list === '5, 9, 13' ? `SPP(${c})` : `SPP(${c}, [${list}])`, channels: c, blocks: ['SPP'] };
  },
  SPPF: ([k], { c }) => ({ stage: `SPPF(${c}${named({ k: [whole(k, 5), 5] })})`, channels: c, blocks: ['SPPF'] }),
  'nn.ConvTranspose2d': ([k, s, p, out, g, bias], { c }) => ({
    stage: `deconv(${c}, ${text(sizeOf(k, 2))}${named({
      stride: [step(sizeOf(s, 1)), '1'],
      pad: [step(sizeOf(p, 0)), '0'],
      output_pad: [step(sizeOf(out, 0)), '0'],
      groups: [whole(g, 1), 1],
      bias: [flag(bias, true), true],
    })})`,
    channels: c,
    blocks: [],
  }),
};
/** Modules that repeat what is inside them. */
export const REPEATS = new Set(['C3', 'C2', 'C2f', 'BottleneckCSP', 'C3Ghost']);

/** Modules that keep their channels. */
export const KEEPING: Readonly<Record<string, (args: readonly Argument[]) => string>> = {
  'nn.Upsample': ([size, scale, mode]) => {
    if (size !== null && size !== undefined) throw new Unsayable('a size instead of a factor');
    if (mode !== undefined && mode !== null && mode !== 'nearest' && mode !== 'bilinear')
      throw new Unsayable(`the mode ${JSON.stringify(mode)}`);
    return `upsample(${step(sizeOf(scale, 2))}${mode === 'bilinear' ? ', mode="bilinear"' : ''})`;
  },
  'nn.MaxPool2d': ([k, s, p]) =>
    `maxpool(${text(sizeOf(k, 2))}, stride=${step(sizeOf(s ?? k, 2))}${named({ pad: [step(sizeOf(p, 0)), '0'] })})`,
  'nn.AvgPool2d': ([k, s, p]) =>
    `avgpool(${text(sizeOf(k, 2))}, stride=${step(sizeOf(s ?? k, 2))}${named({ pad: [step(sizeOf(p, 0)), '0'] })})`,
  'nn.ZeroPad2d': ([pads]) => {
    const [left, right, top, bottom] = Array.isArray(pads) ? pads.map((n) => whole(n, 0)) : new Array<number>(4).fill(whole(pads, 0));
    return `pad([${top}, ${bottom}, ${left}, ${right}])`;
  },
  'nn.BatchNorm2d': () => 'bn',
  'nn.ReLU': () => 'relu',
  'nn.SiLU': () => 'silu',
  'nn.LeakyReLU': ([slope]) => `leakyrelu(${whole(slope, 0.01)})`,
  'nn.Identity': () => 'identity',
};

const ACTIVATIONS: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/^nn\.SiLU\(/, () => 'silu'],
  [/^nn\.ReLU\(/, () => 'relu'],
  [/^nn\.ReLU6\(/, () => 'relu6'],
  [/^nn\.Mish\(/, () => 'mish'],
  [/^nn\.Hardswish\(/, () => 'hardswish'],
  [/^nn\.GELU\(\)/, () => 'gelu'],
  [/^nn\.ELU\(\)/, () => 'elu'],
  [/^nn\.Identity\(/, () => 'identity'],
  [/^nn\.LeakyReLU\((?:negative_slope=)?([\d.]*)/, ([, slope]) => (slope ? `leakyrelu(${Number(slope)})` : 'leakyrelu')],
];

/** The activation of every `Conv`, as the file says it. */
export function activationOf({ activation }: Pick<YoloModel, 'activation'>): string {
  if (activation === undefined) return 'silu';
  for (const [pattern, write] of ACTIVATIONS) {
    const found = pattern.exec(activation.trim());
    if (found) return write(found);
  }
  throw new Unsayable(`the activation ${activation}`);
}

/** Channels as a multiple of eight, as the family scales them. */
export function scaled(c: number, { width, mostChannels }: Pick<YoloModel, 'width' | 'mostChannels'>): number {
  return Math.ceil((Math.min(c, mostChannels) * width) / 8) * 8;
}
