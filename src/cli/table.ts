/** Tables for terminals and pipes: aligned columns without borders; and the same rows as CSV and Markdown. */
import Table from 'cli-table3';
import { colours as pc } from './colours.ts';

export interface Column {
  readonly head: string;
  /** Figures stand on the right. */
  readonly right?: boolean;
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Aligned columns. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map((c) => pc.bold(c.head)),
    colAligns: columns.map((c) => (c.right ? 'right' : 'left')),
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((r) => [...r]));
  return table
    .toString()
    .split('\n')
    .map((l) => l.trimEnd())
    .join('\n');
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
