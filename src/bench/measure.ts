/** Measures engines side by side: in turns, so that a machine that slows down slows all of them, and their ratios hold. */
import type { Engine } from './engine.ts';

/** Quartiles. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface Timing {
  readonly engine: string;
  /** Milliseconds of a run. */
  readonly ms: Spread;
  /** Milliseconds of its quickest run of all: what it takes when nothing else uses the machine. */
  readonly least: number;
  /** The base engine's time over this one's, round by round; undefined without a base. */
  readonly ratio: Spread | undefined;
  /** The base engine's least time over this one's. */
  readonly leastRatio: number | undefined;
}

export const quantile = (xs: readonly number[], q: number): number => {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
};

const spread = (xs: readonly number[]): Spread => ({ low: quantile(xs, 0.25), median: quantile(xs, 0.5), high: quantile(xs, 0.75) });

/** An engine's turn lasts about this long, or `FEWEST` runs; what counts is its median run, caches warm. */
const TURN_MS = 40;
const FEWEST = 3;
const MOST = 25;

/** Runs every engine in turn, `rounds` times after two that warm up. `pause` lets helper threads of the engine before go to sleep. */
export async function measure(
  engines: readonly Engine[],
  rounds: number,
  base: string,
  pause: () => Promise<void> = async () => {},
): Promise<readonly Timing[]> {
  const times = new Map(engines.map((e) => [e.name, [] as number[]]));
  const least = new Map(engines.map((e) => [e.name, Number.POSITIVE_INFINITY]));
  const runs = new Map(engines.map((e) => [e.name, FEWEST]));
  for (let round = -2; round < rounds; round++) {
    for (const e of engines) {
      await pause();
      const turn: number[] = [];
      for (let i = 0; i < (runs.get(e.name) ?? FEWEST); i++) {
        const start = performance.now();
        const waiting = e.run();
        if (waiting) await waiting;
        turn.push(performance.now() - start);
      }
      const ms = quantile(turn, 0.5);
      runs.set(e.name, Math.max(FEWEST, Math.min(MOST, Math.round(TURN_MS / ms))));
      if (round < 0) continue;
      times.get(e.name)?.push(ms);
      least.set(e.name, Math.min(least.get(e.name) ?? ms, ...turn));
    }
  }
  const of = times.get(base);
  const leastOfBase = least.get(base);
  return engines.map(({ name }) => {
    const own = times.get(name) ?? [];
    const quickest = least.get(name) ?? Number.NaN;
    return {
      engine: name,
      ms: spread(own),
      least: quickest,
      ratio: of && spread(of.map((t, i) => t / (own[i] ?? Number.NaN))),
      leastRatio: leastOfBase && leastOfBase / quickest,
    };
  });
}

/** Largest difference, as a share of the largest number of `reference`; NaN where a number is missing. */
export function difference(a: Float32Array, reference: Float32Array): number {
  let most = 0;
  let worst = 0;
  for (let i = 0; i < reference.length; i++) {
    most = Math.max(most, Math.abs(reference[i] as number));
    const d = Math.abs((a[i] ?? Number.NaN) - (reference[i] as number));
    if (!(d <= worst)) worst = d;
  }
  return worst / most;
}
