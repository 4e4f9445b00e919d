/** Runs the tests: `node scripts/test.ts [unit] [host] [e2e]`, by default all. Ends with the sum, `N passed, N failed`, on a line of its own. */
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.ts';
import { installBrowser, installCodeServer, root } from './host/install.ts';

const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
const reporter = ['--reporter', join(root, 'test', 'reporter.ts')];

/** Begun first: the last of them would leave one of the two jobs without work. The report at the end says which files take long. */
const LONG = [
  'webview/page',
  'webview/access',
  'webview/run',
  'webview/what-if',
  'tensor/ops',
  'cli/bad-input',
  'cli/diff',
  'webview/pictures',
  'webview/narrow',
  'webview/table',
  'webview/space',
  'webview/canvas',
  'fuzz/fuzz',
].map((name) => join('test', `${name}.test.ts`));

function unitFiles(): readonly string[] {
  const all = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/host/**', 'test/e2e/**'] }).sort();
  return [...LONG.filter((file) => all.includes(file)), ...all.filter((file) => !LONG.includes(file))];
}

/** The suites, in the order in which they run: the quickest to fail first. */
const legs = {
  unit: {
    title: 'Unit and fixture tests',
    args: [mocha, ...reporter, '--parallel', '--jobs', '2', ...unitFiles()],
    // To strip the types of all modules and compile them takes each of its processes a second or two; Node keeps it, where the command line does.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
  },
  host: { title: 'In the extension host of a real VS Code', args: [join(root, 'scripts', 'host', 'run.ts')] },
  // A window on a busy machine loses a click now and then. What had to be tried again is said.
  e2e: {
    title: 'As a user does, in a browser',
    args: [mocha, ...reporter, '--timeout', '60000', '--retries', '1', 'test/e2e/**/*.test.ts'],
  },
} as const satisfies Record<string, LegOptions>;

type Leg = keyof typeof legs;

interface LegOptions {
  readonly title: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Counts {
  readonly passes: number;
  readonly failures: number;
}

const results = join(root, 'out', 'results');

/** Runs one leg and returns its counts; one that ends without any has failed as a whole. */
async function run(leg: Leg): Promise<Counts> {
  const { title, args, env }: LegOptions = legs[leg];
  console.log(`\n━━ ${title} (${leg})`);
  const file = join(results, `${leg}.json`);
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...env, ...process.env, POINTWISE_RESULTS: file },
  });
  const code = await new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? 1)).once('error', () => resolve(1)));
  const counts = read(file);
  if (!counts || (code !== 0 && counts.failures === 0)) {
    console.error(`The ${leg} tests did not run to their end (exit status ${code}).`);
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
for (const leg of wanted) counts.push(await run(leg));
const sum = (key: keyof Counts): number => counts.reduce((total, count) => total + count[key], 0);
console.log(`\n${sum('passes')} passed, ${sum('failures')} failed`);
process.exitCode = sum('failures') > 0 ? 1 : 0;
