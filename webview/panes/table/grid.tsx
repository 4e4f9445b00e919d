/** The table itself: a tree of rows under a header, over their sum. Only rows that are near enough to be seen are made. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count } from '../../../src/graph/figures.ts';
import type { Line, Sort } from '../../../src/graph/tree/arrange.ts';
import { menuOf } from '../../parts/use-menu.ts';
import { Header, idOf, LineRow, Sum, type SumProps, scalesOf } from './cells.tsx';
import type { Width } from './columns.ts';
import { actionFor } from './keys.ts';
import { ROW, scrollToRow, useWindow } from './windowing.ts';

export interface GridProps extends SumProps {
  readonly label: string;
  readonly lines: readonly Line[];
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
  /** A menu is opened on a line. */
  onMenu(line: Line): void;
  /** Copies one line, or all. */
  onCopy(line: Line | undefined): void;
}

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
        {...menuOf('table')}
        onContextMenu={(e) => {
          const line = lineAt(e);
          if (line) p.onMenu(line);
        }}
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

/** `67 layers`. */
export const layersText = (n: number): string => `${count(n)} ${n === 1 ? 'layer' : 'layers'}`;
