/** The promise of the picture: everything has its place, and no text covers a band or another text. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  buildDiagram,
  chooseScale,
  type Folds,
  type Layered,
  layoutDiagram,
  layoutWithin,
  type Placed,
  type Scale,
} from '../../src/diagram/index.ts';
import type { Rect, Stretch } from '../../src/diagram/placed.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { targetOf } from '../support/cnn.ts';
import * as fixtures from './fixtures.ts';

const layered = createLayered();
const place = (f: fixtures.Fixture, folds: Folds = {}): Promise<Placed> =>
  layoutDiagram(buildDiagram(f.graph, f.facts, { folds }), layered);

const cross = (a: Rect, b: Rect): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Whether the text meets the trapezoid of a box, its card or its bar. */
function touches(text: Rect, b: Placed['boxes'][number]): boolean {
  if (b.box.kind === 'block' || b.parts) return cross(text, b);
  for (let y = Math.max(text.y, b.y); y < Math.min(text.y + text.height, b.y + b.height); y += 0.5) {
    const half = (b.top + ((b.bottom - b.top) * (y - b.y)) / b.height) / 2;
    if (b.axis[0] - half < text.x + text.width && b.axis[0] + half > text.x) return true;
  }
  return false;
}

/** The middle of a stretch at a height between its ends. */
function stretchAt(s: Stretch, y: number): number {
  if (s.x0 === s.x1) return s.x0;
  // The curve's height is y0 + (y1 − y0)·f(t), f(t) = 1.5t − 1.5t² + t³ rising from 0 to 1: halve until near.
  const want = (y - s.y0) / (s.y1 - s.y0);
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i++) {
    const t = (low + high) / 2;
    if (1.5 * t - 1.5 * t * t + t ** 3 < want) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  return s.x0 + (s.x1 - s.x0) * (3 * t * t - 2 * t ** 3);
}

/** Whether any height of the text meets the band. */
function meets(text: Rect, band: Placed['bands'][number]): boolean {
  for (const s of band.stretches) {
    const [top, bottom] = [Math.max(text.y, s.y0), Math.min(text.y + text.height, s.y1)];
    for (let y = top; y < bottom; y += 1) {
      const x = stretchAt(s, y);
      if (x - band.width / 2 < text.x + text.width && x + band.width / 2 > text.x) return true;
    }
  }
  return false;
}

/** Everything that a reader would call an overlap, in words. */
function overlaps(p: Placed): string[] {
  const faults: string[] = [];
  p.texts.forEach((t, i) => {
    for (const u of p.texts.slice(i + 1))
      if (cross(t.bounds, u.bounds)) faults.push(`“${t.text}” of ${t.key} covers “${u.text}” of ${u.key}`);
    if (t.bounds.x < 0 || t.bounds.y < 0 || t.bounds.x + t.bounds.width > p.width || t.bounds.y + t.bounds.height > p.height)
      faults.push(`“${t.text}” leaves the picture`);
    if (!t.inside && p.bands.some((b) => meets(t.bounds, b))) faults.push(`“${t.text}” of ${t.key} covers a band`);
    for (const b of p.boxes) {
      const within = t.bounds.x >= b.x && t.bounds.x + t.bounds.width <= b.x + b.width;
      if (b.box.kind === 'frame' || b.box.kind === 'output' || (b.box.kind === 'block' && within)) continue;
      if (!t.inside && touches(t.bounds, b)) faults.push(`“${t.text}” of ${t.key} covers ${b.box.key}`);
    }
  });
  return faults;
}

const CASES: readonly (readonly [string, () => fixtures.Fixture, Folds?])[] = [
  ['Inception', fixtures.inception],
  ['naive Inception', () => fixtures.inception(true)],
  ['Bottleneck', fixtures.bottleneck],
  ['naive Bottleneck', () => fixtures.bottleneck(true)],
  ['grouped Bottleneck', () => fixtures.bottleneck(false, 32)],
  ['ResNet-50', fixtures.resnet50],
  [
    'ResNet-50, blocks open',
    fixtures.resnet50,
    { Bottleneck: true, 'Bottleneck[0]': true, 'Bottleneck[1]': true, 'Bottleneck[0]_2': true },
  ],
  ['GoogLeNet', fixtures.googlenet],
  ['GoogLeNet, blocks open', fixtures.googlenet, { inception3a: true, inception4a: true, Aux: true }],
  ['GoogLeNet, all open', fixtures.googlenet, Object.fromEntries(fixtures.googlenet().graph.scopes.map((s) => [s.path, true]))],
  ['VGG tail', fixtures.vggTail],
  ['broken', fixtures.broken],
  ['tangle', fixtures.tangle],
];

describe('diagram layout', () => {
  for (const [name, make, folds] of CASES)
    it(`leaves every text of ${name} clear of bands and texts`, async () => {
      assert.deepEqual(overlaps(await place(make(), folds)), []);
    });

  for (const [file, target] of [
    ['mobilenetv2', 'MobileNetV2'],
    ['mobilenetv2', 'Bottleneck'],
    ['densenet', 'DenseNet121'],
    ['densenet', 'DenseLayer'],
    ['unet', 'UNet'],
    ['unet', 'Level'],
  ] as const)
    it(`leaves every text of the example ${target} clear of bands and texts`, async () => {
      const made = await targetOf(readFileSync(new URL(`../../examples/${file}.cnn`, import.meta.url), 'utf8'), target);
      assert.deepEqual(overlaps(await place(made)), []);
    });

  it('writes no label across strands', async () => {
    const p = await place(await targetOf('block B on 64x16x16 { dwconv(3x3) -> conv(64, 3x3, groups=4) -> conv(64, 3x3) }', 'B'));
    assert.deepEqual(
      p.texts.filter((t) => t.style === 'name' && t.text.includes('conv')).map((t) => [t.text, t.inside]),
      [
        ['dwconv 3×3', false],
        ['conv 3×3 g4', false],
        ['conv 3×3', true],
      ],
    );
  });

  it('says where a branch changes its resolution on the way to a merge', async () => {
    const made = await targetOf('block B on 8x16x16 { concat { | identity | maxpool(2x2) -> deconv(8, 2x2, stride=2) } }', 'B');
    const p = await place(made);
    assert.equal(p.steps.length, 2);
    assert.deepEqual(
      p.texts.filter((t) => t.strong).map((t) => t.text),
      ['8×8×8', '8×16×16'],
    );
  });

  describe('within a width', () => {
    const within = (f: fixtures.Fixture, width: number, height = 1000, folds: Folds = {}): Promise<Placed> =>
      layoutWithin(f.graph, f.facts, { folds }, { width, height }, layered);
    for (const [name, make, folds] of CASES)
      it(`leaves every text of ${name} clear of bands and texts`, async () => {
        assert.deepEqual(overlaps(await within(make(), 300, 300, folds)), []);
      });
    it('draws bands narrower, on one scale, and only as much as it has to', async () => {
      const f = fixtures.inception();
      const wide = await place(f);
      for (const room of [700, 800, 900]) {
        const p = await within(f, room);
        assert.ok(p.width <= room && p.width > room - 40, `${p.width} in ${room}`);
        assert.equal(p.scale.kind, wide.scale.kind);
      }
      assert.deepEqual(await within(f, 2000), wide);
    });
    it('leaves bands wide where it is the height that makes the picture small', async () => {
      const f = fixtures.inception();
      const [low, high] = [await within(f, 700, 400), await within(f, 700, 1000)];
      assert.ok(low.scale.factor > high.scale.factor);
      assert.ok(Math.abs(low.width / low.height - 700 / 400) < 0.2, `${low.width}×${low.height}`);
    });
    it('keeps the scale of the picture before an edit as long as that fits, and lays out once for it', async () => {
      const edited = (c1: number): Promise<fixtures.Fixture> =>
        targetOf(
          `block B on 192x28x28 { concat { | conv(${c1}, 1x1) | conv(96, 1x1) -> conv(128, 3x3) | conv(16, 1x1) -> conv(32, 5x5) | maxpool(3x3, stride=1, pad=1) -> conv(32, 1x1) } }`,
          'B',
        );
      let count = 0;
      const counting: Layered = (graph) => {
        count++;
        return layered(graph);
      };
      const room = { width: 700, height: 1000 };
      const draw = async (c1: number, before?: Scale): Promise<Placed> => {
        const { graph, facts } = await edited(c1);
        count = 0;
        return layoutWithin(graph, facts, before ? { before } : {}, room, counting);
      };
      const first = await draw(64);
      assert.ok(count > 1 && first.width <= room.width);
      const near = await draw(68, first.scale);
      assert.deepEqual([near.scale, count], [first.scale, 1]);
      assert.ok(near.width <= room.width && near.width > room.width - 96);
      // Where it does not fit, or leaves much room, it is the picture that it would be without one before.
      for (const far of [1500, 8])
        assert.deepEqual(
          await draw(far, { ...first.scale, factor: far > 64 ? first.scale.factor * 1.2 : first.scale.factor * 0.5 }),
          await draw(far),
        );
    });
    it('keeps a scale that is given', async () => {
      const f = fixtures.inception();
      const scale = chooseScale([f.graph]);
      assert.deepEqual((await layoutWithin(f.graph, f.facts, { scale }, { width: 300, height: 300 }, layered)).scale, scale);
    });
  });

  it('lays the branches of a concat side by side, in order, without a gap', async () => {
    const p = await place(fixtures.inception());
    const concat = p.boxes.find((b) => b.box.kind === 'concat');
    const parts = concat?.parts ?? [];
    assert.equal(parts.length, 4);
    parts.slice(1).forEach(([x], i) => {
      const [px, pw] = parts[i] ?? [0, 0];
      assert.ok(Math.abs(px + pw - x) < 1e-6);
    });
    const arriving = p.bands.map((b) => ({ width: b.width, last: b.stretches.at(-1) })).filter((b) => b.last?.y1 === concat?.y);
    assert.deepEqual(
      arriving.map((b) => b.last?.x1).sort((a, b) => (a ?? 0) - (b ?? 0)),
      parts.map(([x, w]) => x + w / 2),
    );
  });

  it('draws a convolution as a trapezoid from its input to its output width, on one scale', async () => {
    const p = await place(fixtures.bottleneck());
    const [reduce, , expand] = p.boxes.filter((b) => b.box.kind === 'conv' || b.box.kind === 'pointwise');
    assert.equal((reduce?.top ?? 0) / (reduce?.bottom ?? 1), 4);
    assert.equal((expand?.bottom ?? 0) / (expand?.top ?? 1), 4);
    assert.equal(p.bands.filter((b) => b.identity).length, 1);
  });

  it('marks the branch that does not fit', async () => {
    const p = await place(fixtures.broken());
    assert.equal(p.bands.filter((b) => b.failed).length, 2);
    assert.equal(p.boxes.filter((b) => b.box.failed).length, 2);
  });

  it('is the same twice', async () => {
    assert.deepEqual(await place(fixtures.googlenet()), await place(fixtures.googlenet()));
  });
});
