/** Helpers of the tensor tests: the kernels under test, small programs, and comparison with the reference. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { buildKernel } from '../../scripts/build-kernel.ts';
import {
  type Dims,
  explain,
  initialise,
  type Kernels,
  type PlanOptions,
  type Program,
  Recorder,
  randomInput,
  reference,
  type ValueId,
} from '../../src/tensor/index.ts';
import { loadKernels } from '../../src/tensor/kernels/load-node.ts';
import { dismissTeams, teamKernels } from './team.ts';

const folder = join(import.meta.dirname, '../../dist/kernel');
let loaded: Promise<{ relaxed: Kernels; strict: Kernels }> | undefined;

after(dismissTeams);

/** The WASM kernels, built if need be, with relaxed SIMD and without. */
export function wasmKernels(): Promise<{ relaxed: Kernels; strict: Kernels }> {
  loaded ??= buildKernel(folder).then(async () => ({
    relaxed: await loadKernels(folder),
    strict: await loadKernels(folder, { strict: true }),
  }));
  return loaded;
}

/** A program of one input. `build` records and returns the output; weights are named w0, w1, … in order. */
export function programOf(dims: Dims, build: (r: Recorder, x: ValueId) => ValueId): Program {
  const r = new Recorder();
  const y = build(r, r.input(dims));
  r.output(y);
  return r.finish();
}

/** A `he` weight with a name of its own. */
export function weight(r: Recorder, dims: readonly number[], constant?: number): number {
  const name = `w${r.finish().weights.length}`;
  const fanIn = dims.slice(1).reduce((n, d) => n * d, 1) * (dims.length === 1 ? 60 : 1);
  return r.weight({ name, dims, init: constant === undefined ? { kind: 'he', fanIn } : { kind: 'constant', value: constant } });
}

export function run(
  kernels: Kernels,
  program: Program,
  options: PlanOptions = {},
  seed = 1,
  inputs?: readonly Float32Array[],
): Float32Array[] {
  const plan = kernels.plan(program, initialise(program.weights, seed), options);
  const xs = inputs ?? program.inputs.map((v, i) => randomInput(program.values[v] as Dims, seed + i));
  const out = plan.run(xs).map((y) => y.slice());
  plan.dispose();
  return out;
}

/** Fails where two outputs differ by more than `tolerance` of the largest expected number; NaN and infinities must agree. */
export function close(actual: Float32Array, expected: Float32Array, tolerance: number, what = ''): void {
  assert.equal(actual.length, expected.length, what);
  let most = 0;
  for (const v of expected) if (Number.isFinite(v)) most = Math.max(most, Math.abs(v));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    const same = Number.isFinite(e) ? Math.abs(a - e) <= tolerance * most + 1e-30 : Object.is(a, e);
    if (!same) assert.fail(`${what}: entry ${i} of ${expected.length} is ${a}, should be ${e} (largest ${most})`);
  }
}

/** Holds what `explain` says of a few numbers of every value to what the reference kernel computed; returns that kernel's outputs. */
function checkReasons(program: Program, what: string, seed: number, inputs?: readonly Float32Array[]): readonly Float32Array[] {
  const weights = initialise(program.weights, seed);
  const xs = inputs ?? program.inputs.map((v, i) => randomInput(program.values[v] as Dims, seed + i));
  const values: (Float32Array | undefined)[] = [];
  for (const [i, v] of program.inputs.entries()) values[v] = xs[i];
  const outputs = reference.plan(program, weights, { observe: true }).run(xs, (s) => {
    for (const op of s.ops) {
      const y = program.ops[op]?.y as ValueId;
      values[y] = s.read(y);
    }
  });
  for (const [i, op] of program.ops.entries()) {
    const [C, H, W] = program.values[op.y] as Dims;
    const most = (values[op.y] as Float32Array).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    for (let k = 0; k < 4; k++) {
      const at = [(seed * 7 + k * 31) % C, (seed * 3 + k * 17) % H, (seed * 5 + k * 13) % W] as const;
      const found = explain({ program, values, weights }, op.y, at);
      assert.equal(found.op, i);
      const same = Number.isFinite(found.number)
        ? Math.abs(found.again - found.number) <= 1e-5 * most + 1e-30
        : Object.is(found.again, found.number);
      if (!same) assert.fail(`${what}: ${op.op} at ${at.join(', ')} is ${found.number}, explained as ${found.again}`);
    }
  }
  return outputs;
}

/** Holds a team's plans, shared out in any way, to the bits of one thread. */
async function checkTeam(program: Program, what: string, seed: number, inputs?: readonly Float32Array[]): Promise<void> {
  const { relaxed } = await wasmKernels();
  const xs = inputs ?? program.inputs.map((v, i) => randomInput(program.values[v] as Dims, seed + i));
  const weights = initialise(program.weights, seed);
  for (const exact of [false, true]) {
    const expected = run(relaxed, program, { exact }, seed, xs);
    const plan = (await teamKernels(2 + (seed % 2), seed)).plan(program, weights, { exact });
    await plan.ready();
    assert.ok(plan.share);
    assert.deepEqual(await plan.share(xs), expected, `${what}, shared by a team, exact ${exact}`);
    plan.dispose();
  }
}

/** Compares a program on the WASM kernels, in every mode, with the reference, and explains some of its numbers. */
export async function check(program: Program, what: string, seed = 1, inputs?: readonly Float32Array[]): Promise<void> {
  const { relaxed, strict } = await wasmKernels();
  const expected = checkReasons(program, what, seed, inputs);
  await checkTeam(program, what, seed, inputs);
  const cases: readonly (readonly [string, Kernels, PlanOptions, number])[] = [
    ['exact', relaxed, { exact: true }, 1e-5],
    ['exact, strict SIMD', strict, { exact: true }, 1e-5],
    ['fast', relaxed, {}, 1e-4],
    ['observed', relaxed, { observe: true, exact: true }, 1e-5],
  ];
  for (const [name, kernels, options, tolerance] of cases) {
    run(kernels, program, options, seed, inputs).forEach((y, i) => {
      close(y, expected[i] as Float32Array, tolerance, `${what}, ${name}, output ${i}`);
    });
  }
}
