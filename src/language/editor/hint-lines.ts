/** What inlay hints tell of: the stages that end on each line, round by round, and what they make and cost. */
import { brief, count } from '../../graph/figures.ts';
import { sameShape, showShape } from '../../layers/shape.ts';
import type { Instance, Stage } from '../elaborate/instance.ts';
import { sumsOf } from '../elaborate/sums.ts';

/** Which figures a hint has, and how; settings. */
export interface HintSettings {
  readonly shapes: boolean;
  readonly params: boolean;
  readonly macs: boolean;
  readonly budgets: boolean;
  /** `163,696` or `163.7k`. */
  readonly counts: 'exact' | 'short';
  /** Whether the hints of lines one below the other begin in one column. */
  readonly align: boolean;
}
export const DEFAULT_HINTS: HintSettings = { shapes: true, params: true, macs: false, budgets: true, counts: 'exact', align: true };

/** The stages that end on a line; each as often as the loops around it meet it. */
export type Line = readonly (readonly [Stage, ...Stage[]])[];

const within = (inner: Stage, outer: Stage): boolean =>
  inner !== outer &&
  (outer.range.start.line < inner.range.start.line ||
    (outer.range.start.line === inner.range.start.line && outer.range.start.character <= inner.range.start.character));

const byLine = new WeakMap<Instance, ReadonlyMap<number, Line>>();

/** The stages that end on a line of their declaration, without those inside others that end there too; by line. */
export function linesOf(instance: Instance): ReadonlyMap<number, Line> {
  const known = byLine.get(instance);
  if (known) return known;
  const met = new Map<string, [Stage, ...Stage[]]>();
  for (const s of instance.stages) {
    const { start, end } = s.range;
    const key = `${start.line}:${start.character}-${end.line}:${end.character}`;
    const rounds = met.get(key);
    if (rounds) rounds.push(s);
    else met.set(key, [s]);
  }
  const lines = new Map<number, [Stage, ...Stage[]][]>();
  for (const rounds of met.values()) {
    const { line } = rounds[0].range.end;
    const list = lines.get(line);
    if (list) list.push(rounds);
    else lines.set(line, [rounds]);
  }
  const end = (r: readonly [Stage, ...Stage[]]): number => r[0].range.end.character;
  const found = new Map<number, Line>();
  for (const [line, list] of lines) {
    const outer = list.filter((s) => !list.some((o) => end(o) >= end(s) && within(s[0], o[0])));
    found.set(
      line,
      outer.sort((a, b) => end(a) - end(b)),
    );
  }
  byLine.set(instance, found);
  return found;
}

/** What a hint says, in columns; those that have nothing to say are empty. */
export interface Said {
  readonly shape: string;
  readonly params: string;
  readonly macs: string;
  /** How many rounds are alike: `×36`. */
  readonly times: string;
  readonly budget: string;
}

/** Alike in all rounds, or the first and the last. */
const between = <T>(rounds: readonly T[], isSame: (a: T, b: T) => boolean, text: (one: T) => string): string => {
  const [first, last] = [rounds[0] as T, rounds.at(-1) as T];
  return rounds.every((r) => isSame(first, r)) ? text(first) : `${text(first)} … ${text(last)}`;
};
const isEqual = (a: number, b: number): boolean => a === b;

/** What a line of an instance makes and costs. */
export function sayLine(instance: Instance, line: Line, settings: HintSettings): Said {
  // `expect` changes nothing, so it has nothing to show but its figures.
  const making = line.filter(([s]) => s.name !== 'expect');
  const last = making.at(-1);
  const count = last && making.every((r) => r.length === last.length) ? last.length : 1;
  const rounds = Array.from({ length: last ? count : 0 }, (_, i) => {
    const costs = making.map((r) => sumsOf(instance, r[i] as Stage));
    const sum = (of: 'params' | 'macs'): number => costs.reduce((total, c) => total + c[of], 0);
    return { stage: last?.[i] as Stage, params: sum('params'), macs: sum('macs') };
  });
  const [first] = rounds;
  const stages = rounds.map((r) => r.stage);
  const costs = (of: 'params' | 'macs', show: (n: number) => string): string =>
    rounds.some((r) => r[of] > 0)
      ? between(
          rounds.map((r) => r[of]),
          isEqual,
          show,
        )
      : '';
  const isAlike =
    first !== undefined &&
    rounds.every((r) => sameShape(r.stage.output, first.stage.output) && r.params === first.params && r.macs === first.macs);
  const met = line.at(-1)?.map((s) => s.expected) ?? [];
  const expected = met.find((e) => e?.holds === false) ?? met.at(-1);
  return {
    shape: settings.shapes && first ? between(stages, (a, b) => sameShape(a.output, b.output), shapeText) : '',
    params: settings.params
      ? suffixed(
          costs('params', (n) => number(n, settings)),
          'params',
        )
      : '',
    macs: settings.macs ? suffixed(costs('macs', brief), 'MACs') : '',
    times: isAlike && rounds.length > 1 ? `×${rounds.length}` : '',
    budget: settings.budgets && expected ? `${expected.holds ? '✓' : '✗'} ${expected.said}` : '',
  };
}

const shapeText = (s: Stage): string => `${s.sure ? '' : '≈ '}${showShape(s.output)}`;
const number = (n: number, { counts }: HintSettings): string => (counts === 'short' ? brief(n) : count(n));
const suffixed = (text: string, unit: string): string => (text === '' ? '' : `${text} ${unit}`);
