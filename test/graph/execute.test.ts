/** Running a graph: its numbers, its times, what it tells on the way; what is too large is refused before anything of that size is made. */
import assert from 'node:assert/strict';
import { execute } from '../../src/graph/execute.ts';
import { type Kernels, type PlanOptions, PlanTooLarge, reference } from '../../src/tensor/index.ts';
import { Clock } from '../support/clock.ts';
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
    const { outputs, runs, ms } = await execute(graph, reference, { ...options, inputs: [Float32Array.of(1, -5, 2)], weights });
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

  it('takes as long as its layers and what is between them, and says how sure that is', async () => {
    const { graph } = await targetOf('block B on 8x32x32 { conv(16, 3x3) -> bn -> relu -> conv(8, 3x3) }', 'B');
    const e = await execute(graph, reference, { ...options, maxBytes: 2 ** 26 });
    const layers = e.times.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
    assert.ok(Math.abs(layers + e.rest - e.ms) < 1e-9, `${layers} + ${e.rest} is not ${e.ms}`);
    assert.ok(e.spread[0] <= e.ms && e.ms <= e.spread[1] && e.clock > 0);
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
    await execute(graph, reference, { ...options, inputs: [Float32Array.of(1, -5, 2)], weights, look });
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

/** The reference kernels, whose plans take `ms(i)` of a clock for each operation of run i, compute all in `steps`, and are counted. */
function watched(ms: (run: number) => number, steps?: readonly (readonly number[])[], clock = new Clock()) {
  const asked: PlanOptions[] = [];
  let [held, run] = [0, 0];
  const kernels: Kernels = {
    ...reference,
    plan(program, weights, options = {}) {
      asked.push(options);
      held++;
      const plan = reference.plan(program, weights, options);
      const together = steps?.map((ops) => ({ ops, technique: '', macs: 0, multiplies: 0 })) ?? plan.steps;
      return {
        engine: plan.engine,
        bytes: plan.bytes,
        inputs: plan.inputs,
        steps: together,
        ready: () => plan.ready(),
        run(inputs, observer) {
          const took = ms(run++);
          const outputs = plan.run(inputs, options.observe ? observer : undefined);
          if (!options.observe)
            for (const [index, { ops }] of together.entries()) {
              clock.now += took;
              observer?.({ index, of: together.length, ops, ms: took, read: () => new Float32Array() });
            }
          return outputs;
        },
        dispose() {
          held--;
          plan.dispose();
        },
      };
    },
  };
  return { kernels, asked, held: () => held };
}

describe('the times of a run', () => {
  const graphOf = async () => (await targetOf('block B on 1x1x3 { conv(1, 1x1) -> relu -> identity -> conv(1, 1x1) }', 'B')).graph;
  const options = { seed: 1, maxBytes: 2 ** 20, progress: () => {} };
  const clock = new Clock();
  beforeEach(() => clock.start());
  afterEach(() => clock.stop());
  const times = async (ms: (run: number) => number, steps?: readonly (readonly number[])[]) => {
    const { times: all, ...rest } = await execute(await graphOf(), watched(ms, steps, clock).kernels, options);
    return { ...rest, times: all.map((t) => t && Math.round(t * 10) / 10) };
  };

  it('are the middle ones of runs that are warm: neither the first, nor one that was held up', async () => {
    const { times: layers, runs, ms } = await times((run) => (run === 0 ? 30 : run === 2 ? 40 : 3));
    assert.ok(runs > 3 && runs <= 25, String(runs));
    assert.ok(Math.abs(ms - 9) < 0.1, String(ms));
    assert.deepEqual(layers, [undefined, 3, 3, undefined, 3]);
  });

  it('are those of the first where there is no time for a second', async () => {
    const { times: layers, runs, ms } = await times(() => 1000);
    assert.deepEqual({ layers, runs, ms: Math.round(ms) }, { layers: [undefined, 1000, 1000, undefined, 1000], runs: 1, ms: 3000 });
  });

  it('are those of a second run where the first was only cold', async () => {
    const { times: layers, runs } = await times((run) => (run === 0 ? 600 : 1));
    assert.deepEqual({ layers, runs }, { layers: [undefined, 1, 1, undefined, 1], runs: 1 });
  });

  it('of layers that were computed in one pass stand at the first of them', async () => {
    const { times: layers, fusedInto } = await times(() => 2000, [[0, 1], [2]]);
    assert.deepEqual(layers, [undefined, 2000, undefined, undefined, 2000]);
    assert.deepEqual(fusedInto, [undefined, undefined, 1, undefined, undefined]);
  });
});

describe('the plans of a run', () => {
  const graphOf = async () => (await targetOf('block B on 1x1x3 { conv(1, 1x1) -> relu }', 'B')).graph;

  it('are two, of which only the second keeps every value, and both are given back', async () => {
    const { kernels, asked, held } = watched(() => 1000);
    await execute(await graphOf(), kernels, { seed: 1, maxBytes: 5000, progress: () => {}, look: () => {} });
    assert.deepEqual(asked, [
      { maxBytes: 5000, exact: false },
      { maxBytes: 5000, exact: false, observe: true },
    ]);
    assert.equal(held(), 0);
    const exact = watched(() => 1000);
    await execute(await graphOf(), exact.kernels, { seed: 1, maxBytes: 5000, progress: () => {}, exact: true });
    assert.deepEqual(exact.asked, [{ maxBytes: 5000, exact: true }]);
  });

  it('are given back where a run is stopped, while it is timed or looked at', async () => {
    for (const at of ['timing', 'looking']) {
      const { kernels, held } = watched(() => 1000);
      const progress = (stage: string): void => {
        if (stage === at) throw new Error('stopped');
      };
      const run = execute(await graphOf(), kernels, { seed: 1, maxBytes: 5000, progress, look: () => {} });
      await assert.rejects(run, /stopped/);
      assert.equal(held(), 0, at);
    }
  });

  it('may need just as much as there is', async () => {
    const graph = await graphOf();
    const { bytes } = await execute(graph, reference, { seed: 1, maxBytes: 5000, progress: () => {} });
    await execute(graph, reference, { seed: 1, maxBytes: bytes, progress: () => {} });
    await assert.rejects(execute(graph, reference, { seed: 1, maxBytes: bytes - 1, progress: () => {} }), PlanTooLarge);
    // Its input of three numbers, a weight and a bias are refused before there is a plan, the rest by the plan.
    await assert.rejects(
      execute(graph, reference, { seed: 1, maxBytes: 4 * 5, progress: () => {} }),
      (e) => e instanceof PlanTooLarge && e.bytes === bytes,
    );
    const least = execute(graph, reference, { seed: 1, maxBytes: 4 * 5 - 1, progress: () => {} });
    await assert.rejects(least, (e) => e instanceof PlanTooLarge && e.bytes === 20 && /for its input and weights alone,/.test(e.message));
  });
});
