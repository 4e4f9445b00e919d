/** Stryker's way to run our tests: mocha by its public interface. (Stryker's own runner reads files inside mocha that mocha 12 does not have.) */
import { resolve } from 'node:path';
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import Mocha from 'mocha';

/** Where mutated code looks up which mutant is active, and leaves who covered what. */
const { NAMESPACE } = INSTRUMENTER_CONSTANTS;
const globals = globalThis as { [NAMESPACE]?: InstrumenterContext };
const context: InstrumenterContext = globals[NAMESPACE] ?? {};
globals[NAMESPACE] = context;

const escaped = (title: string): string => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

function bail(suite: Mocha.Suite, stop: boolean): void {
  suite.bail(stop);
  for (const inner of suite.suites) bail(inner, stop);
}

// A busy machine is no reason to say that a change was noticed: a test may take as long as Stryker lets it, whatever it says itself.
Mocha.Runnable.prototype.timeout = function (this: Mocha.Runnable, ms?: number | string) {
  return ms === undefined ? 0 : this;
} as Mocha.Runnable['timeout'];

class MochaRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #mocha: Mocha;
  readonly #files: readonly string[];

  constructor(options: StrykerOptions) {
    this.#mocha = new Mocha({ timeout: 0, reporter: 'min' });
    this.#files = options.testFiles ?? [];
  }

  capabilities(): TestRunnerCapabilities {
    // Changes of code that runs while modules load are left out: whatever else it runs in, a change needs no process of its own.
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    for (const file of this.#files) this.#mocha.addFile(resolve(file));
    this.#mocha.cleanReferencesAfterRun(false);
    await this.#mocha.loadFilesAsync();
  }

  async dryRun({ coverageAnalysis, disableBail }: DryRunOptions): Promise<DryRunResult> {
    const result = await this.#run(disableBail, (id) => {
      if (coverageAnalysis === 'perTest') context.currentTestId = id;
    });
    return result.status === DryRunStatus.Complete && coverageAnalysis !== 'off' && context.mutantCoverage
      ? { ...result, mutantCoverage: context.mutantCoverage }
      : result;
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    context.activeMutant = activeMutant.id;
    context.hitCount = 0;
    if (hitLimit === undefined) delete context.hitLimit;
    else context.hitLimit = hitLimit;
    this.#mocha.grep(testFilter ? new RegExp(testFilter.map((id) => `^${escaped(id)}$`).join('|')) : /^/);
    const result = await this.#run(disableBail, () => {});
    return toMutantRunResult(determineHitLimitReached(context.hitCount, hitLimit) ?? result);
  }

  /** Runs what is asked for, or up to the first failure; `begin` hears of each test. */
  async #run(disableBail: boolean, begin: (id: string) => void): Promise<DryRunResult> {
    bail(this.#mocha.suite, !disableBail);
    const tests: TestResult[] = [];
    let start = performance.now();
    const done = (
      test: Mocha.Test | Mocha.Hook,
      result: { readonly status: TestStatus.Success } | { readonly status: TestStatus.Failed; readonly failureMessage: string },
    ): void => {
      const of = test.type === 'hook' ? (test.ctx?.currentTest ?? test) : test;
      const id = of.fullTitle();
      tests.push({ id, name: id, timeSpentMs: performance.now() - start, ...(of.file ? { fileName: of.file } : {}), ...result });
      start = performance.now();
    };
    return new Promise((end) => {
      const runner = this.#mocha.run(() => end({ status: DryRunStatus.Complete, tests }));
      runner.on('test', (test) => begin(test.fullTitle()));
      runner.on('pass', (test) => done(test, { status: TestStatus.Success }));
      runner.on('fail', (test, e: unknown) =>
        done(test, { status: TestStatus.Failed, failureMessage: e instanceof Error ? (e.stack ?? e.message) : String(e) }),
      );
    });
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'our-mocha', MochaRunner)];
