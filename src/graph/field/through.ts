/** What is seen through one more layer: a sweep behind a reading. Exact up to a number of phases, a bound beyond it. */
import { divisor } from '../../layers/geometry.ts';
import type { Reading } from '../../layers/window.ts';
import { firstAt, isOrdered, lastAt, MOST_PHASES, ordered, rough, type Sweep, still } from './sweep.ts';

/** All readings save that of the whole axis. */
export type Local = Exclude<Reading, { readonly kind: 'all' }>;

/** Positions that a position reads: start, start + step, …, `count` of them; none where it is 0. */
interface Taps {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Reading at p + `over` is reading at p, `by` positions on. */
export function paceOf(r: Local): { readonly over: number; readonly by: number } {
  if (r.kind === 'slide') return { over: 1, by: r.stride };
  if (r.kind === 'spread') return { over: r.stride, by: 1 };
  const common = divisor(r.from, r.to);
  return { over: r.to / common, by: r.from / common };
}

/** The positions that each position reads. */
function tapsOf(r: Local): (p: number) => Taps {
  if (r.kind === 'slide') return (p) => ({ start: r.stride * p - r.before, step: r.dilation, count: r.kernel });
  if (r.kind === 'spread') return spreadTaps(r);
  const pixel = (p: number): number => Math.floor((p * r.from) / r.to);
  if (r.by === 'nearest') return (p) => ({ start: pixel(p), step: 1, count: 1 });
  const ends = (from: number, to: number): Taps => ({ start: from, step: 1, count: to - from + 1 });
  if (r.by === 'cells') return (p) => ends(pixel(p), Math.ceil(((p + 1) * r.from) / r.to) - 1);
  // Between two centres, or on one of them: p's centre in input pixels is (p + 1/2)·from/to − 1/2.
  const centre = (p: number): number => ((2 * p + 1) * r.from - r.to) / (2 * r.to);
  return (p) => ends(Math.floor(centre(p)), Math.ceil(centre(p)));
}

/** From each x to stride·x + dilation·t: of the taps t that reach a position, the least is the same for all positions of a residue. */
function spreadTaps({ kernel, stride, dilation, before }: Extract<Local, { readonly kind: 'spread' }>): (p: number) => Taps {
  const common = divisor(stride, dilation);
  const between = stride / common;
  const least = new Map(Array.from({ length: Math.min(kernel, between) }, (_, t) => [(dilation * t) % stride, t]));
  return (p) => {
    const y = p + before;
    const t = least.get(((y % stride) + stride) % stride);
    if (t === undefined) return { start: 0, step: 1, count: 0 };
    const [count, step] = [Math.ceil((kernel - t) / between), dilation / common];
    return { start: (y - dilation * t) / stride - (count - 1) * step, step, count };
  };
}

/** Real bounds of what p reads: [pace·p + least, pace·p + most]. */
function boundsOf(r: Local): { readonly least: number; readonly most: number } {
  if (r.kind === 'slide') return { least: -r.before, most: r.dilation * (r.kernel - 1) - r.before };
  if (r.kind === 'spread') return { least: (r.before - r.dilation * (r.kernel - 1)) / r.stride, most: r.before / r.stride };
  const { over, by } = paceOf(r);
  if (r.by === 'nearest') return { least: 1 / over - 1, most: 0 };
  if (r.by === 'cells') return { least: 1 / over - 1, most: (by - 1) / over };
  const centre = (by - over) / (2 * over);
  return { least: centre - 1, most: centre + 1 };
}

function bounded(s: Sweep, r: Local): Sweep {
  const { advance, first, last } = rough(s);
  const { over, by } = paceOf(r);
  const { least, most } = boundsOf(r);
  return {
    period: 1,
    advance: (advance * by) / over,
    first: [(first[0] as number) + advance * least],
    last: [(last[0] as number) + advance * most],
    rough: true,
  };
}

/** Taps to look at for one sweep, at most; where it would be more, a bound that is ordered says as much with two of them. */
const MOST_TAPS = 4096;

/** Through a layer that reads what `s` sees. */
export function through(s: Sweep, r: Local): Sweep {
  // What all positions see alike is seen from all positions; and a single pixel that is enlarged is seen alike.
  if (s.advance === 0) return s;
  if (r.kind === 'resize' && r.from === 1 && r.to > 1) return still(s);
  const { over, by } = paceOf(r);
  const periods = s.period / divisor(by, s.period);
  const period = over * periods;
  if (s.rough || period > MOST_PHASES) return bounded(s, r);
  const count = r.kind === 'resize' ? Math.ceil(r.from / r.to) + 1 : r.kernel;
  const simple = isOrdered(s);
  const from = simple || period * Math.min(count, 2 * s.period) <= MOST_TAPS ? s : ordered(s);
  const taps = tapsOf(r);
  const [first, last]: [number[], number[]] = [[], []];
  for (let p = 0; p < period; p++) {
    const [f, l] = hull(from, taps(p), simple || from !== s);
    first.push(f);
    last.push(l);
  }
  return { period, advance: (s.advance * by * periods) / s.period, first, last };
}

/** The first and last pixels seen from any of the taps. */
function hull(s: Sweep, { start, step, count }: Taps, inOrder: boolean): readonly [number, number] {
  if (count === 0) return [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const end = start + (count - 1) * step;
  if (inOrder) return [firstAt(s, start), lastAt(s, end)];
  // Taps of one phase see the further the later they are: the first of each phase see furthest back, the last furthest ahead.
  const phases = Math.min(count, s.period / divisor(step, s.period));
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < phases; i++) {
    first = Math.min(first, firstAt(s, start + i * step));
    last = Math.max(last, lastAt(s, end - i * step));
  }
  return [first, last];
}
