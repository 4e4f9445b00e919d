/**
 * The kernel benchmark: runs each workload on our kernels and on other engines, one thread each, interleaved in one process, and reports
 * medians and the median of the ratios round by round (which holds where times drift on a busy machine).
 */
import { createRequire } from 'node:module';
import { type Dims, initialise, type Kernels, type Program, randomInput } from '../../src/tensor/index.ts';
import { programToOnnx } from './program-onnx.ts';
import { WORKLOADS } from './workloads.ts';

export interface BenchOptions {
  readonly kernels: Kernels;
  /** The same kernels without relaxed SIMD, if they are to be measured. */
  readonly strict?: Kernels | undefined;
  /** Names of `WORKLOADS`; all by default. */
  readonly workloads?: readonly string[];
  readonly rounds?: number;
  /** A folder whose node_modules hold onnxruntime-web; without it that peer is left out. */
  readonly peers?: string | undefined;
}

export interface EngineResult {
  readonly engine: string;
  /** Median time of a run. */
  readonly ms: number;
  /** Quartiles of onnxruntime-web's time over this engine's, round by round; undefined without that peer. */
  readonly ratio: { readonly low: number; readonly median: number; readonly high: number } | undefined;
  /** Largest difference from native onnxruntime, as a share of its largest output. */
  readonly error: number;
}

/** One step of our fast plan. */
export interface StepResult {
  readonly technique: string;
  readonly shape: string;
  readonly ms: number;
  /** 2 · MACs of the direct convolution per time: Winograd may exceed the peak. */
  readonly gflops: number;
}

export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  readonly planMs: number;
  readonly planBytes: number;
  readonly engines: readonly EngineResult[];
  readonly steps: readonly StepResult[];
}

interface Engine {
  readonly name: string;
  readonly run: () => Promise<Float32Array>;
}

interface OrtTensor {
  readonly data: Float32Array;
}
interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
}
interface Ort {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
}

const quantile = (xs: readonly number[], q: number): number => {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
};

/** An engine of the onnxruntime family on one program and input. */
async function onnxEngine(
  name: string,
  ort: Ort,
  model: Uint8Array,
  program: Program,
  input: Float32Array,
  options: object,
): Promise<Engine> {
  const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: 'all', ...options });
  const [x, y] = [program.inputs[0] ?? 0, program.outputs[0] ?? 0];
  const feeds = { [`v${x}`]: new ort.Tensor('float32', input, [1, ...(program.values[x] ?? [])]) };
  return { name, run: async () => (await session.run(feeds))[`v${y}`]?.data ?? new Float32Array() };
}

function load(from: string, name: string): Ort | undefined {
  try {
    return createRequire(from)(name) as Ort;
  } catch {
    return undefined;
  }
}

/** Measures; calls `report` after each workload. */
export async function bench(options: BenchOptions, report: (r: WorkloadResult) => void): Promise<readonly WorkloadResult[]> {
  const native = load(import.meta.url, 'onnxruntime-node');
  const web = options.peers ? load(`${options.peers}/package.json`, 'onnxruntime-web') : undefined;
  if (web) web.env.wasm.numThreads = 1;
  const results: WorkloadResult[] = [];
  for (const name of options.workloads ?? Object.keys(WORKLOADS)) {
    const workload = WORKLOADS[name];
    if (!workload) throw new Error(`No workload ${name}; there are ${Object.keys(WORKLOADS).join(', ')}`);
    const result = await measure(name, workload.title, workload.program(), options, native, web);
    results.push(result);
    report(result);
  }
  return results;
}

async function measure(
  name: string,
  title: string,
  program: Program,
  { kernels, strict, rounds = 9 }: BenchOptions,
  native: Ort | undefined,
  web: Ort | undefined,
): Promise<WorkloadResult> {
  const weights = initialise(program.weights, 1);
  const input = randomInput(program.values[program.inputs[0] ?? 0] as Dims, 1);
  const start = performance.now();
  const plan = kernels.plan(program, weights);
  const planMs = performance.now() - start;
  const plans = [
    { name: 'fast', plan },
    { name: 'exact', plan: kernels.plan(program, weights, { exact: true }) },
  ];
  if (strict) plans.push({ name: 'fast, strict SIMD', plan: strict.plan(program, weights) });
  const engines: Engine[] = plans.map((p) => ({ name: p.name, run: async () => p.plan.run([input])[0] ?? new Float32Array() }));
  if (native ?? web) {
    const model = programToOnnx(program, weights);
    if (web) engines.push(await onnxEngine('onnxruntime-web', web, model, program, input, { executionProviders: ['wasm'] }));
    const single = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' };
    if (native) engines.push(await onnxEngine('onnxruntime-node', native, model, program, input, single));
  }
  const times = new Map(engines.map((e) => [e.name, [] as number[]]));
  const outputs = new Map<string, Float32Array>();
  // Two rounds warm the compilers up.
  for (let round = -2; round < rounds; round++) {
    for (const e of engines) {
      const some: number[] = [];
      for (let i = 0; i < 3; i++) {
        const t = performance.now();
        const y = await e.run();
        some.push(performance.now() - t);
        outputs.set(e.name, y);
      }
      if (round >= 0) times.get(e.name)?.push(quantile(some, 0.5));
    }
  }
  const reference = outputs.get('onnxruntime-node') ?? outputs.get('onnxruntime-web') ?? outputs.get('exact') ?? new Float32Array();
  const base = times.get('onnxruntime-web');
  const results = engines.map((e): EngineResult => {
    const own = times.get(e.name) ?? [];
    const ratios = base?.map((t, i) => t / (own[i] ?? Number.NaN));
    const ratio = ratios && { low: quantile(ratios, 0.25), median: quantile(ratios, 0.5), high: quantile(ratios, 0.75) };
    return { engine: e.name, ms: quantile(own, 0.5), ratio, error: difference(outputs.get(e.name) ?? new Float32Array(), reference) };
  });
  const perStep = plan.steps.map((): number[] => []);
  for (let i = 0; i < 7; i++) plan.run([input], (s) => perStep[s.index]?.push(s.ms));
  const steps = plan.steps.map((s, i): StepResult => {
    const op = program.ops[s.ops[0] ?? 0];
    const dims = (v: number | undefined): string => (program.values[v ?? -1] ?? []).join('×');
    const ms = quantile(perStep[i] ?? [], 0.5);
    return { technique: s.technique, shape: `${op && 'x' in op ? dims(op.x) : ''} → ${dims(op?.y)}`, ms, gflops: (2 * s.macs) / ms / 1e6 };
  });
  const result = { name, title, planMs, planBytes: plan.bytes, engines: results, steps };
  for (const p of plans) p.plan.dispose();
  return result;
}

function difference(a: Float32Array, b: Float32Array): number {
  let most = 0;
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    most = Math.max(most, Math.abs(b[i] as number));
    const d = Math.abs((a[i] ?? Number.NaN) - (b[i] as number));
    if (!(d <= worst)) worst = d;
  }
  return worst / most;
}
