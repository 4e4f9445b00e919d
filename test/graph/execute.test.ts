/** Running a graph: its numbers, its times, what it tells on the way; what is too large is refused before anything of that size is made. */
import assert from 'node:assert/strict';
import { execute } from '../../src/graph/execute.ts';
import { PlanTooLarge, reference } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';

describe('a run that needs more memory than it may have', () => {
  for (const [what, text] of [
    ['for its input', 'block B on 512x2048x2048 { conv(512, 3x3) }'],
    ['for its weights', 'block B on 100000 { linear(100000) }'],
  ] as const)
    it(`${what} is refused`, async () => {
      const { graph } = await targetOf(text, 'B');
      const run = () => execute(graph, reference, { seed: 1, maxBytes: 2 ** 31, progress: () => {} });
      await assert.rejects(run, (e) => e instanceof PlanTooLarge && e.bytes > e.limit && /MiB/.test(e.message));
    });
});

describe('a run', () => {
  const text = `block B on 1x1x3 {
    conv(1, 1x1) -> relu -> identity
    output doubled = add { | identity | identity }
    conv(1, 1x1)
  }`;
  /** 2x + 1, then x − 3. */
  const weights = [[2], [1], [1], [-3]].map((w) => Float32Array.from(w));
  const options = { seed: 1, maxBytes: 2 ** 20, progress: () => {} };
  const numbers = (list: readonly Float32Array[]): readonly (readonly number[])[] => list.map((l) => [...l]);

  it('gives all outputs, the main one first, of the input and weights that it is given', async () => {
    const { graph } = await targetOf(text, 'B');
    const { outputs, runs, ms } = await execute(graph, reference, { ...options, input: Float32Array.of(1, -5, 2), weights });
    assert.deepEqual(numbers(outputs), [
      [0, -3, 2],
      [6, 0, 10],
    ]);
    assert.ok(runs >= 1 && ms >= 0);
  });

  it('times what works, and nothing that only passes on', async () => {
    const { graph } = await targetOf(text, 'B');
    const { times, fusedInto } = await execute(graph, reference, options);
    const working = graph.nodes.map((n) => !['input', 'identity'].includes(n.kind));
    assert.deepEqual(
      graph.nodes.map((n) => times[n.id] !== undefined || fusedInto[n.id] !== undefined),
      working,
    );
  });

  it('shows the numbers of every node, once for those that share them', async () => {
    const { graph } = await targetOf(text, 'B');
    const seen = new Map<number, readonly number[]>();
    let shown = 0;
    const look = (nodes: readonly number[], data: Float32Array, dims: readonly number[]): void => {
      shown++;
      assert.equal(
        data.length,
        dims.reduce((a, b) => a * b, 1),
      );
      for (const n of nodes) seen.set(n, [...data]);
    };
    await execute(graph, reference, { ...options, input: Float32Array.of(1, -5, 2), weights, look });
    assert.deepEqual(
      graph.nodes.map((n) => [n.kind, seen.get(n.id)]),
      [
        ['input', [1, -5, 2]],
        ['conv', [3, -9, 5]],
        ['relu', [3, 0, 5]],
        ['identity', [3, 0, 5]],
        ['identity', [3, 0, 5]],
        ['identity', [3, 0, 5]],
        ['add', [6, 0, 10]],
        ['conv', [0, -3, 2]],
      ],
    );
    assert.equal(shown, 5);
  });

  it('without input and weights takes those of its seed', async () => {
    const { graph } = await targetOf(text, 'B');
    const run = async (seed: number) => numbers((await execute(graph, reference, { ...options, seed })).outputs);
    assert.deepEqual(await run(1), await run(1));
    assert.notDeepEqual(await run(1), await run(2));
  });

  it('tells how far it is: prepared, timed, then looked at', async () => {
    const { graph } = await targetOf(text, 'B');
    const told: [string, number, number][] = [];
    await execute(graph, reference, { ...options, look: () => {}, progress: (...step) => told.push(step) });
    assert.deepEqual([...new Set(told.map(([stage]) => stage))], ['preparing', 'timing', 'looking']);
    for (const stage of ['timing', 'looking']) {
      const steps = told.filter(([s]) => s === stage);
      assert.deepEqual(
        steps.map(([, step]) => step),
        steps.map((_, i) => i + 1),
      );
      assert.deepEqual(
        steps.map(([, , of]) => of),
        steps.map(() => steps.length),
      );
    }
  });
});
