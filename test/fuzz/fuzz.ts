/** The fuzzer: mutated texts by seed and index, each analysed within limits of time; what crashes, hangs or is slow is found again by its number. */
import { Analyser, type Outcome } from './analyser.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { seeds } from './seeds.ts';
import type { Stage } from './work.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** The first index, and how many. */
  readonly from: number;
  readonly count: number;
  readonly workers: number;
  /** Milliseconds of analysis that a text may take, beside what its sound layers may. */
  readonly limitMs: number;
  /** Milliseconds after which a text counts as a hang. */
  readonly hangMs: number;
}

export interface Verdict {
  readonly index: number;
  readonly text: string;
  readonly type: 'fine' | 'slow' | 'crash' | 'hang';
  /** What to say of it; empty where it is fine. */
  readonly what: string;
  /** Milliseconds until its problems are known; undefined where that never was. */
  readonly ms: number | undefined;
}

/** Milliseconds for each layer of a sound target: a second for 100,000. */
const PER_LAYER = 0.01;

/** The text of an index, the same on every machine. */
export const textOf = (seed: number, index: number): string => mutate(seeds(), new Random(seed, index));

const sum = (ms: Readonly<Record<Stage, number>>, of: readonly Stage[]): number => of.reduce((total, s) => total + ms[s], 0);
/** What must be done within the limit: what is said of a text after each edit, what is shown in it and beside it, and each answer at the cursor. */
const WATCHED = {
  analysis: ['parse', 'problems'],
  shown: ['hints', 'lenses', 'view'],
  hover: ['hover'],
  completion: ['completion'],
  signature: ['signature'],
  symbols: ['symbols'],
  names: ['names'],
  format: ['format'],
} as const satisfies Record<string, readonly Stage[]>;

/** What an outcome has to be told of; undefined where it is within its limits. */
function complaint(o: Outcome, limitMs: number): Pick<Verdict, 'type' | 'what'> | undefined {
  switch (o.type) {
    case 'hang':
      return { type: 'hang', what: `${o.stage} did not end in ${o.ms} ms` };
    case 'crash':
      return { type: 'crash', what: `${o.stage}: ${o.error}` };
    case 'done': {
      const allowed = limitMs + o.layers * PER_LAYER;
      const slow = Object.values(WATCHED).filter((stages) => sum(o.ms, stages) > allowed);
      if (slow.length === 0) return undefined;
      const parts = slow.flatMap((stages) => stages.map((s) => `${s} ${o.ms[s].toFixed(0)} ms`)).join(', ');
      return { type: 'slow', what: `${parts}; ${o.layers} sound layers allow ${allowed.toFixed(0)} ms` };
    }
    default:
      return o satisfies never;
  }
}

/** Analyses a text. What is slow is tried again: it may have been the machine, or a worker that had not met such a text before. */
export async function judge(
  analyser: Analyser,
  index: number,
  text: string,
  { limitMs, hangMs }: Pick<FuzzOptions, 'limitMs' | 'hangMs'>,
  tries = 3,
): Promise<Verdict> {
  const cursor = new Random(index, text.length).below(1000) / 1000;
  const outcome = await analyser.analyse({ id: index, text, cursor }, hangMs);
  const found = complaint(outcome, limitMs);
  if (found?.type === 'slow' && tries > 1) return judge(analyser, index, text, { limitMs, hangMs }, tries - 1);
  const ms = outcome.type === 'done' ? sum(outcome.ms, WATCHED.analysis) : undefined;
  return { index, text, ...(found ?? { type: 'fine', what: '' }), ms };
}

/** Judges texts by several workers; `report` hears of each. */
export async function fuzz(options: FuzzOptions, report: (v: Verdict) => void): Promise<void> {
  const texts = seeds();
  let next = options.from;
  const end = options.from + options.count;
  const work = async (): Promise<void> => {
    const analyser = new Analyser();
    while (next < end) {
      const index = next++;
      report(await judge(analyser, index, mutate(texts, new Random(options.seed, index)), options));
    }
    await analyser.stop();
  };
  await Promise.all(Array.from({ length: options.workers }, work));
}
