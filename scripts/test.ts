/** Runs the tests: `node scripts/test.ts [unit] [host] [e2e]`, by default all. Ends with the sum, `N passed, N failed`, on a line of its own. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBuilt } from './build.ts';
import { installBrowser, installCodeServer, root } from './host/install.ts';

const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
const reporter = ['--reporter', join(root, 'test', 'reporter.ts')];

/** The suites. */
const legs = {
  unit: {
    title: 'Unit and fixture tests',
    args: [mocha, ...reporter, '--parallel', '--jobs', '2', 'test/**/*.test.ts', '--ignore', 'test/{host,e2e}/**'],
  },
  host: { title: 'In the extension host of a real VS Code', args: [join(root, 'scripts', 'host', 'run.ts')] },
  e2e: { title: 'As a user does, in a browser', args: [mocha, ...reporter, '--timeout', '60000', 'test/e2e/**/*.test.ts'] },
} as const satisfies Record<string, { readonly title: string; readonly args: readonly string[] }>;

type Leg = keyof typeof legs;

/** What runs beside each other, each in its order: those that wait for VS Code leave the processor to the others. */
const lanes: readonly (readonly Leg[])[] = [['unit'], ['host', 'e2e']];

interface Counts {
  readonly passes: number;
  readonly failures: number;
}

const results = join(root, 'out', 'results');

/** What one lane says: at once where it is its turn, else kept until then. */
class Voice {
  #kept: (string | Uint8Array)[] | undefined;
  constructor(waits: boolean) {
    this.#kept = waits ? [] : undefined;
  }
  say(text: string | Uint8Array): void {
    if (this.#kept) this.#kept.push(text);
    else process.stdout.write(text);
  }
  /** Its turn has come. */
  speak(): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const text of kept) process.stdout.write(text);
  }
}

/** Runs one leg and returns its counts; one that ends without any has failed as a whole. */
async function run(leg: Leg, voice: Voice): Promise<Counts> {
  const { title, args } = legs[leg];
  voice.say(`\n━━ ${title} (${leg})\n`);
  const file = join(results, `${leg}.json`);
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, POINTWISE_RESULTS: file, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Uint8Array) => voice.say(text));
  const code = await new Promise<number>((resolve) =>
    child.once('close', (status) => resolve(status ?? 1)).once('error', () => resolve(1)),
  );
  const counts = read(file);
  if (!counts || (code !== 0 && counts.failures === 0)) {
    voice.say(`The ${leg} tests did not run to their end (exit status ${code}).\n`);
    return { passes: counts?.passes ?? 0, failures: 1 };
  }
  return counts;
}

function read(file: string): Counts | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const isLeg = (name: string): name is Leg => Object.hasOwn(legs, name);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !isLeg(name));
if (unknown.length > 0) {
  console.error(`Unknown tests: ${unknown.join(', ')}. There are ${Object.keys(legs).join(', ')}.`);
  process.exit(2);
}
const wanted = asked.length > 0 ? asked.filter(isLeg) : (Object.keys(legs) as Leg[]);

await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });
await ensureBuilt();
if (wanted.some((leg) => leg !== 'unit')) {
  await installCodeServer();
  await installBrowser();
}
const counts: Counts[] = [];
const running = lanes
  .map((lane) => lane.filter((leg) => wanted.includes(leg)))
  .filter((lane) => lane.length > 0)
  .map((lane, i) => {
    const voice = new Voice(i > 0);
    const all = async (): Promise<void> => {
      for (const leg of lane) counts.push(await run(leg, voice));
    };
    return { voice, ended: all() };
  });
for (const { voice, ended } of running) {
  voice.speak();
  await ended;
}
const sum = (key: keyof Counts): number => counts.reduce((total, count) => total + count[key], 0);
console.log(`\n${sum('passes')} passed, ${sum('failures')} failed`);
process.exitCode = sum('failures') > 0 ? 1 : 0;
