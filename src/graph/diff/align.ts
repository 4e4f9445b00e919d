/**
 * Aligns two sequences: the pairs, in order on both sides, whose likeness adds up to most. What both begin and end with is paired at once; of
 * what is left, all is weighed (Needleman & Wunsch 1970), or where that would be too much, first what is exactly alike (Myers 1986).
 */
import { diffArrays } from 'diff';

export interface Alignable {
  /** Equal for elements that are exactly alike. */
  readonly exact: number;
}
/** How alike two elements are; 0 for those that are not to be paired. */
export type Likeness<T> = (a: T, b: T) => number;
type Pairs<T> = readonly (readonly [T, T])[];

/** More comparisons than this take too long. */
const MOST_CELLS = 2_000_000;
/** More differences than this are not looked for. */
const MOST_EDITS = 4_000;

/** The pairs, in order. */
export function align<T extends Alignable>(a: readonly T[], b: readonly T[], likeness: Likeness<T>, maySplit = true): Pairs<T> {
  const most = Math.min(a.length, b.length);
  let [start, end] = [0, 0];
  while (start < most && a[start]?.exact === b[start]?.exact) start++;
  while (end < most - start && a.at(-1 - end)?.exact === b.at(-1 - end)?.exact) end++;
  const pairs: (readonly [T, T])[] = zip(a.slice(0, start), b.slice(0, start));
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (restA.length > 0 && restB.length > 0) {
    const isLarge = restA.length * restB.length > MOST_CELLS;
    pairs.push(...(isLarge ? split(restA, restB, likeness, maySplit) : weigh(restA, restB, likeness)));
  }
  pairs.push(...zip(a.slice(a.length - end), b.slice(b.length - end)));
  return pairs;
}

const zip = <T>(a: readonly T[], b: readonly T[]): (readonly [T, T])[] => a.slice(0, b.length).map((x, i) => [x, b[i] as T] as const);

/** The pairs of most likeness; of equal ones, those that come first. */
function weigh<T>(a: readonly T[], b: readonly T[], likeness: Likeness<T>): Pairs<T> {
  const width = b.length + 1;
  /** By position in both, the most that what comes from there on can have. */
  const best = new Float64Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const like = likeness(a[i] as T, b[j] as T);
      const paired = like > 0 ? like + (best[(i + 1) * width + j + 1] ?? 0) : 0;
      best[i * width + j] = Math.max(paired, best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  const pairs: (readonly [T, T])[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] as T, b[j] as T];
    const [here, down] = [best[i * width + j], best[(i + 1) * width + j]];
    const like = likeness(x, y);
    if (like > 0 && here === like + (best[(i + 1) * width + j + 1] ?? 0)) {
      pairs.push([x, y]);
      i++;
      j++;
    } else if (here === down) i++;
    else j++;
  }
  return pairs;
}

/** Long sequences: what is exactly alike is paired, and what stands between is aligned by itself; where that splits nothing, by position. */
function split<T extends Alignable>(a: readonly T[], b: readonly T[], likeness: Likeness<T>, maySplit: boolean): Pairs<T> {
  const changes = maySplit
    ? diffArrays(
        a.map((x) => x.exact),
        b.map((x) => x.exact),
        { maxEditLength: MOST_EDITS },
      )
    : undefined;
  if (!changes) return zip(a, b).filter(([x, y]) => likeness(x, y) > 0);
  const pairs: (readonly [T, T])[] = [];
  let [i, j] = [0, 0];
  let [fromA, fromB] = [0, 0];
  const between = (): void => {
    pairs.push(...align(a.slice(fromA, i), b.slice(fromB, j), likeness, false));
  };
  for (const { added, removed, count } of changes) {
    if (removed) i += count;
    else if (added) j += count;
    else {
      between();
      pairs.push(...zip(a.slice(i, i + count), b.slice(j, j + count)));
      [i, j] = [i + count, j + count];
      [fromA, fromB] = [i, j];
    }
  }
  between();
  return pairs;
}
