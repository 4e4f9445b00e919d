/** Plans: fusion, observation, memory, repeatability, numbers that are not finite. */
import assert from 'node:assert/strict';
import { type Dims, initialise, PlanTooLarge, type Program, Recorder, randomInput, reference } from '../../src/tensor/index.ts';
import { check, close, programOf, run, wasmKernels, weight } from './compare.ts';

const same = { stride: [1, 1], pads: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
const point = { ...same, pads: [0, 0, 0, 0] } as const;

/** A bottleneck with batch norms: every fusion at once. */
function bottleneck(size: number): Program {
  return programOf([32, size, size], (r, x) => {
    const bn = (v: number): number => {
      const [c] = r.dims(v);
      const [gamma, beta, mean, variance] = [weight(r, [c]), weight(r, [c]), weight(r, [c]), weight(r, [c], 2)];
      return r.batchnorm(v, { gamma, beta, mean, variance, eps: 1e-5 });
    };
    const relu = (v: number): number => r.activation(v, { fn: 'relu' });
    const a = relu(bn(r.conv(x, weight(r, [16, 32, 1, 1]), undefined, point)));
    const b = relu(bn(r.conv(a, weight(r, [16, 16, 3, 3]), undefined, same)));
    const c = bn(r.conv(b, weight(r, [32, 16, 1, 1]), undefined, point));
    return relu(r.add([c, x]));
  });
}

describe('plans', () => {
  it('fuse batch norm, residual and activation into three convolutions', async () => {
    const { relaxed } = await wasmKernels();
    const program = bottleneck(14);
    const plan = relaxed.plan(program, initialise(program.weights, 1));
    assert.deepEqual(
      plan.steps.map((s) => [s.ops, s.technique]),
      [
        [[0, 1, 2], 'pointwise'],
        [[3, 4, 5], 'Winograd F(4×4, 3×3)'],
        [[6, 7, 8, 9], 'pointwise'],
      ],
    );
    await check(program, 'bottleneck');
  });

  it('choose a technique by size, channels and mode', async () => {
    const { relaxed } = await wasmKernels();
    const technique = (channels: number, size: number, kernel: number, exact = false, step = 1, out = channels): string => {
      const pad = (kernel - 1) / 2;
      const program = programOf([channels, size, size], (r, x) =>
        r.conv(x, weight(r, [out, channels, kernel, kernel]), undefined, { ...same, stride: [step, step], pads: [pad, pad, pad, pad] }),
      );
      return relaxed.plan(program, initialise(program.weights, 1), { exact }).steps[0]?.technique ?? '';
    };
    assert.deepEqual(
      {
        'few pixels': technique(64, 7, 3),
        'few channels': technique(8, 28, 3),
        'small image': technique(64, 28, 3),
        'large image': technique(64, 56, 3),
        '5×5': technique(64, 28, 5),
        '1×1': technique(64, 28, 1),
        exact: technique(64, 28, 3, true),
        '3×3 at stride 2': technique(64, 56, 3, false, 2),
        '7×7 at stride 2 on a picture': technique(3, 224, 7, false, 2, 64),
      },
      {
        'few pixels': 'direct 3×3',
        'few channels': 'direct 3×3',
        'small image': 'Winograd F(4×4, 3×3)',
        'large image': 'Winograd F(6×6, 3×3)',
        '5×5': 'Winograd F(4×4, 5×5)',
        '1×1': 'pointwise',
        exact: 'direct 3×3',
        '3×3 at stride 2': 'direct 3×3',
        '7×7 at stride 2 on a picture': 'Winograd F(5×5, 4×4) of phases',
      },
    );
  });

  it('keep every value readable when observed', async () => {
    const { relaxed } = await wasmKernels();
    const program = bottleneck(9);
    const weights = initialise(program.weights, 1);
    const input = [randomInput(program.values[0] as Dims, 1)];
    const expected: Float32Array[] = [];
    reference.plan(program, weights).run(input, ({ index, read }) => expected.push(read(program.ops[index]?.y ?? 0)));
    const seen: number[] = [];
    relaxed.plan(program, weights, { observe: true }).run(input, ({ index, of, ops, ms, read }) => {
      assert.deepEqual([of, ops.length], [program.ops.length, 1]);
      assert.ok(ms >= 0);
      seen.push(index);
      const y = program.ops[index]?.y ?? 0;
      close(read(y), expected[index] as Float32Array, 1e-4, `value ${y}`);
    });
    assert.deepEqual(seen, [...program.ops.keys()]);
  });

  it('give the same bits run after run, and stay usable when an observer throws', async () => {
    const { relaxed } = await wasmKernels();
    const program = bottleneck(21);
    const plan = relaxed.plan(program, initialise(program.weights, 1));
    const input = [randomInput(program.values[0] as Dims, 1)];
    const first = plan.run(input).map((y) => y.slice());
    assert.throws(
      () =>
        plan.run([new Float32Array(32 * 21 * 21).fill(Number.NaN)], () => {
          throw new Error('stop');
        }),
      /stop/,
    );
    assert.deepEqual(plan.run(input), first);
    assert.deepEqual(run(relaxed, program), first);
  });

  it('refuse what does not fit, with the figure, before allocating', async () => {
    const { relaxed } = await wasmKernels();
    for (const kernels of [relaxed, reference]) {
      const program = bottleneck(64);
      assert.throws(() => kernels.plan(program, initialise(program.weights, 1), { maxBytes: 1e5 }), PlanTooLarge);
    }
    const huge = programOf([512, 2048, 2048], (r, x) => r.conv(x, weight(r, [8, 512, 1, 1]), undefined, point));
    assert.throws(() => relaxed.plan(huge, initialise(huge.weights, 1)), PlanTooLarge);
  });

  it('reuse memory of values that are done with', async () => {
    const { relaxed } = await wasmKernels();
    const deep = (n: number): Program =>
      programOf([8, 64, 64], (r, x) => {
        let y = x;
        for (let i = 0; i < n; i++) y = r.conv(y, weight(r, [8, 8, 3, 3]), undefined, same);
        return y;
      });
    const bytes = [4, 24].map((n) => relaxed.plan(deep(n), initialise(deep(n).weights, 1)).bytes);
    assert.ok((bytes[1] ?? 0) < 1.6 * (bytes[0] ?? 0), `${bytes}`);
  });

  it('find nothing in the memory of a plan before them', async () => {
    const { relaxed } = await wasmKernels();
    for (const [before, after] of [
      [40, 9],
      [9, 40],
    ] as const) {
      const spoilt = bottleneck(before);
      const first = relaxed.plan(spoilt, initialise(spoilt.weights, 1));
      first.run([new Float32Array(32 * before * before).fill(Number.NaN)]);
      first.dispose();
      await check(bottleneck(after), `${after} after ${before}`);
    }
  });

  it('give each step tables of its own length', async () => {
    // Found by a random search: 31 channels are as many vectors of four as 64 are panels of eight, and both once shared a table of zeros.
    const program = programOf([31, 14, 9], (r, x) =>
      r.conv(
        r.norm(x, { over: 'group', groups: 1, gamma: weight(r, [31]), beta: undefined, eps: 1e-3 }),
        weight(r, [64, 31, 3, 3]),
        undefined,
        same,
      ),
    );
    await check(program, 'norm before Winograd');
  });

  it('read the padding where that is all there is', async () => {
    const program = programOf([31, 1, 1], (r, x) =>
      r.conv(x, weight(r, [8, 31, 1, 1]), weight(r, [8], 1), { ...point, stride: [3, 1], pads: [1, 0, 1, 0] }),
    );
    await check(program, '1×1 on padding');
  });

  it('write sums over residuals only where nobody needs them', async () => {
    const net = (build: (r: Recorder, x: number, conv: (x: number) => number) => void): Program => {
      const r = new Recorder();
      const x = r.input([16, 12, 12]);
      build(r, x, (v) => r.conv(v, weight(r, [16, 16, 3, 3]), undefined, same));
      return r.finish();
    };
    const chain = net((r, x, conv) => {
      const first = r.add([conv(conv(x)), x]);
      const second = r.add([first, conv(conv(first))]);
      r.output(r.add([conv(conv(second)), second]));
    });
    const ownInput = net((r, x, conv) => r.output(conv(r.add([conv(x), x]))));
    const readLater = net((r, x, conv) => {
      const inner = conv(x);
      const sum = r.add([conv(conv(inner)), inner]);
      r.output(r.add([conv(sum), inner]));
    });
    const afterSum = net((r, x, conv) => {
      const sum = r.add([conv(conv(x)), x]);
      r.output(r.add([conv(sum), sum]));
    });
    for (const [name, program] of Object.entries({ chain, ownInput, readLater, afterSum })) await check(program, name);
  });

  it('run several inputs and outputs', async () => {
    const r = new Recorder();
    const [a, b] = [r.input([5, 6, 7]), r.input([5, 6, 7])];
    const sum = r.add([a, b]);
    r.output(r.activation(sum, { fn: 'relu' }));
    r.output(sum);
    r.output(a);
    await check(r.finish(), 'several');
  });

  it('let NaN and infinity travel', async () => {
    const input = randomInput([16, 12, 12], 1);
    input[5 * 144 + 60] = Number.NaN;
    input[40] = Number.POSITIVE_INFINITY;
    input[7] = Number.NEGATIVE_INFINITY;
    const { relaxed, strict } = await wasmKernels();
    const cases = {
      grouped: programOf([16, 12, 12], (r, x) =>
        r.activation(r.conv(x, weight(r, [12, 4, 3, 3]), undefined, { ...same, groups: 4 }), { fn: 'relu' }),
      ),
      odd: programOf([16, 12, 12], (r, x) =>
        r.conv(r.conv(x, weight(r, [5, 16, 1, 1]), undefined, point), weight(r, [3, 5, 3, 3]), undefined, same),
      ),
      pool: programOf([16, 12, 12], (r, x) =>
        r.pool(x, { kind: { of: 'max' }, kernel: [3, 3], stride: [2, 2], pads: [1, 1, 1, 1], dilation: [1, 1], ceil: false }),
      ),
      relu6: programOf([16, 12, 12], (r, x) => r.activation(x, { fn: 'relu6' })),
      silu: programOf([16, 12, 12], (r, x) => r.activation(x, { fn: 'silu' })),
      tanh: programOf([16, 12, 12], (r, x) => r.activation(x, { fn: 'tanh' })),
      softmax: programOf([16, 12, 12], (r, x) => r.softmax(x, { groups: 1, over: 'channels' })),
      mean: programOf([16, 12, 12], (r, x) => r.adaptivepool(x, { kind: 'avg', size: [1, 1] })),
    };
    for (const [name, program] of Object.entries(cases)) {
      const [expected] = run(reference, program, {}, 1, [input]);
      for (const kernels of [relaxed, strict]) {
        const [actual] = run(kernels, program, { exact: true }, 1, [input]);
        close(actual as Float32Array, expected as Float32Array, 1e-5, name);
      }
    }
  });
});
