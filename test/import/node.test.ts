/**
 * ONNX's own node tests for the operators in scope: each is read and gives the numbers that ONNX says, or is refused. `make_node_tests.py` made the
 * cases of them.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ensureBuilt } from '../../scripts/build.ts';
import { inputsOf } from '../../src/graph/graph.ts';
import { record } from '../../src/graph/record.ts';
import { ImportFault } from '../../src/import/fault.ts';
import { importOnnx } from '../../src/import/index.ts';
import type { Kernels } from '../../src/tensor/index.ts';
import { loadKernels } from '../../src/tensor/kernels/load-node.ts';

interface Case {
  readonly name: string;
  readonly model: string;
  readonly inputs: readonly (readonly (number | string)[])[];
  readonly shape: readonly number[];
  readonly output: readonly (number | string)[];
}
const CASES = JSON.parse(gunzipSync(readFileSync(new URL('./node-tests.json.gz', import.meta.url))).toString('utf8')) as readonly Case[];
const number = (x: number | string): number => (typeof x === 'number' ? x : x === 'nan' ? Number.NaN : x === 'inf' ? Infinity : -Infinity);
const floats = (xs: readonly (number | string)[]): Float32Array => Float32Array.from(xs, number);

/** What a case comes to: nothing where it is right; why it is refused; or how it is wrong. */
function outcome(c: Case, kernels: Kernels): { readonly refused?: string; readonly wrong?: string } {
  let made: ReturnType<typeof importOnnx>;
  try {
    made = importOnnx(Buffer.from(c.model, 'base64'), { name: 'Net' });
  } catch (e) {
    if (!(e instanceof ImportFault)) return { wrong: e instanceof Error ? (e.stack ?? e.message) : String(e) };
    return { refused: /\d+× (.*?)(?: \([^()]*\))?$/m.exec(e.message)?.[1] ?? e.message.trim() };
  }
  const { graph } = made;
  const { program } = record(graph);
  const weights = program.weights.map((w) => Float32Array.from(made.weights.get(w.name)?.numbers() ?? []));
  const inputs = c.inputs.map(floats);
  const ins = inputsOf(graph);
  if (ins.length !== inputs.length) return { wrong: `${ins.length} inputs, not ${inputs.length}` };
  const sizes = ins.map((n) => n.shape.reduce((a, b) => a * b, 1));
  if (sizes.join() !== inputs.map((x) => x.length).join()) return { wrong: `inputs of ${sizes}, not ${inputs.map((x) => x.length)}` };
  const given = kernels.plan(program, weights, { exact: true }).run(inputs)[0] as Float32Array;
  const wanted = floats(c.output);
  if (given.length < wanted.length) return { wrong: `${given.length} numbers, not ${wanted.length} (${c.shape})` };
  const largest = wanted.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m), 1e-6);
  for (const [i, w] of wanted.entries()) {
    const g = given[i] as number;
    if (Number.isNaN(w) ? !Number.isNaN(g) : Number.isFinite(w) ? !(Math.abs(g - w) <= 1e-4 * largest) : g !== w)
      return { wrong: `${g} at ${i}, not ${w}` };
  }
  return {};
}

/** In training, batch norm takes the statistics of what arrives: an imported one takes those it runs with, which is said. */
const TRAINING = /_training_mode$/;
const REFUSED = new URL('./node-refused.txt', import.meta.url);

describe("ONNX's own node tests", () => {
  it('give what ONNX says, or are refused for a reason that is known', async function () {
    this.timeout(60_000);
    await ensureBuilt();
    const kernels = await loadKernels(fileURLToPath(new URL('../../dist/kernel', import.meta.url)), { threads: 1 });
    const all = CASES.filter((c) => !TRAINING.test(c.name)).map((c) => ({ name: c.name, ...outcome(c, kernels) }));
    assert.deepEqual(
      all.filter((c) => c.wrong),
      [],
    );
    const refused = all.flatMap((c) => (c.refused === undefined ? [] : [`${c.name}: ${c.refused}\n`])).join('');
    if (process.env.UPDATE) writeFileSync(REFUSED, refused);
    assert.equal(refused, readFileSync(REFUSED, 'utf8'));
    assert.ok(all.filter((c) => !c.refused).length > 160);
  });
});
