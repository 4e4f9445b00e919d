/**
 * Builds the WASM kernel from `src/tensor/wasm`: `relaxed.wasm` (fused multiply–add) and `strict.wasm` (plain SIMD) from the same AssemblyScript,
 * and beside them `helper.mjs`, the script of the threads that share a run.
 *
 * `node scripts/build-kernel.ts [outDir]`. Skips the work where the sources, the compiler and the options have not changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { build } from 'esbuild';
import { microkernels } from '../src/tensor/wasm/microkernel.ts';

const assembly = fileURLToPath(new URL('../src/tensor/wasm/assembly/', import.meta.url));
const helperEntry = fileURLToPath(new URL('../src/tensor/threads/helper-main.ts', import.meta.url));

/**
 * -O1: higher levels regroup the accumulators of the micro-kernels and spill them (a quarter slower). The passes after it decide the
 * conditions on constants that inlined functions were called with, and drop the branches not taken.
 */
const OPTIONS = [
  '-O1',
  '--runtime',
  'stub',
  '--noAssert',
  '--importMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--use',
  'abort=',
  '--runPasses',
  'precompute-propagate,remove-unused-brs,vacuum',
];

const VARIANTS = [
  { name: 'relaxed', features: 'simd,relaxed-simd' },
  { name: 'strict', features: 'simd' },
] as const;

/** The sources by file name, the generated one among them. */
function sources(): Map<string, string> {
  const files = new Map(readdirSync(assembly).map((f) => [f, readFileSync(join(assembly, f), 'utf8')]));
  return files.set('microkernel.ts', microkernels());
}

/** Writes `relaxed.wasm`, `strict.wasm` and `helper.mjs` into `outDir`. */
export async function buildKernel(outDir: string): Promise<void> {
  await buildHelper(outDir);
  const files = sources();
  const key = createHash('sha256')
    .update(JSON.stringify([...files, asc.version, OPTIONS, VARIANTS]))
    .digest('hex');
  const stamp = join(outDir, 'kernel.sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  mkdirSync(outDir, { recursive: true });
  for (const variant of VARIANTS) writeFileSync(join(outDir, `${variant.name}.wasm`), await compile(files, variant.features));
  writeFileSync(stamp, key);
}

async function buildHelper(outDir: string): Promise<void> {
  await build({
    entryPoints: [helperEntry],
    outfile: join(outDir, 'helper.mjs'),
    bundle: true,
    format: 'esm',
    target: ['node20', 'chrome120'],
    external: ['node:*'],
    minify: true,
    logLevel: 'warning',
  });
}

async function compile(files: ReadonlyMap<string, string>, features: string): Promise<Uint8Array> {
  const out = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(['index.ts', '-o', 'kernel.wasm', ...OPTIONS, '--enable', features], {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (name, contents) => {
      out.set(name, typeof contents === 'string' ? new TextEncoder().encode(contents) : contents);
    },
    listFiles: () => [],
  });
  const wasm = out.get('kernel.wasm');
  if (error || !wasm) throw new Error(`AssemblyScript: ${error?.message ?? 'no output'}\n${stderr.toString()}`);
  return wasm;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const outDir = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'kernel');
  await buildKernel(outDir);
}
