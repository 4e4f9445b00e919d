/** By what the design space is spread: how each measure is read off a point, written, and marked along an axis. */
import { bytes, count, short } from '../../../src/graph/figures.ts';
import type { Across } from '../../kept.ts';
import { duration } from '../../parts/figures.ts';
import type { Row } from './rows.ts';

export type MeasureName = Across | 'time';

/** What one step of an axis' numbers is worth, and its name. */
interface Unit {
  readonly worth: number;
  readonly name: string;
}

interface Measure {
  readonly title: string;
  readonly of: (r: Row) => number | undefined;
  /** In full, and as short as it can be compared. */
  readonly text: (n: number) => string;
  readonly brief: (n: number) => string;
  /** The unit in which an axis up to `most` is marked; undefined where numbers have k, M and G behind them. */
  readonly unit: (most: number) => Unit | undefined;
}

const MEMORY_UNITS: readonly Unit[] = ['B', 'KiB', 'MiB', 'GiB', 'TiB'].map((name, i) => ({ name, worth: 1024 ** i }));
const bare = (): undefined => undefined;

export const MEASURES: Readonly<Record<MeasureName, Measure>> = {
  params: { title: 'params', of: (r) => r.point.params, text: count, brief: count, unit: bare },
  macs: { title: 'MACs', of: (r) => r.point.macs, text: count, brief: short, unit: bare },
  memory: {
    title: 'peak memory',
    of: (r) => r.point.memory,
    text: bytes,
    brief: bytes,
    unit: (most) => MEMORY_UNITS.findLast((u) => most >= u.worth),
  },
  time: {
    title: 'time here',
    of: (r) => r.ms,
    text: duration,
    brief: duration,
    unit: (most) => (most >= 2000 ? { worth: 1000, name: 's' } : { worth: 1, name: 'ms' }),
  },
};

/** What goes upwards: time where there is one, else MACs, or params where MACs go across. */
export function upwards(rows: readonly Row[], across: Across): MeasureName {
  if (rows.some((r) => r.ms !== undefined)) return 'time';
  return across === 'macs' ? 'params' : 'macs';
}
