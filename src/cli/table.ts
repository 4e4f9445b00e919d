/** Tables for terminals and pipes: aligned columns without borders; and the same rows as CSV and Markdown. */
import { colours as pc } from './colours.ts';

export interface Column {
  readonly head: string;
  /** Figures stand on the right. */
  readonly right?: boolean;
}

/** Aligned columns. Names, figures and shapes are all that cells hold: each of their characters takes one place. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((c, i) => rows.reduce((most, r) => Math.max(most, r[i]?.length ?? 0), c.head.length));
  const pad = (cell: string, i: number): string => (columns[i]?.right ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0));
  const line = (cells: readonly string[]): string => cells.map(pad).join('  ').trimEnd();
  return [pc.bold(line(columns.map((c) => c.head))), ...rows.map(line)].join('\n');
}

/** RFC 4180. */
export function csv(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cell = (s: string): string => (/[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
  return [columns.map((c) => c.head), ...rows].map((r) => r.map(cell).join(',')).join('\n');
}

export function markdown(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns.map((c) => c.head)), `|${columns.map((c) => (c.right ? '--:' : '---')).join('|')}|`, ...rows.map(line)].join('\n');
}
