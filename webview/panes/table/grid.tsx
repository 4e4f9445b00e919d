/** The table itself: a tree of rows under a header, over their sum. Only rows that are near enough to be seen are made. */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count } from '../../../src/graph/figures.ts';
import type { Line, Sort } from '../../../src/graph/tree/arrange.ts';
import { type ColumnName, columnOf } from '../../../src/graph/tree/columns.ts';
import { type Row, type Shared, TONES } from '../../../src/graph/tree/row.ts';
import { cellText } from '../../../src/graph/tree/written.ts';
import type { Width } from './columns.ts';
import { actionFor } from './keys.ts';
import { ROW, scrollToRow, useWindow } from './windowing.ts';

export interface GridProps {
  readonly label: string;
  readonly lines: readonly Line[];
  /** Of what is seen, and of the whole, of which shares are. */
  readonly sum: Row;
  readonly total: Row;
  /** What the sum is called, and what else one should know of a column's. */
  readonly sumName: string;
  readonly notes: Readonly<Partial<Record<ColumnName, string>>>;
  readonly columns: readonly Width[];
  readonly sort: Sort | undefined;
  /** The line that is chosen. */
  readonly active: number | undefined;
  readonly marked: ReadonlySet<number>;
  readonly stale: boolean;
  onRoom(width: number): void;
  onSort(sort: Sort | undefined): void;
  onChoose(line: Line): void;
  onReveal(line: Line): void;
  onFold(line: Line, open: boolean): void;
  /** Copies one line, or all. */
  onCopy(line: Line | undefined): void;
}

const idOf = (i: number): string => `row-${i}`;

export function Grid(p: GridProps): JSX.Element {
  const { lines, active, columns, total } = p;
  const box = useRef<HTMLDivElement>(null);
  const seen = useWindow(box, lines.length);
  const [all, setAll] = useState(false);
  useLayoutEffect(() => p.onRoom(seen.width), [seen.width]);
  const path = active === undefined ? undefined : lines[active]?.row.path;
  // What is chosen comes into view, here or elsewhere; an edit or a fold above it moves nothing.
  useEffect(() => scrollToRow(box.current, active ?? -1), [path]);

  const onKeyDown = (e: KeyboardEvent): void => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'a') {
      e.preventDefault();
      setAll(true);
      return;
    }
    // Headers have keys of their own.
    if ((e.target as Element).closest('button')) return;
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW) - 3);
    const action = actionFor(e, lines, active, page);
    if (!action) return;
    e.preventDefault();
    setAll(false);
    if (action.type === 'fold') p.onFold(action.line, action.open);
    else if (action.type === 'reveal') p.onReveal(action.line);
    else {
      p.onChoose(action.line);
      scrollToRow(box.current, lines.indexOf(action.line));
    }
  };
  const onCopy = (e: ClipboardEvent): void => {
    e.preventDefault();
    p.onCopy(all || active === undefined ? undefined : lines[active]);
  };
  const lineAt = (e: Event): Line | undefined => {
    const index = (e.target as Element).closest('[data-index]')?.getAttribute('data-index');
    return index === null || index === undefined ? undefined : lines[Number(index)];
  };
  const onClick = (e: MouseEvent): void => {
    setAll(false);
    const line = lineAt(e);
    if (!line) return;
    if (line.open !== undefined && (e.target as Element).closest('.twistie')) {
      p.onFold(line, !line.open);
      return;
    }
    p.onChoose(line);
    p.onReveal(line);
  };
  const onDblClick = (e: MouseEvent): void => {
    const line = lineAt(e);
    if (line && line.open !== undefined && !(e.target as Element).closest('.twistie')) p.onFold(line, !line.open);
  };

  const width = columns.reduce((sum, c) => sum + c.width, 0);
  const scales = scalesOf(lines);
  return (
    <div class={`table-pane${p.stale ? ' stale' : ''}`} ref={box}>
      <table
        class={`layers${all ? ' all' : ''}${width > seen.width + 1 ? ' wide' : ''}`}
        style={{ width: `${width}px` }}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: browsers take rows and cells of a table for those of its treegrid.
        role="treegrid"
        aria-label={p.label}
        aria-rowcount={lines.length + 2}
        aria-colcount={columns.length}
        tabIndex={0}
        {...(active !== undefined && active >= seen.from && active < seen.to ? { 'aria-activedescendant': idOf(active) } : {})}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
        onClick={onClick}
        onDblClick={onDblClick}
      >
        <colgroup>
          {columns.map((c) => (
            <col key={c.name} style={{ width: `${c.width}px` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name }) => (
              <Header key={name} name={name} sort={p.sort} onSort={p.onSort} />
            ))}
          </tr>
        </thead>
        <Space rows={seen.from} />
        <tbody>
          {lines.slice(seen.from, seen.to).map((line, i) => {
            const index = seen.from + i;
            return (
              <LineRow
                key={line.row.path}
                line={line}
                index={index}
                columns={columns}
                total={total}
                scales={scales}
                chosen={index === active || all}
                marked={p.marked.size > 0 && line.open !== true && line.row.nodes.some((n) => p.marked.has(n))}
              />
            );
          })}
        </tbody>
        <Space rows={lines.length - seen.to} />
        <tfoot>
          <tr aria-rowindex={lines.length + 2}>
            {columns.map(({ name }) => (
              <Sum key={name} name={name} {...p} />
            ))}
          </tr>
        </tfoot>
      </table>
      {lines.length === 0 && (
        <p class="nothing dim">
          {p.sum === total ? 'There is no layer here.' : 'No layer has these words in its path, kind, shape or kernel.'}
        </p>
      )}
    </div>
  );
}

/** The room of rows that are not made. */
const Space = ({ rows }: { readonly rows: number }): JSX.Element | null =>
  rows > 0 ? (
    <tbody class="space-rows" aria-hidden="true">
      <tr style={{ height: `${rows * ROW}px` }} />
    </tbody>
  ) : null;

interface HeaderProps {
  readonly name: ColumnName;
  readonly sort: Sort | undefined;
  onSort(sort: Sort | undefined): void;
}

/** A click sorts, another the other way, a third as the flow is. */
function Header({ name, sort, onSort }: HeaderProps): JSX.Element {
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
type Scales = Readonly<Record<Shared, number>>;
const scalesOf = (lines: readonly Line[]): Scales => {
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

const LineRow = memo(
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

function Sum({
  name,
  sum,
  total,
  sumName,
  notes,
}: Pick<GridProps, 'sum' | 'total' | 'sumName' | 'notes'> & { readonly name: ColumnName }): JSX.Element {
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

/** `67 layers`. */
export const layersText = (n: number): string => `${count(n)} ${n === 1 ? 'layer' : 'layers'}`;
