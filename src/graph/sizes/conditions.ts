/** What the steps of a graph ask of the input's extent: bounds, and what must hold of its remainders. */
import { divisor } from '../../layers/geometry.ts';
import {
  at,
  band,
  behind,
  constant,
  type Extent,
  isConstant,
  leastFor,
  multiple,
  residueOf,
  SAME,
  sameExtent,
  sameSlope,
  slopeOf,
} from './extent.ts';
import type { Step } from './steps.ts';

/** What must hold of n, and does so for n + by where it does for n. */
export interface Periodic {
  readonly by: number;
  readonly holds: (n: number) => boolean;
}

export interface Conditions {
  /** Below this, extents of 1 may spread and sizes of which nothing is known may be too small: each n is followed by itself. */
  readonly from: number;
  readonly least: number;
  readonly most: number;
  readonly periodic: readonly Periodic[];
  /** False where a step is not understood: what is found may be too much. */
  readonly sure: boolean;
}

class Gathering {
  from = 1;
  least = 1;
  most = Number.POSITIVE_INFINITY;
  sure = true;
  readonly periodic: Periodic[] = [];
  private readonly met = new Set<string>();

  atLeast(e: Extent, size: number): void {
    if (size <= 1) return;
    if (!isConstant(e)) this.least = Math.max(this.least, leastFor(e, size));
    else if (at(e, 0) < size) this.most = 0;
  }

  /** A condition that was met before is not asked again: a network's blocks ask the same again and again. */
  always(key: readonly unknown[], by: number, holds: (n: number) => boolean): void {
    const text = JSON.stringify(key);
    if (!this.met.has(text)) this.periodic.push({ by, holds });
    this.met.add(text);
  }

  /** x = y: everywhere of one slope, else where they cross; `or` says that more is enough. */
  equal(x: Extent, y: Extent, or: 'more' | 'no more' = 'no more'): void {
    const enough = (n: number): boolean => (or === 'more' ? at(x, n) >= at(y, n) : at(x, n) === at(y, n));
    if (sameSlope(x, y)) {
      this.always([x, y, or], multiple(x.by, y.by), enough);
      return;
    }
    const [a, b] = [band(x), band(y)];
    const ends = [(b.least - a.most) / (a.slope - b.slope), (b.most - a.least) / (a.slope - b.slope)];
    const [low, high] = [Math.floor(Math.min(...ends)), Math.ceil(Math.max(...ends))];
    if (or === 'more') {
      if (slopeOf(x) > slopeOf(y)) this.from = Math.max(this.from, high + 1);
      else this.most = Math.min(this.most, high);
      return;
    }
    this.least = Math.max(this.least, low);
    this.most = Math.min(this.most, high);
  }

  join(branches: readonly Extent[], spreads: boolean): void {
    const distinct: Extent[] = [];
    for (const e of branches) {
      if (spreads && isConstant(e) && at(e, 0) === 1) continue;
      if (!distinct.some((d) => sameExtent(d, e))) distinct.push(e);
    }
    const [first, ...rest] = distinct;
    if (!first || rest.length === 0) return;
    if (spreads) for (const e of distinct) if (!isConstant(e)) this.from = Math.max(this.from, leastFor(e, 2));
    for (const e of rest) this.equal(first, e);
  }
}

/** The extents of a graph's nodes and what its steps ask of n. */
export function conditionsOf(steps: readonly Step[]): Conditions {
  const c = new Gathering();
  const extents: (Extent | undefined)[] = [];
  const next = (s: Step): Extent | undefined => {
    switch (s.kind) {
      case 'input':
        return SAME;
      case 'layer': {
        const { local, of, needs } = s;
        const x = extents[of];
        if (!x) return isConstant(local.makes) ? local.makes : undefined;
        c.atLeast(x, local.least);
        const { remainders } = local;
        if (remainders) {
          const { by, taken } = remainders;
          const round = x.by * (by / divisor(x.times, by));
          c.always([x, by, [...taken]], round, (n) => taken.has(residueOf(at(x, n), by)));
        }
        if (needs !== undefined && Number.isFinite(needs)) c.equal(x, constant(needs));
        return behind(x, local.makes);
      }
      case 'like': {
        const [x, y] = [extents[s.of], extents[s.like]];
        if (s.crops && x && y && !sameExtent(x, y)) c.equal(x, y, 'more');
        return y;
      }
      case 'join': {
        const known = s.of.map((i) => extents[i]).filter((e) => e !== undefined);
        if (known.length < s.of.length) c.sure = false;
        c.join(known, s.spreads);
        const varying = known.find((e) => !(s.spreads && isConstant(e) && at(e, 0) === 1));
        return varying ?? known[0];
      }
      default:
        c.sure = false;
        return undefined;
    }
  };
  for (const s of steps) {
    const e = next(s);
    if (!e && s.kind !== 'unknown') c.sure = false;
    extents.push(e);
  }
  return c;
}
