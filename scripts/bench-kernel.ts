/**
 * `npm run bench:kernel -- [workload …] [--steps] [--peers] [--rounds=9] [--markdown]`: measures the kernels, see `bench/bench.ts`.
 *
 * `--peers` adds onnxruntime-web, installed on first use into `.cache/bench`, which git ignores. `--steps` lists the time of every step.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadKernels } from '../src/tensor/kernels/load-node.ts';
import { bench, type WorkloadResult } from './bench/bench.ts';
import { buildKernel } from './build-kernel.ts';

const PEERS = ['onnxruntime-web@1.30'];

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
  },
});

/** The folder with the peers, installed if need be. */
function peers(): string {
  const folder = join(root, '.cache', 'bench');
  if (!existsSync(join(folder, 'node_modules', 'onnxruntime-web'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', ...PEERS], { cwd: folder, stdio: 'inherit' });
  }
  return folder;
}

function print(r: WorkloadResult): void {
  const bytes = `${Math.round(r.planBytes / 2 ** 20)} MiB`;
  if (values.markdown) {
    for (const e of r.engines) {
      const ratio = e.ratio ? `${e.ratio.median.toFixed(2)} (${e.ratio.low.toFixed(2)}–${e.ratio.high.toFixed(2)})` : '';
      console.log(`| ${r.name} | ${e.engine} | ${e.ms.toFixed(2)} | ${ratio} | ${e.error.toExponential(1)} |`);
    }
    return;
  }
  console.log(`${r.name}: ${r.title}; planned in ${r.planMs.toFixed(0)} ms, ${bytes}`);
  for (const e of r.engines) {
    const ratio = e.ratio ? `×${e.ratio.median.toFixed(2)} (${e.ratio.low.toFixed(2)}–${e.ratio.high.toFixed(2)})` : '';
    console.log(`  ${e.engine.padEnd(18)} ${e.ms.toFixed(2).padStart(9)} ms  ${ratio.padEnd(20)} error ${e.error.toExponential(1)}`);
  }
  if (!values.steps) return;
  for (const s of r.steps) {
    const rate = s.gflops > 0 ? `${s.gflops.toFixed(1)} GFLOP/s` : '';
    console.log(`    ${s.technique.padEnd(20)} ${s.shape.padEnd(28)} ${s.ms.toFixed(3).padStart(9)} ms  ${rate}`);
  }
}

const folder = join(root, 'dist', 'kernel');
await buildKernel(folder);
await bench(
  {
    kernels: await loadKernels(folder),
    strict: await loadKernels(folder, { strict: true }),
    ...(positionals.length > 0 ? { workloads: positionals } : {}),
    rounds: Number(values.rounds),
    peers: values.peers ? peers() : undefined,
  },
  print,
);
