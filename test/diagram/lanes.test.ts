/** Whole networks by lanes: each card in the lane of its maps, nothing on anything else, ribbons that can be followed. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { open } from '../../src/cli/open.ts';
import { arrangementOf, layoutWithin, type Placed, type PlacedBox } from '../../src/diagram/index.ts';
import { buildLanes, DENSITIES, type LaneDiagram, placeLanes } from '../../src/diagram/lanes/index.ts';
import type { PlacedBand, Rect } from '../../src/diagram/placed.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import type { Facts } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { costsOf } from '../../src/graph/metrics.ts';
import { analyse } from '../support/cnn.ts';

const layered = createLayered();
interface Made {
  readonly graph: Graph;
  readonly facts: Facts;
}
/** A target of a file among the examples. */
async function example(file: string, name: string): Promise<Made> {
  const { analysis } = await open(fileURLToPath(new URL(`../../examples/${file}.cnn`, import.meta.url)));
  const target = analysis.targets.find((t) => t.name === name);
  const made = target && analysis.target(target);
  assert.ok(made, name);
  return made;
}
async function written(text: string): Promise<Made> {
  const { analysis } = await analyse(text);
  const target = analysis.targets.at(-1);
  const made = target && analysis.target(target);
  assert.ok(made);
  return made;
}

const NETWORKS = [
  ['unet', 'UNet'],
  ['resnet', 'ResNet152'],
  ['googlenet', 'GoogLeNet'],
  ['densenet', 'DenseNet201'],
  ['mobilenetv2', 'MobileNetV2'],
  ['zoo/hrnet', 'HRNetW18'],
  ['zoo/fpn', 'FPN'],
  ['zoo/unetpp', 'UNetPlusPlus'],
  ['zoo/unet', 'UNetValid'],
  ['zoo/attentionunet', 'AttentionUNet'],
  ['zoo/yolov3', 'YOLOv3'],
  ['zoo/ssd', 'SSD300'],
  ['zoo/inceptionv3', 'InceptionV3'],
  ['zoo/deeplabv3plus', 'DeepLabV3Plus'],
  ['zoo/efficientdet', 'EfficientDetD0'],
] as const;

const cross = (a: Rect, b: Rect, by = 0.5): boolean =>
  a.x < b.x + b.width - by && b.x < a.x + a.width - by && a.y < b.y + b.height - by && b.y < a.y + a.height - by;

/** The rectangles through which a band goes: its level parts, and points of its turns. */
function traceOf({ stretches, width, flow }: PlacedBand): readonly Rect[] {
  const h = width / 2;
  return stretches.flatMap(({ x0, y0, x1, y1 }) =>
    Array.from({ length: 24 }, (_, i) => {
      const t = i / 23;
      const [along, across] = [1.5 * t - 1.5 * t * t + t ** 3, 3 * t * t - 2 * t ** 3];
      const [x, y] =
        flow === 'right' ? [x0 + (x1 - x0) * along, y0 + (y1 - y0) * across] : [x0 + (x1 - x0) * across, y0 + (y1 - y0) * along];
      return flow === 'right' ? { x, y: y - h, width: 0, height: width } : { x: x - h, y, width, height: 0 };
    }),
  );
}

/** What a reader would call a fault of the picture, in words; what is inside an open card is that card's own. */
function faults(p: Placed, d: LaneDiagram): readonly string[] {
  const out: string[] = [];
  const keys = new Set(d.cards.map((c) => c.box.key));
  const cards = p.boxes.filter((b) => keys.has(b.box.key));
  cards.forEach((a, i) => {
    for (const b of cards.slice(i + 1)) if (cross(a, b)) out.push(`${a.box.key} lies on ${b.box.key}`);
    if (a.x < 0 || a.y < 0 || a.x + a.width > p.width || a.y + a.height > p.height) out.push(`${a.box.key} is cut`);
  });
  p.texts.forEach((a, i) => {
    for (const b of p.texts.slice(i + 1)) if (cross(a.bounds, b.bounds)) out.push(`“${a.text}” of ${a.key} covers “${b.text}” of ${b.key}`);
  });
  for (const band of p.bands) {
    const [from = '', to = ''] = band.joins ?? [];
    if (!keys.has(from) || !keys.has(to)) continue;
    const trace = traceOf(band);
    for (const c of cards)
      if (c.box.key !== from && c.box.key !== to && trace.some((r) => cross(r, c, 2))) out.push(`${from} → ${to} runs over ${c.box.key}`);
  }
  return out;
}

const lanesOf = (d: LaneDiagram): readonly string[] => d.cards.map((c) => d.lanes[c.lane]?.label ?? '');

describe('lanes', () => {
  for (const [file, name] of NETWORKS)
    describe(name, () => {
      let made: Made;
      let d: LaneDiagram;
      before(async () => {
        made = await example(file, name);
        d = buildLanes(made.graph, made.facts, { costs: costsOf(made.graph, made.facts, 'weights') });
      });

      it('has each layer on one card, and each card behind those that it reads', () => {
        const nodes = d.cards.flatMap((c) => c.box.nodes);
        assert.deepEqual(
          [...nodes].sort((a, b) => a - b),
          made.graph.nodes.map((n) => n.id),
        );
        for (const l of d.links) assert.ok((d.cards[l.from]?.rank ?? 0) < (d.cards[l.to]?.rank ?? 0), `${l.from} → ${l.to}`);
        assert.equal(new Set(d.cards.map((c) => c.box.key)).size, d.cards.length);
      });

      it('lays nothing on anything else, whichever way it flows and however much it says, and always the same', async () => {
        for (const flow of ['right', 'down'] as const)
          for (const density of DENSITIES) {
            const p = await placeLanes(d, flow, density, layered, { width: 1376, height: 760 });
            assert.deepEqual(faults(p, d), [], `${flow}, ${density}`);
            assert.deepEqual(await placeLanes(d, flow, density, createLayered(), { width: 1376, height: 760 }), p);
          }
      });
    });

  it('draws a U of U-Net: down to the least map and up again, each level joined', async () => {
    const { graph, facts } = await example('unet', 'UNet');
    const d = buildLanes(graph, facts);
    const down = ['256×256', '128×128', '64×64', '32×32'];
    assert.deepEqual(lanesOf(d), ['256×256', ...down, '16×16', ...[...down].reverse()]);
    const level = d.links.filter((l) => d.cards[l.from]?.lane === d.cards[l.to]?.lane && l.from > 0);
    assert.deepEqual(
      level.map((l) => d.lanes[d.cards[l.from]?.lane ?? -1]?.label),
      ['32×32', '64×64', '128×128', '256×256'],
    );
  });

  it('takes maps that differ by their borders for one level', async () => {
    const { graph, facts } = await example('zoo/unet', 'UNetValid');
    const d = buildLanes(graph, facts);
    assert.equal(d.lanes.length, 5);
    assert.deepEqual(
      d.cards.map((c) => c.lane),
      [0, 0, 1, 2, 3, 4, 3, 2, 1, 0],
    );
  });

  it('draws a stair of ResNet, each stage with its share', async () => {
    const { graph, facts } = await example('resnet', 'ResNet50');
    const d = buildLanes(graph, facts, { costs: costsOf(graph, facts, 'weights') });
    assert.deepEqual(
      d.cards.map((c) => [c.box.title, c.lane, c.rank]),
      [
        ['input', 0, 0],
        ['conv 7×7 /2', 0, 1],
        ['Bottleneck ×3', 1, 2],
        ['Bottleneck ×4', 2, 3],
        ['Bottleneck ×6', 3, 4],
        ['Bottleneck ×3', 4, 5],
        ['fc', 5, 6],
      ],
    );
    assert.deepEqual(
      d.lanes.map((l) => `${l.label} ${l.sum}`),
      ['112×112 0.0 %', '56×56 0.8 %', '28×28 4.8 %', '14×14 27.8 %', '7×7 58.6 %', '1×1 8.0 %'],
    );
  });

  it('has a card a stream of HRNet, and its like modules once', async () => {
    const { graph, facts } = await example('zoo/hrnet', 'HRNetW18');
    const d = buildLanes(graph, facts);
    const rounds = d.cards.filter((c) => c.box.times > 1).map((c) => `${d.lanes[c.lane]?.label} ${c.box.title} ×${c.box.times}`);
    assert.deepEqual(rounds, [
      '56×56 Basic ×4 ×3',
      '28×28 Basic ×4 ×3',
      '14×14 Basic ×4 ×3',
      '56×56 Basic ×4 ×2',
      '28×28 Basic ×4 ×2',
      '14×14 Basic ×4 ×2',
      '7×7 Basic ×4 ×2',
    ]);
    assert.ok(d.cards.length < 30);
  });

  it('opens a card in its place, with all that is in it', async () => {
    const { graph, facts } = await example('googlenet', 'GoogLeNet');
    const folded = buildLanes(graph, facts);
    const card = folded.cards.find((c) => c.box.title === 'Inception ×2');
    assert.ok(card);
    const p = await layoutWithin(graph, facts, { folds: { [card.box.key]: true } }, { width: 1376, height: 760 }, layered);
    const frame = p.boxes.find((b) => b.box.key === card.box.key);
    assert.equal(frame?.box.kind, 'frame');
    const inside = (b: PlacedBox): boolean => frame !== undefined && b.x >= frame.x && b.x + b.width <= frame.x + frame.width;
    const calls = p.boxes.filter((b) => b.box.kind === 'block' && inside(b) && b.y > frame.y && b.y < frame.y + frame.height);
    assert.deepEqual(
      calls.map((b) => b.box.title),
      ['inception3a', 'inception3b'],
    );
    assert.deepEqual(faults(p, folded), []);
  });

  it('flows down where the pane is narrow', async () => {
    const { graph, facts } = await example('resnet', 'ResNet50');
    const at = async (width: number, height: number): Promise<boolean> =>
      (await layoutWithin(graph, facts, {}, { width, height }, layered)).bands.every((b) => b.flow === 'right');
    assert.equal(await at(1376, 760), true);
    assert.equal(await at(480, 760), false);
  });

  for (const [what, text, arrangement] of [
    ['a block', 'block A on 64x56x56 { conv(64, 3x3) -> relu }', 'column'],
    ['a network of one size', 'network A on 8x32x32 { repeat 40 { conv(8, 3x3) -> relu } }', 'column'],
    [
      'a network of stages',
      'network A on 3x64x64 { for n in [8, 16, 32, 64] { repeat 6 { conv(n, 3x3) -> relu } maxpool(2x2) } }',
      'lanes',
    ],
  ] as const)
    it(`suit ${what}: ${arrangement}`, async () => {
      assert.equal(arrangementOf((await written(text)).graph), arrangement);
    });

  it('names each of several outputs behind the card that makes it, with a ribbon to it, and one alone not', async () => {
    const { graph, facts } = await example('zoo/fpn', 'FPN');
    const d = buildLanes(graph, facts, {});
    const outputs = d.cards.map((c, i) => ({ ...c, i })).filter((c) => c.box.kind === 'output');
    assert.deepEqual(
      outputs.map((c) => [c.box.title, d.lanes[c.lane]?.label]),
      [
        ['coarsest', '25×25'],
        ['level[0]', '200×200'],
        ['level[1]', '100×100'],
        ['level[2]', '50×50'],
      ],
    );
    for (const { box, i, lane, rank } of outputs) {
      const [link] = d.links.filter((l) => l.to === i);
      const from = d.cards[link?.from ?? -1];
      assert.deepEqual([from?.lane, (from?.rank ?? 0) + 1], [lane, rank]);
      assert.ok(graph.outputs.some((o) => `output:${o.name}` === box.key && from?.box.nodes.includes(o.node)));
    }
    const p = await placeLanes(d, 'right', 'bare', layered);
    for (const { box } of outputs)
      assert.ok(
        p.texts.some((t) => t.key === box.key && t.text === box.title),
        box.title,
      );
    const alone = await example('unet', 'UNet');
    assert.ok(buildLanes(alone.graph, alone.facts, {}).cards.every((c) => c.box.kind !== 'output'));
  });
});
