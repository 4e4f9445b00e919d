/** Every layer as a row: what it makes, what it costs and, after a run, what it took and gave. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Facts } from '../../src/graph/facts.ts';
import { count, percent } from '../../src/graph/figures.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { showShape } from '../../src/layers/shape.ts';
import { measured } from '../parts/figures.ts';
import type { RunResult } from '../workers/run-protocol.ts';

/** Rows beyond this are shown on demand: a browser grows slow with many thousands. */
const MOST_ROWS = 1500;

interface Row {
  readonly id: number;
  readonly path: string;
  readonly kind: string;
  readonly output: string;
  readonly size: number;
  readonly params: number;
  readonly weights: number;
  readonly macs: number;
  readonly field: number;
  readonly fieldText: string;
  readonly ms: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
  readonly std: number | undefined;
  readonly zeros: number | undefined;
  readonly failed: boolean;
}

interface Column {
  readonly name: string;
  /** What it is sorted by. */
  readonly by: (r: Row) => string | number | undefined;
  readonly show: (r: Row) => string;
  readonly left?: true;
  readonly run?: true;
}

const value = (v: number | undefined): string => (v === undefined ? '' : measured(v));
const some = (n: number): string => (n > 0 ? count(n) : '');

const columns = (facts: Facts): readonly Column[] => [
  { name: 'layer', by: (r) => r.id, show: (r) => r.path, left: true },
  { name: 'kind', by: (r) => r.kind, show: (r) => r.kind, left: true },
  { name: 'output', by: (r) => r.size, show: (r) => r.output },
  { name: 'params', by: (r) => r.params, show: (r) => some(r.params) },
  { name: 'weights', by: (r) => r.weights, show: (r) => some(r.weights) },
  { name: 'MACs', by: (r) => r.macs, show: (r) => some(r.macs) },
  { name: 'share', by: (r) => r.weights, show: (r) => (r.weights > 0 ? percent(r.weights, facts.totals.weights) : '') },
  { name: 'field', by: (r) => r.field, show: (r) => r.fieldText },
  { name: 'ms', by: (r) => r.ms, show: (r) => (r.ms === undefined ? '' : r.ms.toFixed(3)), run: true },
  { name: 'min', by: (r) => r.min, show: (r) => value(r.min), run: true },
  { name: 'max', by: (r) => r.max, show: (r) => value(r.max), run: true },
  { name: 'mean', by: (r) => r.mean, show: (r) => value(r.mean), run: true },
  { name: 'std', by: (r) => r.std, show: (r) => value(r.std), run: true },
  { name: 'zeros', by: (r) => r.zeros, show: (r) => (r.zeros === undefined ? '' : `${(100 * r.zeros).toFixed(1)} %`), run: true },
];

function rowsOf(graph: Graph, facts: Facts, result: RunResult | undefined): readonly Row[] {
  return graph.nodes.map((n): Row => {
    const f = facts.nodes[n.id];
    const r = result?.nodes[n.id];
    const size = n.shape.reduce((a, b) => a * b, 1);
    return {
      id: n.id,
      path: n.path,
      kind: n.kind,
      output: showShape(n.shape),
      size,
      params: f?.params ?? 0,
      weights: f?.weights ?? 0,
      macs: f?.macs ?? 0,
      field: (f?.receptiveField[0] ?? 1) * (f?.receptiveField[1] ?? 1),
      fieldText: f && n.kind !== 'input' ? f.receptiveField.join('×') : '',
      ms: result?.times[n.id],
      min: r?.statistics.min,
      max: r?.statistics.max,
      mean: r?.statistics.mean,
      std: r?.statistics.std,
      zeros: r && r.statistics.zeros / size,
      failed: n.failed === true,
    };
  });
}

export interface TableProps {
  readonly graph: Graph;
  readonly facts: Facts;
  readonly result: RunResult | undefined;
  readonly selected: string | undefined;
  readonly marked: ReadonlySet<number>;
  readonly stale: boolean;
  onSelect(path: string): void;
}

export function Table({ graph, facts, result, selected, marked, stale, onSelect }: TableProps): JSX.Element {
  const [sort, setSort] = useState<{ readonly name: string; readonly down: boolean }>({ name: 'layer', down: false });
  const [all, setAll] = useState(false);
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = columns(facts).filter((c) => !c.run || result);
  const rows = useMemo(() => rowsOf(graph, facts, result), [graph, facts, result]);
  const column = shown.find((c) => c.name === sort.name) ?? (shown[0] as Column);
  const sorted = useMemo(
    () =>
      [...rows].sort((a, b) => {
        const [x, y] = [column.by(a), column.by(b)];
        // Empty cells stay at the end, whichever way.
        if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
        const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
        return sort.down ? -order : order;
      }),
    [rows, column.name, sort.down],
  );
  const visible = all ? sorted : sorted.slice(0, MOST_ROWS);
  useEffect(() => body.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), []);
  const onKeyDown = (e: KeyboardEvent): void => {
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    e.preventDefault();
    const next = visible[visible.findIndex((r) => r.path === selected) + step];
    if (!next) return;
    onSelect(next.path);
    const row = body.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(next.path)}"]`);
    row?.focus();
    row?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <div class={`table-pane${stale ? ' stale' : ''}`}>
      <table class="layers">
        <thead>
          <tr>
            {shown.map((c) => (
              <th
                key={c.name}
                class={c.left ? 'left' : ''}
                aria-sort={c.name === column.name ? (sort.down ? 'descending' : 'ascending') : 'none'}
              >
                <button type="button" onClick={() => setSort({ name: c.name, down: c.name === sort.name ? !sort.down : !c.left })}>
                  {c.name}
                  <span class={`codicon codicon-arrow-${sort.down ? 'down' : 'up'}${c.name === column.name ? '' : ' off'}`} />
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {visible.map((r, i) => (
            <tr
              key={r.id}
              data-path={r.path}
              class={`${r.failed ? 'failed' : ''}${marked.has(r.id) ? ' marked' : ''}`}
              aria-selected={r.path === selected}
              tabIndex={r.path === selected || (i === 0 && !selected) ? 0 : -1}
              onClick={() => onSelect(r.path)}
            >
              {shown.map((c) => (
                <td key={c.name} class={c.left ? 'left' : ''} title={c.name === 'layer' ? r.path : ''}>
                  {c.show(r)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {visible.length < sorted.length && (
        <button type="button" class="as-link more" onClick={() => setAll(true)}>
          Show all {count(sorted.length)} layers
        </button>
      )}
    </div>
  );
}
