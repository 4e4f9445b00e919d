/** Tables for terminals: aligned columns without borders. */
import type { Head } from '../graph/tree/written.ts';
import { colours as pc } from './colours.ts';

/** Aligned columns. Names, figures and shapes are all that cells hold: each of their characters takes one place. */
export function textTable(columns: readonly Head[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((c, i) => rows.reduce((most, r) => Math.max(most, r[i]?.length ?? 0), c.head.length));
  const pad = (cell: string, i: number): string => (columns[i]?.right ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0));
  const line = (cells: readonly string[]): string => cells.map(pad).join('  ').trimEnd();
  return [pc.bold(line(columns.map((c) => c.head))), ...rows.map(line)].join('\n');
}
