/**
 * mocha's usual report, with what passed at its second try only and the files that took longest behind it; the counts are written to the file that `scripts/test.ts` asks for, to sum
 * them up over all suites.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import Mocha from 'mocha';

/** So many files are named, and only if they took so many seconds. */
const MOST = 10;
const LONG = 5;

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.POINTWISE_RESULTS;
    const seconds = new Map<string, number>();
    const add = (test: Mocha.Test): void => {
      const name = relative(process.cwd(), test.file ?? '');
      seconds.set(name, (seconds.get(name) ?? 0) + (test.duration ?? 0) / 1000);
    };
    const again: string[] = [];
    runner.on('retry', (test: Mocha.Test, error: Error) => again.push(`${test.fullTitle()}: ${error.message.split('\n')[0]}`));
    runner.on('pass', add);
    runner.on('fail', add);
    runner.once('end', () => {
      if (again.length > 0) console.log(`  Tried again:\n${again.map((line) => `    ${line}\n`).join('')}`);
      const longest = [...seconds].filter(([, s]) => s >= LONG).sort(([, a], [, b]) => b - a);
      for (const [name, s] of longest.slice(0, MOST)) console.log(`  ${s.toFixed(0).padStart(4)} s in ${name}`);
      if (!file) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(this.stats));
    });
  }
}
