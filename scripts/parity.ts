/**
 * `npm run test:parity -- [--all] [--back] [--to FRAMEWORK,…] [--markdown] [--rows FILE [--table]] [--write PAGE] [--texts] [--names] [NAME …]`: exported code against Pointwise itself, run by the
 * frameworks it is written for. By default every example and five networks of the zoo; `--all` all of the zoo. Skipped where there is no Python that has the
 * framework: POINTWISE_PYTHON names one. `--back` has PyTorch write each as ONNX too, and imports that again; with it `--write` puts that table into the page.
 */
import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open } from '../src/cli/open.ts';
import type { Exporter, Subject } from '../src/export/exporter.ts';
import { exporterOf } from '../src/export/index.ts';
import { loadKernels } from '../src/tensor/kernels/load-node.ts';
import { linesOfTarget } from '../test/import/round.ts';
import { type Back, backOf, cameBack, IMPORTER } from '../test/parity/back.ts';
import { type NamesParity, namesParity, PUBLISHED } from '../test/parity/names.ts';
import {
  agrees,
  Checker,
  hashOf,
  hasModules,
  type Parity,
  PYTHON,
  parityOf,
  type Reference,
  referenceOf,
  scriptAt,
} from '../test/parity/parity.ts';
import { backTable, putTable, type Row, rowsIn, said, tableOf } from '../test/parity/table.ts';
import { texts } from '../test/parity/texts.ts';
import { analyse } from '../test/support/cnn.ts';
import { ensureBuilt } from './build.ts';

/** What each framework needs, and the script that compares. */
const FRAMEWORKS = {
  pytorch: { modules: ['torch', 'numpy', 'safetensors'], script: './check_torch.py' },
  keras: { modules: ['keras', 'tensorflow', 'numpy', 'safetensors'], script: './check_keras.py' },
  // Over a stand-in made of PyTorch.
  paddle: { modules: ['torch', 'numpy', 'safetensors'], script: './check_paddle.py' },
} as const satisfies Record<string, { readonly modules: readonly string[]; readonly script: string }>;

/** Of the zoo, what is compared by default: a family each of what there is to get wrong. */
const FEW = new Set(['EfficientNetB0', 'ConvNeXtTiny', 'ShuffleNetV2_05', 'FPN', 'Siamese', 'UNetPlusPlusSupervised']);
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    to: { type: 'string', default: 'pytorch' },
    markdown: { type: 'boolean', default: false },
    /** Keeps what is found, a line each, and takes over what it holds of the same code. */
    rows: { type: 'string' },
    /** Puts the table into a page, between its marks. */
    write: { type: 'string' },
    /** Runs nothing: the table of what FILE holds. */
    table: { type: 'boolean', default: false },
    /** By PyTorch's exporter to ONNX and in again. */
    back: { type: 'boolean', default: false },
    keep: { type: 'string' },
    /** Nothing but the texts. */
    texts: { type: 'boolean', default: false },
    /** Nothing but the keys of published models. */
    names: { type: 'boolean', default: false },
  },
});
type Framework = keyof typeof FRAMEWORKS;
const asked = options.to.split(',');
if (!asked.every((to) => to in FRAMEWORKS)) {
  console.error(`--to takes ${Object.keys(FRAMEWORKS).join(', ')}, or several with commas between.`);
  process.exit(2);
}
const frameworks = (asked as readonly Framework[])
  .filter((to) => {
    if (options.table) return true;
    const has = hasModules(...FRAMEWORKS[to].modules);
    if (!has)
      console.log(`skipped: ${PYTHON} has no ${FRAMEWORKS[to].modules.join(', ')}; set POINTWISE_PYTHON to a Python that has them.`);
    return has;
  })
  .map((to) => {
    // Its Python begins when it is first asked, and anew where it ended.
    let started: Checker | undefined;
    return {
      to,
      exporter: exporterOf(to) as Exporter,
      checker: (): Checker => {
        if (!started?.isAlive) started = new Checker(FRAMEWORKS[to].script);
        return started;
      },
      end: (): void => started?.end(),
    };
  });
if (frameworks.length === 0) process.exit(0);
await ensureBuilt();
const root = fileURLToPath(new URL('..', import.meta.url));
const kernels = await loadKernels(join(root, 'dist', 'kernel'), { threads: 2 });
const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'pointwise-parity-')));

/** Every layer kind and form of the language, in blocks of their own. */
async function generated(exporter: Exporter, checker: Checker): Promise<boolean> {
  const bad: string[] = [];
  const all = texts(1, options.all ? 60 : 12);
  let tried = 0;
  let refused = 0;
  let straight = 0;
  for (const [i, text] of all.entries()) {
    const { analysis, problems } = await analyse(text);
    const target = analysis.targets.find((t) => t.name === 'B');
    const made = target && analysis.target(target);
    if (!target || !made || problems.some((p) => p.severity === 'error')) continue;
    tried++;
    const subject = { ...made, kind: target.kind, outline: () => analysis.outline(target), family: () => analysis.family(target) };
    const parity = await referenceOf(subject, kernels, join(folder, exporter.name, `text${i}`))
      .then((r) => parityOf(r, exporter, checker))
      .catch((e: unknown): Parity => ({ lines: 0, params: 0, failed: String(e) }));
    if (parity.remark !== undefined) straight++;
    if (agrees(parity)) continue;
    // What a framework has no layer for is refused, and said.
    if (/has no code yet|has no way to say/.test(parity.failed ?? '')) {
      refused++;
      continue;
    }
    bad.push(text);
    console.error(`${text}\n  ${parity.failed ?? parity.error?.toExponential(1)}`);
  }
  console.error(
    `${tried - refused - bad.length} of ${tried} texts agree, ${straight} of them layer by layer${refused > 0 ? `; ${refused} are refused` : ''}`,
  );
  return bad.length === 0;
}

interface Network extends Omit<Subject, 'weights'> {
  /** Of the text that makes it. */
  readonly lines: number;
}
/** Each target of examples and zoo that is wanted. */
async function* networks(isWanted: (name: string, entry: string, place: string, isNetwork: boolean) => boolean): AsyncGenerator<Network> {
  for (const place of ['examples', join('examples', 'zoo')])
    for (const entry of (await readdir(join(root, place))).filter((f) => f.endsWith('.cnn')).sort()) {
      const file = await open(join(root, place, entry));
      for (const target of file.analysis.targets) {
        const isNetwork = target.kind === 'network' || !file.analysis.targets.some((t) => t.kind === 'network' && t.instance);
        const made = isWanted(target.name, entry, place, isNetwork) ? file.analysis.target(target) : undefined;
        const outline = () => file.analysis.outline(target);
        if (made)
          yield {
            ...made,
            kind: target.kind,
            outline,
            family: () => file.analysis.family(target),
            lines: linesOfTarget(outline(), file.services),
          };
      }
    }
}

/** The keys of torchvision, against torchvision. */
async function published(checker: Checker): Promise<boolean> {
  const maker = new Checker('./make_torchvision.py');
  let good = 0;
  let all = 0;
  for await (const subject of networks((name) => name in PUBLISHED && (names.length === 0 || names.includes(name)))) {
    const { name } = subject.graph;
    const { run, code, failed } = await namesParity(
      subject,
      exporterOf('pytorch') as Exporter,
      kernels,
      maker,
      checker,
      join(folder, name),
    ).catch((e: unknown): NamesParity => ({ failed: String(e) }));
    await rm(join(folder, name), { recursive: true, force: true });
    all++;
    if (failed === undefined && (run ?? 1) < 1e-4 && (code ?? 0) < 1e-4) good++;
    console.error(`${name.padEnd(24)} run ${run?.toExponential(1)}  code ${code?.toExponential(1) ?? '(heads)'}  ${failed ?? ''}`);
  }
  maker.end();
  console.error(`${good} of ${all} agree with torchvision`);
  return good === all;
}

/** Memories of WASM are let go only when the collector runs, and here are many. */
const collect = (): void => (globalThis as { readonly gc?: () => void }).gc?.();

/** A network in each framework, by one run of Pointwise's. What is known of the same code already is taken over. */
async function* compared(subject: Network, known: readonly Row[]): AsyncGenerator<Row> {
  const { name } = subject.graph;
  const place = join(folder, name);
  let reference: Reference | undefined;
  for (const { to, exporter, checker } of frameworks) {
    const failed = (e: unknown): Parity => ({
      lines: 0,
      params: subject.facts.totals.params,
      failed: e instanceof Error ? (e.stack ?? '').slice(0, 300) : String(e),
    });
    const hash = await hashNow(subject, exporter, scriptAt(FRAMEWORKS[to].script));
    const before = known.find((r) => r.name === name && r.to === to && r.hash === hash && agrees(r));
    const isBack = options.back && to === 'pytorch';
    if (before && (!isBack || before.back?.by === IMPORTER)) {
      tellBack(before);
      yield before;
      continue;
    }
    let parity: Parity;
    try {
      reference ??= await referenceOf(subject, kernels, place);
      parity = await parityOf(reference, exporter, checker());
    } catch (e) {
      parity = failed(e);
    }
    const back = isBack && !parity.failed ? await backOf(subject, kernels, { older: checker(), newer: () => newer() }, place) : undefined;
    const row: Row = { ...parity, name, to, ...(back ? { back } : {}) };
    tellBack(row);
    console.error(
      `${to.padEnd(8)} ${name.padEnd(24)} ${said(parity)}${back ? `  back in ${back.lines} lines ${back.failed ?? back.error?.toExponential(1)}` : ''}`,
    );
    yield row;
  }
  if (!options.keep) await rm(place, { recursive: true, force: true });
  reference = undefined;
  collect();
}

/** What is known of a network's code as it is now. */
async function* heldOf(subject: Omit<Subject, 'weights'>, known: readonly Row[]): AsyncGenerator<Row> {
  for (const { to, exporter } of frameworks) {
    const hash = await hashNow(subject, exporter, scriptAt(FRAMEWORKS[to].script));
    const row = known.find((r) => r.name === subject.graph.name && r.to === to && r.hash === hash);
    if (row) yield row;
  }
}

async function hashNow(subject: Omit<Subject, 'weights'>, exporter: Exporter, script: string): Promise<string | undefined> {
  try {
    return hashOf(String(await exporter.write({ ...subject, weights: () => new Map() })), { script });
  } catch {
    return undefined;
  }
}
/** PyTorch's newer exporter, begun when it is first asked. */
let exportedBy: Checker | undefined;
function newer(): Checker {
  if (!exportedBy?.isAlive) exportedBy = new Checker('./export_torch.py');
  return exportedBy;
}
/** What does not come back by way of PyTorch's exporter. */
const notBack: string[] = [];
function tellBack({ name, back }: { readonly name: string; readonly back?: Back }): void {
  if (options.back && back && !cameBack(back)) notBack.push(name);
}
let isSound = true;
for (const { exporter, checker } of options.table ? [] : frameworks) {
  if (options.names) isSound = (await published(checker())) && isSound;
  else if (names.length === 0) isSound = (await generated(exporter, checker())) && isSound;
}
const rows: Row[] = [];
const isWanted = (name: string, entry: string, place: string, isNetwork: boolean): boolean =>
  names.length > 0 ? names.includes(name) || names.includes(entry) : isNetwork && (place === 'examples' || options.all || FEW.has(name));
if (!options.names && !options.texts) {
  const known = options.rows === undefined ? [] : await rowsIn(options.rows);
  for await (const subject of networks(isWanted))
    for await (const row of options.table ? heldOf(subject, known) : compared(subject, known)) {
      rows.push(row);
      if (options.rows !== undefined && !options.table) await appendFile(options.rows, `${JSON.stringify(row)}\n`);
    }
}
exportedBy?.end();
for (const { to, end } of frameworks) {
  end();
  const own = rows.filter((r) => r.to === to);
  const bad = own.filter((r) => !agrees(r));
  if (own.length > 0)
    console.error(
      `${to}: ${own.length - bad.length} of ${own.length} agree${bad.length > 0 ? `; not ${bad.map((r) => r.name).join(', ')}` : ''}`,
    );
}
const formatted = spawnSync(PYTHON, ['-m', 'ruff', 'format', '--check', '--isolated', folder], { encoding: 'utf8' });
const isFormatted = options.names || formatted.status === 0 || /No module named ruff/.test(formatted.stderr);
if (!isFormatted) console.error(formatted.stdout, formatted.stderr);
if (options.back)
  console.error(`${rows.length - notBack.length} of ${rows.length} come back${notBack.length > 0 ? `; not ${notBack.join(', ')}` : ''}`);
const table = tableOf(
  frameworks.map((f) => f.to),
  rows,
);
if (options.markdown) console.log(table);
if (options.write !== undefined) await putTable(options.write, options.back ? 'back' : 'parity', options.back ? backTable(rows) : table);
if (!options.keep) await rm(folder, { recursive: true, force: true });
process.exit(isSound && isFormatted && rows.every(agrees) && notBack.length === 0 ? 0 : 1);
