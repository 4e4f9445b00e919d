/** Out by PyTorch and in again: exported code as ONNX by PyTorch's own exporter, and that as `.cnn`, with what the target was. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '../../src/graph/execute.ts';
import type { Facts } from '../../src/graph/facts.ts';
import { type Graph, inputsOf } from '../../src/graph/graph.ts';
import { dimsOf, record } from '../../src/graph/record.ts';
import { align } from '../../src/import/align.ts';
import { importOnnx } from '../../src/import/index.ts';
import { weightsFor } from '../../src/import/weights.ts';
import { readNpy } from '../../src/run/npy.ts';
import { type Kernels, randomInput } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { difference } from '../support/onnxruntime.ts';
import type { Checker } from './parity.ts';

export interface Back {
  /** Lines of the text that made the network; of the text that came back. */
  readonly of: number;
  readonly lines?: number;
  readonly error?: number;
  readonly failed?: string;
  /** Where the older exporter has no operator for it. */
  readonly remark?: string;
  /** Tells the importer, as what it finds depends on it. */
  readonly by: string;
}

/** Tells the importer: what was found with another is not taken over. */
export const IMPORTER = ((): string => {
  const folder = new URL('../../src/import/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  const hash = createHash('sha256');
  for (const f of files.sort()) hash.update(readFileSync(new URL(f, folder)));
  return hash.digest('hex').slice(0, 16);
})();

export const cameBack = (b: Back): boolean => b.failed === undefined && b.error !== undefined && b.error <= 1e-4;

/** Of a target, made by a text of so many lines, whose code, weights, inputs and outputs are in a folder. The inputs are those that the comparison of code drew. */
export async function backOf(
  { graph, facts, lines: of }: { readonly graph: Graph; readonly facts: Facts; readonly lines: number },
  kernels: Kernels,
  { older, newer }: { readonly older: Checker; newer(): Checker },
  folder: string,
): Promise<Back> {
  const { totals } = facts;
  const ins = inputsOf(graph);
  const job = {
    ...{ folder, file: 'pytorch-model.py', target: graph.name, weights: 'model.safetensors', onnx: 'model.onnx' },
    inputs: ins.map((_, i) => `in${i}.npy`),
    outputs: graph.outputs.map((o) => o.name),
  };
  const { failed: refused } = await older.ask(job);
  const isRefused = refused !== undefined && /not supported/.test(refused);
  const failed = isRefused ? (await newer().ask(job)).failed : refused;
  const said = { of, by: IMPORTER, ...(isRefused ? { remark: 'by the newer exporter' } : {}) };
  if (failed !== undefined) return { ...said, failed };
  try {
    const read = importOnnx(new Uint8Array(await readFile(join(folder, 'model.onnx'))), { name: graph.name });
    const lines = read.text.trimEnd().split('\n').length;
    const meant = await targetOf(read.text, graph.name);
    const like = align(meant.graph, read.graph);
    if (!like) return { ...said, lines, failed: 'what is written does not mean what was read' };
    for (const figure of ['params', 'weights', 'totalMacs'] as const)
      if (meant.facts.totals[figure] !== totals[figure])
        return { ...said, lines, failed: `${meant.facts.totals[figure]} ${figure}, not ${totals[figure]}` };
    if (lines > 2 * of) return { ...said, lines, failed: `more than ${2 * of} lines` };
    const { weights } = weightsFor(meant.graph, read, like);
    const { outputs } = await execute(meant.graph, kernels, {
      ...{ seed: 1, exact: true, maxBytes: 4 * 2 ** 30 - 65536, progress: () => undefined },
      inputs: ins.map((n, i) => randomInput(dimsOf(n.shape), 7 + i)),
      weights: record(meant.graph).program.weights.map((w) => weights.get(w.name)?.data as Float32Array),
    });
    const wanted = await Promise.all(
      graph.outputs.map(async (_, i) => readNpy(await readFile(join(folder, `${i}.npy`))).data as Float32Array),
    );
    // Names of outputs are kept, their order too but for the first.
    const at = graph.outputs.map((o) =>
      Math.max(
        0,
        meant.graph.outputs.findIndex((m) => m.name === o.name),
      ),
    );
    const error = Math.max(...wanted.map((w, i) => difference((outputs[at[i] as number] as Float32Array).subarray(0, w.length), w)));
    return { ...said, lines, error };
  } catch (e) {
    return { ...said, failed: e instanceof Error ? e.message.slice(0, 300) : String(e) };
  }
}
