/** Packages the extension as a .vsix. What goes in stands in .vscodeignore; run by itself, a warning of vsce is an error. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { ensureBuilt } from './build.ts';
import { root } from './host/install.ts';

export interface Package {
  readonly path: string;
  /** What vsce found to say against it. */
  readonly warnings: readonly string[];
}

/** Builds what is stale and packages it. */
export async function packageExtension(folder: string = root): Promise<Package> {
  await ensureBuilt();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const path = join(folder, `pointwise-${version}.vsix`);
  const warnings: string[] = [];
  // vsce has no quiet mode, and counts no warnings: it writes to the console.
  const { log, warn } = console;
  console.log = () => undefined;
  console.warn = (...words: readonly unknown[]) => warnings.push(words.join(' '));
  try {
    // Everything that runs is bundled into dist/.
    await createVSIX({ cwd: root, packagePath: path, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
  } finally {
    Object.assign(console, { log, warn });
  }
  return { path, warnings };
}

if (import.meta.main) {
  const { path, warnings } = await packageExtension();
  console.log(path);
  for (const warning of warnings) console.error(warning);
  if (warnings.length > 0) process.exitCode = 1;
}
