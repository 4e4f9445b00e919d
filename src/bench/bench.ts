/** The kernel benchmark: each workload on our kernels and on the peers that are there, and a roofline line for each step of our fast plan. */
import { type Dims, initialise, type Kernels, type Plan, type Program } from '../tensor/index.ts';
import { type Engine, type Ort, ortEngine, ourEngine, type Subject, subjectOf } from './engine.ts';
import { difference, measure, quantile, type Timing } from './measure.ts';
import { programToOnnx } from './program-onnx.ts';
import { type Tfjs, tfjsEngine } from './tfjs.ts';
import { net, WORKLOADS } from './workloads.ts';

/** Ratios are against this one. */
export const BASE = 'onnxruntime-web';

export interface Ours {
  /** One thread, the fastest instructions. */
  readonly kernels: Kernels;
  /** Without relaxed SIMD. */
  readonly strict?: Kernels | undefined;
  readonly threaded?: { readonly threads: number; readonly kernels: Kernels } | undefined;
}

/** Engines of others, one thread each. */
export interface Peers {
  readonly 'onnxruntime-web'?: Ort | undefined;
  readonly 'tfjs-wasm'?: Tfjs | undefined;
  readonly 'onnxruntime-node'?: Ort | undefined;
}

export interface BenchOptions {
  readonly ours: Ours;
  readonly peers: Peers;
  /** Names of `WORKLOADS`; all by default. */
  readonly workloads?: readonly string[] | undefined;
  readonly rounds: number;
  readonly pause?: () => Promise<void>;
}

export interface EngineResult extends Timing {
  /** Largest difference from the reference engine, as a share of its largest output. */
  readonly error: number;
}

/** One step of our fast plan. */
export interface StepResult {
  readonly technique: string;
  readonly shape: string;
  readonly ms: number;
  readonly macs: number;
  readonly multiplies: number;
  /** 2 · MACs as papers count them, over time: Winograd may exceed the peak. */
  readonly gflops: number;
  /** 2 · multiply–adds that the technique makes, over time, as a share of `WorkloadResult.peak`. */
  readonly share: number;
}

export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  /** Milliseconds to make the fast plan in new memory, and again in the memory of the first. */
  readonly planMs: number;
  readonly replanMs: number;
  readonly planBytes: number;
  /** GFLOP/s of our matrix product on numbers that are in the cache, measured beside the workload. */
  readonly peak: number;
  /** Milliseconds that our multiply–adds alone would take at `peak`: what no better memory, transform or pool could beat. */
  readonly limitMs: number;
  /** Gigabytes a second that this machine copies from memory to memory, measured beside the workload. */
  readonly copyRate: number;
  /** The engine that errors are measured against. */
  readonly reference: string;
  readonly engines: readonly EngineResult[];
  readonly steps: readonly StepResult[];
}

/** Measures; calls `report` after each workload. Throws where there is no such workload. */
export async function bench(options: BenchOptions, report: (r: WorkloadResult) => void): Promise<readonly WorkloadResult[]> {
  const names = options.workloads ?? Object.keys(WORKLOADS);
  for (const name of names) {
    if (!WORKLOADS[name]) throw new RangeError(`There is no workload ${name}; choose from ${Object.keys(WORKLOADS).join(', ')}.`);
  }
  const results: WorkloadResult[] = [];
  for (const name of names) {
    const result = await benchOne(name, options);
    results.push(result);
    report(result);
  }
  return results;
}

async function benchOne(name: string, { ours, peers, rounds, pause }: BenchOptions): Promise<WorkloadResult> {
  const { title, program: make } = WORKLOADS[name] as (typeof WORKLOADS)[string];
  const program = make();
  const subject = subjectOf(program, initialise(program.weights, 1));
  const { plan, planMs, replanMs } = planTwice(ours.kernels, subject);
  const engines = [...(await ourEngines(plan, ours, subject)), ...(await peerEngines(peers, subject))];
  try {
    const timings = await measure(engines, rounds, BASE, pause);
    const by = new Map(engines.map((e) => [e.name, e]));
    const reference = by.get('onnxruntime-node') ?? by.get(BASE) ?? by.get('exact') ?? (engines[0] as Engine);
    const expected = reference.output();
    const results = timings.map((t): EngineResult => ({ ...t, error: difference(by.get(t.engine)?.output() ?? expected, expected) }));
    const peak = peakOf(ours.kernels);
    const steps = roofline(plan, program, rounds, peak);
    const limitMs = plan.steps.reduce((a, s) => a + (2 * s.multiplies) / peak / 1e6, 0);
    const about = { name, title, planMs, replanMs, planBytes: plan.bytes, peak, limitMs, copyRate: copyRate(), reference: reference.name };
    return { ...about, engines: results, steps };
  } finally {
    for (const e of engines) e.dispose();
  }
}

/** Times planning in memory that is new, then in that of the first plan, which has run. */
function planTwice(
  kernels: Kernels,
  { program, weights }: Subject,
): { readonly plan: Plan; readonly planMs: number; readonly replanMs: number } {
  const timed = (): { readonly plan: Plan; readonly ms: number } => {
    const start = performance.now();
    const plan = kernels.plan(program, weights);
    return { plan, ms: performance.now() - start };
  };
  // The kernels keep the memory of the workload before; a small plan takes it.
  const small = net([8, 1, 1], (n, x) => n.conv(x, 8, 1, 1, 'none'));
  const holder = kernels.plan(small, initialise(small.weights, 1));
  const first = timed();
  first.plan.run(first.plan.inputs);
  first.plan.dispose();
  const second = timed();
  holder.dispose();
  return { plan: second.plan, planMs: first.ms, replanMs: second.ms };
}

async function ourEngines(plan: Plan, { kernels, strict, threaded }: Ours, subject: Subject): Promise<readonly Engine[]> {
  const { program, weights } = subject;
  const engines = [ourEngine('fast', plan, subject), ourEngine('exact', kernels.plan(program, weights, { exact: true }), subject)];
  if (strict) engines.push(ourEngine('strict SIMD', strict.plan(program, weights), subject));
  if (threaded) {
    const shared = threaded.kernels.plan(program, weights);
    await shared.ready();
    engines.push(ourEngine(`${threaded.threads} threads`, shared, subject));
  }
  return engines;
}

async function peerEngines(peers: Peers, subject: Subject): Promise<readonly Engine[]> {
  const engines: Engine[] = [];
  const model = programToOnnx(subject.program, subject.weights);
  for (const name of ['onnxruntime-web', 'onnxruntime-node'] as const) {
    const ort = peers[name];
    if (ort) engines.push(await ortEngine(name, ort, model, subject));
  }
  if (peers['tfjs-wasm']) engines.push(tfjsEngine(peers['tfjs-wasm'], subject));
  return engines;
}

/** Times every step by itself: the least of some runs, as the peak is the best of some. */
function roofline(plan: Plan, program: Program, rounds: number, peak: number): readonly StepResult[] {
  const times = plan.steps.map((): number[] => []);
  for (let i = 0; i < 2 * Math.max(1, rounds); i++) plan.run(plan.inputs, (s) => times[s.index]?.push(s.ms));
  const dims = (v: number | undefined): string => (program.values[v ?? -1] ?? []).join('×');
  return plan.steps.map((s, i): StepResult => {
    const op = program.ops[s.ops[0] ?? 0];
    const ms = quantile(times[i] ?? [], 0);
    const rate = (n: number): number => (2 * n) / ms / 1e6;
    return {
      technique: s.technique,
      shape: `${op && 'x' in op ? dims(op.x) : ''} → ${dims(op?.y)}`,
      ms,
      macs: s.macs,
      multiplies: s.multiplies,
      gflops: rate(s.macs),
      share: rate(s.multiplies) / peak,
    };
  });
}

/** The best rate of a product whose numbers stand in the second-level cache: 256 channels to 64 on 192 pixels, 304 KiB in all. */
function peakOf(kernels: Kernels): number {
  const size: Dims = [8, 12, 16];
  // The middle one of three: the first and the last also turn planes round.
  const program = net(size, (n, x) => n.conv(n.conv(n.conv(x, 256, 1, 1, 'none'), 64, 1, 1, 'none'), 8, 1, 1, 'none'));
  const plan = kernels.plan(program, initialise(program.weights, 1));
  const product = plan.steps[1]?.macs ?? 0;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 1000; i++) {
    plan.run(plan.inputs, (s) => {
      if (s.index === 1) best = Math.min(best, s.ms);
    });
  }
  plan.dispose();
  return (2 * product) / best / 1e6;
}

/** Copies 64 MiB, more than caches hold, five times. */
function copyRate(): number {
  const n = 2 ** 24;
  const [from, to] = [new Float32Array(n).fill(1), new Float32Array(n).fill(2)];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    to.set(from);
    best = Math.min(best, performance.now() - start);
  }
  return (4 * n) / best / 1e6;
}
