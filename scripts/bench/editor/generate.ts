/** Texts of a given length, such as people write: blocks with parameters and branches, networks that call them with labels and repeats. */

const base = `# A convolution with normalisation and activation.
block ConvBN(channels, kernel, stride=1, groups=1, act=relu) {
  conv(channels, kernel, stride=stride, groups=groups, bias=false) -> bn -> act
}

# Squeeze and excitation (Hu et al. 2018).
block Gate(reduction=4) on 64x28x28 {
  mul {
    | identity
    | gap -> conv(max(8, in.c // reduction), 1x1) -> relu -> conv(in.c, 1x1) -> sigmoid
  }
}
`;

/** The pieces of chapter n, the networks last. Chapters differ in their numbers. */
function chapter(n: number): readonly string[] {
  const width = 32 + 8 * (n % 5);
  const kernel = n % 3 === 0 ? '5x5' : '3x3';
  const bottleneck = `
# Bottleneck ${n}: narrow, then wide again.
block Bottleneck${n}(width=${width}, stride=1, act=relu) on ${4 * width}x28x28 {
  add {
    | ConvBN(width, 1x1, act=act) -> ConvBN(width, ${kernel}, stride=stride, act=act) -> ConvBN(4*width, 1x1, act=identity)
    | if stride != 1 or in.c != 4*width { ConvBN(4*width, 1x1, stride=stride, act=identity) } else { identity }
  }
  act
}
`;
  const inverted = `
# Inverted bottleneck ${n} (Sandler et al. 2018): wide inside, depthwise.
block Inverted${n}(channels=${width}, expand=${4 + (n % 3)}, stride=1) on ${width}x28x28 {
  let hidden = in.c * expand
  if stride == 1 and in.c == channels {
    add {
      | ConvBN(hidden, 1x1, act=relu6) -> dwconv(${kernel}, bias=false) -> bn -> relu6 -> Gate -> ConvBN(channels, 1x1, act=identity)
      | identity
    }
  } else {
    ConvBN(hidden, 1x1, act=relu6) -> dwconv(${kernel}, stride=stride, bias=false) -> bn -> relu6 -> ConvBN(channels, 1x1, act=identity)
  }
}
`;
  const branches = `
# Four branches ${n}, as in GoogLeNet.
block Branches${n}(c1=${width}, r3=${width}, c3=${2 * width}, r5=${8 + 4 * (n % 4)}, c5=${width / 2}, pool=${width / 2}) on ${4 * width}x28x28 {
  concat {
    | conv(c1, 1x1) -> relu
    | conv(r3, 1x1) -> relu -> conv(c3, 3x3) -> relu
    | conv(r5, 1x1) -> relu -> conv(c5, 5x5) -> relu
    | maxpool(3x3, stride=1, pad=1) -> conv(pool, 1x1) -> relu
  }
}
`;
  const networks = `
# Network ${n}: a stem, three stages, a head.
network Net${n}(layers=[${2 + (n % 3)}, ${3 + (n % 2)}, 2], width=${width}, classes=100) on 3x112x112 {
  stem: ConvBN(width, 3x3, stride=2) -> maxpool(3x3, stride=2, pad=1)
  for [i, count] in enumerate(layers) {
    repeat count as j { Bottleneck${n}(width * 2**i, stride=if i > 0 and j == 0 then 2 else 1) }
  }
  mixed_a: Branches${n}
  mixed_b: Branches${n}(pool=${width})
  repeat 2 { Inverted${n}(4*width) }
  features = Inverted${n}(8*width, stride=2)
  Gate(8)
  gap -> flatten -> dropout(0.2) -> fc: linear(classes)
  expect 100
}

network Net${n}Wide = Net${n}(width=${2 * width})
`;
  return [bottleneck, inverted, branches, networks];
}

/** A file of as many lines as whole declarations allow, never more than asked. */
export function generate(lines: number): string {
  let text = base;
  for (let n = 0; ; n++)
    for (const piece of chapter(n)) {
      if ((text + piece).split('\n').length - 1 > lines) return text;
      text += piece;
    }
}

/** A folder of so many files: one that all use, and blocks and networks in files of their own, each importing what it calls. */
export function generateFolder(files: number): Readonly<Record<string, string>> {
  const folder: Record<string, string> = { 'base.cnn': base };
  for (let n = 0; Object.keys(folder).length < files; n++) {
    const [bottleneck = '', inverted = '', branches = '', networks = ''] = chapter(n);
    folder[`blocks${n}.cnn`] = `import ConvBN, Gate from "./base.cnn"\n${bottleneck}${inverted}${branches}`;
    if (Object.keys(folder).length === files) break;
    // Each network file but the first also uses a block of the chapter before.
    const [before, hybrid] =
      n > 0
        ? [
            `import Branches${n - 1} from "./blocks${n - 1}.cnn"\n`,
            `\nnetwork Hybrid${n} on 64x28x28 {\n  Branches${n - 1} -> Bottleneck${n} -> Gate\n}\n`,
          ]
        : ['', ''];
    const imports = `import ConvBN, Gate from "./base.cnn"\nimport Bottleneck${n}, Inverted${n}, Branches${n} from "./blocks${n}.cnn"\n`;
    folder[`network${n}.cnn`] = `${imports}${before}${hybrid}${networks}`;
  }
  return folder;
}
