/** What a table is made of: headers that sort, rows with their cells and bars, and the cells of the sum. */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { TONES } from '../../../src/graph/tone.ts';
import type { Line, Sort } from '../../../src/graph/tree/arrange.ts';
import { type ColumnName, columnOf } from '../../../src/graph/tree/columns.ts';
import type { Row, Shared } from '../../../src/graph/tree/row.ts';
import { cellText } from '../../../src/graph/tree/written.ts';
import type { Width } from './columns.ts';

/** The id of a row's element. */
export const idOf = (i: number): string => `row-${i}`;

interface HeaderProps {
  readonly name: ColumnName;
  readonly sort: Sort | undefined;
  onSort(sort: Sort | undefined): void;
}

/** A click sorts, another the other way, a third as the flow is. */
export function Header({ name, sort, onSort }: HeaderProps): JSX.Element {
  const { head, label = head, says, left } = columnOf(name);
  const down = sort?.column === name ? sort.down : undefined;
  const first = left !== true;
  const next = down === undefined ? { column: name, down: first } : down === first ? { column: name, down: !first } : undefined;
  return (
    <th scope="col" class={left ? 'left' : ''} title={says} aria-sort={down === undefined ? 'none' : down ? 'descending' : 'ascending'}>
      <button type="button" onClick={() => onSort(next)}>
        <span class="label">{label}</span>
        {down !== undefined && <span class={`codicon codicon-arrow-${down ? 'down' : 'up'}`} aria-hidden="true" />}
      </button>
    </th>
  );
}

/** By figure, the most that a row of the first level has: the length of a whole bar. */
export type Scales = Readonly<Record<Shared, number>>;
export const scalesOf = (lines: readonly Line[]): Scales => {
  const most = { weights: 0, macs: 0, ms: 0 };
  for (const { level, row } of lines)
    if (level === 1) for (const of of ['weights', 'macs', 'ms'] as const) most[of] = Math.max(most[of], row.figures[of] ?? 0);
  return most;
};

interface LineRowProps {
  readonly line: Line;
  readonly index: number;
  readonly columns: readonly Width[];
  readonly total: Row;
  readonly scales: Scales;
  readonly chosen: boolean;
  readonly marked: boolean;
}

export const LineRow = memo(
  function LineRow({ line, index, columns, total, scales, chosen, marked }: LineRowProps): JSX.Element {
    const { row, level, open } = line;
    return (
      <tr
        id={idOf(index)}
        data-index={index}
        data-path={row.path}
        class={`${row.failed ? 'failed' : ''}${marked ? ' marked' : ''}`}
        aria-rowindex={index + 2}
        aria-level={level}
        aria-posinset={line.position}
        aria-setsize={line.of}
        aria-selected={chosen}
        {...(open === undefined ? {} : { 'aria-expanded': open })}
      >
        {columns.map(({ name }) => (
          <Cell key={name} name={name} line={line} total={total} scales={scales} />
        ))}
      </tr>
    );
  },
  (a, b) =>
    a.index === b.index &&
    a.chosen === b.chosen &&
    a.marked === b.marked &&
    a.columns === b.columns &&
    a.total === b.total &&
    sameLine(a.line, b.line) &&
    a.scales.weights === b.scales.weights &&
    a.scales.macs === b.scales.macs &&
    a.scales.ms === b.scales.ms,
);

const sameLine = (a: Line, b: Line): boolean =>
  a.row === b.row && a.open === b.open && a.level === b.level && a.position === b.position && a.of === b.of && a.name === b.name;

interface CellProps {
  readonly name: ColumnName;
  readonly line: Line;
  readonly total: Row;
  readonly scales: Scales;
}

function Cell({ name, line, total, scales }: CellProps): JSX.Element {
  const { row } = line;
  if (name === 'layer') return <Name line={line} />;
  const { left, bar, text } = columnOf(name);
  const shown = text(row, total);
  const about = row.failed && !left && shown !== '' && name !== 'kernel' ? '≈ ' : '';
  return (
    <td class={`${left ? 'left ' : ''}${bar ? 'share' : name}`} title={about + cellText(name, row, total)}>
      {bar && <Bar row={row} of={bar} most={scales[bar]} />}
      {about + shown}
    </td>
  );
}

function Name({ line: { row, name, level, open } }: { readonly line: Line }): JSX.Element {
  return (
    <th scope="row" class="left name" title={row.shared === undefined ? row.path : `${row.path}: the weights of ${row.shared}`}>
      <span class="indent" style={{ width: `${(level - 1) * 12}px` }} />
      <span class={`twistie${open === undefined ? '' : ` codicon codicon-chevron-${open ? 'down' : 'right'}`}`} aria-hidden="true" />
      {row.failed && <span class="codicon codicon-error" aria-hidden="true" />}
      {name}
      {row.times > 1 && <span class="dim"> ×{row.times}</span>}
      {row.shared !== undefined && <span class="codicon codicon-link dim" aria-hidden="true" />}
    </th>
  );
}

/** A share as a bar, divided by what holds it as the cards of the diagram are. */
function Bar({ row, of, most }: { readonly row: Row; readonly of: Shared; readonly most: number }): JSX.Element {
  return (
    <span class="track" aria-hidden="true">
      {most > 0 &&
        TONES.filter((t) => row.tones[of][t] > 0).map((t) => (
          <i key={t} class={t} style={{ width: `${(100 * row.tones[of][t]) / most}%` }} />
        ))}
    </span>
  );
}

export interface SumProps {
  /** Of what is seen, and of the whole, of which shares are. */
  readonly sum: Row;
  readonly total: Row;
  /** What the sum is called, and what else one should know of a column's. */
  readonly sumName: string;
  readonly notes: Readonly<Partial<Record<ColumnName, string>>>;
}

/** A cell of the sum below the rows. */
export function Sum({ name, sum, total, sumName, notes }: SumProps & { readonly name: ColumnName }): JSX.Element {
  const { left, text, bar } = columnOf(name);
  const about = sum.failed && !left ? '≈ ' : '';
  if (name === 'layer')
    return (
      <th scope="row" class="left" title={`${sumName}${sum.failed ? ', with what was assumed where a layer does not fit' : ''}`}>
        {sumName}
      </th>
    );
  // Layers that were found here and there have no output.
  const isEmpty = left || (name === 'output' && sum !== total);
  const [shown, exact] = isEmpty ? ['', ''] : [text(sum, total), cellText(name, sum, total)];
  return (
    <td class={`${left ? 'left' : ''}${bar ? 'share' : ''}`} title={[about + exact, notes[name]].filter(Boolean).join('; ')}>
      {shown && about + shown}
    </td>
  );
}
