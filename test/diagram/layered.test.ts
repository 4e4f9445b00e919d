/** Graphs that were laid out are remembered, and no others. */
import assert from 'node:assert/strict';
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { remembering } from '../../src/diagram/index.ts';

describe('a remembered layout', () => {
  const graph = (width: number): ElkNode => ({ id: 'g', children: [{ id: 'a', width, height: 1 }] });

  it('is made once for graphs that are alike, and anew for others', async () => {
    const asked: (number | undefined)[] = [];
    const layered = remembering(async (g) => {
      asked.push(g.children?.[0]?.width);
      return { ...g, width: g.children?.[0]?.width ?? 0 };
    });
    assert.equal((await layered(graph(1))).width, 1);
    assert.equal((await layered(graph(2))).width, 2);
    assert.equal((await layered(graph(1))).width, 1);
    assert.deepEqual(asked, [1, 2]);
    // Of many the oldest are forgotten, but not what is asked for again and again.
    for (let i = 3; i < 300; i++) {
      await layered(graph(i));
      await layered(graph(1));
    }
    assert.equal(asked.filter((w) => w === 1).length, 1);
    await layered(graph(2));
    assert.equal(asked.filter((w) => w === 2).length, 2);
  });

  it('that failed is tried again', async () => {
    let tries = 0;
    const layered = remembering(async (g) => {
      if (++tries === 1) throw new Error('once');
      return g;
    });
    await assert.rejects(layered(graph(1)), /once/);
    assert.equal((await layered(graph(1))).id, 'g');
  });
});
