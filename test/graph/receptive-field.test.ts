/** Receptive fields: exact along the axis, where maps shrink and grow and where branches look to different sides. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Facts, NodeFacts } from '../../src/graph/facts.ts';
import { seenFrom } from '../../src/graph/field/sight.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { eachSight } from '../../src/graph/receptive-field.ts';
import { record } from '../../src/graph/record.ts';
import { reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { dependence, ends } from '../support/dependence.ts';

const WIDTH = 16;
const chain = async (text: string, width = WIDTH): Promise<{ readonly graph: Graph; readonly facts: Facts }> =>
  targetOf(`block B on 4x1x${width} { ${text} }`, 'B');
const last = (facts: Facts): NodeFacts => facts.nodes.at(-1) as NodeFacts;

/** By output pixel, the input pixels along the width that it depends on: a NaN finds its way to it. */
function reached(graph: Graph): readonly bigint[] {
  const { program } = record(graph);
  const plan = reference.plan(
    program,
    program.weights.map((w) => new Float32Array(w.dims.reduce((a, b) => a * b, 1)).fill(1)),
  );
  const [channels = 1, , pixels = 1] = graph.nodes[0]?.shape ?? [];
  const width = graph.nodes.at(-1)?.shape[2] ?? 1;
  const from = new Array<bigint>(width).fill(0n);
  for (let i = 0; i < pixels; i++) {
    const input = new Float32Array(channels * pixels).fill(1);
    for (let c = 0; c < channels; c++) input[c * pixels + i] = Number.NaN;
    const output = plan.run([input])[0] as Float32Array;
    for (const [at, value] of output.entries())
      if (Number.isNaN(value)) from[at % width] = (from[at % width] as bigint) | (1n << BigInt(i));
  }
  return from;
}
const widest = (from: readonly bigint[]): number =>
  from.reduce((most, bits) => {
    const [a, b] = ends(bits) ?? [0, -1];
    return Math.max(most, b - a + 1);
  }, 0);

const n = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
/** Layers that change the width as they like. */
const layer = fc.oneof(
  fc.tuple(n(1, 3), n(1, 2), n(1, 2)).map(([k, s, d]) => `conv(4, 1x${2 * k - 1}, stride=1x${s}, dilation=1x${d})`),
  fc.tuple(n(1, 5), n(1, 3), n(1, 3)).map(([k, s, d]) => `deconv(4, 1x${k}, stride=1x${s}, dilation=1x${d})`),
  fc.tuple(n(1, 4), n(1, 3), n(0, 3), n(0, 3)).map(([k, s, a, b]) => `conv(4, 1x${k}, stride=1x${s}, pad=[0, 0, ${a}, ${b}])`),
  n(1, 3).map((s) => `upsample(1x${s})`),
  n(2, 3).map((s) => `upsample(1x${s}, mode="bilinear")`),
  n(1, 3).map((k) => `maxpool(1x${k})`),
  fc.constant('avgpool(1x3, stride=1x2, pad=0x1)'),
  fc.constant('gap -> upsample(to=1x8)'),
);
/** Layers that keep an even width, so that their branches can join. */
const keeping = fc.oneof(
  fc.tuple(n(1, 4), n(1, 3), n(0, 9)).map(([k, d, a]) => {
    const both = (k - 1) * d;
    return `conv(4, 1x${k}, dilation=1x${d}, pad=[0, 0, ${a % (both + 1)}, ${both - (a % (both + 1))}])`;
  }),
  fc.constant('maxpool(1x2) -> conv(4, 1x3) -> upsample(1x2)'),
  fc.constant('conv(4, 1x2, stride=1x2, pad=0) -> deconv(4, 1x4, stride=1x2, pad=0x1)'),
  fc.constant('upsample(1x2) -> conv(4, 1x3) -> maxpool(1x2)'),
  fc.constant('upsample(1x3, mode="bilinear") -> conv(4, 1x3, stride=1x3)'),
  fc.constant('deconv(4, 1x3, stride=1x2, dilation=1x2, pad=[0, 0, 2, 1]) -> avgpool(1x2)'),
);
const path = (of: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(of, { minLength: 1, maxLength }).map((stages) => stages.join(' -> '));
const joined = fc
  .tuple(fc.constantFrom('add', 'concat', 'mul'), path(keeping, 3), path(keeping, 2))
  .map(([join, a, b]) => `${join} { | ${a} | ${b} } -> conv(4, 1x1)`);
/** A net of chains and branches. */
const net = fc
  .tuple(fc.array(layer, { maxLength: 2 }), fc.array(fc.oneof(joined, keeping), { maxLength: 3 }), fc.array(layer, { maxLength: 2 }))
  .map((parts) => parts.flat().join(' -> ') || 'identity');

describe('receptive field', () => {
  it('is exactly what an output pixel depends on, wherever no edge comes between', async () => {
    let compared = 0;
    const one = async (text: string): Promise<void> => {
      const width = 240;
      // A chain may shrink the map to nothing, or its branches disagree, which is its author's problem.
      const made = await chain(text, width).catch(() => undefined);
      if (!made) return;
      const found = dependence(made.graph);
      eachSight(made.graph, ({ id, path }, [, sight]) => {
        const of = found[id] ?? [];
        if (sight.whole) {
          assert.ok(made.facts.nodes[id] && made.facts.nodes[id].receptiveField[1] >= width);
          return;
        }
        for (const [p, bits] of of.entries()) {
          const said = seenFrom(sight, p);
          // What lies near an edge may be cut off there on the way: a third of the input at either side is more than any of these nets sees.
          const [centre] = said ?? [width / 2];
          if (centre < width / 3 || centre > (2 * width) / 3) continue;
          assert.deepEqual(said, ends(bits), `${text}: pixel ${p} of ${path}`);
          compared++;
        }
      });
      const [field, of] = [last(made.facts).receptiveField[1], dependence(made.graph).at(-1) ?? []];
      const middle = of.slice(Math.floor(of.length / 3), Math.ceil((2 * of.length) / 3));
      // Of a map with few pixels the one that sees most may be near an edge.
      assert.ok(field >= widest(of), text);
      if (middle.length > 12) assert.equal(Math.min(field, width), widest(middle), text);
    };
    await fc.assert(fc.asyncProperty(net, one), { numRuns: 150, seed: 5 });
    assert.ok(compared > 10_000, `${compared} pixels compared`);
  });

  it('is never less than what the kernel lets an output pixel depend on', () =>
    fc.assert(
      fc.asyncProperty(path(layer, 4), async (text) => {
        const made = await chain(text).catch(() => undefined);
        if (!made) return;
        const [field, depends] = [last(made.facts).receptiveField[1], widest(reached(made.graph))];
        assert.ok(field >= depends, `${text}: sees ${depends}, said ${field}`);
      }),
      { numRuns: 40, seed: 11 },
    ));

  it('the test’s own account of what depends on what is that of the kernel', () =>
    fc.assert(
      fc.asyncProperty(net, async (text) => {
        const made = await chain(text, 24).catch(() => undefined);
        if (!made || text.includes('bilinear')) return;
        assert.deepEqual(dependence(made.graph).at(-1), reached(made.graph), text);
      }),
      { numRuns: 30, seed: 3 },
    ));

  for (const [text, field, stride, padding, centre] of [
    ['add { | conv(4, 1x3, pad=[0, 0, 2, 0]) | conv(4, 1x3, pad=[0, 0, 0, 2]) }', 5, 1, 2, 0],
    ['upsample(2) -> maxpool(2x2)', 1, 1, 0, 0],
    ['pixelshuffle(2) -> avgpool(2x2)', 1, 1, 0, 0],
    ['deconv(4, 2x2, stride=2) -> conv(4, 2x2, stride=2, pad=0)', 1, 1, 0, 0],
    ['deconv(4, 1x2, stride=1x2)', 1, 1 / 2, 0, 0],
    ['deconv(4, 1x3, stride=1x2)', 2, 1 / 2, 1, -1 / 2],
    ['deconv(4, 1x4, stride=1x2) -> conv(4, 1x3)', 3, 1 / 2, 2, -1],
    ['deconv(4, 1x3, stride=1x2, dilation=1x2)', 3, 1 / 2, 2, -1],
    ['deconv(4, 1x3, stride=1x2) -> maxpool(1x2, stride=1)', 2, 1 / 2, 1, -1 / 2],
    ['deconv(4, 1x1, stride=1x2, pad=[0, 0, 1, 0])', 1, 1 / 2, -1, 1],
    ['upsample(1x2) -> conv(4, 1x3)', 2, 1 / 2, 1, -1 / 2],
    ['upsample(1x3) -> conv(4, 1x3) -> conv(4, 1x3)', 3, 1 / 3, 1, -1 / 2],
    ['upsample(1x2, mode="bilinear")', 2, 1 / 2, 1, -1 / 2],
    ['maxpool(1x2) -> conv(4, 1x3) -> deconv(4, 1x2, stride=1x2) -> conv(4, 1x3)', 8, 1, 4, -1 / 2],
    ['maxpool(1x4) -> upsample(1x2) -> maxpool(1x2, stride=1)', 8, 2, 0, 3 / 2],
    ['conv(4, 1x7, stride=1x2) -> maxpool(1x3, stride=1x2, pad=0x1)', 11, 4, 5, 0],
    ['adaptiveavgpool(1x4)', 4, 4, 0, 3 / 2],
    ['adaptiveavgpool(1x1)', 16, 16, 0, 15 / 2],
    ['mul { | conv(4, 1x3) | gap }', 16, 1, 0, 15 / 2],
    ['pad([0, 0, 3, 0])', 1, 1, 3, -3],
    ['crop(1x8) -> conv(4, 1x3)', 3, 1, -3, 4],
    // A pixel that is spread over a map: the first output sees from the first pixel to there, and so does the last, from the other side.
    ['add { | identity | crop(1x1) }', 9, 1, 0, 7 / 2],
  ] as const)
    it(`${text}: ${field} at a stride of ${stride}, ${padding} beyond the edge`, async () => {
      const { graph, facts } = await chain(text);
      const { receptiveField, effectiveStride, effectivePadding, centre: middle } = last(facts);
      assert.deepEqual([receptiveField[1], effectiveStride[1], effectivePadding[1], middle[1]], [field, stride, padding, centre]);
      assert.equal(widest(reached(graph)), field);
    });

  it('has the padding and stride of the literature: ResNet-50’s 483 pixels at a stride of 32', async () => {
    const text = `block Unit(w, s=1) { conv(w, 1x1) -> conv(w, 3x3, stride=s) -> conv(4 * w, 1x1) }
      network Trunk on 3x224x224 {
        conv(64, 7x7, stride=2) -> maxpool(3x3, stride=2, pad=1)
        for [i, n] in [[0, 3], [1, 4], [2, 6], [3, 3]] { repeat n as j { Unit(64 * 2**i, s=if j == n - 1 and i < 3 then 2 else 1) } }
      }`;
    const { facts } = await targetOf(text, 'Trunk');
    const { receptiveField, effectiveStride, effectivePadding } = last(facts);
    assert.deepEqual(
      [receptiveField, effectiveStride, effectivePadding],
      [
        [483, 483],
        [32, 32],
        [241, 241],
      ],
    );
  });

  it('is whole pixels behind a merge of coarse and fine branches too', async () => {
    const text = 'block B on 8x65x97 { concat { | conv(8, 3x3, stride=2) | gap -> upsample(to=33x49) } conv(8, 3x3) }';
    const { facts } = await targetOf(text, 'B');
    for (const f of facts.nodes) assert.ok(f.receptiveField.every(Number.isInteger), `${f.receptiveField}`);
  });

  it('is the whole input behind a global pool and whatever joins it', async () => {
    const text = `block Up on 8x64x64 { gap -> upsample(to=64x64) -> conv(8, 3x3) -> conv(8, 3x3) }
      block Gate on 8x64x64 { conv(8, 3x3) -> mul { | identity | gap -> conv(8, 1x1) -> sigmoid } -> conv(8, 3x3) -> conv(8, 3x3, stride=2) }
      block Head on 8x64x64 { gap -> flatten -> linear(10) -> relu }`;
    for (const name of ['Up', 'Gate', 'Head']) {
      const { graph, facts } = await targetOf(text, name);
      const behind = graph.nodes.findIndex((n) => n.kind === 'gap' || n.kind === 'mul');
      for (const f of facts.nodes.slice(behind)) assert.deepEqual([...f.receptiveField, ...f.centre], [64, 64, 31.5, 31.5]);
    }
  });

  it('does not shrink at a global pool where padding made it wider than the input', async () => {
    const { facts } = await chain('repeat 5 { conv(4, 1x9) } -> gap -> conv(4, 1x1)');
    assert.deepEqual(
      facts.nodes.slice(-3).map((f) => f.receptiveField[1]),
      [41, 41, 41],
    );
    assert.equal(last(facts).effectivePadding[1], 13);
  });

  it('is not widened by the statistics of normalisation', async () => {
    const { facts } = await chain('conv(4, 1x3) -> gn(2) -> instancenorm -> ln -> bn');
    assert.equal(last(facts).receptiveField[1], 3);
  });

  it('where vectors are added, may lie anywhere', async () => {
    const { facts } = await chain('conv(4, 1x3) -> flatten -> add { | identity | slice(0, 64) }');
    assert.deepEqual(
      facts.nodes.slice(-4).map((f) => f.receptiveField[1]),
      [3, 3, 3, WIDTH],
    );
  });
});

describe('receptive field beyond its phases', () => {
  /** What it says holds for what depends, and is not much more. */
  const holds = async (text: string, width: number, more: number): Promise<void> => {
    const { graph, facts } = await chain(text, width);
    const [field, depends] = [last(facts).receptiveField[1], widest(dependence(graph).at(-1) ?? [])];
    assert.ok(field >= depends && field <= depends + more, `${text}: sees ${depends}, said ${field}`);
  };

  it('is a bound where a map is resampled between sizes without a common divisor', async () => {
    await holds('upsample(to=1x509) -> conv(4, 1x3)', 211, 2);
    await holds('upsample(to=1x509, mode="bilinear") -> adaptiveavgpool(1x301) -> maxpool(1x2)', 211, 4);
    await holds('conv(4, 1x3) -> upsample(to=1x509) -> deconv(4, 1x3, stride=1x2)', 211, 2);
  });

  it('is exact where branches of a few strides meet, and a bound where they are many', async () => {
    const to = (before: string): string => `${before} -> adaptiveavgpool(1x49)`;
    const few = [to('identity'), to('crop(1x91)'), to('crop(1x85)')];
    await holds(`concat { | ${few.join(' | ')} }`, 97, 0);
    const many = [
      ...few,
      to('pad(1x3)'),
      'conv(4, 1x3, stride=1x2)',
      to('crop(1x69)'),
      to('crop(1x75)'),
      to('crop(1x83)'),
      to('crop(1x95)'),
    ];
    await holds(`concat { | ${many.join(' | ')} }`, 97, 16);
    await holds(`concat { | ${many.reverse().join(' | ')} }`, 97, 16);
  });

  it('is the whole input where strides grow beyond all bounds', async () => {
    const { facts } = await chain('repeat 1200 { conv(4, 1x3, stride=1x2) }');
    for (const f of facts.nodes)
      assert.ok([...f.receptiveField, ...f.effectiveStride, ...f.effectivePadding, ...f.centre].every(Number.isFinite));
    assert.ok(last(facts).receptiveField[1] >= WIDTH);
  });
});
