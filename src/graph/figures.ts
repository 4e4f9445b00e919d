/** Figures as people read them. */
import type { NodeFacts } from './facts.ts';

const english = new Intl.NumberFormat('en-US');

/** `387,072`. */
export const count = (n: number): string => english.format(n);

/** `1.5 MiB`. */
export function bytes(n: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [n, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `128.0 M`, for figures that are only compared at a glance. */
export function short(n: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let [value, unit] = [n, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? Math.round(value) : value >= 100 ? value.toFixed(1) : value.toFixed(2)}${units[unit]}`;
}

/** `163.7k`, where room is short. */
export const brief = (n: number): string => short(n).replace(' ', '');

/** `2.4× fewer`, of a ratio other ÷ this. */
export function fewer(ratio: number): string {
  const times = (n: number): string => n.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const [less, more] = [times(ratio), times(1 / ratio)];
  // For two that differ by less than a twentieth, only the difference is stated, not the ratio.
  if (ratio === 1) return 'equal';
  if (less === '1.0' || more === '1.0') return ratio > 1 ? 'slightly fewer' : 'slightly more';
  return ratio > 1 ? `${less}× fewer` : `${more}× more`;
}

/** `67.7 %`. */
export const percent = (part: number, whole: number): string => `${whole > 0 ? ((100 * part) / whole).toFixed(1) : '0'} %`;

/** A distance in pixels: `4`, `1/2` after an upsampling. */
function distance(n: number): string {
  if (n === 0 || Math.abs(n) >= 1 || !Number.isInteger(Math.round(1e6 / n) / 1e6)) return String(Math.round(n * 100) / 100);
  return `${n < 0 ? '-' : ''}1/${Math.round(1 / Math.abs(n))}`;
}
/** Distances along height and width, an effective stride for one: `4`, `4×2`, `1/2`. */
export const strideText = ([h, w]: readonly [number, number], join = '×'): string =>
  h === w ? distance(h) : `${distance(h)}${join}${distance(w)}`;

/** A field, its effective stride and padding, and where the first of them is centred: `7×7, stride 2, padding 3, centre 0`. */
export const fieldText = (f: Pick<NodeFacts, 'receptiveField' | 'effectiveStride' | 'effectivePadding' | 'centre'>): string =>
  `${f.receptiveField.join('×')}, stride ${strideText(f.effectiveStride)}, padding ${strideText(f.effectivePadding)}, centre ${strideText(f.centre, ', ')}`;

/** Terms beyond which a formula is shortened in the middle. */
const LONGEST = 9;

/** `a + b + b + c` as `a + b×2 + c`, shortened in the middle where it is long. */
export function sumOf(terms: readonly string[]): string {
  const runs: { term: string; times: number }[] = [];
  for (const term of terms) {
    const last = runs.at(-1);
    if (last?.term === term) last.times++;
    else runs.push({ term, times: 1 });
  }
  const shown = runs.map((r) => (r.times > 1 ? `${r.term}×${r.times}` : r.term));
  return (shown.length > LONGEST ? [...shown.slice(0, 4), `… ${terms.length} kernels …`, ...shown.slice(-2)] : shown).join(' + ');
}

/** Milliseconds with at most three digits that count, and none finer than `clock`, the smallest step of what measured them: `0.94`, `< 0.1`. */
export function milliseconds(ms: number, clock = 0): string {
  const least = Math.max(clock, 0.001);
  if (Math.abs(ms) < least / 2) return ms === 0 && clock === 0 ? '0' : `< ${Number(least.toPrecision(1))}`;
  const three = ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3;
  const known = Math.max(0, Math.floor(-Math.log10(least) + 1e-9));
  return ms.toFixed(Math.min(three, known));
}

/** A time as one reads it: `0.94 ms`, `12.3 ms`, `2.31 s`; see `milliseconds`. */
export const duration = (ms: number, clock = 0): string => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${milliseconds(ms, clock)} ms`);
