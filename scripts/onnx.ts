/**
 * `npm run test:onnx -- [--all] [--markdown] [--rows FILE] [--write PAGE] [NAME …]`: exported ONNX files under `onnx.checker` with `full_check` and in onnxruntime, against what
 * Pointwise computes: as usual, with an open batch, by the first and the last opset, and with batch norm folded. By default the examples and a few
 * of the zoo; `--all` all of the zoo. `--rows` keeps what is found, and goes on from it; `--write` puts the table into a page. Skipped where there is no Python that has both: POINTWISE_PYTHON names one.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open } from '../src/cli/open.ts';
import { CannotExport, type ModelOptions, type Subject } from '../src/export/exporter.ts';
import { onnx } from '../src/export/onnx/exporter.ts';
import { calibrate } from '../src/graph/calibrate.ts';
import { execute } from '../src/graph/execute.ts';
import { inputsOf } from '../src/graph/graph.ts';
import { dimsOf, record } from '../src/graph/record.ts';
import { seededWeights } from '../src/graph/weights.ts';
import { shapeSize } from '../src/layers/shape.ts';
import { writeNpy } from '../src/run/npy.ts';
import { randomInput } from '../src/tensor/index.ts';
import { loadKernels } from '../src/tensor/kernels/load-node.ts';
import { Checker, hasModules, PYTHON } from '../test/parity/parity.ts';
import { putTable } from '../test/parity/table.ts';
import { difference } from '../test/support/onnxruntime.ts';
import { ensureBuilt } from './build.ts';
import { Kept } from './kept.ts';

/** What is compared by default, beside the examples. */
const FEW = new Set(['EfficientNetB0', 'ConvNeXtTiny', 'ShuffleNetV2_05', 'FPN', 'Siamese']);
const VARIANTS: Readonly<Record<string, ModelOptions>> = {
  usual: {},
  open: { batch: 'dynamic' },
  'opset 13': { opset: 13 },
  'opset 26': { opset: 26, batch: 2 },
  folded: { foldBatchNorm: true },
};
/** Of larger networks only the usual file is tried. */
const MOST_MACS = 6e9;
const MOST_PARAMS = 150e6;
const MOST_BYTES = 6 * 2 ** 30;
/**
 * Networks of random weights amplify rounding, even calibrated: PyTorch in float32 is up to this far from itself in float64 (docs/parity.md). Where it
 * is more, it may be three times what Pointwise's fast kernels, which add in another order, are from its exact ones.
 */
const CLOSE = 1e-3;

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    rows: { type: 'string' },
    write: { type: 'string' },
  },
});
if (!hasModules('onnx', 'onnxruntime', 'numpy')) {
  console.log(`skipped: ${PYTHON} has no onnx, onnxruntime, numpy; set POINTWISE_PYTHON to a Python that has them.`);
  process.exit(0);
}
await ensureBuilt();
/** WebAssembly's memories are collected late where nobody asks: those of many networks would not fit. */
const collect = (): void => (globalThis as { readonly gc?: () => void }).gc?.();
const root = fileURLToPath(new URL('..', import.meta.url));
const kernels = await loadKernels(join(root, 'dist', 'kernel'), { threads: 2 });
const folder = await mkdtemp(join(tmpdir(), 'pointwise-onnx-'));
const checker = new Checker('./check_onnx.py');

interface Row {
  readonly name: string;
  /** By variant: the largest difference as a share of the largest entry, or why it is not written. */
  readonly errors: Readonly<Record<string, number | string>>;
  /** How far Pointwise's fast kernels are from its exact ones, where an error is large. */
  readonly rounding?: number;
  readonly failed?: string;
}

async function rowOf(subject: Omit<Subject, 'weights'>): Promise<Row> {
  const { graph, facts } = subject;
  const ins = inputsOf(graph);
  const inputs = ins.map((n, i) => randomInput(dimsOf(n.shape), 7 + i));
  const weights = await calibrate(graph, kernels, { weights: seededWeights(graph, 1), inputs, seed: 1, maxBytes: MOST_BYTES });
  const run = async (exact: boolean): Promise<readonly Float32Array[]> => {
    const { outputs } = await execute(graph, kernels, {
      ...{ seed: 1, inputs, exact, maxBytes: MOST_BYTES, progress: () => undefined },
      weights: record(graph).program.weights.map((w) => weights.get(w.name) as Float32Array),
    });
    return graph.outputs.map((o, i) => (outputs[i] as Float32Array).slice(0, shapeSize(graph.nodes[o.node]?.shape ?? [1])));
  };
  const outputs = await run(true);
  const save = async (name: string, shape: readonly number[], data: Float32Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, writeNpy({ shape, data }));
    return path;
  };
  const job = {
    inputs: await Promise.all(ins.map((n, i) => save(`in${i}.npy`, n.shape, inputs[i] as Float32Array))),
    outputs: await Promise.all(
      graph.outputs.map((o, i) => {
        const shape = graph.nodes[o.node]?.shape ?? [1];
        return save(`out${i}.npy`, shape, outputs[i] as Float32Array);
      }),
    ),
  };
  const errors: Record<string, number | string> = {};
  for (const [variant, o] of Object.entries(VARIANTS)) {
    if (variant !== 'usual' && facts.totals.totalMacs > MOST_MACS) continue;
    const path = join(folder, 'model.onnx');
    try {
      await writeFile(path, await onnx.write({ ...subject, weights: () => weights }, o));
    } catch (e) {
      if (!(e instanceof CannotExport)) throw e;
      errors[variant] = e.message;
      continue;
    }
    const batch = o.batch === 'dynamic' ? 3 : (o.batch ?? 1);
    const answer = (await checker.ask({ ...job, files: [{ path, batch }] })) as {
      readonly errors?: readonly number[];
      readonly failed?: string;
    };
    if (answer.failed !== undefined || !answer.errors) return { name: graph.name, errors, failed: `${variant}: ${answer.failed}` };
    errors[variant] = answer.errors[0] ?? Number.NaN;
  }
  if (Object.values(errors).every((e) => typeof e === 'string' || e <= CLOSE)) return { name: graph.name, errors };
  const fast = await run(false);
  return { name: graph.name, errors, rounding: Math.max(...fast.map((f, i) => difference(f, outputs[i] as Float32Array))) };
}

const kept = await Kept.in<Row>(options.rows);
const rows: Row[] = [];
for (const place of ['examples', join('examples', 'zoo')])
  for (const entry of (await readdir(join(root, place))).filter((f) => f.endsWith('.cnn')).sort()) {
    const file = await open(join(root, place, entry));
    for (const target of file.analysis.targets) {
      const made = file.analysis.target(target);
      const isNetwork = target.kind === 'network' || !file.analysis.targets.some((t) => t.kind === 'network' && t.instance);
      const isAsked =
        names.length > 0
          ? names.includes(target.name) || names.includes(entry)
          : isNetwork && (place === 'examples' || options.all || FEW.has(target.name));
      if (!made || !isAsked || made.facts.totals.params > MOST_PARAMS) continue;
      const outline = { outline: () => file.analysis.outline(target), family: () => file.analysis.family(target) };
      const known = kept.get(target.name);
      const row =
        known ??
        (await rowOf({ ...made, kind: target.kind, ...outline }).catch(
          (e: unknown): Row => ({ name: target.name, errors: {}, failed: e instanceof Error ? e.message : String(e) }),
        ));
      if (!known) await kept.add(target.name, row);
      rows.push(row);
      collect();
      const told = Object.entries(row.errors).map(([variant, e]) => `${variant} ${typeof e === 'number' ? e.toExponential(1) : 'refused'}`);
      console.error(`${target.name.padEnd(24)} ${row.failed ?? told.join('  ')}`);
    }
  }
checker.end();
await rm(folder, { recursive: true, force: true });
const isGood = (r: Row): boolean =>
  r.failed === undefined && Object.values(r.errors).every((e) => typeof e === 'string' || e <= Math.max(CLOSE, 3 * (r.rounding ?? 0)));
const bad = rows.filter((r) => !isGood(r));
const files = rows.flatMap((r) => Object.values(r.errors));
const written = files.filter((e) => typeof e === 'number');
const near = written.filter((e) => e <= 1e-5).length;
const cell = (r: Row, variant: string): string => {
  const e = r.errors[variant];
  if (typeof e !== 'number') return e === undefined ? '' : 'refused';
  return r.rounding === undefined ? e.toExponential(1) : `${e.toExponential(1)} (${r.rounding.toExponential(1)})`;
};
const table = [
  `| Network | ${Object.keys(VARIANTS).join(' | ')} |`,
  `| :-- |${' --: |'.repeat(Object.keys(VARIANTS).length)}`,
  ...rows.map((r) => `| ${[r.name, ...Object.keys(VARIANTS).map((v) => cell(r, v))].join(' | ')} |`),
].join('\n');
if (options.markdown) console.log(table);
if (options.write !== undefined) await putTable(options.write, 'onnx', table);
for (const why of new Set(files.filter((e) => typeof e === 'string').map((e) => e.replace(/^\S+ /, '… '))))
  console.error(`refused: ${why}`);
console.error(
  `${rows.length - bad.length} of ${rows.length} networks agree, in ${written.length} files (${near} within 1e-5)${bad.length > 0 ? `; not ${bad.map((r) => r.name).join(', ')}` : ''}`,
);
process.exit(bad.length > 0 ? 1 : 0);
