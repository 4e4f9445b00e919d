/** Every operation on the WASM kernels against the reference, over random shapes. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Activation, type Dims, type Pads, type Pair, type Recorder, reference, type ValueId } from '../../src/tensor/index.ts';
import { check, programOf, run, wasmKernels, weight } from './compare.ts';

const dims = (most = 20): fc.Arbitrary<Dims> =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
const pair = (min: number, max: number): fc.Arbitrary<Pair> => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const pads = (max: number): fc.Arbitrary<Pads> =>
  fc.tuple(
    ...([0, 0, 0, 0].map(() => fc.integer({ min: 0, max })) as [
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
    ]),
  );

/** Runs a property whose programs come from an arbitrary of a description. */
async function property<T>(
  arbitrary: fc.Arbitrary<T>,
  build: (t: T) => { dims: Dims; build: (r: Recorder, x: ValueId) => ValueId },
  runs = 60,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(arbitrary, fc.integer({ min: 1, max: 99 }), async (t, seed) => {
      const p = build(t);
      await check(programOf(p.dims, p.build), JSON.stringify(t), seed);
    }),
    { numRuns: runs, seed: 20, endOnFailure: false },
  );
}

const simple = (name: string, apply: (r: Recorder, x: ValueId) => ValueId, arbitrary = dims()): void => {
  it(name, () => property(arbitrary, (d) => ({ dims: d, build: apply })));
};

describe('kernels: convolutions', () => {
  const geometry = { kernel: pair(1, 4), stride: pair(1, 3), pads: pads(3), dilation: pair(1, 2) };
  const fits = (d: Dims, g: { kernel: Pair; pads: Pads; dilation: Pair }): boolean =>
    [0, 1].every(
      (i) =>
        (d[i + 1] as number) + (g.pads[i] as number) + (g.pads[i + 2] as number) >=
        (g.dilation[i] as number) * ((g.kernel[i] as number) - 1) + 1,
    );

  it('conv', () =>
    property(
      fc
        .record({ d: dims(), out: fc.integer({ min: 1, max: 20 }), groups: fc.constantFrom(1, 1, 2, 3), bias: fc.boolean(), ...geometry })
        .filter((t) => fits(t.d, t)),
      (t) => ({
        dims: [t.d[0] * t.groups, t.d[1], t.d[2]],
        build: (r, x) =>
          r.conv(x, weight(r, [t.out * t.groups, t.d[0], ...t.kernel]), t.bias ? weight(r, [t.out * t.groups]) : undefined, t),
      }),
      150,
    ));

  it('depthwise', () =>
    property(
      fc.record({ d: dims(), ...geometry }).filter((t) => fits(t.d, t)),
      (t) => ({
        dims: t.d,
        build: (r, x) => r.conv(x, weight(r, [t.d[0], 1, ...t.kernel]), weight(r, [t.d[0]]), { ...t, groups: t.d[0] }),
      }),
    ));

  it('Winograd', () =>
    property(
      fc.record({
        c: fc.integer({ min: 16, max: 40 }),
        o: fc.integer({ min: 16, max: 40 }),
        // Large maps have more than one band of tiles, and take the reference long.
        size: fc.oneof({ arbitrary: pair(11, 19), weight: 5 }, { arbitrary: pair(36, 43), weight: 1 }),
        k: fc.constantFrom(3, 5),
        pads: pads(2),
        tail: fc.constantFrom('relu', 'add', 'bn', 'nothing'),
      }),
      (t) => ({
        dims: [t.c, ...t.size],
        build: (r, x) => {
          const g = { stride: [1, 1], pads: t.pads, dilation: [1, 1], groups: 1 } as const;
          const point = r.conv(x, weight(r, [t.o, t.c, t.k, t.k]), undefined, g);
          const y = r.conv(x, weight(r, [t.o, t.c, t.k, t.k]), weight(r, [t.o]), g);
          if (t.tail === 'relu') return r.activation(y, { fn: 'relu' });
          if (t.tail === 'add') return r.activation(r.add([y, point]), { fn: 'relu6' });
          if (t.tail === 'nothing') return y;
          const [gamma, beta, mean, variance] = [weight(r, [t.o]), weight(r, [t.o]), weight(r, [t.o]), weight(r, [t.o], 2)];
          return r.batchnorm(y, { gamma, beta, mean, variance, eps: 1e-5 });
        },
      }),
      40,
    ));

  it('Winograd of the phases at stride 2', () =>
    property(
      fc
        .record({
          c: fc.integer({ min: 3, max: 9 }),
          o: fc.integer({ min: 12, max: 40 }),
          size: fc.oneof(pair(19, 40), pair(50, 61)),
          k: pair(4, 9),
          pads: pads(4),
          add: fc.boolean(),
        })
        .filter(({ k: [kh, kw], pads: [top, left] }) => Math.ceil((kh + (top % 2)) / 2) === Math.ceil((kw + (left % 2)) / 2)),
      (t) => ({
        dims: [t.c, ...t.size],
        build: (r, x) => {
          const g = { stride: [2, 2], pads: t.pads, dilation: [1, 1], groups: 1 } as const;
          const y = r.conv(x, weight(r, [t.o, t.c, ...t.k]), weight(r, [t.o]), g);
          return t.add ? r.activation(r.add([y, r.conv(x, weight(r, [t.o, t.c, ...t.k]), undefined, g)]), { fn: 'relu' }) : y;
        },
      }),
      40,
    ));

  it('deconv of many channels to few, whose weights are more than its image', async () => {
    const g = { stride: [1, 1], pads: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
    const deconv = (r: Recorder, x: ValueId): ValueId => r.deconv(x, weight(r, [1024, 8, 3, 3]), undefined, { ...g, outputPad: [0, 0] });
    await check(programOf([1024, 2, 2], deconv), '1024 to 8', 1);
  });

  it('deconv', () =>
    property(
      fc
        .record({
          d: dims(12),
          out: fc.integer({ min: 1, max: 12 }),
          groups: fc.constantFrom(1, 1, 2, 3),
          kernel: pair(1, 5),
          stride: pair(1, 3),
          pads: pads(2),
          dilation: pair(1, 2),
          outputPad: pair(0, 1),
        })
        .filter((t) =>
          [0, 1].every(
            (i) =>
              ((t.d[i + 1] as number) - 1) * (t.stride[i] as number) -
                (t.pads[i] as number) -
                (t.pads[i + 2] as number) +
                (t.dilation[i] as number) * ((t.kernel[i] as number) - 1) +
                (t.outputPad[i] as number) +
                1 >
              0,
          ),
        ),
      (t) => ({
        dims: [t.d[0] * t.groups, t.d[1], t.d[2]],
        build: (r, x) => r.deconv(x, weight(r, [t.d[0] * t.groups, t.out, ...t.kernel]), weight(r, [t.out * t.groups]), t),
      }),
      120,
    ));

  it('linear', () =>
    property(fc.record({ n: fc.integer({ min: 1, max: 70 }), m: fc.integer({ min: 1, max: 30 }) }), ({ n, m }) => ({
      dims: [n, 1, 1],
      build: (r, x) => r.activation(r.linear(x, weight(r, [m, n]), weight(r, [m])), { fn: 'relu' }),
    })));
});

describe('kernels: normalisation and pointwise', () => {
  const vectors = (r: Recorder, c: number): { gamma: number; beta: number } => ({ gamma: weight(r, [c]), beta: weight(r, [c]) });
  it('batchnorm and scale', () =>
    property(dims(), (d) => ({
      dims: d,
      build: (r, x) => {
        const y = r.batchnorm(x, { ...vectors(r, d[0]), mean: weight(r, [d[0]]), variance: weight(r, [d[0]], 3), eps: 1e-3 });
        return r.scale(r.activation(y, { fn: 'relu' }), weight(r, [d[0]]), undefined);
      },
    })));
  it('one factor for all channels, and constants, alone and behind a convolution', () =>
    property(fc.record({ d: dims(), factor: fc.integer({ min: -4, max: 4 }), behind: fc.boolean() }), ({ d, factor, behind }) => ({
      dims: d,
      build: (r, x) => {
        const g = { stride: [1, 1], pads: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
        const y = behind ? r.conv(x, weight(r, [5, d[0], 1, 1]), undefined, g) : x;
        return r.activation(r.affine(r.scale(y, weight(r, [1]), weight(r, [1])), factor, 0.5), { fn: 'relu' });
      },
    })));
  it('norm over groups', () =>
    property(fc.record({ d: dims(8), groups: fc.integer({ min: 1, max: 4 }) }), ({ d, groups }) => ({
      dims: [d[0] * groups, d[1], d[2]],
      build: (r, x) => r.norm(x, { over: 'group', groups, ...vectors(r, d[0] * groups), eps: 1e-3 }),
    })));
  it('a constant map is the shift alone, to the bit', async () => {
    const { relaxed, strict } = await wasmKernels();
    for (const [constant, of, groups] of [
      [3.3, [8, 32, 32], 2],
      [1234, [8, 32, 32], 2],
      [-0.1, [6, 7, 9], 6],
      [1e-20, [12, 5, 5], 3],
      [7.7e8, [5, 13, 1], 1],
    ] as const)
      for (const over of ['group', 'pixel'] as const) {
        const program = programOf(of, (r, x) => {
          const beta = r.weight({ name: 'beta', dims: [of[0]], init: { kind: 'constant', value: 0.25 } });
          const gamma = weight(r, [of[0]]);
          return r.concat([undefined, gamma].map((g) => r.norm(x, { over, groups, gamma: g, beta: g && beta, eps: 1e-5 })));
        });
        const n = of[0] * of[1] * of[2];
        const expected = new Float32Array(2 * n).fill(0.25, n);
        for (const kernels of [reference, relaxed, strict]) {
          const [y] = run(kernels, program, {}, 1, [new Float32Array(n).fill(constant)]);
          assert.deepEqual(y, expected, `${constant} over ${over}, ${kernels.name}`);
        }
      }
  });
  it('norm over pixels', () =>
    property(dims(), (d) => ({
      dims: d,
      build: (r, x) => r.norm(x, { over: 'pixel', groups: 1, gamma: undefined, beta: weight(r, [d[0]]), eps: 1e-2 }),
    })));
  it('global response', () => property(dims(40), (d) => ({ dims: d, build: (r, x) => r.grn(x, { ...vectors(r, d[0]), eps: 1e-3 }) })));
  it('lrn', () =>
    property(fc.record({ d: dims(), size: fc.constantFrom(1, 3, 5, 7) }), ({ d, size }) => ({
      dims: d,
      build: (r, x) => r.lrn(x, { size, alpha: 0.3, beta: 0.75, k: 1.5 }),
    })));
  // Groups end where vectors do not: what stands behind them is another branch's, or the zeros round an image.
  for (const [per, groups] of [
    [1, 8],
    [2, 4],
    [3, 8],
    [6, 4],
    [3, 5],
    [9, 1],
  ] as const)
    it(`softmax over ${groups} × ${per} channels, alone, beside others, and seen by a convolution`, () =>
      property(
        fc.record({ d: dims(), reader: fc.constantFrom('nothing', 'join', 'conv') }),
        ({ d: [, h, w], reader }) => ({
          dims: [per * groups, h, w],
          build: (r, x) => {
            const g = { stride: [1, 1], pads: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
            const before = r.conv(x, weight(r, [8, per * groups, 3, 3]), undefined, g);
            const y = r.softmax(x, { groups, over: 'channels' });
            if (reader === 'nothing') return y;
            return reader === 'join' ? r.concat([y, before]) : r.conv(y, weight(r, [5, per * groups, 3, 3]), undefined, g);
          },
        }),
        20,
      ));
  simple('softmax over pixels', (r, x) => r.softmax(x, { groups: 1, over: 'pixels' }));
  it('prelu', () =>
    property(fc.record({ d: dims(), one: fc.boolean() }), ({ d, one }) => ({
      dims: d,
      build: (r, x) => r.prelu(x, weight(r, [one ? 1 : d[0]])),
    })));
  const activations: readonly Activation[] = [
    ...(['relu', 'relu6', 'silu', 'mish', 'sigmoid', 'tanh', 'softplus', 'hardsigmoid', 'hardswish', 'selu'] as const).map((fn) => ({
      fn,
    })),
    { fn: 'leakyrelu', slope: 0.1 },
    { fn: 'elu', alpha: 1.5 },
    { fn: 'gelu', approximate: false },
    { fn: 'gelu', approximate: true },
    { fn: 'clip', min: -0.5, max: 0.25 },
  ];
  for (const activation of activations) {
    simple(`${JSON.stringify(activation)}, alone and behind a convolution`, (r, x) => {
      const [c] = r.dims(x);
      const y = r.activation(x, activation);
      const g = { stride: [1, 1], pads: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
      return r.activation(r.conv(y, weight(r, [c, c, 1, 1]), undefined, g), activation);
    });
  }
  for (const op of ['add', 'mul', 'sub', 'div', 'max', 'min'] as const) {
    it(`${op} with spreading`, () =>
      property(
        fc.record({ d: dims(), keep: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), three: fc.boolean() }),
        ({ d, keep, three }) => ({
          dims: d,
          build: (r, x) => {
            const small = r.input([keep[0] ? d[0] : 1, keep[1] ? d[1] : 1, keep[2] ? d[2] : 1]);
            const more = three && op !== 'sub' && op !== 'div';
            return r.activation(r.merge(op, more ? [small, x, x] : three ? [small, x] : [x, small]), { fn: 'relu' });
          },
        }),
      ));
  }
});

describe('kernels: matrix products', () => {
  it('channel by channel', () =>
    property(fc.record({ d: dims(), w: fc.integer({ min: 1, max: 9 }) }), ({ d, w }) => ({
      dims: d,
      build: (r, x) => r.matmul(x, r.input([d[0], d[2], w])),
    })));
  it('of a map by itself, transposed, as attention has it', () =>
    property(dims(), (d) => ({
      dims: d,
      build: (r, x) => {
        const places = r.reshape(x, [1, d[0], d[1] * d[2]]);
        const scores = r.softmax(r.transpose(r.matmul(r.transpose(places, [0, 2, 1]), places), [2, 1, 0]), { groups: 1, over: 'channels' });
        return r.reshape(r.matmul(places, r.transpose(scores, [2, 0, 1])), d);
      },
    })));
});

describe('kernels: windows and moves', () => {
  const poolable = fc
    .record({ d: dims(), kernel: pair(1, 4), stride: pair(1, 3), pads: pads(2), dilation: pair(1, 2), ceil: fc.boolean() })
    .filter((t) =>
      [0, 1].every((i) => {
        const [n, k, before, after] = [t.d[i + 1], t.kernel[i], t.pads[i], t.pads[i + 2]] as [number, number, number, number];
        return before <= k / 2 && after <= k / 2 && n + before + after >= (t.dilation[i] as number) * (k - 1) + 1;
      }),
    );
  it('max pool', () => property(poolable, (t) => ({ dims: t.d, build: (r, x) => r.pool(x, { ...t, kind: { of: 'max' } }) }), 120));
  for (const countIncludePad of [true, false]) {
    it(`average pool, ${countIncludePad ? 'with' : 'without'} padding`, () =>
      property(
        poolable,
        (t) => ({ dims: t.d, build: (r, x) => r.pool(x, { ...t, dilation: [1, 1], kind: { of: 'avg', countIncludePad } }) }),
        120,
      ));
  }
  it('lp pool', () =>
    property(fc.tuple(poolable, fc.constantFrom(1, 2, 3)), ([t, p]) => ({
      dims: t.d,
      build: (r, x) => r.pool(x, { ...t, kind: { of: 'lp', p } }),
    })));
  it('adaptive pool', () =>
    property(fc.record({ d: dims(), size: pair(1, 12), kind: fc.constantFrom('max', 'avg') }), ({ d, size, kind }) => ({
      dims: d,
      build: (r, x) => r.adaptivepool(x, { kind, size }),
    })));
  for (const kind of ['max', 'avg'] as const) simple(`channel pool, ${kind}`, (r, x) => r.channelpool(x, kind), dims(40));
  it('upsample', () =>
    property(fc.record({ d: dims(), size: pair(1, 20), mode: fc.constantFrom('nearest', 'bilinear') }), ({ d, size, mode }) => ({
      dims: d,
      build: (r, x) => r.upsample(x, { size, mode }),
    })));
  it('pad', () =>
    property(
      fc
        .record({ d: dims(), p: pads(3), mode: fc.constantFrom('constant', 'edge', 'reflect') })
        .filter((t) => t.mode !== 'reflect' || (t.d[1] > 3 && t.d[2] > 3)),
      ({ d, p, mode }) => ({ dims: d, build: (r, x) => r.pad(x, { pads: p, mode, value: 1.5 }) }),
    ));
  it('crop and slice, seen by a convolution', () =>
    property(fc.record({ d: dims().map(([c, h, w]): Dims => [c + 3, h + 3, w + 3]), padded: fc.boolean() }), ({ d, padded }) => ({
      dims: d,
      build: (r, x) => {
        const y = r.slice(r.crop(x, { top: 1, left: 2, size: [d[1] - 2, d[2] - 3] }), 1, d[0] - 1);
        const p = padded ? 1 : 0;
        const k = padded ? 3 : 1;
        return r.conv(y, weight(r, [5, d[0] - 2, k, k]), undefined, { stride: [1, 1], pads: [p, p, p, p], dilation: [1, 1], groups: 1 });
      },
    })));
  it('shuffle', () =>
    property(fc.record({ d: dims(6), groups: fc.integer({ min: 1, max: 4 }) }), ({ d, groups }) => ({
      dims: [d[0] * groups, d[1], d[2]],
      build: (r, x) => r.shuffle(x, groups),
    })));
  it('depth to space, space to depth', () =>
    property(fc.record({ d: dims(5), s: fc.integer({ min: 1, max: 3 }), back: fc.boolean() }), ({ d, s, back }) => ({
      dims: [d[0] * s * s, d[1] * s, d[2] * s],
      build: (r, x) => (back ? r.spacetodepth(x, s) : r.depthtospace(x, s)),
    })));
  it('reshape', () =>
    property(dims(), (d) => ({
      dims: d,
      build: (r, x) => r.reshape(r.reshape(r.reshape(x, [d[1], d[2], d[0]]), [d[0] * d[1] * d[2], 1, 1]), d),
    })));
  it('transpose', () =>
    property(
      fc.record({ d: dims(), axes: fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 }), seen: fc.boolean() }),
      ({ d, axes, seen }) => ({
        dims: d,
        build: (r, x) => {
          const y = r.transpose(x, axes as [number, number, number]);
          if (!seen) return y;
          return r.conv(y, weight(r, [5, r.dims(y)[0], 3, 3]), undefined, {
            stride: [1, 1],
            pads: [1, 1, 1, 1],
            dilation: [1, 1],
            groups: 1,
          });
        },
      }),
    ));
  it('concat', () =>
    property(
      fc.record({ d: dims(), outs: fc.array(fc.constantFrom(1, 3, 8, 16), { minLength: 1, maxLength: 4 }), pad: fc.constantFrom(0, 1) }),
      ({ d, outs, pad }) => ({
        dims: d,
        build: (r, x) => {
          const g = { stride: [1, 1], pads: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
          const branches = outs.map((o) => r.activation(r.conv(x, weight(r, [o, d[0], 1, 1]), undefined, g), { fn: 'relu' }));
          const inner = r.concat([branches[0] as ValueId, x]);
          const y = r.concat([...branches.slice(1), inner]);
          if (pad === 0) return y;
          return r.conv(y, weight(r, [4, r.dims(y)[0], 3, 3]), undefined, { ...g, pads: [1, 1, 1, 1] });
        },
      }),
    ));
});
