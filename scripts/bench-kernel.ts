/**
 * `npm run bench:kernel -- [workload …] [--rounds=9] [--layers] [--only=node|chromium] [--write]`: the kernels beside onnxruntime-web,
 * TensorFlow.js and onnxruntime-node, in turns, in Node and in headless Chromium. `--write` puts the tables and the plot into docs.
 *
 * `npm run bench:kernel -- --cores [workload …] [--rounds=9] [--write]`: one worker of a page beside several, and one thread of Node beside several.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bench, type WorkloadResult } from '../src/bench/bench.ts';
import { loadPeers } from '../src/bench/peers-node.ts';
import {
  aimsTable,
  bestPeak,
  errorsTable,
  leastTable,
  limitsTable,
  resultsTable,
  techniquesTable,
  workloadText,
} from '../src/bench/report.ts';
import { loadKernels } from '../src/tensor/kernels/load-node.ts';
import { benchCores } from './bench/cores.ts';
import { inChromium as inPage } from './bench/page.ts';
import type { PageRequest } from './bench/page-worker.ts';
import { installPeers } from './bench/peers.ts';
import { plotOf } from './bench/plot.ts';
import { buildKernel } from './build-kernel.ts';
import { root } from './host/install.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '9' },
    layers: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    cores: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const workloads = positionals.length > 0 ? positionals : undefined;
const threads = Math.min(16, availableParallelism());

interface Runtime {
  readonly name: string;
  readonly results: readonly WorkloadResult[];
}

async function inNode(peersFrom: string, report: (r: WorkloadResult) => void): Promise<Runtime> {
  const folder = join(root, 'dist', 'kernel');
  const others = await loadPeers(peersFrom, ['onnxruntime-web', 'tfjs-wasm']);
  const native = await loadPeers(root, ['onnxruntime-node']);
  const threaded = threads > 1 ? { threads, kernels: await loadKernels(folder, { threads }) } : undefined;
  const ours = { kernels: await loadKernels(folder), strict: await loadKernels(folder, { strict: true }), threaded };
  const peers = { ...others.peers, ...native.peers };
  const results = await bench({ ours, peers, rounds, workloads, pause: () => sleep(5) }, report);
  threaded?.kernels.dispose();
  return { name: `Node ${process.versions.node.split('.')[0]}`, results };
}

async function inChromium(peersFrom: string, report: (r: WorkloadResult) => void): Promise<Runtime> {
  const results: WorkloadResult[] = [];
  const request: PageRequest = { workloads, rounds, threads };
  const version = await inPage('page-worker.ts', peersFrom, request, (r: WorkloadResult) => {
    results.push(r);
    report(r);
  });
  return { name: `Chromium ${version.split('.')[0]}`, results };
}

/** Writes a text between marks of docs/performance.md. */
function writeBetween(mark: string, text: string): void {
  const path = join(root, 'docs', 'performance.md');
  const marks = new RegExp(`(<!-- ${mark} -->)[\\s\\S]*(<!-- /${mark} -->)`);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(marks, (_, from, to) => `${from}\n\n${text}\n\n${to}`),
  );
}

/** Writes what was measured between the marks of docs/performance.md, and the plot beside it. */
function write(runtimes: readonly Runtime[]): void {
  const [first] = runtimes;
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}, ${rounds} rounds`;
  const all = runtimes.flatMap((r) => r.results);
  const peak = bestPeak(all);
  const copy = Math.max(...all.map((w) => w.copyRate));
  const text = [
    `Measured on: ${machine}; our product in cache at most ${peak.toFixed(1)} GFLOP/s; memory copied at most ${copy.toFixed(1)} GB/s.`,
    ...runtimes.flatMap(({ name, results }) => [`### ${name}: aims`, aimsTable(results)]),
    ...runtimes.flatMap(({ name, results }) => [`### ${name}: medians`, resultsTable(results)]),
    ...runtimes.flatMap(({ name, results }) => [`### ${name}: least times`, leastTable(results)]),
    ...(first ? ['### Errors', errorsTable(first.results), `### The limit, in ${first.name}`, limitsTable(first.results)] : []),
    ...(first?.results.flatMap((r) => [`### Where the time of ${r.name} goes`, techniquesTable(r, bestPeak(first.results))]) ?? []),
  ].join('\n\n');
  writeBetween('measured', text);
  writeFileSync(join(root, 'docs', 'images', 'performance.svg'), plotOf(runtimes));
}

await buildKernel(join(root, 'dist', 'kernel'));
if (values.cores) {
  const table = await benchCores(workloads ?? ['W1', 'W1n', 'W2b', 'W2s', 'W3', 'W4'], rounds, threads);
  console.log(table);
  if (values.write) writeBetween('cores', table);
  process.exit(0);
}
const peersFrom = installPeers();
const runtimes: Runtime[] = [];
for (const [name, run] of [
  ['node', inNode],
  ['chromium', inChromium],
] as const) {
  if (values.only !== undefined && values.only !== name) continue;
  console.log(`── ${name}`);
  runtimes.push(await run(peersFrom, (r) => console.log(workloadText(r, values.layers))));
}
if (values.write) write(runtimes);
process.exit(0);
