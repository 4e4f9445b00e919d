/** mocha's usual report, and the counts written to the file that `scripts/test.ts` asks for, to sum them up over all suites. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Mocha from 'mocha';

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.POINTWISE_RESULTS;
    runner.once('end', () => {
      if (!file) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(this.stats));
    });
  }
}
