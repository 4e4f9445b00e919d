/**
 * `npm run test:parity -- [--all] [--back] [--to FRAMEWORK] [--markdown] [NAME …]`: exported code against Pointwise itself, run by the frameworks it is
 * written for. By default every example and five networks of the zoo; `--all` all of the zoo. Skipped where there is no Python that has the
 * framework: POINTWISE_PYTHON names one. `--back` has PyTorch write each as ONNX too, and imports that again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open } from '../src/cli/open.ts';
import type { Exporter } from '../src/export/exporter.ts';
import { exporterOf } from '../src/export/index.ts';
import { loadKernels } from '../src/tensor/kernels/load-node.ts';
import { backOf } from '../test/parity/back.ts';
import { agrees, Checker, hasModules, type Parity, PYTHON, parityOf } from '../test/parity/parity.ts';
import { texts } from '../test/parity/texts.ts';
import { analyse } from '../test/support/cnn.ts';
import { ensureBuilt } from './build.ts';

/** What each framework needs, and the script that compares. */
const FRAMEWORKS = {
  pytorch: { modules: ['torch', 'numpy', 'safetensors'], script: './check_torch.py' },
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
    /** By PyTorch's exporter to ONNX and in again. */
    back: { type: 'boolean', default: false },
    keep: { type: 'string' },
    /** Nothing but the texts. */
    texts: { type: 'boolean', default: false },
  },
});
const to = options.to as keyof typeof FRAMEWORKS;
const framework = FRAMEWORKS[to];
const exporter = exporterOf(to);
if (!framework || !exporter) {
  console.error(`--to takes ${Object.keys(FRAMEWORKS).join(', ')}.`);
  process.exit(2);
}
if (!hasModules(...framework.modules)) {
  console.log(`skipped: ${PYTHON} has no ${framework.modules.join(', ')}; set POINTWISE_PYTHON to a Python that has them.`);
  process.exit(0);
}
await ensureBuilt();
const root = fileURLToPath(new URL('..', import.meta.url));
const kernels = await loadKernels(join(root, 'dist', 'kernel'), { threads: 2 });
const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'pointwise-parity-')));
const checker = new Checker(framework.script);
/** Every layer kind and form of the language, in blocks of their own. */
async function generated(): Promise<void> {
  const bad: string[] = [];
  const all = texts(1, options.all ? 60 : 12);
  let tried = 0;
  let refused = 0;
  for (const [i, text] of all.entries()) {
    const { analysis, problems } = await analyse(text);
    const target = analysis.targets.find((t) => t.name === 'B');
    const made = target && analysis.target(target);
    if (!target || !made || problems.some((p) => p.severity === 'error')) continue;
    tried++;
    const subject = { ...made, kind: target.kind, outline: () => analysis.outline(target), family: () => analysis.family(target) };
    const parity = await parityOf(subject, exporter as Exporter, kernels, checker, join(folder, `text${i}`)).catch(
      (e: unknown): Parity => ({ lines: 0, params: 0, failed: String(e) }),
    );
    if (agrees(parity)) continue;
    // What a framework has no layer for is refused, and said.
    if (parity.failed?.includes('has no code yet')) {
      refused++;
      continue;
    }
    bad.push(text);
    console.error(`${text}\n  ${parity.failed ?? parity.error?.toExponential(1)}`);
  }
  console.error(`${tried - refused - bad.length} of ${tried} texts agree${refused > 0 ? `; ${refused} are refused` : ''}`);
  if (bad.length > 0) process.exitCode = 1;
}

const notBack: string[] = [];
const rows: (Parity & { readonly name: string; readonly file: string })[] = [];
if (names.length === 0) await generated();
if (!options.texts)
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
        if (!made || !isAsked) continue;
        let parity: Parity;
        try {
          parity = await parityOf(
            { ...made, kind: target.kind, outline: () => file.analysis.outline(target), family: () => file.analysis.family(target) },
            exporter,
            kernels,
            checker,
            join(folder, target.name),
          );
        } catch (e) {
          parity = { lines: 0, params: made.facts.totals.params, failed: e instanceof Error ? (e.stack ?? '').slice(0, 300) : String(e) };
        }
        const back =
          options.back && to === 'pytorch' && !parity.failed
            ? await backOf(made.graph, made.facts.totals, kernels, checker, join(folder, target.name))
            : undefined;
        if (back && (back.failed !== undefined || !(back.error !== undefined && back.error <= 1e-4))) notBack.push(target.name);
        rows.push({ ...parity, name: target.name, file: join(place, entry) });
        const { error, rounding, failed, remark } = parity;
        if (!options.keep) await rm(join(folder, target.name, 'model.safetensors'), { force: true });
        console.error(
          `${target.name.padEnd(24)} ${String(parity.lines).padStart(5)} lines  ${failed ?? error?.toExponential(1)}${rounding ? ` (itself ${rounding.toExponential(1)})` : ''}${remark ? `  (${remark})` : ''}${back ? `  back in ${back.lines} lines ${back.failed ?? back.error?.toExponential(1)}` : ''}`,
        );
      }
    }
checker.end();
const formatted = spawnSync(PYTHON, ['-m', 'ruff', 'format', '--check', '--isolated', folder], { encoding: 'utf8' });
const isFormatted = formatted.status === 0 || /No module named ruff/.test(formatted.stderr);
if (!isFormatted) console.error(formatted.stdout, formatted.stderr);
if (options.markdown) {
  console.log('| Network | Lines | Params | Largest error |\n| :-- | --: | --: | --: |');
  for (const r of rows)
    console.log(`| ${r.name} | ${r.lines} | ${r.params.toLocaleString('en')} | ${r.failed ?? r.error?.toExponential(1)} |`);
}
const bad = rows.filter((r) => !agrees(r));
console.error(`${rows.length - bad.length} of ${rows.length} agree${bad.length > 0 ? `; not ${bad.map((r) => r.name).join(', ')}` : ''}`);
if (options.back)
  console.error(`${rows.length - notBack.length} of ${rows.length} come back${notBack.length > 0 ? `; not ${notBack.join(', ')}` : ''}`);
if (!options.keep) await rm(folder, { recursive: true, force: true });
process.exit(bad.length > 0 || notBack.length > 0 || !isFormatted ? 1 : (process.exitCode ?? 0));
