/** The programs that the kernel benchmark runs, recorded directly: single blocks of well-known networks, and whole networks. */
import { type Dims, type Pair, type Program, Recorder, type ValueId } from '../tensor/index.ts';

/** Records with weights named by a counter, and the few layers that the networks need. */
class Net {
  readonly r = new Recorder();
  #count = 0;

  weight(dims: readonly number[], value?: number): number {
    const fanIn = dims.slice(1).reduce((n, d) => n * d, 1);
    return this.r.weight({
      name: `w${this.#count++}`,
      dims,
      init: value === undefined ? { kind: 'he', fanIn } : { kind: 'constant', value },
    });
  }

  c(x: ValueId): number {
    return this.r.dims(x)[0];
  }

  /** Convolution with bias; padded to keep the size at stride 1. */
  conv(
    x: ValueId,
    channels: number,
    kernel: number | Pair,
    stride = 1,
    act: 'relu' | 'relu6' | 'none' = 'relu',
    groups = 1,
    bias = true,
  ): ValueId {
    const [kh, kw] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
    const [ph, pw] = [(kh - 1) >> 1, (kw - 1) >> 1];
    const w = this.weight([channels, this.c(x) / groups, kh, kw]);
    const b = bias ? this.weight([channels], 0.1) : undefined;
    const y = this.r.conv(x, w, b, { stride: [stride, stride], pads: [ph, pw, ph, pw], dilation: [1, 1], groups });
    return act === 'none' ? y : this.r.activation(y, { fn: act });
  }

  bnRelu(x: ValueId): ValueId {
    const c = this.c(x);
    const [gamma, beta, mean, variance] = [this.weight([c], 1), this.weight([c], 0.1), this.weight([c], 0.05), this.weight([c], 1.2)];
    return this.r.activation(this.r.batchnorm(x, { gamma, beta, mean, variance, eps: 1e-5 }), { fn: 'relu' });
  }

  pool(x: ValueId, of: 'max' | 'avg', kernel: number, stride: number, pad: number, ceil = false): ValueId {
    const kind = of === 'max' ? { of } : { of, countIncludePad: true };
    const pads = [pad, pad, pad, pad] as const;
    return this.r.pool(x, { kind, kernel: [kernel, kernel], stride: [stride, stride], pads, dilation: [1, 1], ceil });
  }

  add(a: ValueId, b: ValueId, act: 'relu' | 'none'): ValueId {
    const y = this.r.add([a, b]);
    return act === 'none' ? y : this.r.activation(y, { fn: act });
  }

  classify(x: ValueId, classes: number): ValueId {
    const v = this.r.adaptivepool(x, { kind: 'avg', size: [1, 1] });
    return this.r.linear(v, this.weight([classes, this.c(v)]), this.weight([classes], 0));
  }

  inception(x: ValueId, c1: number, r3: number, c3: number, r5: number, c5: number, pool: number): ValueId {
    return this.r.concat([
      this.conv(x, c1, 1),
      this.conv(this.conv(x, r3, 1), c3, 3),
      this.conv(this.conv(x, r5, 1), c5, 5),
      this.conv(this.pool(x, 'max', 3, 1, 1), pool, 1),
    ]);
  }
}

export function net(input: Dims, build: (n: Net, x: ValueId) => ValueId): Program {
  const n = new Net();
  n.r.output(build(n, n.r.input(input)));
  return n.r.finish();
}

function resnet50(n: Net, x0: ValueId): ValueId {
  let x = n.pool(n.conv(x0, 64, 7, 2), 'max', 3, 2, 1);
  for (const [blocks, width, first] of [
    [3, 64, 1],
    [4, 128, 2],
    [6, 256, 2],
    [3, 512, 2],
  ] as const) {
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 ? first : 1;
      const shortcut = i === 0 ? n.conv(x, width * 4, 1, stride, 'none') : x;
      x = n.add(n.conv(n.conv(n.conv(x, width, 1), width, 3, stride), width * 4, 1, 1, 'none'), shortcut, 'relu');
    }
  }
  return n.classify(x, 1000);
}

function googlenet(n: Net, x0: ValueId): ValueId {
  const shrink = (x: ValueId): ValueId => n.pool(x, 'max', 3, 2, 0, true);
  let x = shrink(n.conv(n.conv(shrink(n.conv(x0, 64, 7, 2)), 64, 1), 192, 3));
  x = n.inception(n.inception(x, 64, 96, 128, 16, 32, 32), 128, 128, 192, 32, 96, 64);
  x = n.inception(n.inception(shrink(x), 192, 96, 208, 16, 48, 64), 160, 112, 224, 24, 64, 64);
  x = n.inception(n.inception(x, 128, 128, 256, 24, 64, 64), 112, 144, 288, 32, 64, 64);
  x = shrink(n.inception(x, 256, 160, 320, 32, 128, 128));
  x = n.inception(n.inception(x, 256, 160, 320, 32, 128, 128), 384, 192, 384, 48, 128, 128);
  return n.classify(x, 1000);
}

/** Sandler et al. 2018, table 2. */
function mobilenetV2(n: Net, x0: ValueId): ValueId {
  let x = n.conv(x0, 32, 3, 2, 'relu6');
  for (const [t, c, repeat, first] of [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const) {
    for (let i = 0; i < repeat; i++) {
      const stride = i === 0 ? first : 1;
      const wide = t === 1 ? x : n.conv(x, n.c(x) * t, 1, 1, 'relu6');
      const y = n.conv(n.conv(wide, n.c(wide), 3, stride, 'relu6', n.c(wide)), c, 1, 1, 'none');
      x = stride === 1 && n.c(x) === c ? n.add(y, x, 'none') : y;
    }
  }
  return n.classify(n.conv(x, 1280, 1, 1, 'relu6'), 1000);
}

/** Huang et al. 2017, table 1. */
function densenet121(n: Net, x0: ValueId): ValueId {
  let x = n.pool(n.conv(x0, 64, 7, 2), 'max', 3, 2, 1);
  for (const [i, layers] of [6, 12, 24, 16].entries()) {
    if (i > 0) x = n.pool(n.conv(n.bnRelu(x), n.c(x) / 2, 1, 1, 'none', 1, false), 'avg', 2, 2, 0);
    for (let k = 0; k < layers; k++) {
      const narrow = n.conv(n.bnRelu(x), 128, 1, 1, 'none', 1, false);
      x = n.r.concat([x, n.conv(n.bnRelu(narrow), 32, 3, 1, 'none', 1, false)]);
    }
  }
  return n.classify(n.bnRelu(x), 1000);
}

/** Ronneberger et al. 2015 with padded convolutions, on 3×256×256, 32 channels at the top. */
function unet(n: Net, x0: ValueId): ValueId {
  const twice = (x: ValueId, c: number): ValueId => n.conv(n.conv(x, c, 3), c, 3);
  const level = (x: ValueId, c: number, depth: number): ValueId => {
    const y = twice(x, c);
    if (depth === 0) return y;
    const below = level(n.pool(y, 'max', 2, 2, 0), c * 2, depth - 1);
    const g = { stride: [2, 2], pads: [0, 0, 0, 0], outputPad: [0, 0], dilation: [1, 1], groups: 1 } as const;
    const up = n.r.deconv(below, n.weight([c * 2, c, 2, 2]), n.weight([c], 0.1), g);
    return twice(n.r.concat([y, up]), c);
  };
  return n.conv(level(x0, 32, 4), 2, 1, 1, 'none');
}

/** Name → what it is, and how to record it. */
export const WORKLOADS: Readonly<Record<string, { readonly title: string; readonly program: () => Program }>> = {
  W1: { title: 'Inception 3a, 192×28×28', program: () => net([192, 28, 28], (n, x) => n.inception(x, 64, 96, 128, 16, 32, 32)) },
  W1n: {
    title: 'its naive form',
    program: () =>
      net([192, 28, 28], (n, x) => n.r.concat([n.conv(x, 64, 1), n.conv(x, 128, 3), n.conv(x, 32, 5), n.pool(x, 'max', 3, 1, 1)])),
  },
  W2b: {
    title: 'bottleneck 256→64→64→256, 256×56×56',
    program: () => net([256, 56, 56], (n, x) => n.add(n.conv(n.conv(n.conv(x, 64, 1), 64, 3), 256, 1, 1, 'none'), x, 'relu')),
  },
  W2s: {
    title: 'two 3×3 of 256, 256×56×56',
    program: () => net([256, 56, 56], (n, x) => n.add(n.conv(n.conv(x, 256, 3), 256, 3, 1, 'none'), x, 'relu')),
  },
  W3: { title: 'ResNet-50', program: () => net([3, 224, 224], resnet50) },
  W4: { title: 'GoogLeNet without LRN', program: () => net([3, 224, 224], googlenet) },
  MobileNetV2: { title: 'MobileNetV2', program: () => net([3, 224, 224], mobilenetV2) },
  DenseNet121: { title: 'DenseNet-121', program: () => net([3, 224, 224], densenet121) },
  UNet: { title: 'U-Net, 3×256×256', program: () => net([3, 256, 256], unet) },
};
