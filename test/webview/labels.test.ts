/** Labels at any scale: as large as can be read, none on another, what costs most first. */
import assert from 'node:assert/strict';
import { costsOf, layoutWithin, type Placed } from '../../src/diagram/index.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { analyse } from '../../src/graph/analyse.ts';
import { labelsAt } from '../../webview/parts/canvas/labels.ts';
import * as fixtures from '../diagram/fixtures.ts';

async function placed(graph: ReturnType<typeof fixtures.googlenet>['graph'], arrangement: 'column' | 'lanes'): Promise<Placed> {
  const facts = analyse(graph);
  return layoutWithin(graph, facts, { arrangement, costs: costsOf(graph, facts, 'weights') }, undefined, createLayered());
}
const shownAt = (p: Placed, k: number) => {
  const found = labelsAt(p, k);
  return p.texts.filter((_, i) => found?.texts[i] ?? true);
};

describe('labels', () => {
  for (const arrangement of ['column', 'lanes'] as const)
    for (const k of [0.8, 0.6, 0.4, 0.2])
      it(`lie on no other at ×${k}, as a ${arrangement}, and are 11 pixels high`, async () => {
        const p = await placed(fixtures.googlenet().graph, arrangement);
        const found = labelsAt(p, k);
        assert.ok(found);
        assert.ok(Math.abs(found.factor * k * 12 - 11) < 0.1);
        const rects = shownAt(p, k).map((t) => {
          const width = t.bounds.width * found.factor;
          const x = t.x - { start: 0, middle: width / 2, end: width }[t.anchor];
          return { text: t.text, x, right: x + width, y: t.y - 8 * found.factor, bottom: t.y };
        });
        rects.forEach((a, i) => {
          for (const b of rects.slice(i + 1))
            assert.ok(!(a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom), `${a.text} on ${b.text}`);
        });
      });

  it('all stand where nothing is in the way, and figures go first', async () => {
    const p = await placed(fixtures.googlenet().graph, 'column');
    assert.equal(labelsAt(p, 1), undefined);
    const [near, far] = [shownAt(p, 0.8), shownAt(p, 0.5)];
    assert.ok(near.some((t) => t.style === 'figure'));
    assert.ok(far.every((t) => t.style === 'name'));
    assert.ok(far.length > 8);
  });

  it('keep the name of what costs most longest', async () => {
    const p = await placed(fixtures.inception().graph, 'column');
    for (const k of [0.5, 0.25, 0.12])
      assert.ok(
        shownAt(p, k).some((t) => t.text === 'conv 3×3'),
        String(k),
      );
    assert.ok(shownAt(p, 0.12).length < shownAt(p, 0.5).length);
  });
});
