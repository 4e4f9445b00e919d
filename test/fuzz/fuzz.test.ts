/** The fuzzer itself, and a short round of it: `npm run test:fuzz` does many. */
import assert from 'node:assert/strict';
import { Analyser } from './analyser.ts';
import { fuzz, textOf, type Verdict } from './fuzz.ts';
import { minimise } from './minimise.ts';
import { seeds } from './seeds.ts';

describe('the fuzzer', () => {
  it('makes the same text of a seed and an index again, and others of others', () => {
    const made = Array.from({ length: 50 }, (_, i) => textOf(3, i));
    assert.deepEqual(
      made,
      Array.from({ length: 50 }, (_, i) => textOf(3, i)),
    );
    const all = new Set([...made, ...seeds(), textOf(4, 0)]);
    assert.ok(all.size > new Set(seeds()).size + 40, 'most texts differ from each other and from what they were made of');
  });

  it('ends an analysis that takes too long, tells where it was, and goes on', async function () {
    this.timeout(60_000);
    const analyser = new Analyser();
    const large = `network Large on 8x8x8 { repeat 14000 { ${'relu -> '.repeat(6)}relu } }`;
    const ended = await analyser.analyse({ id: 1, text: large, cursor: 0 }, 10);
    assert.deepEqual([ended.type, ended.id], ['hang', 1]);
    const after = await analyser.analyse({ id: 2, text: 'block A on 3x8x8 { conv(8, 3x3) }', cursor: 0 }, 60_000);
    assert.equal(after.type === 'done' && after.layers, 1);
    await analyser.stop();
  });

  it('makes a failing text as small as what fails in it', async () => {
    const text = 'block A on 3x8x8 {\n  conv(8, 3x3)\n  relu -> bad(1)\n}\nlet n = 4\n';
    assert.equal(await minimise(text, async (t) => t.includes('relu') && t.includes('bad')), 'relubad');
  });
});

describe('mutated texts', () => {
  it('are analysed, every one, in time', async function () {
    this.timeout(240_000);
    const found: Verdict[] = [];
    let done = 0;
    await fuzz({ seed: 2, from: 1761, count: 200, workers: 1, limitMs: 10_000, hangMs: 60_000 }, (v) => {
      done++;
      if (v.type !== 'fine') found.push(v);
    });
    assert.deepEqual(
      found.map((v) => `${v.type} at ${v.index}: ${v.what}\n${v.text}`),
      [],
    );
    assert.equal(done, 200);
  });
});
