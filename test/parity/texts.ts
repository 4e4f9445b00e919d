/** Texts for comparing exported code: every layer kind with its arguments, many of them drawn, and the forms of the language that code is written from. */
import fc from 'fast-check';
import { layers } from '../../src/layers/index.ts';

const size = fc.integer({ min: 1, max: 4 });
const pair = fc.oneof(
  size.map(String),
  fc.tuple(size, size).map(([h, w]) => `${h}x${w}`),
);
const pads = fc.oneof(
  fc.constantFrom('0', '1', 'tf'),
  fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)).map((p) => `[${p.join(', ')}]`),
);
const channels = fc.constantFrom(2, 4, 6);
const flag = fc.boolean();

/** Layers with arguments that are drawn; those that do not fit what arrives are left out by who tries them. */
const drawn: Readonly<Record<string, fc.Arbitrary<string>>> = {
  conv: fc
    .tuple(channels, pair, pair, pads, pair, fc.constantFrom(1, 2), flag)
    .map(([c, k, s, p, d, g, b]) => `conv(${c}, ${k}, stride=${s}, pad=${p}, dilation=${d}, groups=${g}, bias=${b})`),
  dwconv: fc
    .tuple(pair, pair, pads, fc.constantFrom(1, 2), flag)
    .map(([k, s, p, m, b]) => `dwconv(${k}, stride=${s}, pad=${p}, multiplier=${m}, bias=${b})`),
  deconv: fc
    .tuple(channels, pair, pair, fc.nat(1), fc.nat(1), fc.constantFrom(1, 2), flag)
    .map(
      ([c, k, s, p, o, g, b]) => `deconv(${c}, ${k}, stride=${s}, pad=[${p}, ${o}, ${p}, ${p}], output_pad=${o}, groups=${g}, bias=${b})`,
    ),
  maxpool: fc
    .tuple(pair, pair, pads, flag, fc.constantFrom('1', '1', '2', '2x3'))
    .map(([k, s, p, c, d]) => `maxpool(${k}, stride=${s}, pad=${p}, ceil=${c}, dilation=${d})`),
  avgpool: fc
    .tuple(pair, pair, pads, flag, flag)
    .map(([k, s, p, c, i]) => `avgpool(${k}, stride=${s}, pad=${p}, ceil=${c}, count_include_pad=${i})`),
  lppool: fc
    .tuple(pair, pair, pads, flag, fc.constantFrom(1, 2, 3))
    .map(([k, s, p, c, n]) => `lppool(${k}, stride=${s}, pad=${p}, ceil=${c}, p=${n})`),
  pad: fc
    .tuple(fc.nat(2), fc.nat(2), fc.constantFrom('constant', 'reflect', 'edge'))
    .map(([a, b, m]) => `pad([${a}, ${b}, ${b}, ${a}], mode="${m}"${m === 'constant' ? ', value=0.5' : ''})`),
  upsample: fc.tuple(pair, fc.constantFrom('nearest', 'bilinear')).map(([s, m]) => `upsample(${s}, mode="${m}")`),
  blur: fc.tuple(pair, pair).map(([k, s]) => `blur(${k}, stride=${s})`),
};

/** What each other kind is tried with. */
const written: Readonly<Record<string, readonly string[]>> = {
  linear: ['flatten -> linear(5)', 'flatten -> linear(5, bias=false)'],
  bn: ['bn', 'bn(eps=1e-3, affine=false)', 'flatten -> bn'],
  ln: ['ln', 'ln(affine=false)', 'flatten -> ln'],
  gn: ['gn(2)', 'gn(2, eps=1e-3, affine=false)', 'flatten -> gn(2)'],
  instancenorm: ['instancenorm', 'instancenorm(affine=true)', 'gap -> instancenorm'],
  lrn: ['lrn', 'lrn(3, alpha=0.5, beta=0.5, k=2)'],
  grn: ['grn'],
  scale: ['scale', 'scale(0.5, bias=true)', 'scale(channels=1)', 'flatten -> scale(2)'],
  times: ['times(0.17)', 'times(-1)'],
  plus: ['plus(2)', 'plus(-0.5)'],
  prelu: ['prelu', 'prelu(4)'],
  leakyrelu: ['leakyrelu', 'leakyrelu(0.2)'],
  elu: ['elu', 'elu(0.5)'],
  gelu: ['gelu', 'gelu(approximate=true)'],
  hardtanh: ['hardtanh', 'hardtanh(min=0, max=0.5)'],
  softmax: ['softmax', 'softmax(2)', 'softmax(over="pixels")', 'flatten -> softmax'],
  adaptiveavgpool: ['adaptiveavgpool(3)', 'adaptiveavgpool(5x4)'],
  adaptivemaxpool: ['adaptivemaxpool(3)', 'adaptivemaxpool(5x4)'],
  upsample: ['upsample(to=13x20)', 'upsample(to=13x20, mode="bilinear")', 'upsample(to=size(in.h, 2*in.w))'],
  pixelshuffle: ['pixelshuffle(2)'],
  pixelunshuffle: ['pad([0, 1, 0, 0]) -> pixelunshuffle(2)'],
  crop: ['crop(4x5)', 'crop(4x5, at=1x2)', 'crop(size(in.h - 3, in.w - 2))'],
  slice: ['slice(0, 2)', 'slice(1, in.c)'],
  shuffle: ['shuffle(2)', 'flatten -> shuffle(2)'],
  reshape: ['reshape(252)', 'reshape(9x4x7)', 'reshape(size(in.h, in.w, in.c))'],
  transpose: ['transpose("hwc")', 'transpose("wch")'],
  dropout: ['dropout', 'dropout(0.2)'],
  droppath: ['droppath(0.1)'],
  matmul: ['matmul { | identity | transpose("cwh") }'],
};

/** Blocks whose code is written from the text. */
const forms: readonly string[] = [
  'block B(c=4) on 4x9x7 { repeat 3 as i { conv(c + i, 3x3) -> relu } }',
  'block B(cs=[4, 8]) on 4x9x7 { for [i, c] in enumerate(cs) { if i > 0 { maxpool(2x2) } conv(c, 3x3) -> bn -> relu } }',
  'block B on 4x9x7 { a = conv(4, 3x3) -> relu\n b = a -> conv(4, 1x1)\n mul { | a | b -> sigmoid } }',
  'block B(cs=[4, 8]) on 4x9x7 { for c in cs + [2] { conv(c, 1x1) } }',
  'block A(c, act=relu) { conv(c, 3x3) -> act }\nblock B on 4x9x7 { A(6) -> A(8, act=leakyrelu(0.1)) -> A(2, act=prelu) }',
  'block A(c, norm=bn) { conv(c, 3x3, bias=false) -> norm -> relu }\nblock B on 4x9x7 { A(6) -> A(8, norm=identity) -> A(8, norm=gn(4)) }',
  'block A(c, k, p=same) { conv(c, k, pad=p) }\nblock B on 4x9x7 { A(6, 3x1) -> A(6, 1x3) -> A(4, 3x3, p=0) }',
  'block B on 4x9x7 { concat { | conv(2, 1x1) | for r in [1, 2, 3] { | conv(4, 3x3, dilation=r) } | identity } }',
  'block G(c=4) takes x, g on 4x9x7, 4x9x7 { add { | x -> conv(c, 1x1) | g -> conv(c, 1x1) } -> relu }\nblock B on 4x9x7 { a = conv(6, 3x3)\n G(5) { | a | relu } }',
  'block B on 4x9x7 { shared s = conv(4, 3x3)\n s -> relu -> s\n output o = gap -> flatten -> linear(3) }',
  'block L(c=4, d=2) on 4x16x16 { a: conv(c, 3x3)\n if d > 0 { maxpool(2x2) -> L(2*c, d - 1) -> u: deconv(c, 2x2, stride=2)\n concat { | a | u } } }\nblock B on 4x16x16 { L -> conv(2, 1x1) }',
  'block W(c=4, k=3x3) on 4x9x7 { conv(c, k) }\nblock B(unit=W(k=1x1)) on 4x9x7 { repeat 2 { unit(6) } -> unit }',
  'block B on 4x9x7 { sub { | conv(4, 1x1) | identity }\n max { | identity | times(2) | plus(1) }\n min { | identity | relu }\n div { | identity | plus(9) } }',
  'block B on 4x9x7 { xs: conv(4, 1x1)\n let all = [xs]\n repeat 2 { conv(4, 3x3)\n let all = all + [here] }\n concat { for x in all { | x } } }',
  'block B(wide=true) on 4x9x7 { concat { | conv(2, 1x1) | if wide { | conv(4, 3x3) | gap -> conv(2, 1x1) -> upsample(to=size(in.h, in.w)) } | identity } }',
  'block A(n) { add { | identity if n > 1 { | conv(4, 3x3) | conv(4, 1x1) } else { | relu } } }\nblock B on 4x9x7 { A(1) -> A(2) }',
  'block E on 4x9x7 { early: conv(4, 3x3)\n conv(8, 3x3) }\nblock B on 4x9x7 { e: E\n e.early -> conv(2, 1x1) }',
  'block B(n=2, wide=true) on 4x9x7 { add { repeat n { | conv(4, 3x3) -> bn } | conv(4, 1x1) -> bn if wide { | bn } } -> relu }',
  'block B(n=2, deep=true) on 4x9x7 { if deep { add { repeat n { | conv(4, 3x3) -> bn } | identity } } else { conv(4, 1x1) } }',
  'block B on 4x9x7 { let xs = [here]\n repeat 2 { conv(4, 3x3)\n let xs = xs + [here] }\n concat { | relu for x in xs { | x } if in.c > 2 { | identity } } }',
  'block A(c, k) { conv(c, k) -> slice(c // 2, c) -> pixelshuffle(1) }\nblock B(table=[[4, 3], [8, 1]]) on 4x9x7 { for [c, k] in table { A(c, size(k, k)) } }',
  'block A(c, k) { conv(c, k) }\nblock B(table=[[4, 3, 1], [8, 1, 3]]) on 4x9x7 { for [c, h, w] in table { A(c, size(h, w)) } }',
  'block B(n=2) on 4x9x7 { x = conv(4, 1x1)\n repeat n as i { f = x -> conv(4, 3x3) -> relu\n output o = f -> conv(2, 1x1)\n if i < n - 1 { x = add { | x | f | o -> conv(4, 1x1) } } } }',
  'block B(n=1) on 4x9x7 { add { | a: conv(4, 3x3)\n b: if n > 1 { conv(4, 1x1) } else { conv(4, 3x3) }\n relu | identity } }',
  'block S(c) { dwconv(3x3, bias=false) -> conv(c, 1x1) }\nblock Level(convs, predict) { for f in convs { f -> bn -> relu }\n predict -> relu }\nblock P(c=4) takes a, b on 4x9x7, 4x9x7 { o1 = add { | a | b } -> conv(c, 3x3)\n o2 = o1 -> conv(c, 3x3) }\nblock B(c=4) on 4x9x7 { let levels = [here, here]\n repeat 2 { p: P(c) { for x in levels { | x } }\n let levels = [p.o1, p.o2] }\n let finders = []\n repeat 2 { shared find = S(c)\n let finders = finders + [find] }\n shared last = S(2)\n concat { for x in levels { | x -> Level(finders, last) } } }',
  'block B(scale=2) on 4x9x7 { scale: conv(4, 3x3)\n upsample(to=size(2 * in.h, 2 * in.w)) }',
];

/** What a body may do with values: lists that grow, loops over them, values of the round before, values inside a call. */
const piece: fc.Arbitrary<string> = fc
  .tuple(fc.nat(15), channels, fc.constantFrom(2, 4), fc.integer({ min: 1, max: 3 }))
  .map(
    ([which, c, d, n]) =>
      [
        `conv(${c}, 3x3) -> relu`,
        'let xs = xs + [here]',
        `for c in [${c}, ${d}] { conv(c, 3x3) -> relu\n let xs = xs + [here] }`,
        `repeat ${n} as i { conv(${c} + i, 1x1)\n let xs = [here] + xs }`,
        `let ys = []\n for x in xs { x -> conv(${c}, 1x1)\n let ys = ys + [here] }\n let xs = ys`,
        `for [i, x] in enumerate(xs) { if i > 0 { x -> conv(${c}, 1x1) -> relu } else { x -> conv(${c}, 3x3) }\n let xs = xs + [here] }`,
        `concat { for x in xs { | x -> conv(${c}, 1x1) } }`,
        'concat { for x in xs { | x } | identity }',
        `p = conv(${c}, 1x1)\n for x in xs { p = add { | p -> conv(${c}, 1x1) | x -> conv(${c}, 1x1) } }`,
        `p = conv(${c}, 1x1)\n repeat ${n} { p = concat { | p | xs[0] -> conv(${d}, 1x1) } }`,
        `xs[${n % 2 === 0 ? -1 : 0}] -> conv(${c}, 1x1)`,
        `for x in xs[:${n}] { output o = x -> conv(${d}, 1x1) }`,
        `e: E(${c})\n let xs = xs + e.inner + [e.early]`,
        `repeat ${n} { e: E(${c})\n let xs = [e.early, e] }`,
        `for x in xs { for y in xs[:2] { add { | x -> conv(${c}, 1x1) | y -> conv(${c}, 1x1) } } }`,
        `for c in [${c}, ${d}] { repeat ${n} { conv(c, 1x1) -> relu }\n let xs = xs + [here] }`,
      ][which] as string,
  );
const values = fc
  .array(piece, { minLength: 2, maxLength: 5 })
  .filter((all) => all.filter((p) => p.includes('output')).length < 2)
  .map(
    (all) => `block E(c=4) on 4x9x7 { early: conv(c, 3x3)
 let inner = [here]
 repeat 2 { conv(c, 1x1)\n let inner = inner + [here] } }
block B on 4x9x7 { let xs = [here]
 ${all.join('\n ')}
 concat { for x in xs { | x } | identity } }`,
  );

/** The texts, each with a block `B`. */
export function texts(seed: number, each: number): readonly string[] {
  const alone = [...layers.values()].flatMap(({ kind, merge, params }) => {
    const always =
      written[kind] ??
      (kind === 'div'
        ? ['div { | identity | relu -> plus(1) }']
        : merge
          ? [`${kind} { | identity | conv(4, 3x3) }`]
          : Object.values(params).some((p) => p.default === undefined)
            ? []
            : [kind]);
    return [...always, ...(drawn[kind] ? fc.sample(drawn[kind], { seed, numRuns: each }) : [])];
  });
  return [...alone.map((text) => `block B on 4x9x7 { ${text} }`), ...forms, ...fc.sample(values, { seed, numRuns: 2 * each })];
}
