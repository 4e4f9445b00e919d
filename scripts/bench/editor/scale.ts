/** How the analysis grows: ResNet-152 from its syntax tree, networks of up to 100,000 layers, and `summary` of many rows at the command line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmptyFileSystem, URI } from 'langium';
import { quantile } from '../../../src/bench/measure.ts';
import { analyse } from '../../../src/graph/analyse.ts';
import { fileScopes } from '../../../src/language/analysis/file-scopes.ts';
import { elaborate } from '../../../src/language/elaborate/elaborate.ts';
import { flatten } from '../../../src/language/elaborate/flatten.ts';
import { DEFAULT_LIMITS } from '../../../src/language/elaborate/session.ts';
import { createCnnServices } from '../../../src/language/services.ts';
import type { Model } from '../../../src/language/syntax/generated/ast.ts';
import { root } from '../../host/install.ts';

/** Median milliseconds from a text to its facts. */
export interface Stages {
  readonly name: string;
  readonly layers: number;
  readonly parse: number;
  readonly elaborate: number;
  readonly flatten: number;
  readonly analyse: number;
}

/** Seconds of `summary`, the start of the program included. */
export interface Summaries {
  readonly repeats: number;
  readonly rows: number;
  readonly text: number;
  readonly json: number;
  readonly csv: number;
}

const median = (xs: readonly number[]): number => quantile(xs, 0.5);

/** Takes a text through its stages; its last declaration is what is measured. */
function stages(name: string, text: string, rounds: number): Stages {
  const { shared } = createCnnServices(EmptyFileSystem);
  const times: Record<'parse' | 'elaborate' | 'flatten' | 'analyse', number[]> = { parse: [], elaborate: [], flatten: [], analyse: [] };
  const timed = <T>(stage: keyof typeof times, work: () => T): T => {
    const start = performance.now();
    const made = work();
    times[stage].push(performance.now() - start);
    return made;
  };
  let layers = 0;
  for (let i = 0; i < rounds; i++) {
    const document = timed('parse', () =>
      shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse(`file:///bench/${name}-${i}.cnn`)),
    );
    const { targets } = timed('elaborate', () => elaborate(document.parseResult.value as Model, fileScopes(shared), DEFAULT_LIMITS));
    const instance = targets.at(-1)?.instance;
    if (!instance) throw new Error(`${name} has no target.`);
    const graph = timed('flatten', () => flatten(instance));
    layers = graph.nodes.length - 1;
    timed('analyse', () => analyse(graph));
  }
  return {
    name,
    layers,
    parse: median(times.parse),
    elaborate: median(times.elaborate),
    flatten: median(times.flatten),
    analyse: median(times.analyse),
  };
}

/** A network that repeats a block of seven layers. */
const repeated = (n: number): string => `block Seven {
  add {
    | conv(8, 3x3) -> bn -> relu -> conv(8, 3x3) -> bn
    | identity
  }
}
network Repeated on 8x8x8 {
  repeat ${n} { Seven }
}
`;

/** As before, without blocks: all layers in one body. */
const flat = (n: number): string => `network Flat on 8x8x8 {
  repeat ${n} { conv(8, 3x3) -> bn -> relu -> conv(8, 3x3) -> bn -> relu -> identity }
}
`;

/** ResNet-152 of the examples by itself. */
function resnet152(): string {
  const text = readFileSync(join(root, 'examples', 'resnet.cnn'), 'utf8');
  return text.replace('layers=[3, 4, 6, 3]', 'layers=[3, 8, 36, 3]').replaceAll(/^network \w+ = .*\n/gm, '');
}

export function measureStages(): readonly Stages[] {
  const large = Math.floor((DEFAULT_LIMITS.nodes - 1) / 7);
  return [
    stages('ResNet-152', resnet152(), 30),
    ...[large / 100, large / 10, large].map(Math.floor).flatMap((n) => {
      const rounds = n > 5000 ? 3 : 10;
      return [stages('blocks', repeated(n), rounds), stages('one body', flat(n), rounds)];
    }),
  ];
}

/** Runs `summary`, and gives its seconds. */
async function summarySeconds(path: string, options: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'summary', path, ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`summary ended with ${status}.`);
  return (performance.now() - start) / 1000;
}

export async function measureSummaries(repeats: readonly number[] = [500, 1000, 2000, 4000]): Promise<readonly Summaries[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pointwise-bench-'));
  const made: Summaries[] = [];
  for (const n of repeats) {
    const path = join(folder, `${n}.cnn`);
    writeFileSync(path, repeated(n));
    made.push({
      repeats: n,
      rows: 7 * n,
      text: await summarySeconds(path, []),
      json: await summarySeconds(path, ['--json']),
      csv: await summarySeconds(path, ['--csv']),
    });
  }
  rmSync(folder, { recursive: true });
  return made;
}
