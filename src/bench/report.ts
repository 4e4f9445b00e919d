/** The benchmark's results as text: for a terminal, and as the tables of docs/performance.md. */
import { AIMS } from './aims.ts';
import { BASE, type EngineResult, type StepResult, type WorkloadResult } from './bench.ts';
import type { Spread } from './measure.ts';

const ms = (x: number): string => x.toFixed(x < 100 ? 2 : 0);
const ratioText = (r: Spread): string => `×${r.median.toFixed(2)} (${r.low.toFixed(2)}–${r.high.toFixed(2)})`;

/** One workload: a line for each engine, with the roofline lines of our steps if they are asked for. */
export function workloadText(r: WorkloadResult, layers: boolean): string {
  const head = `${r.name}: ${r.title}; planned in ${r.planMs.toFixed(0)} ms, again in ${r.replanMs.toFixed(0)} ms, ${Math.round(r.planBytes / 2 ** 20)} MiB; product in cache ${r.peak.toFixed(1)} GFLOP/s, limit ${ms(r.limitMs)} ms; memory copies ${r.copyRate.toFixed(1)} GB/s`;
  const engines = r.engines.map((e) => {
    const time = `${ms(e.ms.median).padStart(9)} ms (${ms(e.ms.low)}–${ms(e.ms.high)})`;
    const ratio = e.ratio && e.engine !== BASE ? ratioText(e.ratio) : '';
    const least = `least ${ms(e.least)}${e.leastRatio && e.engine !== BASE ? ` ×${e.leastRatio.toFixed(2)}` : ''}`;
    return `  ${e.engine.padEnd(18)} ${time.padEnd(34)} ${ratio.padEnd(21)} ${least.padEnd(20)} error ${e.error.toExponential(1)}`;
  });
  const steps = r.steps.map((s) => {
    const rate = s.gflops > 0 ? `${s.gflops.toFixed(1).padStart(6)} GFLOP/s ${(100 * s.share).toFixed(0).padStart(4)} % of peak` : '';
    return `    ${s.technique.padEnd(22)} ${s.shape.padEnd(28)} ${s.ms.toFixed(3).padStart(9)} ms  ${rate}`;
  });
  return [head, ...engines, ...(layers ? steps : [])].join('\n').replaceAll(/ +$/gm, '');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function cell(e: EngineResult | undefined): string {
  if (!e) return '';
  const ratio =
    e.ratio && e.engine !== BASE ? ` **${e.ratio.median.toFixed(2)}** (${e.ratio.low.toFixed(2)}–${e.ratio.high.toFixed(2)})` : '';
  return `${ms(e.ms.median)}${ratio}`;
}

const enginesOf = (results: readonly WorkloadResult[]): readonly string[] => [
  ...new Set(results.flatMap((r) => r.engines.map((e) => e.engine))),
];

/** A row a workload, a column an engine. */
function byEngine(results: readonly WorkloadResult[], engines: readonly string[], cellOf: (e: EngineResult | undefined) => string): string {
  const rows = results.map((r) => row([r.name, ...engines.map((name) => cellOf(r.engines.find((e) => e.engine === name)))]));
  return [row(['', ...engines]), row(['---', ...engines.map(() => '--:')]), ...rows].join('\n');
}

/** All workloads, an engine a column: milliseconds, in bold how many times faster than the base, in brackets the quartiles of that. */
export const resultsTable = (results: readonly WorkloadResult[]): string => byEngine(results, enginesOf(results), cell);

/** The quickest run of each engine, and how many times faster than the base's quickest. */
export function leastTable(results: readonly WorkloadResult[]): string {
  const quickest = (e: EngineResult | undefined): string =>
    e ? `${ms(e.least)}${e.leastRatio && e.engine !== BASE ? ` **${e.leastRatio.toFixed(2)}**` : ''}` : '';
  return byEngine(results, enginesOf(results), quickest);
}

/** What was reached of what was aimed at: the median ratio, that of the least times, and the aim. Empty where no workload has an aim. */
export function aimsTable(results: readonly WorkloadResult[]): string {
  const aimed = results.filter((r) => AIMS.fast?.[r.name] !== undefined);
  if (aimed.length === 0) return '';
  const rows = Object.entries(AIMS).map(([engine, aims]) => {
    const reached = aimed.map((r) => {
      const e = r.engines.find((x) => x.engine === engine);
      return e?.ratio && e.leastRatio ? `${e.ratio.median.toFixed(2)}, ${e.leastRatio.toFixed(2)} of ${aims[r.name]}` : '';
    });
    return row([engine, ...reached]);
  });
  return [row(['', ...aimed.map((r) => r.name)]), row(['---', ...aimed.map(() => '--:')]), ...rows].join('\n');
}

/** The best peak that was seen beside any workload: a slow moment of the machine is no limit. */
export const bestPeak = (results: readonly WorkloadResult[]): number => Math.max(...results.map((r) => r.peak));

/** How near the quickest run comes to what its own multiply–adds take at the best peak, and the base's quickest over that limit. */
export function limitsTable(results: readonly WorkloadResult[]): string {
  const peak = bestPeak(results);
  const rows = results.map((r) => {
    const limit = (r.limitMs * r.peak) / peak;
    const [fast, base] = ['fast', BASE].map((name) => r.engines.find((e) => e.engine === name)?.least);
    const over = (a: number | undefined, b: number | undefined): string => (a === undefined || b === undefined ? '' : (a / b).toFixed(2));
    const weights = `${Math.round(r.planBytes / 2 ** 20)} MiB`;
    return row([
      r.name,
      ms(limit),
      ms(fast ?? Number.NaN),
      over(limit, fast),
      over(base, limit),
      weights,
      r.planMs.toFixed(0),
      r.replanMs.toFixed(0),
    ]);
  });
  const heads = [
    '',
    'multiply–adds at peak, ms',
    'fast, least ms',
    'share of peak',
    `${BASE} over the limit`,
    'memory of the plan',
    'planned in ms',
    'again',
  ];
  return [row(heads), row(['---', ...heads.slice(1).map(() => '--:')]), ...rows].join('\n');
}

/** The largest errors of our engines, a row a workload. */
export function errorsTable(results: readonly WorkloadResult[]): string {
  const engines = enginesOf(results).filter((e) => results.some((r) => r.reference !== e));
  return byEngine(results, engines, (e) => e?.error.toExponential(1) ?? '');
}

/** Where the time of a network goes, by technique: steps, milliseconds, rate, and the share of `peak` in GFLOP/s. */
export function techniquesTable(r: WorkloadResult, peak: number): string {
  const by = new Map<string, StepResult[]>();
  for (const s of r.steps) {
    const technique = s.technique.replace(/^direct .*/, 'direct k×k');
    by.set(technique, [...(by.get(technique) ?? []), s]);
  }
  const total = r.steps.reduce((a, s) => a + s.ms, 0);
  const rows = [...by]
    .map(([technique, steps]) => {
      const time = steps.reduce((a, s) => a + s.ms, 0);
      const macs = steps.reduce((a, s) => a + s.macs, 0);
      const multiplies = steps.reduce((a, s) => a + s.multiplies, 0);
      return { technique, n: steps.length, time, macs, multiplies };
    })
    .sort((a, b) => b.time - a.time)
    .map(({ technique, n, time, macs, multiplies }) => {
      const rate = (count: number): number => (2 * count) / time / 1e6;
      const speed = macs > 0 ? [rate(macs).toFixed(1), `${((100 * rate(multiplies)) / peak).toFixed(0)} %`] : ['', ''];
      return row([technique, String(n), ms(time), `${((100 * time) / total).toFixed(0)} %`, ...speed]);
    });
  return [row(['technique', 'steps', 'ms', 'share of time', 'GFLOP/s', 'share of peak']), '|---|--:|--:|--:|--:|--:|', ...rows].join('\n');
}
