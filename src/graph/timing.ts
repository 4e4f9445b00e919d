/**
 * How long plans take: whole runs and their steps, of one plan or of two in turns. What stands in one place adds up: the steps and what is
 * between them are the whole.
 */
import { type Plan, runPlan } from '../tensor/index.ts';
import { duration } from './figures.ts';

/** Repeats of a timed plan: as many as fit into this many milliseconds. */
const TIMING_MS = 400;
const MOST_RUNS = 25;
/** A run that takes longer than this is not repeated. */
const LONG_MS = 2000;

/** How long one of several runs took. */
export interface Time {
  /** The median, in milliseconds. */
  readonly ms: number;
  /** Quartiles: half of the runs lie between. Both are the median where there was one run. */
  readonly spread: readonly [low: number, high: number];
  readonly runs: number;
  /** The smallest step of the clock, in milliseconds: browsers keep theirs coarse. */
  readonly clock: number;
}
/** `3.2 ms (3.1 ms to 3.4 ms), median of 25; in and out 0.1 ms`: with its quartiles where there was more than one run. */
export function timeText({ ms, spread: [low, high], runs, clock, rest }: Time & { readonly rest?: number | undefined }): string {
  const [middle, from, to] = [ms, low, high].map((t) => duration(t, clock));
  // What the clock cannot tell apart is no spread.
  const spread = from === to ? '' : ` (${from} to ${to})`;
  return `${middle}${spread}${runs > 1 ? `, median of ${runs}` : ', one run'}${rest === undefined ? '' : `; in and out ${duration(Math.max(0, rest), clock)}`}`;
}

export interface Timed extends Time {
  /** By step of the plan; with `rest` they sum to `ms`. */
  readonly steps: readonly number[];
  /** What passes outside of steps: taking the input in, giving the output out. */
  readonly rest: number;
  /** Of the first run, copied. */
  readonly outputs: readonly Float32Array[];
}

/** The value at a share of a list. */
function quantile(list: readonly number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? 0;
}
const median = (list: readonly number[]): number => quantile(list, 0.5);
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** What can be told of a layer's time, in milliseconds: a mean over several runs tells more than one step of the clock. */
export const layerClock = ({ clock, runs }: Pick<Time, 'clock' | 'runs'>): number => clock / Math.sqrt(runs);

let clock: number | undefined;
/** The smallest step of this engine's clock, in milliseconds. */
export function clockStep(): number {
  if (clock !== undefined) return clock;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  clock = least;
  return least;
}

/** A run that was watched: its whole time and that of each step. */
interface Watched {
  readonly ms: number;
  readonly steps: readonly number[];
}

/** A plan that is being timed. */
class Stopwatch {
  readonly #plan: Plan;
  readonly #inputs: readonly Float32Array[];
  /** Runs as in use: threads go from step to step by themselves. */
  readonly #totals: number[] = [];
  readonly #watched: Watched[] = [];
  /** The first run warms caches and compilers up; it counts only where it is all there is time for. */
  #first: Watched = { ms: 0, steps: [] };
  outputs: readonly Float32Array[] = [];
  #spent = 0;

  constructor(plan: Plan, inputs: readonly Float32Array[]) {
    this.#plan = plan;
    this.#inputs = inputs;
  }

  /** Runs for the first time. */
  async start(progress: (step: number, of: number) => void): Promise<this> {
    this.#first = await this.#watch(progress, (ys) => {
      this.outputs = ys.map((y) => y.slice());
    });
    this.#spent = this.#first.ms;
    return this;
  }

  /** Whether there is time for another run. */
  get wants(): boolean {
    // What runs take once they are warm.
    const next = Math.min(this.#first.ms, ...this.#totals);
    return this.#totals.length < MOST_RUNS && (this.#spent + next < TIMING_MS || (this.#totals.length === 0 && next < LONG_MS));
  }

  /** Runs once more as in use, and once more watched. */
  async again(): Promise<void> {
    const start = performance.now();
    await runPlan(this.#plan, this.#inputs);
    const ms = performance.now() - start;
    this.#totals.push(ms);
    const watched = await this.#watch();
    this.#watched.push(watched);
    this.#spent += ms + watched.ms;
  }

  async #watch(progress?: (step: number, of: number) => void, take?: (ys: readonly Float32Array[]) => void): Promise<Watched> {
    const steps: number[] = [];
    const start = performance.now();
    const ys = await runPlan(this.#plan, this.#inputs, (s) => {
      steps[s.index] = s.ms;
      progress?.(s.index + 1, s.of);
    });
    const ms = performance.now() - start;
    take?.(ys);
    return { ms, steps };
  }

  /**
   * The median run as in use. Steps are means over the middle half of the watched runs, since a coarse clock tells of a short step only in
   * the mean of many. A watched run may take longer than one in use: steps are scaled to what the latter takes, so that they add up.
   */
  get timed(): Timed {
    const [totals, watched] = this.#totals.length > 0 ? [this.#totals, this.#watched] : [[this.#first.ms], [this.#first]];
    const ms = median(totals);
    const all = watched.map((r) => r.ms);
    const [low, high] = [quantile(all, 0.25), quantile(all, 0.75)];
    const middle = watched.filter((r) => r.ms >= low && r.ms <= high);
    const whole = sum(middle.map((r) => r.ms));
    const steps = this.#plan.steps.map((_, i) => (whole > 0 ? (ms / whole) * sum(middle.map((r) => r.steps[i] ?? 0)) : 0));
    const spread = [quantile(totals, 0.25), quantile(totals, 0.75)] as const;
    return { ms, spread, runs: totals.length, clock: clockStep(), steps, rest: ms - sum(steps), outputs: this.outputs };
  }
}

/** Times a plan. `progress` is told of the first run's steps. */
export async function timePlan(plan: Plan, inputs: readonly Float32Array[], progress: (step: number, of: number) => void): Promise<Timed> {
  const watch = await new Stopwatch(plan, inputs).start(progress);
  while (watch.wants) await watch.again();
  return watch.timed;
}

/** Times plans in turns, so that what slows the machine down for a while slows all of them. */
export async function timeInTurns(
  plans: readonly { readonly plan: Plan; readonly inputs: readonly Float32Array[] }[],
  progress: (step: number, of: number) => void,
): Promise<readonly Timed[]> {
  const watches: Stopwatch[] = [];
  for (const { plan, inputs } of plans) watches.push(await new Stopwatch(plan, inputs).start(progress));
  while (watches.some((w) => w.wants)) for (const w of watches) await w.again();
  return watches.map((w) => w.timed);
}

/** Whether two times may be the same: the spreads of their runs meet, or they are no more than a step of the clock apart. */
export const withinNoise = (a: Time, b: Time): boolean =>
  Math.abs(a.ms - b.ms) <= Math.max(a.clock, b.clock) || (a.spread[0] <= b.spread[1] && b.spread[0] <= a.spread[1]);
