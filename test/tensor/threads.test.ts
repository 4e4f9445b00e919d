/** Runs shared among threads: every item once, the same bits as alone, and plans that stay usable whatever happens. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { buildKernel } from '../../scripts/build-kernel.ts';
import { WORKLOADS } from '../../src/bench/workloads.ts';
import { type Dims, initialise, type Kernels, type Plan, type Program, randomInput } from '../../src/tensor/index.ts';
import { loadKernels } from '../../src/tensor/kernels/load-node.ts';
import { Pace } from '../../src/tensor/threads/pace.ts';
import { cut, Share } from '../../src/tensor/threads/share.ts';

const folder = join(import.meta.dirname, '../../dist/kernel');

const program = (name: string): Program => WORKLOADS[name]?.program() ?? assert.fail();

/** Runs a plan some times; the first run is never shared, since it finds out what the calls take. */
async function runs(plan: Plan, input: Float32Array, times = 6): Promise<Float32Array> {
  await plan.ready();
  for (let i = 0; i < times; i++) {
    plan.run([input]);
    // Helpers come back from a run, or go to sleep after it.
    await sleep(i % 2 === 0 ? 0 : 2);
  }
  return (plan.run([input])[0] as Float32Array).slice();
}

describe('threads', () => {
  let one: Kernels;
  let three: Kernels;
  before(async () => {
    await buildKernel(folder);
    [one, three] = [await loadKernels(folder), await loadKernels(folder, { threads: 3 })];
  });
  after(() => three.dispose());

  it('do every item of a call once, whoever steals from whom', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom(1, 6, 24),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat({ max: 4 }), { maxLength: 6 }),
        (n, quantum, ms, threads, order) => {
          const share = new Share(threads, 1);
          const { units, size } = cut(n, quantum, ms);
          assert.ok(size % quantum === 0 && units * size >= n && (units - 1) * size < n);
          share.deal(0, { units, size });
          const seen = new Uint8Array(n);
          const work = (from: number, to: number): void => {
            for (let i = from; i < to; i++) seen[i] = (seen[i] as number) + 1;
          };
          // In one thread the calls are made one after another; each may find any part of the work done by others.
          let done = 0;
          for (const t of [...order.map((k) => k % threads), 0]) done += share.work(0, t, n, work).did;
          assert.equal(done, units);
          assert.ok(seen.every((times) => times === 1));
          assert.equal(share.finish(0), 0);
        },
      ),
    );
  });

  it('give the same bits as one thread, fast and exact', async () => {
    for (const name of ['W1', 'W2b', 'MobileNetV2']) {
      const p = program(name);
      const weights = initialise(p.weights, 1);
      const input = randomInput(p.values[p.inputs[0] ?? 0] as Dims, 1);
      for (const exact of [false, true]) {
        const [alone, shared] = [one.plan(p, weights, { exact }), three.plan(p, weights, { exact })];
        assert.equal(shared.engine.threads, 3);
        assert.deepEqual(await runs(shared, input), await runs(alone, input, 1), `${name}, exact ${exact}`);
        for (const plan of [alone, shared]) plan.dispose();
      }
    }
  });

  it('serve several plans in turn, also after one was disposed of', async () => {
    const p = program('W1');
    const input = randomInput(p.values[p.inputs[0] ?? 0] as Dims, 1);
    const plans = [1, 2, 3].map((seed) => three.plan(p, initialise(p.weights, seed)));
    const expected = [1, 2, 3].map((seed) => (one.plan(p, initialise(p.weights, seed)).run([input])[0] as Float32Array).slice());
    for (let round = 0; round < 6; round++) {
      for (const [i, plan] of plans.entries()) {
        if (round === 4 && i === 1) plan.dispose();
        if (round >= 4 && i === 1) continue;
        assert.deepEqual(await runs(plan, input, 2), expected[i]);
      }
    }
  });

  it('wait while a step is looked at, and stay usable when that throws', async () => {
    const p = program('W1');
    const weights = initialise(p.weights, 1);
    const input = randomInput(p.values[p.inputs[0] ?? 0] as Dims, 1);
    const plan = three.plan(p, weights, { observe: true, exact: true });
    const reference: Float32Array[] = [];
    one.plan(p, weights, { observe: true, exact: true }).run([input], (s) => reference.push(s.read(p.ops[s.index]?.y ?? 0)));
    const expected = await runs(plan, input);
    for (const stopAt of [0, 5, 100]) {
      const look = (s: { readonly index: number; readonly read: (v: number) => Float32Array }): void => {
        if (s.index === stopAt) throw new Error('cancelled');
        assert.deepEqual(s.read(p.ops[s.index]?.y ?? 0), reference[s.index]);
      };
      if (stopAt < p.ops.length) assert.throws(() => plan.run([input], look), /cancelled/);
      else plan.run([input], look);
      assert.deepEqual(await runs(plan, input, 2), expected);
    }
  });

  it('are left out for a while where sharing is slower than one thread, longer each time', () => {
    const pace = new Pace();
    const pauses: number[] = [];
    for (let round = 0; round < 3; round++) {
      // 10 ms, of which the main thread waited 1 ms and did nine tenths of the work: alone it would have taken as long.
      for (let i = 0; i < 2; i++) {
        assert.ok(pace.shares());
        pace.learn(10.5, 1, 0.95);
      }
      let pause = 0;
      while (!pace.shares()) pause++;
      pauses.push(pause);
    }
    assert.deepEqual(pauses, [8, 16, 32]);
    pace.learn(10, 0.1, 0.5);
    assert.ok(pace.shares());
  });
});
