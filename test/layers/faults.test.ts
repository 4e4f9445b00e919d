/** What a layer objects to: the message, the parameter at fault, the fixes, and the shape with which the analysis goes on. */
import assert from 'node:assert/strict';
import { isFault, saying } from '../../src/layers/fault.ts';
import { layerOf } from '../../src/layers/index.ts';
import { infer } from '../../src/layers/infer.ts';
import { ParamFault, type ParamValue, type Value } from '../../src/layers/params.ts';
import type { Inputs, Shape } from '../../src/layers/shape.ts';

type Args = Readonly<Record<string, Value>>;
const size = (...dims: readonly number[]): Value => ({ type: 'size', dims });
const into = (from: number, to: number): Value => ({ type: 'arrow', from, to });

function paramsOf(kind: string, args: Args): Record<string, ParamValue> {
  return Object.fromEntries(
    Object.entries(layerOf(kind).params).map(([name, spec]) => {
      const value = args[name] === undefined ? spec.default : spec.parse(args[name]);
      if (value === undefined || value instanceof ParamFault) throw new Error(`${kind}.${name}: ${value?.message ?? 'missing'}`);
      return [name, value];
    }),
  );
}

/** What is said of a layer; its shape where nothing is. */
function said(kind: string, args: Args, ...xs: readonly Shape[]): unknown {
  const y = infer(layerOf(kind), paramsOf(kind, args) as never, xs as unknown as Inputs<Shape>);
  if (!isFault(y)) return y.join('×');
  const { code, param, input, arrives, assume, suggest = [] } = y;
  return [
    `${code}: ${saying(y)}`,
    ...(param === undefined ? [] : [`at ${param}`]),
    ...(input === undefined ? [] : [`input ${input}`]),
    ...(arrives === undefined ? [] : [`${arrives} arrive`]),
    ...suggest.map(
      (s) => `${s.sure ? 'surely' : 'maybe'}: ${s.title} (${'param' in s ? `${s.param}=${s.value}` : 'before' in s ? s.before : 'joined'})`,
    ),
    `goes on with ${assume?.join('×') ?? 'nothing'}`,
  ];
}

const map: Shape = [6, 9, 7];
const CASES: readonly (readonly [kind: string, args: Args, xs: readonly Shape[], said: unknown])[] = [
  [
    'linear',
    { features: 4 },
    [map],
    [
      'needs-vector: `linear` needs a vector, but the feature map 6×9×7 arrives: put `flatten` before it (378 features).',
      'surely: Put flatten before it: 1,516 params (flatten)',
      'maybe: Put gap -> flatten before it: 28 params (gap -> flatten)',
      'goes on with 4',
    ],
  ],
  [
    'linear',
    { features: 4 },
    [[6, 1, 1]],
    [
      'needs-vector: `linear` needs a vector, but the feature map 6×1×1 arrives: put `flatten` before it (6 features).',
      'surely: Put flatten before it: 28 params (flatten)',
      'goes on with 4',
    ],
  ],
  [
    'linear',
    { features: into(9, 4) },
    [map],
    [
      'needs-vector: `linear` needs a vector, but the feature map 6×9×7 arrives: put `flatten` before it (378 features).',
      'surely: Put flatten before it: 1,516 params (flatten)',
      'maybe: Put gap -> flatten before it: 28 params (gap -> flatten)',
      'goes on with 4',
    ],
  ],
  [
    'linear',
    { features: into(9, 4) },
    [[6]],
    [
      'channel-mismatch: `linear` is declared for 9 input features, but 6 arrive: write `6->4`, or change what comes before.',
      'at features',
      '6 arrive',
      'goes on with 4',
    ],
  ],
  ['linear', { features: into(6, 4) }, [[6]], '4'],
  [
    'upsample',
    {},
    [[6]],
    [
      'needs-feature-map: `upsample` needs a feature map (channels×height×width), but a vector of 6 arrives: use it before `flatten`.',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: into(3, 8), kernel: 3 },
    [map],
    [
      'channel-mismatch: `conv` is declared for 3 input channels, but 6 arrive: write `6->8`, or change what comes before.',
      'at channels',
      '6 arrive',
      'goes on with 8×9×7',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: 3, groups: 4 },
    [map],
    [
      'groups-do-not-divide: `conv` has 4 groups, which do not divide its 6 input channels: choose a divisor of both 6 and 8.',
      'at groups',
      'goes on with 8×9×7',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: 3, groups: 3 },
    [map],
    [
      'groups-do-not-divide: `conv` has 3 groups, which do not divide its 8 output channels: choose a divisor of both 6 and 8.',
      'at groups',
      'goes on with 8×9×7',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: 2 },
    [map],
    [
      'even-kernel: `conv` has an even kernel, 2×2, which `same` cannot pad equally on both sides: give `pad`; `pad=[0, 1, 0, 1]` gives 9×7, `pad=0` gives 8×6.',
      'at kernel',
      'surely: Write pad=[0, 1, 0, 1], which gives 9×7 (pad=[0, 1, 0, 1])',
      'maybe: Write pad=0, which gives 8×6 (pad=0)',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: size(2, 3) },
    [map],
    [
      'even-kernel: `conv` has an even kernel, 2×3, which `same` cannot pad equally on both sides: give `pad`; `pad=[0, 1, 1, 1]` gives 9×7, `pad=0` gives 8×5.',
      'at kernel',
      'surely: Write pad=[0, 1, 1, 1], which gives 9×7 (pad=[0, 1, 1, 1])',
      'maybe: Write pad=0, which gives 8×5 (pad=0)',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: size(2, 4), dilation: 2 },
    [map],
    [
      'even-kernel: `conv` has an even kernel, 2×4, which `same` cannot pad equally on both sides: give `pad`; `pad=1x3` gives 9×7, `pad=0` gives 7×1.',
      'at kernel',
      'surely: Write pad=1x3, which gives 9×7 (pad=1x3)',
      'maybe: Write pad=0, which gives 7×1 (pad=0)',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: 2, stride: 2 },
    [map],
    [
      'even-kernel: `conv` has an even kernel, 2×2, which `same` cannot pad equally on both sides: give `pad`; `pad=0` gives 4×3, `pad=tf` gives 5×4.',
      'at kernel',
      'surely: Write pad=0, which gives 4×3 (pad=0)',
      'maybe: Write pad=tf, which gives 5×4 (pad=tf)',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: 12 },
    [map],
    [
      'even-kernel: `conv` has an even kernel, 12×12, which `same` cannot pad equally on both sides: give `pad`; `pad=[5, 6, 5, 6]` gives 9×7.',
      'at kernel',
      'surely: Write pad=[5, 6, 5, 6], which gives 9×7 (pad=[5, 6, 5, 6])',
      'goes on with nothing',
    ],
  ],
  ['conv', { channels: 8, kernel: 3, pad: 0 }, [[6, 3, 3]], '8×1×1'],
  [
    'conv',
    { channels: 8, kernel: size(4, 3), pad: 0 },
    [[6, 3, 3]],
    [
      'kernel-too-large: `conv` has a 4×3 window, but only 3×3 arrives: use a smaller kernel, or more `pad`.',
      'at kernel',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: size(3, 4), pad: 0 },
    [[6, 3, 3]],
    [
      'kernel-too-large: `conv` has a 3×4 window, but only 3×3 arrives: use a smaller kernel, or more `pad`.',
      'at kernel',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: 3, pad: size(1, 0), dilation: 4 },
    [map],
    [
      'kernel-too-large: `conv` has a 9×9 window (dilated), but only 11×7 arrives with its padding (9×7 without): use a smaller kernel, or more `pad`.',
      'at kernel',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 8, kernel: 3, pad: 0, dilation: size(1, 4) },
    [map],
    [
      'kernel-too-large: `conv` has a 3×9 window (dilated), but only 9×7 arrives: use a smaller kernel, or more `pad`.',
      'at kernel',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 6, kernel: 8, stride: 2 },
    [map],
    [
      'even-kernel: `conv` has an even kernel, 8×8, which `same` cannot pad equally on both sides: give `pad`; `pad=tf` gives 5×4. If 6 are the input channels, write `conv(6->8, 2x2)`: output channels come first, and input channels are those that arrive.',
      'at kernel',
      'surely: Write conv(6->8, 2x2) (joined)',
      'goes on with nothing',
    ],
  ],
  [
    'conv',
    { channels: 6, kernel: 16, stride: 3 },
    [map],
    [
      'even-kernel: `conv` has an even kernel, 16×16, which `same` cannot pad equally on both sides: give `pad`; `pad=tf` gives 3×3. If 6 are the input channels, write `conv(6->16, 3x3)`: output channels come first, and input channels are those that arrive.',
      'at kernel',
      'surely: Write conv(6->16, 3x3) (joined)',
      'goes on with nothing',
    ],
  ],
  ['conv', { channels: 6, kernel: 7, stride: 2 }, [map], '6×5×4'],
  [
    'dwconv',
    { kernel: 4 },
    [map],
    [
      'even-kernel: `dwconv` has an even kernel, 4×4, which `same` cannot pad equally on both sides: give `pad`; `pad=[1, 2, 1, 2]` gives 9×7, `pad=0` gives 6×4.',
      'at kernel',
      'surely: Write pad=[1, 2, 1, 2], which gives 9×7 (pad=[1, 2, 1, 2])',
      'maybe: Write pad=0, which gives 6×4 (pad=0)',
      'goes on with nothing',
    ],
  ],
  [
    'deconv',
    { channels: 4, kernel: 2, output_pad: size(1, 0) },
    [map],
    [
      'output-pad-too-large: `deconv` has an `output_pad` of 1×0, but a stride of 1×1 and a dilation of 1×1: it must be smaller than one of them.',
      'at output_pad',
      'goes on with nothing',
    ],
  ],
  [
    'deconv',
    { channels: 4, kernel: 2, output_pad: size(0, 1) },
    [map],
    [
      'output-pad-too-large: `deconv` has an `output_pad` of 0×1, but a stride of 1×1 and a dilation of 1×1: it must be smaller than one of them.',
      'at output_pad',
      'goes on with nothing',
    ],
  ],
  ['deconv', { channels: 4, kernel: 2, stride: 2, output_pad: 1 }, [map], '4×19×15'],
  ['deconv', { channels: 4, kernel: 2, dilation: 2, output_pad: 1 }, [map], '4×12×10'],
  ['deconv', { channels: 4, kernel: 1, pad: size(4, 3) }, [map], '4×1×1'],
  [
    'deconv',
    { channels: 4, kernel: 1, pad: size(5, 3) },
    [map],
    ['pad-too-large: `deconv` makes 9×7 of 9×7, but its padding cuts all of that off: use less `pad`.', 'at pad', 'goes on with nothing'],
  ],
  [
    'deconv',
    { channels: 4, kernel: 1, pad: size(4, 4) },
    [map],
    ['pad-too-large: `deconv` makes 9×7 of 9×7, but its padding cuts all of that off: use less `pad`.', 'at pad', 'goes on with nothing'],
  ],
  ['maxpool', { kernel: 3, pad: 1 }, [map], '6×3×3'],
  [
    'maxpool',
    { kernel: 3, pad: 2 },
    [map],
    ['pad-too-large: `maxpool` pads by 2, more than half its 3×3 kernel: use at most 1×1.', 'at pad', 'goes on with nothing'],
  ],
  ['avgpool', { kernel: size(2, 4), pad: size(1, 2) }, [map], '6×5×2'],
  [
    'avgpool',
    { kernel: size(4, 2), pad: [0, 0, 0, 2] },
    [map],
    ['pad-too-large: `avgpool` pads by 2, more than half its 4×2 kernel: use at most 2×1.', 'at pad', 'goes on with nothing'],
  ],
  ['maxpool', { kernel: 4, stride: 3, ceil: true }, [map], '6×3×2'],
  ['maxpool', { kernel: 1, stride: 5, ceil: true }, [map], '6×2×2'],
  [
    'maxpool',
    { kernel: 10 },
    [map],
    [
      'kernel-too-large: `maxpool` has a 10×10 window, but only 9×7 arrives: use a smaller kernel, or more `pad`.',
      'at kernel',
      'goes on with nothing',
    ],
  ],
  [
    'gn',
    { groups: 4 },
    [map],
    [
      'groups-do-not-divide: `gn` has 4 groups, which do not divide the 6 channels: choose a divisor of 6.',
      'at groups',
      'goes on with 6×9×7',
    ],
  ],
  [
    'shuffle',
    { groups: 4 },
    [map],
    [
      'groups-do-not-divide: `shuffle` has 4 groups, which do not divide the 6 channels: choose a divisor of 6.',
      'at groups',
      'goes on with 6×9×7',
    ],
  ],
  [
    'lrn',
    { size: 4 },
    [map],
    [
      'even-size: `lrn` looks at an even number of channels, 4: choose an odd one, for example 5.',
      'at size',
      'maybe: Look at 5 channels (size=5)',
      'goes on with 6×9×7',
    ],
  ],
  [
    'prelu',
    { channels: 4 },
    [map],
    [
      'channel-mismatch: `prelu` has 4 slopes, but 6 channels arrive: write `prelu(6)`, or `prelu` for one slope.',
      'at channels',
      'surely: Write prelu(6) (channels=6)',
      'goes on with 6×9×7',
    ],
  ],
  [
    'hardtanh',
    { min: 1, max: 1 },
    [map],
    ['empty-range: `hardtanh` clamps between 1 and 1: `min` must be less than `max`.', 'at min', 'goes on with 6×9×7'],
  ],
  [
    'pixelshuffle',
    { scale: 2 },
    [map],
    [
      'channels-do-not-divide: `pixelshuffle` lays out 2·2 = 4 channels as 2×2 pixels, but 6 arrive, which is not a multiple of 4: change the channels before it.',
      'at scale',
      'goes on with nothing',
    ],
  ],
  [
    'pixelunshuffle',
    { scale: 3 },
    [map],
    [
      'size-does-not-divide: `pixelunshuffle` gathers 3×3 pixels, which do not divide 9×7: `crop` or `pad` the map to multiples of 3.',
      'at scale',
      'goes on with nothing',
    ],
  ],
  [
    'pixelunshuffle',
    { scale: 7 },
    [map],
    [
      'size-does-not-divide: `pixelunshuffle` gathers 7×7 pixels, which do not divide 9×7: `crop` or `pad` the map to multiples of 7.',
      'at scale',
      'goes on with nothing',
    ],
  ],
  ['pad', { size: size(8, 6), mode: 'reflect' }, [map], '6×25×19'],
  [
    'pad',
    { size: size(9, 6), mode: 'reflect' },
    [map],
    [
      'pad-too-large: `pad` mirrors 9×6 pixels, but a 9×7 map has only 8×6 beside its edge: use less, or `mode="edge"`.',
      'at size',
      'goes on with 6×27×19',
    ],
  ],
  [
    'pad',
    { size: [0, 0, 7, 0], mode: 'reflect' },
    [map],
    [
      'pad-too-large: `pad` mirrors 0×7 pixels, but a 9×7 map has only 8×6 beside its edge: use less, or `mode="edge"`.',
      'at size',
      'goes on with 6×9×14',
    ],
  ],
  ['pad', { size: 9, mode: 'edge' }, [map], '6×27×25'],
  ['crop', { to: size(9, 7) }, [map], '6×9×7'],
  [
    'crop',
    { to: size(10, 7) },
    [map],
    ['crop-too-large: `crop` takes the centre 10×7 of a map of only 9×7: take less, or `pad` first.', 'at to', 'goes on with 6×10×7'],
  ],
  [
    'crop',
    { to: size(9, 8) },
    [map],
    ['crop-too-large: `crop` takes the centre 9×8 of a map of only 9×7: take less, or `pad` first.', 'at to', 'goes on with 6×9×8'],
  ],
  ['slice', { from: 2, to: 6 }, [map], '4×9×7'],
  [
    'slice',
    { from: 2, to: 7 },
    [map],
    [
      'slice-too-large: `slice` takes the channels 2 up to 7, but only 6 arrive: take up to 6.',
      'at to',
      'maybe: Take up to 6 (to=6)',
      'goes on with 5×9×7',
    ],
  ],
  [
    'slice',
    { from: 6, to: 7 },
    [map],
    ['slice-too-large: `slice` takes the channels 6 up to 7, but only 6 arrive: take up to 6.', 'at to', 'goes on with 1×9×7'],
  ],
  [
    'slice',
    { from: 2, to: 2 },
    [map],
    [
      'empty-range: `slice` takes the channels from 2 up to 2, which is empty: `from` must be less than `to`.',
      'at to',
      'goes on with nothing',
    ],
  ],
  [
    'slice',
    { from: 2, to: 9 },
    [[6]],
    [
      'slice-too-large: `slice` takes the channels 2 up to 9, but only 6 arrive: take up to 6.',
      'at to',
      'maybe: Take up to 6 (to=6)',
      'goes on with 7',
    ],
  ],
  ['concat', {}, [map, [3, 9, 7]], '9×9×7'],
  [
    'concat',
    {},
    [map, map, [6, 9, 8]],
    [
      'branches-disagree: `concat` joins maps of equal height × width, but branch 3 gives 9×8 (6×9×8) where branch 1 gives 9×7 (6×9×7): change a stride or a padding, or bring branch 3 to 9×7 with `upsample(to=9x7)`, `crop` or `pad`.',
      'input 2',
      'goes on with 18×9×7',
    ],
  ],
  [
    'concat',
    {},
    [map, [6]],
    [
      'branches-disagree: `concat` joins maps of equal height × width, but branch 2 gives a vector of 6 (6) where branch 1 gives 9×7 (6×9×7): a vector cannot be joined with a feature map. Keep 1×1 maps, with `gap` and 1×1 convolutions and no `flatten`, or flatten all branches.',
      'input 1',
      'goes on with 12×9×7',
    ],
  ],
  ['concat', {}, [[6], [4]], '10'],
  ['add', {}, [map, [6, 1, 1]], '6×9×7'],
  [
    'add',
    {},
    [
      [1, 9, 7],
      [6, 1, 7],
    ],
    '6×9×7',
  ],
  [
    'add',
    {},
    [map, [8, 9, 7]],
    [
      'branches-disagree: `add` joins equal shapes, but branch 2 gives 8×9×7 where branch 1 gives 6×9×7 (8 against 6 channels): make them equal, for example with a 1×1 convolution.',
      'input 1',
      'goes on with 6×9×7',
    ],
  ],
  [
    'add',
    {},
    [map, map, [8, 1, 1]],
    [
      'branches-disagree: `add` joins equal shapes, but branch 3 gives 8×1×1 where branch 1 gives 6×9×7 (8 against 6 channels): give branch 3, whose 1×1 pixels are broadcast, 6 channels.',
      'input 2',
      'goes on with 6×9×7',
    ],
  ],
  [
    'add',
    {},
    [[8, 1, 1], map],
    [
      'branches-disagree: `add` joins equal shapes, but branch 2 gives 6×9×7 where branch 1 gives 8×1×1 (6 against 8 channels): give branch 1, whose 1×1 pixels are broadcast, 6 channels.',
      'input 1',
      'goes on with 8×1×1',
    ],
  ],
  [
    'add',
    {},
    [
      [6, 8, 8],
      [6, 4, 4],
    ],
    [
      'branches-disagree: `add` joins equal shapes, but branch 2 gives 6×4×4 where branch 1 gives 6×8×8 (different height × width): make them equal, for example with a stride of 2 in branch 1.',
      'input 1',
      'goes on with 6×8×8',
    ],
  ],
  [
    'add',
    {},
    [
      [6, 4, 4],
      [6, 8, 8],
    ],
    [
      'branches-disagree: `add` joins equal shapes, but branch 2 gives 6×8×8 where branch 1 gives 6×4×4 (different height × width): make them equal, for example with a stride of 2 in branch 2.',
      'input 1',
      'goes on with 6×4×4',
    ],
  ],
  [
    'add',
    {},
    [
      [6, 8, 8],
      [12, 4, 4],
    ],
    [
      'branches-disagree: `add` joins equal shapes, but branch 2 gives 12×4×4 where branch 1 gives 6×8×8 (12 against 6 channels): make them equal, for example with `conv(12, 1x1, stride=2)` in branch 1.',
      'input 1',
      'goes on with 6×8×8',
    ],
  ],
  [
    'mul',
    {},
    [
      [6, 8, 8],
      [6, 4, 8],
    ],
    [
      'branches-disagree: `mul` joins equal shapes, but branch 2 gives 6×4×8 where branch 1 gives 6×8×8 (different height × width): change a stride or a padding, or bring branch 2 to 8×8 with `upsample(to=8x8)`, `crop` or `pad`.',
      'input 1',
      'goes on with 6×8×8',
    ],
  ],
  [
    'mul',
    {},
    [
      [6, 9, 9],
      [6, 4, 4],
    ],
    [
      'branches-disagree: `mul` joins equal shapes, but branch 2 gives 6×4×4 where branch 1 gives 6×9×9 (different height × width): change a stride or a padding, or bring branch 2 to 9×9 with `upsample(to=9x9)`, `crop` or `pad`.',
      'input 1',
      'goes on with 6×9×9',
    ],
  ],
  [
    'add',
    {},
    [map, [6]],
    [
      'branches-disagree: `add` joins equal shapes, but branch 2 gives 6 where branch 1 gives 6×9×7: a vector cannot be joined with a feature map. Keep 1×1 maps, with `gap` and 1×1 convolutions and no `flatten`, or flatten all branches.',
      'input 1',
      'goes on with 6×9×7',
    ],
  ],
  [
    'add',
    {},
    [[6], [4]],
    [
      'branches-disagree: `add` joins equal shapes, but branch 2 gives 4 where branch 1 gives 6 (4 against 6 channels): make them equal.',
      'input 1',
      'goes on with 6',
    ],
  ],
  ['conv', { channels: 2 ** 31 - 1, kernel: 1 }, [map], '2147483647×9×7'],
  [
    'linear',
    { features: 2 ** 31 - 1 },
    [[2 ** 23]],
    [
      'size-too-large: `linear` would have more than 2^53 weights or multiply–accumulates: choose smaller sizes.',
      'goes on with 2147483647',
    ],
  ],
  [
    'upsample',
    { scale: 2 ** 30 },
    [[1, 1, 2]],
    [
      'size-too-large: `upsample` would give 1×1073741824×2147483648, beyond what Pointwise counts exactly: choose smaller sizes.',
      'goes on with nothing',
    ],
  ],
  [
    'upsample',
    { scale: size(2 ** 30, 1) },
    [[1, 2, 1]],
    [
      'size-too-large: `upsample` would give 1×2147483648×1, beyond what Pointwise counts exactly: choose smaller sizes.',
      'goes on with nothing',
    ],
  ],
  ['upsample', { scale: size(2 ** 30, 1) }, [[1, 1, 1]], '1×1073741824×1'],
  [
    'upsample',
    { scale: 2 ** 28 },
    [[1, 1, 1]],
    [
      'size-too-large: `upsample` would give 1×268435456×268435456, beyond what Pointwise counts exactly: choose smaller sizes.',
      'goes on with nothing',
    ],
  ],
];

describe('a layer', () => {
  for (const [kind, args, xs, expected] of CASES) {
    const given = Object.entries(args).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    it(`${kind}(${given.join(', ')}) of ${xs.map((x) => x.join('×')).join(' and ')}`, () => {
      assert.deepEqual(said(kind, args, ...xs), expected);
    });
  }
});
