/** The same figures as the picture's, as a table that sorts. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { MEASURES, type MeasureName } from './measures.ts';
import { opens } from './plot.tsx';
import type { Row } from './rows.ts';

type Column = 'name' | 'weights' | MeasureName;
interface Sort {
  readonly column: Column;
  readonly down: boolean;
}

const HEADS = [
  ['name', 'name', undefined],
  ['params', 'params', 'All that training would change'],
  ['weights', 'weights', 'Entries of convolution and linear kernels'],
  ['macs', 'MACs', 'Multiply–accumulates of convolutions and linear layers'],
  ['memory', 'peak memory', 'The most bytes of activations that live at the same time'],
  ['time', 'time here', 'Measured in this window'],
] as const satisfies readonly (readonly [Column, string, string | undefined])[];

const figureOf = (r: Row, c: Exclude<Column, 'name'>): number | undefined => (c === 'weights' ? r.point.weights : MEASURES[c].of(r));

/** Rows in the order that was chosen; what has no value stands last. */
export function sorted(rows: readonly Row[], sort: Sort | undefined): readonly Row[] {
  if (!sort) return rows;
  const { column, down } = sort;
  const sign = down ? -1 : 1;
  if (column === 'name') return rows.toSorted((a, b) => sign * a.point.name.localeCompare(b.point.name, 'en', { numeric: true }));
  return rows.toSorted((a, b) => {
    const [x, y] = [figureOf(a, column), figureOf(b, column)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return sign * (x - y);
  });
}

/** A first click sorts, the most first (names from A); a second turns that round, a third brings back the order of the text. */
function next(sort: Sort | undefined, column: Column): Sort | undefined {
  const first = column !== 'name';
  if (sort?.column !== column) return { column, down: first };
  return sort.down === first ? { column, down: !first } : undefined;
}

function Cell({ row, column }: { readonly row: Row; readonly column: Exclude<Column, 'name'> }): JSX.Element {
  const value = figureOf(row, column);
  const { text, brief } = MEASURES[column === 'weights' ? 'params' : column];
  return value === undefined ? (
    <td class="dim" {...(row.untimed ? { title: row.untimed } : {})}>
      {row.untimed ? 'does not run' : '—'}
    </td>
  ) : (
    <td title={text(value)}>{brief(value)}</td>
  );
}

export interface FiguresProps {
  readonly rows: readonly Row[];
  readonly lit: string | undefined;
  onLit(key: string | undefined): void;
  onOpen(row: Row): void;
}

export function Figures({ rows, lit, onLit, onOpen }: FiguresProps): JSX.Element {
  const [sort, setSort] = useState<Sort>();
  return (
    <table class="space-table">
      <thead>
        <tr>
          {HEADS.map(([column, head, says]) => {
            const down = sort?.column === column ? sort.down : undefined;
            return (
              <th
                key={column}
                scope="col"
                {...(column === 'name' ? { class: 'left' } : {})}
                aria-sort={down === undefined ? 'none' : down ? 'descending' : 'ascending'}
                title={says}
              >
                <button type="button" onClick={() => setSort(next(sort, column))}>
                  {head}
                  {down !== undefined && <span class={`codicon codicon-arrow-${down ? 'down' : 'up'}`} aria-hidden="true" />}
                </button>
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {sorted(rows, sort).map((r) => (
          <tr
            key={r.key}
            class={r.key === lit ? 'lit' : ''}
            aria-current={r.shown}
            onPointerEnter={() => onLit(r.key)}
            onPointerLeave={() => onLit(undefined)}
          >
            <th scope="row" class="left">
              <button type="button" class="as-link" title={opens(r)} onClick={() => onOpen(r)}>
                {r.point.name}
              </button>
              <span class="dim">{r.says}</span>
            </th>
            {HEADS.map(([column]) => (column === 'name' ? null : <Cell key={column} row={r} column={column} />))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
