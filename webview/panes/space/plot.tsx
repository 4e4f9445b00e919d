/** The design space as a picture: a point for each choice, lines from variants to what they are variants of. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Across } from '../../kept.ts';
import { axisOf } from './axis.ts';
import { placeLabels } from './labels.ts';
import { MEASURES, type MeasureName, upwards } from './measures.ts';
import type { Row } from './rows.ts';

export interface PlotProps {
  readonly rows: readonly Row[];
  readonly across: Across;
  /** The key of the row that is looked at, here or in the table. */
  readonly lit: string | undefined;
  onLit(key: string | undefined): void;
  onOpen(row: Row): void;
}

const MARGIN = { left: 56, right: 18, top: 30, bottom: 44 } as const;
/** The strip below the axis for what has no time yet. */
const STRIP = 26;
const TIP = 250;

/** Where a row stands. */
interface Spot {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
}

const MARKS = {
  dot: 'M 0 -6 A 6 6 0 1 1 0 6 A 6 6 0 1 1 0 -6 Z',
  diamond: 'M 0 -7 L 7 0 L 0 7 L -7 0 Z',
} as const;
const markOf = ({ point }: Row): keyof typeof MARKS => (point.kind === 'target' ? 'dot' : 'diamond');

/** A line from one point to another that ends before their marks do. */
function joined(a: Spot, b: Spot): string {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy);
  if (length < 30) return '';
  const [x, y] = [dx / length, dy / length];
  return `M ${a.x + 9 * x} ${a.y + 9 * y} L ${b.x - 12 * x} ${b.y - 12 * y}`;
}

/** All figures of a row in words, as its point is called. */
const spoken = (r: Row): string =>
  [`${r.point.name}, ${r.says}`, ...figures(r).map(([name, text]) => `${text} ${name}`), r.untimed].filter(Boolean).join('; ');

const figures = (r: Row): readonly (readonly [name: string, text: string])[] =>
  (Object.entries(MEASURES) as [MeasureName, (typeof MEASURES)[MeasureName]][]).flatMap(([, m]) => {
    const value = m.of(r);
    return value === undefined ? [] : [[m.title, m.text(value)] as const];
  });

/** What a click on a point does. */
export const opens = (r: Row): string =>
  r.shown ? 'Opens its diagram' : r.point.kind === 'target' ? `Shows ${r.point.name}` : `Compares ${r.point.of} with it`;

function Tip({
  spot: { row, x, y },
  width,
  height,
}: {
  readonly spot: Spot;
  readonly width: number;
  readonly height: number;
}): JSX.Element {
  const left = x + 14 + TIP > width ? Math.max(4, x - 14 - TIP) : x + 14;
  return (
    <div
      class="hover space-tip"
      role="tooltip"
      style={{ left: `${left}px`, width: `${TIP}px`, ...(y < height / 2 ? { top: `${y + 12}px` } : { bottom: `${height - y + 12}px` }) }}
    >
      <b>{row.point.name}</b>
      <span class="dim">{row.says}</span>
      <dl>
        {figures(row).map(([name, text]) => (
          <>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
      {row.untimed && <span class="dim">{row.untimed}</span>}
      <span class="dim">{opens(row)}</span>
    </div>
  );
}

export function Plot({ rows, across, lit, onLit, onOpen }: PlotProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [{ width, height }, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const e = box.current;
    if (!e) return;
    const observer = new ResizeObserver(() => setSize({ width: e.clientWidth, height: e.clientHeight }));
    observer.observe(e);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="space-plot" ref={box}>
      {width > 0 && height > 0 && rows.length > 0 && <Picture {...{ rows, across, lit, onLit, onOpen, width, height }} />}
    </div>
  );
}

function Picture({ rows, across, lit, onLit, onOpen, width, height }: PlotProps & { width: number; height: number }): JSX.Element {
  const up = upwards(rows, across);
  const [mx, my] = [MEASURES[across], MEASURES[up]];
  const known = (of: (r: Row) => number | undefined): readonly number[] => rows.map(of).filter((v) => v !== undefined);
  const hasStrip = rows.some((r) => my.of(r) === undefined);
  const foot = height - MARGIN.bottom;
  const floor = hasStrip ? foot - STRIP : foot;
  const { x, y } = useMemo(
    () => ({
      x: axisOf(across, known(mx.of), MARGIN.left, width - MARGIN.right, 'x'),
      y: axisOf(up, known(my.of), floor, MARGIN.top, 'y'),
    }),
    [rows, across, up, width, floor],
  );
  const spots = rows
    .map((row): Spot => {
      const value = my.of(row);
      return { row, x: x.at(mx.of(row) ?? 0), y: value === undefined ? foot - STRIP / 2 : y.at(value) };
    })
    // By keyboard one goes from left to right.
    .toSorted((a, b) => a.x - b.x);
  // What is shown has its name first.
  const byRank = spots.toSorted((a, b) => Number(b.row.shown) - Number(a.row.shown));
  const places = placeLabels(
    byRank.map((s) => ({ x: s.x, y: s.y, text: s.row.point.name, isBold: s.row.shown })),
    width,
    foot,
  );
  const labels = new Map(byRank.map((s, i) => [s.row.key, places[i]]));
  const shown = spots.find((s) => s.row.shown);
  const seen = spots.find((s) => s.row.key === lit);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a picture. */}
      <svg viewBox={`0 0 ${width} ${height}`} role="group" aria-label={`Design space: ${mx.title} across, ${my.title} up`}>
        <defs>
          <marker id="space-arrow" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M 0 0.5 L 7 4 L 0 7.5 Z" />
          </marker>
        </defs>
        <g class="grid">
          {x.ticks.map((t) => (
            <g key={t.at}>
              <path d={`M ${t.at} ${MARGIN.top} V ${foot}`} />
              <text x={t.at} y={foot + 16} text-anchor="middle">
                {t.text}
              </text>
            </g>
          ))}
          {y.ticks.map((t) => (
            <g key={t.at}>
              <path d={`M ${MARGIN.left} ${t.at} H ${width - MARGIN.right}`} />
              <text x={MARGIN.left - 8} y={t.at} dy="0.35em" text-anchor="end">
                {t.text}
              </text>
            </g>
          ))}
          <path class="axis" d={`M ${MARGIN.left} ${MARGIN.top} V ${floor} H ${width - MARGIN.right}`} />
          <text class="title across" x={width - MARGIN.right} y={foot + 34} text-anchor="end">
            {x.title} →
          </text>
          <text class="title up" x={8} y={16}>
            ↑ {y.title}
          </text>
          {hasStrip && (
            <text x={MARGIN.left - 8} y={foot - STRIP / 2} dy="0.35em" text-anchor="end">
              no time
            </text>
          )}
        </g>
        <g class="joins">
          {spots.map((s) =>
            shown && s.row.point.of !== undefined ? <path key={s.row.key} d={joined(s, shown)} marker-end="url(#space-arrow)" /> : null,
          )}
        </g>
        {spots.map((s) => {
          const { row } = s;
          const label = labels.get(row.key);
          const open = (): void => onOpen(row);
          return (
            // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a picture.
            <g
              key={row.key}
              class={`point ${markOf(row)}${row.shown ? ' shown' : ''}${row.key === lit ? ' lit' : ''}`}
              data-key={row.key}
              role="button"
              tabIndex={0}
              aria-label={spoken(row)}
              onClick={open}
              onKeyDown={(e) => {
                if (e.key !== 'Enter' && e.key !== ' ') return;
                e.preventDefault();
                open();
              }}
              onPointerEnter={() => onLit(row.key)}
              onPointerLeave={() => onLit(undefined)}
              onFocus={() => onLit(row.key)}
              onBlur={() => onLit(undefined)}
            >
              <circle class="hit" cx={s.x} cy={s.y} r={11} />
              {label?.isLed && <path class="leader" d={`M ${s.x} ${s.y} L ${label.x} ${label.y}`} />}
              <path class="mark" d={MARKS[markOf(row)]} transform={`translate(${s.x} ${s.y})`} />
              {label && (
                <text x={label.x} y={label.y} dy="0.35em" text-anchor={label.anchor}>
                  {row.point.name}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {seen && <Tip spot={seen} width={width} height={height} />}
    </>
  );
}
