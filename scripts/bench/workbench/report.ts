/** What was measured, as rows of a table. */
import { quantile } from '../../../src/bench/measure.ts';
import type { Head } from '../../../src/graph/tree/written.ts';

export interface Measured {
  readonly what: string;
  /** Milliseconds, of each time that it was done. */
  readonly ms: readonly number[];
  /** What we aim at. */
  readonly aim: number;
}

const text = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));

export const COLUMNS: readonly Head[] = ['', 'times', 'p50 ms', 'p95 ms', 'aim ms'].map((head, i) => ({ head, right: i > 0 }));

export const rowOf = ({ what, ms, aim }: Measured): readonly string[] => [
  what,
  String(ms.length),
  text(quantile(ms, 0.5)),
  text(quantile(ms, 0.95)),
  `< ${aim}`,
];
