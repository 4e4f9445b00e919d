/** Compares exported code with Pointwise itself: writes a target as code with its weights, runs both, and gives the largest difference. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pytorch } from '../../src/export/code/pytorch.ts';
import type { Exporter, Subject } from '../../src/export/exporter.ts';
import { calibrate } from '../../src/graph/calibrate.ts';
import { execute } from '../../src/graph/execute.ts';
import { inputsOf } from '../../src/graph/graph.ts';
import { dimsOf, record } from '../../src/graph/record.ts';
import { seededWeights, weightPlaces } from '../../src/graph/weights.ts';
import { shapeSize } from '../../src/layers/shape.ts';
import { writeNpy } from '../../src/run/npy.ts';
import { type Kernels, randomInput } from '../../src/tensor/index.ts';
import { keyed } from '../../src/weights/keys.ts';
import { writeSafetensors } from '../../src/weights/safetensors.ts';

/** The Python that compares: what POINTWISE_PYTHON names, else `python3`. */
export const PYTHON = process.env.POINTWISE_PYTHON ?? 'python3';

/** Whether that Python has the modules. */
export const hasModules = (...modules: readonly string[]): boolean =>
  spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0;

export interface Parity {
  readonly lines: number;
  /** Tells the code, so that what was found of it need not be found again. */
  readonly hash?: string;
  readonly params: number;
  /** As a share of the largest entry; absent where the code failed. */
  readonly error?: number;
  /** Where that is more than 1e-5: how far the framework is from itself in double precision, and how far Pointwise is from that. */
  readonly rounding?: number;
  readonly ours?: number;
  readonly failed?: string;
  /** Whether it is written from the text rather than layer by layer. */
  readonly remark?: string;
}

const MOST_BYTES = 4 * 2 ** 30 - 65536;

export const scriptAt = (script: string): string => fileURLToPath(new URL(script, import.meta.url));

/** A Python that stays, so that it imports its framework once. */
export class Checker {
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;
  /** The path of what it runs. */
  readonly script: string;
  constructor(script: string) {
    this.script = scriptAt(script);
    this.child = spawn(PYTHON, [this.script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.answers = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }
  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
  async ask(job: unknown): Promise<{
    readonly params?: number;
    readonly error?: number;
    readonly rounding?: number;
    readonly ours?: number;
    readonly failed?: string;
  }> {
    this.child.stdin?.write(`${JSON.stringify(job)}\n`);
    for (;;) {
      const { value, done } = await this.answers.next();
      if (done) throw new Error('Python ended');
      // PyTorch's exporter tells there of what it fails at.
      if (value.startsWith('{"')) return JSON.parse(value);
    }
  }
  end(): void {
    this.child.stdin?.end();
  }
}

/** What Pointwise computes: its weights, which are given to the code, and the outputs of the exact kernels. */
export interface Reference {
  readonly subject: Subject;
  /** Where inputs and outputs are, as `.npy`. */
  readonly folder: string;
}

/** Runs a target with the calibrated weights of a seed, and writes what enters and leaves into a folder. */
export async function referenceOf(target: Omit<Subject, 'weights'>, kernels: Kernels, folder: string): Promise<Reference> {
  const { graph } = target;
  await mkdir(folder, { recursive: true });
  const seeded = seededWeights(graph, 1);
  const ins = inputsOf(graph);
  const inputs = ins.map((n, i) => randomInput(dimsOf(n.shape), 7 + i));
  const weights = await calibrate(graph, kernels, { weights: seeded, inputs, seed: 1, maxBytes: MOST_BYTES });
  for (const [i, n] of ins.entries())
    await writeFile(join(folder, `in${i}.npy`), writeNpy({ shape: n.shape, data: inputs[i] as Float32Array }));
  const { outputs } = await execute(graph, kernels, {
    seed: 1,
    inputs,
    weights: record(graph).program.weights.map((w) => weights.get(w.name) as Float32Array),
    maxBytes: MOST_BYTES,
    exact: true,
    progress: () => undefined,
  });
  for (const [i, o] of graph.outputs.entries()) {
    const shape = graph.nodes[o.node]?.shape ?? [1];
    await writeFile(join(folder, `${i}.npy`), writeNpy({ shape, data: (outputs[i] as Float32Array).subarray(0, shapeSize(shape)) }));
  }
  return { subject: { ...target, weights: () => weights }, folder };
}

export const fileOf = ({ name }: Exporter): string => `${name}-model.py`;
/** Tells code and what checks it. */
export const hashOf = (text: string, { script }: Pick<Checker, 'script'>): string =>
  [text, readFileSync(script)].map((t) => createHash('sha256').update(t).digest('hex').slice(0, 16)).join('-');

/** Writes a target as code and its weights beside it, runs that, and compares. */
export async function parityOf({ subject, folder }: Reference, exporter: Exporter, checker: Checker): Promise<Parity> {
  const { graph, facts } = subject;
  const ins = inputsOf(graph);
  const file = fileOf(exporter);
  const text = String(await exporter.write(subject));
  await writeFile(join(folder, file), text);
  const own = exporter.tensors?.(subject);
  // Paddle's modules have the names of PyTorch's.
  const keys = own ? new Map<string, string>() : ((exporter.keys ?? pytorch.keys)?.(subject) ?? new Map<string, string>());
  await writeFile(
    join(folder, 'model.safetensors'),
    writeSafetensors(own ? { tensors: own, metadata: {} } : keyed(weightPlaces(graph), subject.weights(), keys)),
  );
  const answer = await checker.ask({
    folder,
    file,
    target: graph.name,
    weights: 'model.safetensors',
    inputs: ins.map((_, i) => `in${i}.npy`),
    outputs: graph.outputs.map((o) => o.name),
  });
  const lines = text.trimEnd().split('\n').length;
  const wrong =
    answer.failed ?? (answer.params === facts.totals.params ? undefined : `${answer.params} params, not ${facts.totals.params}`);
  const remark = /^(Written layer by layer.*)$/m.exec(text)?.[1];
  return {
    lines,
    hash: hashOf(text, checker),
    params: facts.totals.params,
    ...(answer.error === undefined ? {} : { error: answer.error }),
    ...(answer.rounding === undefined ? {} : { rounding: answer.rounding }),
    ...(answer.ours === undefined ? {} : { ours: answer.ours }),
    ...(wrong === undefined ? {} : { failed: wrong }),
    ...(remark === undefined ? {} : { remark }),
  };
}

/**
 * Whether a network agrees: up to 1e-5, or, where random weights amplify rounding, if Pointwise is about as near to what double precision gives
 * as the framework is in single precision.
 */
export const agrees = ({ failed, error, rounding, ours }: Parity): boolean =>
  failed === undefined &&
  error !== undefined &&
  (error <= 1e-5 || (rounding !== undefined && ours !== undefined && rounding < 1e-2 && ours <= 3 * rounding));
