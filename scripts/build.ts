/** Builds everything that ships into dist/: extension, language server, command line, workbench page and kernel. `--watch` keeps at it. */
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { buildKernel } from './build-kernel.ts';
import { bundledPackages, notices } from './notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(dist, '.built');

/** What the bundles are made of; a file in here that is newer than the last build makes it stale. */
const sources = ['src', 'webview', 'syntaxes', 'scripts', 'package.json', 'package-lock.json'];

/** Node 20, which VS Code 1.93 and many machines run, lacks it; the parser (chevrotain) calls it. */
const polyfill = join(root, 'scripts', 'polyfill.ts');

/** Of these too there is something in dist/: the icons, the kernel's standard library, and the font of pictures. */
const copied = ['node_modules/@vscode/codicons', 'node_modules/assemblyscript', 'node_modules/dejavu-fonts-ttf'];

/** Files appear whole or not at all: another process (a test, a second build) may be reading them. */
const atomicWrites: esbuild.Plugin = {
  name: 'atomic-writes',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const file of outputFiles) {
        await mkdir(dirname(file.path), { recursive: true });
        const temporary = `${file.path}.${process.pid}.tmp`;
        await writeFile(temporary, file.contents);
        await rename(temporary, file.path);
      }
    });
  },
};

/** Monaco's own copy of the icon font is left out: the page has it already. */
const withoutIconFont: esbuild.Plugin = {
  name: 'without-icon-font',
  setup(build) {
    build.onLoad({ filter: /[/\\]codicon[/\\]codicon\.css$/ }, () => ({ contents: '', loader: 'css' }));
  },
};

/**
 * The page writes no code of frameworks, which the server does: what layers say of themselves there is left out of it. Their files are laid
 * out by the formatter, so that an entry ends where the next line of its depth begins.
 */
const withoutCode: esbuild.Plugin = {
  name: 'without-code',
  setup(build) {
    build.onLoad({ filter: /[/\\]src[/\\]layers[/\\]kinds[/\\][^/\\]+\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(/^( {2,4})(pytorch|keras)\b[\s\S]*?(?=^\1\w|^(?! {4}) *\})/gm, ''),
      loader: 'ts',
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  minify: true,
  keepNames: true,
  sourcemap: false,
  // The licences stand in the notices.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  plugins: [atomicWrites],
} satisfies esbuild.BuildOptions;

const node = { ...common, platform: 'node', target: 'node20', mainFields: ['module', 'main'] } satisfies esbuild.BuildOptions;
const page = {
  ...common,
  platform: 'browser',
  target: 'chrome120',
  conditions: ['browser'],
  // Names of functions are a twentieth of what a page has to read.
  keepNames: false,
  plugins: [atomicWrites, withoutCode],
} satisfies esbuild.BuildOptions;

interface Bundle extends esbuild.BuildOptions {
  readonly entryPoints: Record<string, string>;
}

export const bundles: readonly Bundle[] = [
  {
    ...node,
    entryPoints: { extension: 'src/extension/extension.ts' },
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
  {
    ...node,
    entryPoints: { server: 'src/server/main.ts' },
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    inject: [polyfill],
    // An ES module inside a CommonJS bundle still asks for its own address.
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  },
  {
    ...node,
    entryPoints: { 'run-thread': 'src/thread/main.ts' },
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: { 'cli-main': 'src/cli/main.ts' },
    outdir: dist,
    format: 'esm',
    // A command loads its own piece and what it stands on, not the image decoders, YAML and ELK of the others.
    splitting: true,
    chunkNames: 'cli-[name]-[hash]',
    inject: [polyfill],
    // CommonJS packages inside an ES module bundle still call `require` for what is Node's own.
    banner: { js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);" },
  },
  {
    ...page,
    entryPoints: { main: 'webview/main.tsx' },
    outdir: join(dist, 'webview'),
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[name]-[hash]',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
  {
    ...page,
    entryPoints: { 'code-editor': 'webview/panes/code-editor.ts' },
    outdir: join(dist, 'webview'),
    format: 'esm',
    plugins: [atomicWrites, withoutIconFont],
  },
  {
    ...page,
    entryPoints: { 'code-worker': 'webview/workers/code-worker.ts' },
    outdir: join(dist, 'webview'),
    format: 'iife',
  },
  {
    ...page,
    entryPoints: {
      'run-worker': 'webview/workers/run-worker.ts',
      'layout-worker': 'webview/workers/layout-worker.ts',
      'layered-worker': 'webview/workers/layered-worker.ts',
    },
    outdir: join(dist, 'webview'),
    format: 'iife',
  },
];

/** The executable: says clearly what is wrong on an old Node, where the program itself might not even parse. */
const launcher = `#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error('pointwise needs Node 20 or later; this is ' + process.version + '.');
  process.exit(2);
}
import('node:module').then((module) => {
  // The second start is twice as fast.
  module.enableCompileCache?.();
  return import('./cli-main.js');
});
`;

async function buildCopies(): Promise<void> {
  await mkdir(join(dist, 'webview'), { recursive: true });
  const codicons = join(root, 'node_modules', '@vscode', 'codicons', 'dist');
  for (const file of ['codicon.css', 'codicon.ttf']) await cp(join(codicons, file), join(dist, 'webview', file));
  const picture = join(dist, 'picture');
  await mkdir(picture, { recursive: true });
  for (const font of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'])
    await cp(join(root, 'node_modules', 'dejavu-fonts-ttf', 'ttf', font), join(picture, font));
  await cp(join(root, 'node_modules', '@resvg', 'resvg-wasm', 'index_bg.wasm'), join(picture, 'resvg.wasm'));
  await writeFile(join(dist, 'cli.js'), launcher);
  await chmod(join(dist, 'cli.js'), 0o755);
}

/** Newest modification in a file or folder. */
async function newest(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.mtimeMs;
  const entries = await readdir(path);
  return Math.max(info.mtimeMs, ...(await Promise.all(entries.map((entry) => newest(join(path, entry))))));
}

/** Whether dist/ holds what the sources say. */
export async function isBuilt(): Promise<boolean> {
  if (!existsSync(stamp)) return false;
  const built = (await stat(stamp)).mtimeMs;
  const changed = await Promise.all(sources.map((path) => newest(join(root, path))));
  return changed.every((time) => time <= built);
}

/** The scripts that the page's first one imports: it can load them beside it, rather than after it. */
function importsOfPage(metafile: esbuild.Metafile): readonly string[] {
  const found = new Set<string>();
  const follow = (path: string): void => {
    for (const { path: imported, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement' || found.has(imported)) continue;
      found.add(imported);
      follow(imported);
    }
  };
  follow('dist/webview/main.js');
  return [...found].map((path) => basename(path));
}

/** Builds everything once. */
export async function build(): Promise<void> {
  const started = new Date();
  const [results] = await Promise.all([
    Promise.all(bundles.map((bundle) => esbuild.build(bundle))),
    buildCopies(),
    buildKernel(join(dist, 'kernel')),
  ]);
  // Pieces of an earlier build have other names, and would be shipped for ever.
  const made = new Set(results.flatMap(({ metafile }) => Object.keys(metafile?.outputs ?? {})).map((path) => basename(path)));
  for (const [folder, prefix] of [
    [dist, 'cli-'],
    [join(dist, 'webview'), 'chunk-'],
  ] as const)
    for (const file of await readdir(folder)) if (file.startsWith(prefix) && !made.has(file)) await rm(join(folder, file));
  const page = results.find(({ metafile }) => metafile && 'dist/webview/main.js' in metafile.outputs)?.metafile;
  if (page) await writeFile(join(dist, 'webview', 'imports.json'), JSON.stringify(importsOfPage(page)));
  const packages = bundledPackages(results.map(({ metafile }) => metafile).filter((metafile) => metafile !== undefined));
  await writeFile(join(dist, 'THIRD-PARTY-NOTICES.txt'), await notices([...packages, ...copied], root));
  await writeFile(stamp, '');
  // What changed during the build is newer than the build.
  await utimes(stamp, started, started);
}

/** Builds what is stale, if anything is. */
export async function ensureBuilt(): Promise<void> {
  if (!(await isBuilt())) await build();
}

async function watch(): Promise<void> {
  await build();
  for (const bundle of bundles) await (await esbuild.context(bundle)).watch();
  console.error('Watching …');
}

if (import.meta.main) {
  if (process.argv.includes('--clean')) await rm(dist, { recursive: true, force: true });
  await (process.argv.includes('--watch') ? watch() : build());
}
