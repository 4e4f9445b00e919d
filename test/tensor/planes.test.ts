/** Products at a plan's edge, which take their input or leave their output as C×H×W planes; and what must not be taken for one. */
import fc from 'fast-check';
import { type Program, Recorder, type ValueId } from '../../src/tensor/index.ts';
import { check, programOf, weight } from './compare.ts';

const same = { stride: [1, 1], pads: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
const point = { ...same, pads: [0, 0, 0, 0] } as const;
const relu = { fn: 'relu' } as const;

const conv1 = (r: Recorder, x: ValueId, from: number, to: number): ValueId => r.conv(x, weight(r, [to, from, 1, 1]), undefined, point);
const conv3 = (r: Recorder, x: ValueId, from: number, to: number): ValueId => r.conv(x, weight(r, [to, from, 3, 3]), undefined, same);
const pool3 = (r: Recorder, x: ValueId): ValueId =>
  r.pool(x, { kind: { of: 'max' }, kernel: [3, 3], stride: [1, 1], pads: [1, 1, 1, 1], dilation: [1, 1], ceil: false });

const several = (build: (r: Recorder, x: ValueId) => void): Program => {
  const r = new Recorder();
  build(r, r.input([16, 13, 11]));
  return r.finish();
};

describe('planes at the edge of a plan', () => {
  it('hold for any size of a pointwise convolution and of a bottleneck', async () => {
    const size = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 19 }),
      fc.integer({ min: 1, max: 19 }),
    );
    await fc.assert(
      fc.asyncProperty(size, async ([from, to, h, w]) => {
        await check(
          programOf([from, h, w], (r, x) => r.activation(conv1(r, x, from, to), relu)),
          `1×1 ${from}→${to} on ${h}×${w}`,
        );
        const inner = Math.ceil(from / 4);
        const block = programOf([from, h, w], (r, x) => {
          const y = conv3(r, conv1(r, x, from, inner), inner, inner);
          return r.activation(r.add([conv1(r, y, inner, from), x]), relu);
        });
        await check(block, `bottleneck of ${from} on ${h}×${w}`);
      }),
      { numRuns: 40 },
    );
  });

  it('hold for every technique and size of a 3×3 or 5×5 convolution', async () => {
    const sizes = fc.tuple(
      fc.constantFrom(3, 5),
      fc.integer({ min: 12, max: 24 }),
      fc.integer({ min: 3, max: 6 }),
      fc.integer({ min: 9, max: 33 }),
      fc.integer({ min: 9, max: 33 }),
    );
    await fc.assert(
      fc.asyncProperty(sizes, async ([k, from, quarter, h, w]) => {
        const pad = (k - 1) / 2;
        const program = programOf([from, h, w], (r, x) => {
          const pads = [pad, pad, pad, pad] as const;
          return r.activation(r.conv(x, weight(r, [4 * quarter, from, k, k]), undefined, { ...same, pads }), relu);
        });
        await check(program, `${k}×${k} ${from}→${4 * quarter} on ${h}×${w}`);
      }),
      { numRuns: 30 },
    );
  });

  it('join branches, whichever of them can be left as planes', async () => {
    for (const [a, b, c] of [
      [8, 16, 8],
      [12, 4, 20],
      [5, 16, 8],
    ] as const) {
      const build = (r: Recorder, x: ValueId): readonly ValueId[] => [
        conv1(r, x, 16, a),
        r.activation(conv3(r, conv1(r, x, 16, 16), 16, b), relu),
        conv1(r, pool3(r, x), 16, c),
        pool3(r, x),
        r.activation(conv1(r, x, 16, 8), { fn: 'gelu', approximate: false }),
      ];
      await check(
        programOf([16, 21, 9], (r, x) => r.concat(build(r, x))),
        `branches of ${a}, ${b} and ${c}`,
      );
      await check(
        programOf([16, 21, 9], (r, x) => r.concat(build(r, x).toReversed())),
        `branches of ${a}, ${b} and ${c} turned round`,
      );
    }
  });

  it('hold for residuals from outside and from inside', async () => {
    const cases = {
      outside: several((r, x) => r.output(r.add([conv1(r, x, 16, 16), x]))),
      inside: several((r, x) => {
        const y = conv3(r, x, 16, 16);
        r.output(r.add([conv1(r, y, 16, 16), y]));
      }),
      both: several((r, x) => {
        const y = r.add([conv1(r, x, 16, 16), x]);
        r.output(r.add([conv1(r, y, 16, 16), x]));
      }),
      winograd: several((r, x) => r.output(r.add([conv3(r, conv1(r, x, 16, 16), 16, 16), x]))),
    };
    for (const [name, program] of Object.entries(cases)) await check(program, name);
  });

  it('hold where Winograd makes its outputs in groups, with a residual and without', async () => {
    const wide = (inside: boolean): Program =>
      programOf([16, 31, 30], (r, x) => {
        const y = r.add([conv3(r, x, 16, 164), conv1(r, x, 16, 164)]);
        return inside ? conv1(r, y, 164, 4) : y;
      });
    for (const inside of [false, true]) await check(wide(inside), inside ? 'inside' : 'at the edge');
    await check(
      programOf([16, 31, 30], (r, x) => conv3(r, x, 16, 164)),
      'alone',
    );
  });

  it('leave alone what somebody else reads', async () => {
    const cases = {
      'an output that is read': several((r, x) => {
        const y = conv1(r, x, 16, 16);
        r.output(y);
        r.output(conv1(r, y, 16, 8));
      }),
      'an output given twice': several((r, x) => {
        const y = conv1(r, x, 16, 16);
        r.output(y);
        r.output(y);
      }),
      'a branch that is an output': several((r, x) => {
        const y = conv1(r, x, 16, 8);
        r.output(r.concat([y, conv3(r, x, 16, 8)]));
        r.output(y);
      }),
      'a branch joined twice': several((r, x) => {
        const y = conv1(r, x, 16, 8);
        r.output(r.concat([y, y]));
      }),
      'an input that is an output': several((r, x) => {
        r.output(conv1(r, x, 16, 8));
        r.output(x);
      }),
      'an input of two readers': several((r, x) => r.output(r.concat([conv1(r, x, 16, 8), conv1(r, x, 16, 12)]))),
    };
    for (const [name, program] of Object.entries(cases)) await check(program, name);
  });
});
