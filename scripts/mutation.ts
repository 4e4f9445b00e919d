/**
 * `npm run test:mutation -- [folder or file …] [--sample N] [--seed N] [--workers N]`: changes the code of a folder of src (all of the core by default) in small ways, and
 * tells which changes no test notices. Each change runs the tests that cover it. What is known from the last run is not tested again.
 */
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { buildKernel } from './build-kernel.ts';
import { root } from './host/install.ts';
import { type MutationReport, survivors, table } from './mutation/report.ts';
import { SAMPLE_VARIABLE, type SampleOptions } from './mutation/sample.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' }, workers: { type: 'string', default: '1' } },
});
const [count, seed, workers] = [
  values.sample === undefined ? undefined : Number(values.sample),
  Number(values.seed),
  Number(values.workers),
];
if ([count ?? 1, seed, workers].some((n) => !Number.isInteger(n) || n < 1)) {
  console.error('--sample, --seed and --workers take whole numbers from 1.');
  process.exit(2);
}
const folders = positionals.length > 0 ? positionals : ['src/graph', 'src/layers', 'src/diagram', 'src/export', 'src/language'];

/**
 * The tests that can notice the changes of a folder, those first that notice them soonest; others would only take their time. They run in this
 * process, on the sources as they are: no browser, no editor, no program that was built.
 */
const NOTICE: Readonly<Record<string, readonly string[]>> = {
  graph: ['graph/{figures-as-text,variants/*}', 'graph/*', 'cli/{compare,table}', 'export/{exporters,variant}'],
  layers: [
    'layers/{faults,params,weights,costs}',
    'layers/*',
    'graph/{totals,receptive-field}',
    'export/onnx',
    'language/{problems,vocabulary,expressions}',
  ],
  diagram: ['diagram/*', 'export/{exporters,picture}'],
  export: ['export/{variant,onnx,picture,outline}', 'export/*', 'cli/compare', 'layers/registry'],
  language: [
    'language/{problems,expressions,vocabulary,editor,lints,format,paths,code-actions,diagnostics-page,references}',
    'language/*',
    'export/outline',
  ],
};
/** Whole networks, and hundreds of layers and texts: most of the time, for changes that others notice as well. */
const TOO_LONG = ['graph/examples', 'layers/arguments', 'language/{incremental,names,offered,robust}'].map(
  (name) => `test/${name}.test.ts`,
);
function testsOf(folder: string): readonly string[] {
  const globs = NOTICE[folder.split('/')[1] ?? ''] ?? Object.values(NOTICE).flat();
  return [...new Set(globs.flatMap((glob) => globSync(`test/${glob}.test.ts`, { cwd: root, exclude: TOO_LONG })))];
}

const out = join(root, 'out', 'mutation');
mkdirSync(out, { recursive: true });
process.chdir(root);
// Some tests run the kernel.
await buildKernel(join(root, 'dist', 'kernel'));

const reports: [string, MutationReport][] = [];
for (const folder of folders) {
  const name = [folder.replaceAll(/[/\\.]/g, '-').replace(/-$/, ''), ...(count ? [`sample${count}`, `seed${seed}`] : [])].join('-');
  const json = join(out, `${name}.json`);
  if (count) process.env[SAMPLE_VARIABLE] = JSON.stringify({ count, seed, file: join(out, `${name}.share`) } satisfies SampleOptions);
  await new Stryker({
    mutate: [
      folder.endsWith('.ts') ? folder : `${folder.replace(/\/$/, '')}/**/*.ts`,
      '!src/**/generated/**',
      '!src/tensor/wasm/assembly/**',
    ],
    testFiles: [...testsOf(folder)],
    plugins: ['runner', 'sample'].map((plugin) => join(root, 'scripts', 'mutation', `${plugin}.ts`)),
    testRunner: 'our-mocha',
    checkers: count ? ['sample'] : [],
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    // A busy machine is no reason to say that a change was noticed.
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 30,
    concurrency: workers,
    incremental: true,
    incrementalFile: join(out, `${name}.incremental.json`),
    reporters: ['progress-append-only', 'json', 'html'],
    jsonReporter: { fileName: json },
    htmlReporter: { fileName: join(out, `${name}.html`) },
    ignorePatterns: ['/out', '/.cache', '/media', '/dist/*.*', '/dist/webview'],
    tempDirName: join('out', 'mutation', 'sandbox'),
    disableTypeChecks: false,
    // TypeScript 7 has no interface for Stryker to read it with, and nothing here needs it read.
    tsconfigFile: 'none',
    allowConsoleColors: false,
  }).runMutationTest();
  reports.push([folder, JSON.parse(readFileSync(json, 'utf8'))]);
}
console.log(`\n${reports.map(([, r]) => survivors(r)).join('\n')}\n\n${table(reports)}`);
process.exit(0);
