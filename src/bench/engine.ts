/** What the benchmark measures: engines that run one program on one input, our own plans and those of the onnxruntime family. */
import { type Dims, type Plan, type Program, randomInput, runPlan } from '../tensor/index.ts';

/** One program, its weights and its input, for every engine alike. */
export interface Subject {
  readonly program: Program;
  readonly weights: readonly Float32Array[];
  /** C×H×W of the program's only input. */
  readonly dims: Dims;
  readonly input: Float32Array;
}

export interface Engine {
  readonly name: string;
  /** Computes the output once. Engines whose runs need no waiting return nothing, so that none is measured. */
  readonly run: () => Promise<void> | void;
  /** The output of the last run, C×H×W. */
  readonly output: () => Float32Array;
  readonly dispose: () => void;
}

export function subjectOf(program: Program, weights: readonly Float32Array[]): Subject {
  const dims = program.values[program.inputs[0] ?? 0] as Dims;
  return { program, weights, dims, input: randomInput(dims, 1) };
}

/** A plan of ours. The input is written once where the plan reads it, as a page that owns the plan would: a run copies nothing in. */
export function ourEngine(name: string, plan: Plan, { input }: Subject): Engine {
  plan.inputs[0]?.set(input);
  let y: Float32Array = new Float32Array();
  return {
    name,
    run: () => {
      const ran = runPlan(plan, plan.inputs);
      if (ran instanceof Promise) {
        return ran.then(([first = y]) => {
          y = first;
        });
      }
      y = ran[0] ?? y;
    },
    output: () => y,
    dispose: () => plan.dispose(),
  };
}

interface OrtTensor {
  readonly data: Float32Array;
}
interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}
/** What onnxruntime-web and onnxruntime-node have in common. */
export interface Ort {
  readonly env: { readonly wasm: { numThreads?: number; wasmPaths?: unknown } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
}

/** An engine of the onnxruntime family on one thread, with all graph optimisations. */
export async function ortEngine(name: string, ort: Ort, model: Uint8Array, { program, dims, input }: Subject): Promise<Engine> {
  const one = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all' };
  const session = await ort.InferenceSession.create(model, name.endsWith('web') ? { ...one, executionProviders: ['wasm'] } : one);
  const feeds = { [`v${program.inputs[0] ?? 0}`]: new ort.Tensor('float32', input, [1, ...dims]) };
  let y = new Float32Array();
  return {
    name,
    run: async () => {
      y = ((await session.run(feeds))[`v${program.outputs[0] ?? 0}`]?.data ?? y) as Float32Array<ArrayBuffer>;
    },
    output: () => y,
    dispose: () => void session.release(),
  };
}
