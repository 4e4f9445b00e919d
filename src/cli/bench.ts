/** `pointwise bench`: the kernel's own benchmark, in turns with the engines of others that are asked for and installed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bench as measureAll, type WorkloadResult } from '../bench/bench.ts';
import { isPeer, loadPeers, PEER_PACKAGES, type PeerName } from '../bench/peers-node.ts';
import { resultsTable, workloadText } from '../bench/report.ts';
import { WORKLOADS } from '../bench/workloads.ts';
import { loadKernels } from '../tensor/kernels/load-node.ts';
import { parseThreads } from './engine.ts';
import { Failure } from './errors.ts';

export interface BenchCommand {
  readonly peers?: string;
  readonly peersFrom?: string;
  readonly threads?: string;
  readonly rounds: string;
  readonly layers?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

function parsePeers(text: string | undefined): readonly PeerName[] {
  const names = (text ?? '').split(',').filter((name) => name !== '');
  const known = names.filter(isPeer);
  const unknown = names.find((name) => !isPeer(name));
  if (unknown === undefined) return known;
  throw new Failure(`There is no peer ${unknown}; choose from ${Object.keys(PEER_PACKAGES).join(', ')}.`, 2);
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 1000) return rounds;
  throw new Failure(`--rounds takes a whole number from 1 to 1000, not ${text}.`, 2);
}

/** Measures; `print` gets each workload's lines as they come, or all at once as JSON or Markdown. */
export async function bench(workloads: readonly string[], o: BenchCommand, print: (text: string) => void): Promise<void> {
  const rounds = parseRounds(o.rounds);
  const unknown = workloads.find((name) => !WORKLOADS[name]);
  if (unknown !== undefined) throw new Failure(`There is no workload ${unknown}; choose from ${Object.keys(WORKLOADS).join(', ')}.`, 2);
  const threads = parseThreads(o.threads);
  const asked = parsePeers(o.peers);
  const { peers, missing } = await loadPeers(o.peersFrom ?? process.cwd(), asked);
  if (missing.length > 0) {
    const packages = missing.flatMap((name) => PEER_PACKAGES[name]).join(' ');
    throw new Failure(`Not installed here: ${missing.join(', ')}. Run: npm install ${packages}`);
  }
  const folder = fileURLToPath(new URL('./kernel', import.meta.url));
  const threaded = threads > 1 ? { threads, kernels: await loadKernels(folder, { threads }) } : undefined;
  const ours = { kernels: await loadKernels(folder), strict: await loadKernels(folder, { strict: true }), threaded };
  const plain = !o.json && !o.markdown;
  try {
    const results: readonly WorkloadResult[] = await measureAll(
      { ours, peers, rounds, workloads: workloads.length > 0 ? workloads : undefined, pause: () => sleep(5) },
      (r) => {
        if (plain) print(workloadText(r, o.layers ?? false));
      },
    );
    if (o.json) print(JSON.stringify({ node: process.version, rounds, workloads: results }, null, 2));
    if (o.markdown) print(resultsTable(results));
  } finally {
    threaded?.kernels.dispose();
  }
}
