/** A drawing on the page. What is selected and marked comes from outside; the look of marks is in the style sheet. */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { useMemo } from 'preact/hooks';
import { draw, type Figure, type Mark, type Placed } from '../../src/diagram/index.ts';

/** Of which box a mark tells, or which it joins. */
const told = ({ key, joins }: Mark): Readonly<Record<string, string>> => ({
  ...(key === undefined ? {} : { 'data-key': key }),
  ...(joins ? { 'data-from': joins[0], 'data-to': joins[1] } : {}),
});

function Shape({ m }: { readonly m: Mark }): JSX.Element {
  switch (m.kind) {
    case 'path':
      return <path class={m.role} d={m.d} {...told(m)} />;
    case 'rect':
      return <rect class={m.role} x={m.x} y={m.y} width={m.width} height={m.height} rx={m.rx} {...told(m)} />;
    default:
      return m satisfies never;
  }
}

interface BoxProps {
  readonly f: Figure;
  readonly id: string;
  readonly selected: boolean;
  readonly marked: boolean;
}

function Box({ f, id, selected, marked }: BoxProps): JSX.Element {
  const { box } = f.placed;
  const classes = ['box', box.kind, selected ? 'selected' : '', marked ? 'marked' : '', box.failed ? 'failed' : '']
    .filter(Boolean)
    .join(' ');
  return (
    <g
      id={id}
      class={f.ink === undefined ? classes : `${classes} inked`}
      {...(f.ink === undefined ? {} : { style: { '--ink': f.ink.toFixed(3) } })}
      data-key={box.key}
      role={f.open === undefined ? 'img' : 'button'}
      aria-label={f.open ? `${f.label}, open block` : f.label}
      {...(f.open === undefined ? {} : { 'aria-expanded': f.open ? 'true' : 'false' })}
    >
      {f.marks.map((m, i) => (
        <Shape key={i} m={m} />
      ))}
      {(selected || marked) && <Shape m={f.outline} />}
    </g>
  );
}

export interface DrawingProps {
  readonly placed: Placed;
  readonly selected: string | undefined;
  /** Nodes at the cursor. */
  readonly marked: ReadonlySet<number>;
  /** Prefix of element ids. */
  readonly prefix: string;
}

/** Draws everything, in the diagram's own coordinates. */
export const Drawing = memo(function Drawing({ placed, selected, marked, prefix }: DrawingProps): JSX.Element {
  const drawing = useMemo(() => draw(placed), [placed]);
  // What has the weights of the one that is selected is shown with it.
  const shared = useMemo(() => placed.boxes.find((b) => b.box.key === selected)?.box.shared, [placed, selected]);
  const isMarked = ({ placed: { box } }: Figure): boolean =>
    (shared !== undefined && box.shared === shared) ||
    (marked.size > 0 && box.nodes.some((n) => marked.has(n)) && (box.kind !== 'frame' || box.nodes.every((n) => marked.has(n))));
  const boxes = (figures: readonly Figure[]): readonly JSX.Element[] =>
    figures.map((f) => (
      <Box key={f.placed.box.key} f={f} id={`${prefix}${f.index}`} selected={f.placed.box.key === selected} marked={isMarked(f)} />
    ));
  return (
    <>
      <g class="ground">
        {drawing.ground.map((m, i) => (
          <Shape key={i} m={m} />
        ))}
      </g>
      {boxes(drawing.frames)}
      <g class="bands">
        {drawing.bands.map((m, i) => (
          <Shape key={i} m={m} />
        ))}
      </g>
      {boxes(drawing.figures)}
      <g class="bars">
        {drawing.bars.map((m, i) => (
          <Shape key={i} m={m} />
        ))}
      </g>
      <g class="texts">
        {drawing.words.map((w) => (
          <text key={`${w.key} ${w.text} ${w.y}`} x={w.x} y={w.y} data-key={w.key} class={w.role} text-anchor={w.anchor}>
            {w.text}
          </text>
        ))}
      </g>
    </>
  );
});
