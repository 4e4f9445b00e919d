/** Times that add up, whatever the clock and the plan do. Plans here are made up: they move the clock by themselves. */
import assert from 'node:assert/strict';
import { timeInTurns, timePlan, withinNoise } from '../../src/graph/timing.ts';
import type { Observer, Plan } from '../../src/tensor/index.ts';
import { Clock } from '../support/clock.ts';

/** A plan whose steps take so long, plus `rest` in all; every `slow`th run takes three times as long. */
function planOf(clock: Clock, ms: readonly number[], rest: number, slow = Number.POSITIVE_INFINITY): Plan {
  let runs = 0;
  return {
    engine: { name: 'reference', simd: false, relaxed: false, threads: 1, exact: true },
    bytes: 0,
    steps: ms.map((_, i) => ({ ops: [i], technique: '', macs: 0, multiplies: 0 })),
    inputs: [],
    ready: async () => {},
    run(_inputs: readonly Float32Array[], observer?: Observer) {
      runs++;
      const by = runs % slow === 0 ? 3 : 1;
      clock.now += rest * by;
      ms.forEach((t, index) => {
        clock.now += t * by;
        observer?.({ index, of: ms.length, ops: [index], ms: t * by, read: () => new Float32Array() });
      });
      return [Float32Array.of(runs)];
    },
    dispose: () => {},
  };
}

describe('timing', () => {
  const clock = new Clock();
  beforeEach(() => clock.start());
  afterEach(() => clock.stop());
  const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 0.02, `${a} is not ${b}`);

  it('gives the median, steps and a rest that sum to it, and the outputs of the first run', async () => {
    const t = await timePlan(planOf(clock, [2, 5], 1, 5), [], () => undefined);
    close(t.ms, 8);
    close(t.steps[0] ?? 0, 2);
    close(t.steps[1] ?? 0, 5);
    close(t.rest, 1);
    assert.ok(t.runs > 5 && t.runs <= 25);
    assert.deepEqual([...(t.outputs[0] ?? [])], [1]);
  });

  it('lets everyone take part in a plan that workers share', async () => {
    const plan = planOf(clock, [9], 0);
    const share: Plan['share'] = async (_inputs, observer) => {
      clock.now += 4;
      observer?.({ index: 0, of: 1, ops: [0], ms: 4, read: () => new Float32Array() });
      return [Float32Array.of(7)];
    };
    const t = await timePlan({ ...plan, share }, [], () => undefined);
    close(t.ms, 4);
    close(t.steps[0] ?? 0, 4);
    assert.deepEqual([...(t.outputs[0] ?? [])], [7]);
  });

  it('runs once where a run is long', async () => {
    const t = await timePlan(planOf(clock, [3000], 10), [], () => undefined);
    assert.equal(t.runs, 1);
    close(t.ms, 3010);
    close(t.rest, 10);
    assert.deepEqual(t.spread, [t.ms, t.ms]);
  });

  it('times two in turns, and tells a difference from noise', async () => {
    const timed = async (a: Plan, b: Plan): Promise<boolean> => {
      const [first, second] = await timeInTurns(
        [
          { plan: a, inputs: [] },
          { plan: b, inputs: [] },
        ],
        () => undefined,
      );
      assert.ok(first && second);
      assert.equal(first.runs, second.runs);
      return withinNoise(first, second);
    };
    assert.equal(await timed(planOf(clock, [4], 0), planOf(clock, [4], 0)), true);
    assert.equal(await timed(planOf(clock, [4], 0), planOf(clock, [5], 0)), false);
    // A third of the runs of one are slower than the other: nobody can tell.
    assert.equal(await timed(planOf(clock, [4], 0, 3), planOf(clock, [5], 0)), true);
  });
});
