/** What layers cost, as the picture shows it. */
import assert from 'node:assert/strict';
import type { Box, Level } from '../../src/diagram/diagram.ts';
import { buildDiagram, draw, heaviestOf, layoutDiagram } from '../../src/diagram/index.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { analyse } from '../../src/graph/analyse.ts';
import { costsOf, METRIC_NAMES, METRICS, type MetricName } from '../../src/graph/metrics.ts';
import * as fixtures from './fixtures.ts';

const boxesIn = ({ columns }: Level): readonly Box[] =>
  columns.flatMap((c) => c.boxes).flatMap((b) => [b, ...(b.level ? boxesIn(b.level) : [])]);
const round = (n: number): number => Math.round(n * 1000) / 1000;

describe('ink', () => {
  // The fixtures leave fields out.
  const { graph } = fixtures.inception();
  const facts = analyse(graph);
  const boxes = (metric: MetricName): ReadonlyMap<string, Box> =>
    new Map(boxesIn(buildDiagram(graph, facts, { costs: costsOf(graph, facts, metric) }).level).map((b) => [b.key, b]));

  for (const [metric, path, figure, share] of [
    ['weights', 'branch2/conv_2', '110,592 · 67.7 %', 1],
    ['weights', 'branch2/conv', '18,432 · 11.3 %', 18_432 / 110_592],
    ['macs', 'branch3/conv_2', '10.04 M · 7.8 %', 12_800 / 110_592],
    ['memory', 'branch4/maxpool', '588 KiB · 16.2 %', 1],
    ['field', 'branch3/conv_2', '5 px', 1],
    ['field', 'branch1/conv', '1 px', 0.2],
  ] as const)
    it(`of ${metric}: ${path} ${figure}`, () => {
      const box = boxes(metric).get(path);
      assert.equal(box?.figures.at(-1), figure);
      assert.equal(round(box?.ink?.share ?? 0), round(share));
    });

  it('is for what costs something: a pool has no weights, an activation only dresses', () => {
    const found = boxes('weights');
    assert.equal(found.get('branch4/maxpool')?.ink, undefined);
    assert.equal(found.get('branch1/relu')?.ink, undefined);
    assert.equal(boxes('memory').get('concat')?.ink, undefined);
  });

  it('of a run: what a run found of each node', () => {
    const measured = graph.nodes.map((n) => ({ ms: n.path === 'branch2/conv_2' ? 3 : n.kind === 'conv' ? 1 : undefined, zeros: 0.25 }));
    const time = costsOf(graph, facts, 'time', measured);
    const box = boxesIn(buildDiagram(graph, facts, { costs: time }).level).find((b) => b.key === 'branch2/conv_2');
    assert.equal(box?.figures.at(-1), '3.00 ms · 37.5 %');
    assert.equal(METRICS.zeros.text(costsOf(graph, facts, 'zeros', measured).values[3] ?? 0), '25.0 %');
    // Without a run nothing is claimed.
    assert.equal(heaviestOf(buildDiagram(graph, facts, {}), costsOf(graph, facts, 'time')), 0);
  });

  it('of a card is that of all that is in it, in its colours', () => {
    const { graph: resnet, facts: known } = fixtures.resnet50();
    const costs = costsOf(resnet, known, 'weights');
    const cards = boxesIn(buildDiagram(resnet, known, { costs }).level).filter((b) => b.kind === 'block');
    assert.ok(cards.length > 3);
    for (const card of cards) {
      assert.equal(
        card.ink?.value,
        card.nodes.reduce((s, id) => s + (known.nodes[id]?.weights ?? 0), 0),
      );
      assert.equal(round((card.ink?.parts ?? []).reduce((s, p) => s + p.share, 0)), 1);
      assert.ok(card.ink?.parts.some((p) => p.tone === 'conv') && card.ink.parts.some((p) => p.tone === 'pointwise'));
    }
    assert.equal(Math.max(...cards.map((c) => c.ink?.share ?? 0)), 1);
  });

  it('is measured against the heaviest of two pictures where both are on one scale', () => {
    const costs = costsOf(graph, facts, 'weights');
    const box = boxesIn(buildDiagram(graph, facts, { costs, heaviest: 2 * 110_592 }).level).find((b) => b.key === 'branch2/conv_2');
    assert.equal(box?.ink?.share, 0.5);
  });

  for (const metric of METRIC_NAMES)
    it(`of ${metric} is drawn within its bar`, async () => {
      const measured = graph.nodes.map(() => ({ ms: 1, zeros: 0.5 }));
      const placed = await layoutDiagram(buildDiagram(graph, facts, { costs: costsOf(graph, facts, metric, measured) }), createLayered());
      assert.ok(placed.bars.length >= 6);
      for (const b of placed.bars) {
        const last = b.parts.at(-1);
        assert.ok(last && last.x + last.width <= b.x + b.width + b.parts.length && b.x + b.width <= placed.width);
      }
      const { bars, figures } = draw(placed);
      assert.equal(bars.filter((m) => m.role === 'bar').length, placed.bars.length);
      for (const f of figures) assert.ok(f.ink === undefined || (f.ink > 0 && f.ink <= 1));
    });
});
