/** The answer of a comparison before all details: how many times fewer, and both sides as bars. */
import type { ComponentChildren, JSX } from 'preact';
import type { Totals } from '../../src/graph/facts.ts';
import { bytes, count, fewer, short } from '../../src/graph/figures.ts';
import { type Time, withinNoise } from '../../src/graph/timing.ts';
import { duration } from '../parts/figures.ts';

/** One side of a comparison, in figures. */
export interface Line {
  readonly name: string;
  readonly weights: number;
  readonly macs: number;
  readonly totals: Totals;
  /** What a run took here; undefined before there was one. */
  readonly time: Time | undefined;
  readonly formula: string;
}

interface Measure {
  readonly name: string;
  readonly of: (l: Line) => number | undefined;
  readonly text: (n: number, l: Line) => string;
  /** What is said where this side has so many times less, and more. */
  readonly words: readonly [less: string, more: string];
}

const MEASURES: readonly Measure[] = [
  { name: 'weights', of: (l) => l.weights, text: count, words: ['fewer', 'more'] },
  { name: 'MACs', of: (l) => l.macs, text: short, words: ['fewer', 'more'] },
  { name: 'peak memory', of: (l) => l.totals.memory, text: bytes, words: ['less', 'more'] },
  { name: 'time here', of: (l) => l.time?.ms, text: (ms, l) => duration(ms, l.time?.clock), words: ['faster', 'slower'] },
];

/** Whether the times of both sides may be the same, for all that their runs tell. */
export const isNoise = (a: Line, b: Line): boolean => a.time !== undefined && b.time !== undefined && withinNoise(a.time, b.time);

/** `2.4× fewer`; what differs by less than a twentieth is not told in times. */
function ratioText(a: number | undefined, b: number | undefined, [less, more]: Measure['words']): string {
  if (a === undefined || b === undefined || a <= 0 || b <= 0) return '';
  const times = b >= a ? b / a : a / b;
  if (times < 1.05) return times === 1 ? 'equal' : 'about equal';
  return `${times.toFixed(1)}× ${b > a ? less : more}`;
}

/** `2.4×` and `fewer weights than naive`: the number stands alone where there is one. */
function answerOf(a: Line, b: Line): readonly [large: string, rest: string] {
  const said = fewer(b.weights / Math.max(1, a.weights));
  const [, number, word] = /^([\d.,]+×) (\w+)$/.exec(said) ?? [];
  if (number && word) return [number, `${word} weights than ${b.name}`];
  return said === 'equal' ? ['=', `as many weights as ${b.name}`] : ['≈', `${said} weights than ${b.name}`];
}

function Bars({ measure, a, b }: { readonly measure: Measure; readonly a: Line; readonly b: Line }): JSX.Element {
  const [x, y] = [measure.of(a), measure.of(b)];
  const most = Math.max(x ?? 0, y ?? 0);
  const bar = (side: 'this' | 'other', l: Line, value: number | undefined): JSX.Element => (
    <div class="pair">
      <span class="track">
        <i class={side} style={{ width: `${most > 0 ? (100 * (value ?? 0)) / most : 0}%` }} />
      </span>
      <span class="value">{value === undefined ? '—' : measure.text(value, l)}</span>
    </div>
  );
  return (
    <div class="measure">
      <div class="head">
        <span class="dim">{measure.name}</span>
        <b>{measure.name === 'time here' && isNoise(a, b) ? 'within the noise' : ratioText(x, y, measure.words)}</b>
      </div>
      {bar('this', a, x)}
      {bar('other', b, y)}
    </div>
  );
}

export function Answer({
  lines: [a, b],
  against,
}: {
  readonly lines: readonly [Line, Line];
  /** What chooses the other side. */
  readonly against: ComponentChildren;
}): JSX.Element {
  const [large, rest] = answerOf(a, b);
  return (
    <section class="answer" aria-label="Answer">
      <div class="said">
        <p>
          <b>{large}</b> <span>{rest}</span>
        </p>
        <p class="names">
          <i class="this" /> {a.name} <i class="other" /> {b.name}
        </p>
        {against}
      </div>
      {MEASURES.map((m) => (
        <Bars key={m.name} measure={m} a={a} b={b} />
      ))}
    </section>
  );
}
