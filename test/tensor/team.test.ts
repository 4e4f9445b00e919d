/** Runs shared by workers that have no memory in common: the same bits as one worker's, in whatever way the plan is shared out. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { net, WORKLOADS } from '../../src/bench/workloads.ts';
import {
  type Dims,
  type FromMember,
  initialise,
  loadWasm,
  type MemberWorker,
  type Plan,
  PlanTooLarge,
  type Program,
  randomInput,
} from '../../src/tensor/index.ts';
import { loadKernels } from '../../src/tensor/kernels/load-node.ts';
import { makePlan, type Planned } from '../../src/tensor/plan/plan.ts';
import { bytesOf } from '../../src/tensor/team/script.ts';
import { shareOut } from '../../src/tensor/team/split.ts';
import { programOf, wasmKernels, weight } from './compare.ts';
import { dismissTeams, teamKernels } from './team.ts';

const folder = join(import.meta.dirname, '../../dist/kernel');

const workload = (name: string): Program => WORKLOADS[name]?.program() ?? assert.fail();
const inputOf = (p: Program): Float32Array => randomInput(p.values[p.inputs[0] ?? 0] as Dims, 1);
const planned = (p: Program, parts: number): Planned => {
  const weights = initialise(p.weights, 1);
  return makePlan(p, (id) => weights[id] as Float32Array, { exact: false, observe: false, threads: 1, parts });
};

/** A plan's outputs, run by everyone. */
async function together(plan: Plan, xs: readonly Float32Array[]): Promise<readonly Float32Array[]> {
  await plan.ready();
  assert.ok(plan.share, 'the plan is not shared');
  return (await plan.share(xs)).map((y) => y.slice());
}

describe('teams', () => {
  after(dismissTeams);

  it('give the bits of one worker for networks of branches, sums, joins, halves and doubles, in any way', async () => {
    const { relaxed } = await wasmKernels();
    const blocks = fc.array(fc.constantFrom('conv', 'wide', 'residual', 'inception', 'pool', 'up', 'depthwise', 'squeeze', 'shuffle'), {
      minLength: 1,
      maxLength: 6,
    });
    const size = fc.tuple(fc.constantFrom(8, 16, 24), fc.integer({ min: 4, max: 26 }), fc.integer({ min: 4, max: 26 }));
    await fc.assert(
      fc.asyncProperty(blocks, size, fc.constantFrom(2, 3), fc.nat({ max: 9999 }), async (list, dims, workers, seed) => {
        const p = programOf(dims, (r, x0) => {
          const c = dims[0];
          const same = { stride: [1, 1], dilation: [1, 1], groups: 1 } as const;
          const conv = (x: number, from: number, to: number, k: number): number => {
            const half = (k - 1) / 2;
            const y = r.conv(x, weight(r, [to, from, k, k]), weight(r, [to]), { ...same, pads: [half, half, half, half] });
            return r.activation(y, { fn: 'relu' });
          };
          let x = x0;
          for (const block of list) {
            switch (block) {
              case 'conv':
                x = conv(x, c, c, 3);
                break;
              case 'wide':
                x = conv(conv(x, c, 48, 1), 48, c, 5);
                break;
              case 'residual':
                x = r.activation(r.merge('add', [conv(conv(x, c, c, 3), c, c, 1), x]), { fn: 'relu' });
                break;
              case 'inception': {
                const pool = { kernel: [3, 3], stride: [1, 1], pads: [1, 1, 1, 1], dilation: [1, 1], ceil: false } as const;
                const y = r.concat([conv(x, c, 8, 1), conv(conv(x, c, 8, 1), 8, 16, 3), r.pool(x, { kind: { of: 'max' }, ...pool })]);
                x = conv(y, c + 24, c, 1);
                break;
              }
              case 'pool':
                x = r.pool(x, { kind: { of: 'max' }, kernel: [2, 2], stride: [2, 2], pads: [0, 0, 0, 0], dilation: [1, 1], ceil: true });
                break;
              case 'up':
                x = r.upsample(x, { size: [30, 29], mode: 'bilinear' });
                break;
              case 'depthwise':
                x = r.conv(x, weight(r, [c, 1, 3, 3]), undefined, { ...same, groups: c, pads: [1, 1, 1, 1] });
                break;
              case 'squeeze':
                x = r.merge('mul', [x, conv(r.adaptivepool(x, { kind: 'avg', size: [1, 1] }), c, c, 1)]);
                break;
              case 'shuffle':
                x = r.shuffle(x, 4);
                break;
              default:
                block satisfies never;
            }
          }
          return x;
        });
        const weights = initialise(p.weights, seed);
        const alone = relaxed.plan(p, weights);
        const expected = alone.run([inputOf(p)]).map((y) => y.slice());
        const shared = (await teamKernels(workers, seed)).plan(p, weights);
        // Twice: nothing of a run may be left for the next.
        await together(shared, [inputOf(p)]);
        assert.deepEqual(await together(shared, [inputOf(p)]), expected);
        for (const plan of [alone, shared]) plan.dispose();
      }),
      { numRuns: 60, seed: 13, endOnFailure: true },
    );
  });

  it('give the bits of one worker for known networks, in the best way', async () => {
    const { relaxed } = await wasmKernels();
    for (const name of ['W2s', 'W4']) {
      const p = workload(name);
      const weights = initialise(p.weights, 1);
      const [alone, shared] = [relaxed.plan(p, weights), (await teamKernels(2)).plan(p, weights)];
      const expected = alone.run([inputOf(p)]).map((y) => y.slice());
      assert.deepEqual(await together(shared, [inputOf(p)]), expected, name);
      assert.equal(shared.engine.workers, 2);
      assert.equal(alone.engine.workers, undefined);
      for (const plan of [alone, shared]) plan.dispose();
    }
  });

  it('send each other a small part of what they compute', () => {
    const p = workload('W3');
    const { scripts, ms, alone } = shareOut(p, planned(p, 2), 2);
    const sent = scripts.flatMap((s) => s.map((a) => (a.do === 'send' ? bytesOf(a.blocks) : 0))).reduce((a, b) => a + b);
    const made = p.ops.reduce((n, { y }) => n + 4 * (p.values[y] as Dims).reduce((a, b) => a * b), 0);
    assert.ok(sent < made / 10, `${sent} of ${made} bytes`);
    assert.ok(alone > 1.6 * ms, `${ms} of ${alone} ms`);
    const kinds = scripts.map((s) => s.filter((a) => a.do === 'calls').length);
    assert.ok(kinds.every((n) => n > 40));
  });

  it('leave small networks, and those that are too large for several, to one worker', async () => {
    const kernels = await teamKernels(2);
    const small = net([8, 12, 12], (n, x) => n.conv(x, 8, 3));
    const plan = kernels.plan(small, initialise(small.weights, 1));
    await plan.ready();
    assert.equal(plan.share, undefined);

    const p = workload('W2s');
    const weights = initialise(p.weights, 1);
    const shared = kernels.plan(p, weights);
    const { bytes } = planned(p, 2);
    assert.equal(shared.bytes, 2 * bytes);
    const one = kernels.plan(p, weights, { maxBytes: bytes * 1.5 });
    await one.ready();
    assert.equal(one.share, undefined);
    assert.ok(one.bytes <= bytes * 1.5);
    assert.throws(() => kernels.plan(p, weights, { maxBytes: bytes * 0.5 }), PlanTooLarge);
    for (const q of [plan, shared, one]) q.dispose();
  });

  it('tell of each step that the first has a part of, and serve several plans in turn', async () => {
    // Always shared: in one thread, a team is slower than its first worker and would be left out.
    const kernels = await teamKernels(2, 5);
    const { relaxed } = await wasmKernels();
    const p = workload('W2s');
    const seeds = [1, 2, 3];
    const expected = seeds.map((s) =>
      relaxed
        .plan(p, initialise(p.weights, s))
        .run([inputOf(p)])[0]
        ?.slice(),
    );
    const plans = seeds.map((s) => kernels.plan(p, initialise(p.weights, s)));
    const seen = new Set<number>();
    for (let round = 0; round < 3; round++) {
      for (const [i, plan] of plans.entries()) {
        if (i === 1 && round === 1) plan.dispose();
        if (i === 1 && round > 0) continue;
        await plan.ready();
        const ys = await plan.share?.([inputOf(p)], (s) => {
          seen.add(s.index);
          assert.throws(() => s.read(0), /holds no whole values/);
        });
        assert.deepEqual(ys?.[0], expected[i]);
      }
    }
    assert.ok(seen.size > 0);
  });

  it('say so when a worker dies in a run, and do without those that cannot load a plan', async () => {
    const strict = await readFile(join(folder, 'strict.wasm'));
    const p = workload('W2s');
    const weights = initialise(p.weights, 1);
    for (const loads of [true, false]) {
      let die: (why: string) => void = () => {};
      let take: (message: FromMember) => void = () => {};
      /** Says that it has the plan, or that it has not, and never does anything. */
      const start = (): MemberWorker => ({
        post(message) {
          if (message.type !== 'learn') return;
          const { plan } = message;
          take(loads ? { type: 'loaded', plan } : { type: 'failed', plan, message: 'no memory' });
        },
        listen(to, died) {
          [take, die] = [to, died];
        },
        end: () => {},
      });
      const kernels = await loadWasm({ strict }, undefined, { workers: 2, start });
      const plan = kernels.plan(p, weights);
      await plan.ready();
      assert.equal(plan.share !== undefined, loads);
      const running = plan.share?.([inputOf(p)]);
      die(': broken');
      if (running) await assert.rejects(running, /A worker that shares the run died: broken/);
      else assert.equal(plan.run([inputOf(p)]).length, 1);
      kernels.dispose();
    }
  });

  it('work in threads of their own', async () => {
    const kernels = await loadKernels(folder, { workers: 3 });
    const { relaxed } = await wasmKernels();
    const p = workload('W2s');
    const weights = initialise(p.weights, 1);
    const expected = relaxed
      .plan(p, weights)
      .run([inputOf(p)])
      .map((y) => y.slice());
    // Channels alone do not keep the tests alive.
    const awake = setInterval(() => {}, 1000);
    try {
      const plan = kernels.plan(p, weights);
      for (let i = 0; i < 5; i++) assert.deepEqual(await together(plan, [inputOf(p)]), expected);
    } finally {
      clearInterval(awake);
      kernels.dispose();
    }
  });
});
