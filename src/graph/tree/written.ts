/** Tables as text for other programs: comma-separated, tab-separated, Markdown. */
import type { Line } from './arrange.ts';
import { type ColumnName, columnOf } from './columns.ts';
import type { Row } from './row.ts';

export interface Head {
  readonly head: string;
  /** Figures stand on the right. */
  readonly right?: boolean;
}

/** Rows of cells, RFC 4180. */
export function csv(columns: readonly Head[], rows: readonly (readonly string[])[]): string {
  const cell = (s: string): string => (/[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
  return [columns.map((c) => c.head), ...rows].map((r) => r.map(cell).join(',')).join('\n');
}

/** Rows of cells as a table of GitHub's Markdown. */
export function markdown(columns: readonly Head[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((s) => s.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns.map((c) => c.head)), `|${columns.map((c) => (c.right ? '--:' : '---')).join('|')}|`, ...rows.map(line)].join('\n');
}

/** Rows of cells as spreadsheets take them from the clipboard. */
const tabs = (columns: readonly Head[], rows: readonly (readonly string[])[]): string =>
  [columns.map((c) => c.head), ...rows].map((r) => r.map((s) => s.replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n');

export type Format = 'csv' | 'markdown' | 'tabs';

/** The heads of columns. */
export const headsOf = (names: readonly ColumnName[]): readonly Head[] =>
  names.map((n) => ({ head: columnOf(n).head, right: columnOf(n).left !== true }));

/** A cell for people. */
export function cellText(name: ColumnName, r: Row, total: Row): string {
  const { exact, text } = columnOf(name);
  return exact?.(r) ?? text(r, total);
}

/** A cell for programs: figures without a unit. */
export function cellValue(name: ColumnName, r: Row, total: Row): string {
  const { value, text } = columnOf(name);
  return name === 'output' || name === 'field' ? text(r, total) : String(value(r, total) ?? '');
}

const bold = (text: string): string => (text === '' ? '' : `**${text}**`);

/**
 * What is seen, as text. A block that is open has no line, since what is in it has: so the figures of the lines add up to those of the whole.
 * Markdown, which people read, ends with that sum.
 */
export function written(lines: readonly Line[], names: readonly ColumnName[], total: Row, sum: Row, format: Format): string {
  const rows = lines.filter((l) => !l.open).map((l) => l.row);
  const cells = (of: typeof cellText): readonly (readonly string[])[] => rows.map((r) => names.map((n) => of(n, r, total)));
  const heads = headsOf(names);
  // Layers that were found here and there have no kind and no output.
  const ofSum = (n: ColumnName): string => (n === 'kind' || (n === 'output' && sum !== total) ? '' : cellText(n, sum, total));
  switch (format) {
    case 'csv':
      return csv(heads, cells(cellValue));
    case 'tabs':
      return tabs(heads, cells(cellValue));
    case 'markdown':
      return markdown(heads, [...cells(cellText), names.map((n) => bold(n === 'layer' ? 'total' : ofSum(n)))]);
    default:
      return format satisfies never;
  }
}
