/**
 * A sample of a folder's mutants, where testing all takes too long. To Stryker it is a checker, which calls the others of no use
 * ("compile error"). Which ones are in the sample depends on the seed and on what they are, so that a second run tests the same.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Checker, type CheckResult, CheckStatus } from '@stryker-mutator/api/check';
import type { Mutant } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';

/** How many, by which seed, and the file that keeps how much of the whole that was. Read from the environment: Stryker starts checkers as processes. */
export interface SampleOptions {
  readonly count: number;
  readonly seed: number;
  readonly file: string;
}
export const SAMPLE_VARIABLE = 'POINTWISE_MUTANT_SAMPLE';

/** A number from 0 to 1 that a mutant has by a seed. */
export function lot(seed: number, m: Pick<Mutant, 'fileName' | 'location' | 'mutatorName' | 'replacement'>): number {
  const file = m.fileName.replaceAll('\\', '/').replace(/^.*\/(?=src\/)/, '');
  const { start } = m.location;
  const hash = createHash('sha256').update(JSON.stringify([seed, file, start.line, start.column, m.mutatorName, m.replacement]));
  return hash.digest().readUInt32BE() / 2 ** 32;
}

class Sample implements Checker {
  static readonly inject = tokens();
  readonly #options: SampleOptions = JSON.parse(process.env[SAMPLE_VARIABLE] ?? '{}');
  #below: number | undefined;

  async init(): Promise<void> {}

  /** Sees all mutants before any is checked. */
  async group(mutants: Mutant[]): Promise<string[][]> {
    const { count, seed, file } = this.#options;
    if (!existsSync(file)) {
      const lots = mutants.map((m) => lot(seed, m)).sort((a, b) => a - b);
      writeFileSync(file, JSON.stringify(lots[count] ?? 1));
    }
    return [mutants.map((m) => m.id)];
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    const { seed, file } = this.#options;
    this.#below ??= Number(readFileSync(file, 'utf8'));
    const below = this.#below;
    return Object.fromEntries(
      mutants.map((m): [string, CheckResult] => [
        m.id,
        lot(seed, m) < below ? { status: CheckStatus.Passed } : { status: CheckStatus.CompileError, reason: 'not in the sample' },
      ]),
    );
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
