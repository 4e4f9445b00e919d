/** The editor benchmark's results as tables. */
import { quantile } from '../../../src/bench/measure.ts';
import type { Head } from '../../../src/graph/tree/written.ts';
import type { Latencies } from './editor.ts';
import type { Phases } from './phases.ts';
import type { Stages, Summaries } from './scale.ts';
import type { Memory } from './server.ts';

/** Everything measured of one subject. */
export interface SubjectResult {
  readonly name: string;
  readonly lines: number;
  readonly files: number;
  readonly layers: number;
  readonly openMs: number;
  readonly latencies: readonly Latencies[];
  readonly memory: Memory;
  readonly phases: readonly Phases[];
}

/** Many edits of one subject, and the memory as they went on. */
export interface EnduranceResult {
  readonly subject: string;
  readonly edits: number;
  readonly seconds: number;
  readonly memory: readonly { readonly edits: number; readonly memory: Memory }[];
}

export interface Results {
  readonly subjects: readonly SubjectResult[];
  readonly stages: readonly Stages[];
  readonly summaries: readonly Summaries[];
  readonly endurance: EnduranceResult | undefined;
}

export interface Section {
  readonly title: string;
  readonly columns: readonly Head[];
  readonly rows: readonly (readonly string[])[];
}

const ms = (x: number): string => x.toFixed(x < 10 ? 1 : 0);
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const known = (xs: readonly (number | undefined)[]): readonly number[] => xs.filter((x) => x !== undefined);
/** `p50 · p95`. */
const both = (xs: readonly (number | undefined)[]): string => {
  const all = known(xs);
  return all.length > 0 ? `${ms(quantile(all, 0.5))} · ${ms(quantile(all, 0.95))}` : '';
};
const median = (xs: readonly number[]): number => quantile(xs, 0.5);
const figures = (...heads: readonly string[]): readonly Head[] => heads.map((head) => ({ head, right: true }));

function latencies(subjects: readonly SubjectResult[]): Section {
  const columns = figures('lines', 'layers', 'open', 'problems', 'hints', 'lenses', 'view', 'completion', 'hover', 'heap MiB', 'RSS MiB');
  return {
    title: 'From an edit to each answer of the server, ms (p50 · p95)',
    columns: [{ head: '' }, ...columns],
    rows: subjects.map((s) => {
      const of = (key: Exclude<keyof Latencies, 'kind'>): string => both(s.latencies.map((l) => l[key]));
      const answers = [of('problems'), of('hints'), of('lenses'), of('view'), of('completion'), of('hover')];
      return [s.name, String(s.lines), String(s.layers), ms(s.openMs), ...answers, mib(s.memory.heap), mib(s.memory.rss)];
    }),
  };
}

function phases(subjects: readonly SubjectResult[]): Section {
  const names = ['parse', 'build', 'validate', 'elaborate', 'hints', 'lenses', 'view'] as const;
  return {
    title: 'Phases of an edit in one process, ms (p50 · p95)',
    columns: [{ head: '' }, ...figures(...names, 'Langium alone', 'to problems ÷ alone', 'all ÷ alone')],
    rows: subjects.map((s) => {
      const alone = s.phases.map((p) => p.alone);
      const problems = s.phases.map((p) => p.parse + p.build + p.validate);
      const all = s.phases.map((p) => p.parse + p.build + p.validate + p.hints + p.lenses + p.view);
      const ratio = (xs: readonly number[]): string => (median(xs) / median(alone)).toFixed(1);
      return [s.name, ...names.map((name) => both(s.phases.map((p) => p[name]))), both(alone), ratio(problems), ratio(all)];
    }),
  };
}

const stages = (all: readonly Stages[]): Section => ({
  title: 'From a text to its facts, median ms',
  columns: [{ head: '' }, ...figures('layers', 'parse', 'elaborate', 'flatten', 'analyse', 'ms per 1,000 layers')],
  rows: all.map((s) => [
    s.name,
    String(s.layers),
    ...[s.parse, s.elaborate, s.flatten, s.analyse].map(ms),
    ((1000 * (s.elaborate + s.flatten + s.analyse)) / s.layers).toFixed(2),
  ]),
});

const summaries = (all: readonly Summaries[]): Section => ({
  title: '`summary` of a block of seven layers, repeated, s',
  columns: figures('repeats', 'rows', 'text', '`--json`', '`--csv`'),
  rows: all.map((s) => [String(s.repeats), String(s.rows), ...[s.text, s.json, s.csv].map((x) => x.toFixed(2))]),
});

function endurance(e: EnduranceResult): Section {
  return {
    title: `${e.edits} edits of ${e.subject} in ${e.seconds.toFixed(0)} s (${ms((1000 * e.seconds) / e.edits)} ms each, all answers awaited)`,
    columns: figures('after edits', 'heap MiB', 'RSS MiB'),
    rows: e.memory.map(({ edits, memory }) => [String(edits), mib(memory.heap), mib(memory.rss)]),
  };
}

/** The tables of what was measured. */
export function sections(r: Results): readonly Section[] {
  return [
    ...(r.subjects.length > 0 ? [latencies(r.subjects), phases(r.subjects)] : []),
    ...(r.stages.length > 0 ? [stages(r.stages)] : []),
    ...(r.summaries.length > 0 ? [summaries(r.summaries)] : []),
    ...(r.endurance ? [endurance(r.endurance)] : []),
  ];
}
