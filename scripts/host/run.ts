/** Runs the suites of test/host inside the extension host of a VS Code: desktop where it can be had, else code-server through `code.ts`. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { desktopCode } from './desktop.ts';
import { root } from './install.ts';

// The stand-in is started through its first line, which finds `node` on the PATH: it shall be this one.
process.env.PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);

const out = join(root, 'out', 'host');
const sources = join(root, 'test', 'host');
const files = (await readdir(sources)).filter((file) => file === 'index.ts' || file.endsWith('.test.ts'));
await rm(out, { recursive: true, force: true });
await esbuild.build({
  entryPoints: files.map((file) => join(sources, file)),
  outdir: out,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
});

// The suites edit files: they work on a copy of the examples.
const workspace = await mkdtemp(join(tmpdir(), 'pointwise-workspace-'));
try {
  await cp(join(root, 'examples'), workspace, { recursive: true });
  process.exitCode = await runTests({
    vscodeExecutablePath: (await desktopCode()) ?? join(root, 'scripts', 'host', 'code.ts'),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(out, 'index.cjs'),
    launchArgs: [workspace, '--disable-extensions'],
    extensionTestsEnv: { POINTWISE_WORKSPACE: workspace },
  }).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
} finally {
  await rm(workspace, { recursive: true, force: true });
}
