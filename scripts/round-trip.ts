/**
 * `npm run test:round-trip -- [--markdown] [--rows FILE] [--write PAGE] [NAME …]`: every network of the examples and of the zoo as ONNX and as `.cnn` again: the same
 * params and multiply–accumulates, the same outputs with the weights that came along, and at most twice the lines. `--rows` keeps what
 * is found, and goes on from it; `--write` puts the table into a page.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open } from '../src/cli/open.ts';
import { execute } from '../src/graph/execute.ts';
import { type Graph, inputsOf } from '../src/graph/graph.ts';
import { dimsOf, record } from '../src/graph/record.ts';
import { seededWeights } from '../src/graph/weights.ts';
import { weightsFor } from '../src/import/weights.ts';
import { randomInput } from '../src/tensor/index.ts';
import { loadKernels } from '../src/tensor/kernels/load-node.ts';
import { round } from '../test/import/round.ts';
import { putTable } from '../test/parity/table.ts';
import { difference } from '../test/support/onnxruntime.ts';
import { ensureBuilt } from './build.ts';
import { Kept, textHash } from './kept.ts';

const MOST_BYTES = 6 * 2 ** 30;
/** An ONNX file ends at 2 GB: networks with more are left out, which is said. */
const MOST_PARAMS = 500e6;

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { markdown: { type: 'boolean', default: false }, rows: { type: 'string' }, write: { type: 'string' } },
});
await ensureBuilt();
/** WebAssembly's memories are collected late where nobody asks: those of many networks would not fit. */
const collect = (): void => (globalThis as { readonly gc?: () => void }).gc?.();
const root = fileURLToPath(new URL('..', import.meta.url));
const kernels = await loadKernels(join(root, 'dist', 'kernel'), { threads: 2 });

async function outputs(graph: Graph, weights: ReadonlyMap<string, Float32Array>): Promise<readonly Float32Array[]> {
  const inputs = inputsOf(graph).map((n, i) => randomInput(dimsOf(n.shape), 7 + i));
  const run = await execute(graph, kernels, {
    ...{ seed: 1, inputs, exact: true, maxBytes: MOST_BYTES, progress: () => undefined },
    weights: record(graph).program.weights.map((w) => weights.get(w.name) as Float32Array),
  });
  return run.outputs.map((o) => (o as Float32Array).slice());
}

interface Row {
  readonly cells: readonly (string | number)[];
  readonly wrong: readonly string[];
}
const kept = await Kept.in<Row>(options.rows);
const rows: string[] = [];
const bad: string[] = [];
const tooLarge: string[] = [];
let count = 0;
for (const place of ['examples', join('examples', 'zoo')])
  for (const entry of (await readdir(join(root, place))).filter((f) => f.endsWith('.cnn')).sort()) {
    const file = await open(join(root, place, entry));
    const networks = file.analysis.targets.filter((t) => t.kind === 'network' && t.instance);
    for (const target of networks.length > 0 ? networks : file.analysis.targets) {
      const made = file.analysis.target(target);
      if (!made || (names.length > 0 && !names.includes(target.name) && !names.includes(entry))) continue;
      const { totals } = made.facts;
      if (totals.params > MOST_PARAMS) {
        tooLarge.push(target.name);
        continue;
      }
      count++;
      const start = performance.now();
      const tell = ({ cells, wrong }: Row): void => {
        if (wrong.length > 0) bad.push(`${target.name}: ${wrong.join(', ')}`);
        rows.push(`| ${cells.join(' | ')} |`);
        console.error(`${cells.join('  ')}  ${Math.round(performance.now() - start)} ms`);
      };
      const weights = seededWeights(made.graph, 1);
      const back = await round(made, file.analysis.outline(target), weights, file.services);
      const key = `${target.name} ${textHash(back.read.text)}`;
      const known = kept.get(key);
      if (known) {
        tell(known);
        continue;
      }
      const wrong: string[] = [];
      if (!back.like) wrong.push('another graph');
      for (const figure of ['params', 'macs', 'totalMacs'] as const)
        if (back.totals[0][figure] !== back.totals[1][figure]) wrong.push(`${back.totals[1][figure]} ${figure}`);
      let error: number | undefined;
      if (back.like) {
        const came = new Map([...weightsFor(back.graph, back.read, back.like).weights].map(([k, w]) => [k, w.data]));
        try {
          const given = await outputs(back.graph, came);
          const wanted = await outputs(made.graph, weights);
          error = Math.max(...wanted.map((w, i) => difference(given[i] as Float32Array, w)));
          if (!(error <= 1e-4)) wrong.push(`outputs differ by ${error.toExponential(1)}`);
        } catch (e) {
          wrong.push(`not run: ${e instanceof Error ? e.message : String(e)}`);
        }
      }
      const [there, here] = back.lines;
      if (here > 2 * there) wrong.push(`${here} lines, not ${2 * there}`);
      collect();
      const cells = [target.name, there, here, totals.params.toLocaleString('en'), error?.toExponential(1) ?? '', wrong.join(', ')];
      await kept.add(key, { cells, wrong });
      tell({ cells, wrong });
    }
  }
const table = ['| Network | Lines | Back | Params | Difference | |', '| :-- | --: | --: | --: | --: | :-- |', ...rows].join('\n');
if (options.markdown) console.log(table);
if (options.write !== undefined) await putTable(options.write, 'round-trip', table);
if (tooLarge.length > 0) console.error(`left out, as their weights are more than a file of ONNX holds: ${tooLarge.join(', ')}`);
console.error(`${count - bad.length} of ${count} come back${bad.length > 0 ? `; not\n  ${bad.join('\n  ')}` : ''}`);
process.exit(bad.length > 0 ? 1 : 0);
