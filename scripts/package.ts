/** Packages the extension as a .vsix. What goes in stands in .vscodeignore; run by itself, a warning of vsce is an error. */
import { copyFile, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { ensureBuilt } from './build.ts';
import { root } from './host/install.ts';

export interface Package {
  readonly path: string;
  /** What vsce found to say against it. */
  readonly warnings: readonly string[];
}

/**
 * A folder with all of which anything may go in, and no more: vsce compares each file that it finds with each pattern, and takes ten seconds for the ten
 * thousand files of an installed code-server.
 */
async function stage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pointwise-package-'));
  const patterns = (await readFile(join(root, '.vscodeignore'), 'utf8')).matchAll(/^!([^/\n]+)/gm);
  for (const name of new Set(['.vscodeignore', ...[...patterns].map(([, first = '']) => first)])) {
    const [from, to] = [join(root, name), join(folder, name)];
    await ((await stat(from)).isDirectory() ? symlink(from, to, 'junction') : copyFile(from, to));
  }
  return folder;
}

/** Builds what is stale and packages it. */
export async function packageExtension(folder: string = root): Promise<Package> {
  await ensureBuilt();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const path = join(folder, `pointwise-${version}.vsix`);
  const warnings: string[] = [];
  const cwd = await stage();
  // vsce has no quiet mode, and counts no warnings: it writes to the console.
  const { log, warn } = console;
  console.log = () => undefined;
  console.warn = (...words: readonly unknown[]) => warnings.push(words.join(' '));
  try {
    // Everything that runs is bundled into dist/.
    await createVSIX({
      cwd,
      packagePath: path,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
      followSymlinks: true,
    });
  } finally {
    Object.assign(console, { log, warn });
    await rm(cwd, { recursive: true });
  }
  return { path, warnings };
}

if (import.meta.main) {
  const { path, warnings } = await packageExtension();
  console.log(path);
  for (const warning of warnings) console.error(warning);
  if (warnings.length > 0) process.exitCode = 1;
}
