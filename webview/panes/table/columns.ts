/** Which columns a table shows, and how wide: those that were chosen, and of the others as many of the best as have room. */

import { nameIn } from '../../../src/graph/tree/arrange.ts';
import { COLUMN_NAMES, type ColumnName, columnOf } from '../../../src/graph/tree/columns.ts';
import type { Row } from '../../../src/graph/tree/row.ts';
import type { KeptTable } from '../../kept.ts';

/** What its cells need beside the text, in pixels: room around it, and for a bar. */
const PAD = 17;
const BAR = 52;
/** The mark of a column that is sorted. */
const MARK = 15;
/** A name begins behind marks of folding, and gets no more than this at first: it can be cut where figures cannot. */
const NAME = { marks: 34, least: 150, most: 220 } as const;

/** How wide a text is, in pixels. */
export type Measure = (text: string, bold: boolean) => number;

/** The least widths at which all of each column can be read. */
export type Widths = Readonly<Record<ColumnName, number>>;

/** The widths that a table needs. Figures have one width, so that the longest text is the widest. */
export function widthsOf(tree: readonly Row[], total: Row, measure: Measure): Widths {
  const longest = new Map<ColumnName, string>(COLUMN_NAMES.map((n) => [n, '']));
  const look = (rows: readonly Row[], level: number, around: Row | undefined): void => {
    for (const r of rows) {
      for (const n of COLUMN_NAMES) {
        const text =
          n === 'layer' ? '  '.repeat(level) + nameIn(r, around) + (r.times > 1 ? ` ×${r.times}` : '') : columnOf(n).text(r, total);
        if (text.length > (longest.get(n)?.length ?? 0)) longest.set(n, r.failed && n !== 'layer' ? `≈ ${text}` : text);
      }
      look(r.children, level + 1, r);
    }
  };
  look(tree, 0, undefined);
  const width = (n: ColumnName): number => {
    const { head, label = head, bar, text } = columnOf(n);
    const cell = measure(longest.get(n) ?? '', false);
    if (n === 'layer') return Math.max(NAME.least, Math.min(NAME.most, cell + NAME.marks));
    const sum = measure(`${total.failed ? '≈ ' : ''}${text(total, total)}`, true);
    return Math.ceil(PAD + Math.max(measure(label, false) + MARK, sum, cell + (bar ? BAR : 0)));
  };
  return Object.fromEntries(COLUMN_NAMES.map((n) => [n, width(n)])) as Record<ColumnName, number>;
}

/** The best first. A kernel stands in the panel too: one has to ask for it. */
const BEST: readonly ColumnName[] = [
  'layer',
  'weightsShare',
  'macsShare',
  'msShare',
  'weights',
  'macs',
  'ms',
  'output',
  'params',
  'kind',
  'field',
  'memory',
  'zeros',
  'min',
  'max',
  'mean',
  'std',
];

/** Names gain nothing beyond this width, and bars nothing from so much more. */
const WIDEST = { layer: 420, bar: 90 } as const;

export interface Width {
  readonly name: ColumnName;
  readonly width: number;
}

/** The columns that there are: some want a run. */
export const columnsThere = (hasRun: boolean): readonly ColumnName[] => COLUMN_NAMES.filter((n) => hasRun || !columnOf(n).ofRun);

/** The columns for a room of some pixels. */
export function columnsFor(widths: Widths, room: number, hasRun: boolean, chosen: KeptTable['columns']): readonly Width[] {
  const there = columnsThere(hasRun);
  const shown = new Set<ColumnName>(there.filter((n) => n === 'layer' || chosen[n] === true));
  const used = (): number => [...shown].reduce((sum, n) => sum + widths[n], 0);
  for (const n of BEST) {
    if (shown.has(n) || !there.includes(n) || chosen[n] === false) continue;
    // What has no room keeps what is less good from taking its place.
    if (used() + widths[n] > room) break;
    shown.add(n);
  }
  return spread(
    widths,
    there.filter((n) => shown.has(n)),
    Math.max(0, room - used()),
  );
}

/** Gives room that is left first to names, then to bars, then to all. */
function spread(widths: Widths, names: readonly ColumnName[], left: number): readonly Width[] {
  const toNames = Math.min(left / 2, Math.max(0, WIDEST.layer - widths.layer));
  const bars = names.filter((n) => columnOf(n).bar);
  const toBar = bars.length > 0 ? Math.min((left - toNames) / 2 / bars.length, WIDEST.bar) : 0;
  const toAll = (left - toNames - toBar * bars.length) / names.length;
  return names.map((name) => ({
    name,
    width: widths[name] + toAll + (name === 'layer' ? toNames : columnOf(name).bar ? toBar : 0),
  }));
}
