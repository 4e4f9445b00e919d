/** What VS Code calls inside its extension host: runs the suites that stand beside this file, and fails where one of them does. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Called by VS Code (`extensionTestsPath`); a rejection is a failure. */
export async function run(): Promise<void> {
  // mocha is an ES module, this bundle is not.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, color: process.env.FORCE_COLOR === '1' });
  for (const file of readdirSync(__dirname).sort()) if (file.endsWith('.test.cjs')) mocha.addFile(join(__dirname, file));
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run((count) => {
      if (process.env.POINTWISE_RESULTS) writeFileSync(process.env.POINTWISE_RESULTS, JSON.stringify(runner.stats));
      resolve(count);
    });
  });
  if (failures > 0) throw new Error(`${failures} failed in the extension host`);
}
