/** A placed diagram as SVG. Knows no state: what is selected, marked and hovered comes from outside. */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { bandPath, type Placed, type PlacedBox } from '../../src/diagram/index.ts';

const trapezoid = (x: number, y: number, height: number, top: number, bottom: number): string =>
  `M${x - top / 2},${y}L${x + top / 2},${y}L${x + bottom / 2},${y + height}L${x - bottom / 2},${y + height}Z`;

/** Lines that part the strands of a grouped convolution; a depthwise one gets as many as one can still see. */
function strandLines(b: PlacedBox): string {
  const { strands } = b.box;
  if (!strands) return '';
  const narrow = Math.min(b.top, b.bottom);
  const most = Math.max(2, Math.floor(narrow / 5));
  const n = strands === 'each' ? Math.min(most, 24) : Math.min(strands, most, 8);
  return Array.from({ length: n - 1 }, (_, i) => (i + 1) / n - 0.5)
    .map((f) => `M${b.axis[0] + f * b.top},${b.y}L${b.axis[0] + f * b.bottom},${b.y + b.height}`)
    .join('');
}

function Shape({ b }: { readonly b: PlacedBox }): JSX.Element | null {
  const { kind } = b.box;
  switch (kind) {
    case 'conv':
    case 'pointwise':
    case 'pool':
    case 'other': {
      const lines = strandLines(b);
      return (
        <>
          <path class="fill" d={trapezoid(b.axis[0], b.y, b.height, b.top, b.bottom)} />
          {lines && <path class={b.box.strands === 'each' ? 'strands each' : 'strands'} d={lines} />}
        </>
      );
    }
    case 'norm':
    case 'activation':
    case 'noop':
      return <rect class="fill" x={b.x} y={b.y} width={b.width} height={b.height} rx={2} />;
    case 'input':
    case 'add':
    case 'mul':
      return <rect class="fill" x={b.x} y={b.y} width={b.width} height={b.height} rx={kind === 'input' ? 2 : 0} />;
    case 'concat':
      return (
        <>
          {(b.parts ?? []).map(([x, width]) => (
            <rect key={x} class="fill" x={x + 0.5} y={b.y} width={Math.max(1, width - 1)} height={b.height} />
          ))}
        </>
      );
    case 'block':
      return (
        <>
          {b.box.times > 2 && <rect class="stack" x={b.x + 8} y={b.y + 8} width={b.width} height={b.height} rx={4} />}
          {b.box.times > 1 && <rect class="stack" x={b.x + 4} y={b.y + 4} width={b.width} height={b.height} rx={4} />}
          <rect class="card" x={b.x} y={b.y} width={b.width} height={b.height} rx={4} />
          <path class="fill" d={trapezoid(b.axis[0], b.y, b.height, b.top, b.bottom)} />
          <path class="mark" d={`M${b.x + b.width - 20},${b.y + b.height / 2 - 2}l4.5,4.5l4.5,-4.5`} />
        </>
      );
    case 'output':
      return <rect class="hit" x={b.x} y={b.y} width={b.width} height={b.height} />;
    case 'entry':
    case 'exit':
    case 'frame':
      return null;
    default:
      return kind satisfies never;
  }
}

/** The outline by which selection and mark are drawn. */
function outline(b: PlacedBox): JSX.Element {
  const pad = 3;
  if (b.box.kind === 'conv' || b.box.kind === 'pointwise' || b.box.kind === 'pool' || b.box.kind === 'other')
    return <path class="outline" d={trapezoid(b.axis[0], b.y - 1, b.height + 2, b.top + 3, b.bottom + 3)} />;
  return <rect class="outline" x={b.x - pad} y={b.y - pad} width={b.width + 2 * pad} height={b.height + 2 * pad} rx={4} />;
}

const described = (b: PlacedBox): string =>
  [
    b.box.title || 'output',
    b.box.times > 1 ? `${b.box.times} times` : '',
    b.box.shape,
    ...b.box.figures,
    b.box.failed ? 'has an error' : '',
  ]
    .filter(Boolean)
    .join(', ');

interface BoxProps {
  readonly b: PlacedBox;
  readonly id: string;
  readonly title: JSX.Element | undefined;
  readonly selected: boolean;
  readonly marked: boolean;
}

/** Titles of frames: where they stand decides where one clicks to fold. */
function Frame({ b, id, selected, marked, title }: BoxProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no buttons.
    <g
      id={id}
      class={`box frame${selected ? ' selected' : ''}${marked ? ' marked' : ''}${b.box.failed ? ' failed' : ''}`}
      data-key={b.box.key}
      role="button"
      aria-expanded="true"
      aria-label={`${described(b)}, open block`}
    >
      {b.box.times > 2 && <rect class="stack" x={b.x + 8} y={b.y + 8} width={b.width} height={b.height} rx={6} />}
      {b.box.times > 1 && <rect class="stack" x={b.x + 4} y={b.y + 4} width={b.width} height={b.height} rx={6} />}
      <rect class="frame-area" x={b.x} y={b.y} width={b.width} height={b.height} rx={6} />
      {selected || marked ? <rect class="outline" x={b.x} y={b.y} width={b.width} height={b.height} rx={6} /> : null}
      {title}
    </g>
  );
}

function Box({ b, id, selected, marked }: BoxProps): JSX.Element {
  const classes = ['box', b.box.kind, selected ? 'selected' : '', marked ? 'marked' : '', b.box.failed ? 'failed' : '']
    .filter(Boolean)
    .join(' ');
  const block = b.box.kind === 'block';
  return (
    <g
      id={id}
      class={classes}
      data-key={b.box.key}
      role={block ? 'button' : 'img'}
      aria-label={described(b)}
      {...(block ? { 'aria-expanded': 'false' } : {})}
    >
      {/* Stripes are thin: more room to hit them. */}
      {b.height < 12 && <rect class="hit" x={b.x - 2} y={b.y - 2} width={b.width + 4} height={b.height + 4} />}
      <Shape b={b} />
      {(selected || marked) && outline(b)}
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

/** Where the fold mark of a frame stands: left of its title. */
function foldMark(p: Placed, b: PlacedBox): JSX.Element | undefined {
  const t = p.texts.find((x) => x.key === b.box.key && x.style === 'name' && x.bounds.y < b.y + 30 && x.bounds.y > b.y);
  return t && <path class="mark" d={`M${t.x - 15},${t.y - 1.5}l4.5,-4.5l4.5,4.5`} />;
}

/** Draws everything, in the diagram's own coordinates. */
export const Drawing = memo(function Drawing({ placed, selected, marked, prefix }: DrawingProps): JSX.Element {
  const isMarked = (b: PlacedBox): boolean =>
    marked.size > 0 && b.box.nodes.some((n) => marked.has(n)) && (b.box.kind !== 'frame' || b.box.nodes.every((n) => marked.has(n)));
  const frames = placed.boxes.filter((b) => b.box.kind === 'frame');
  const cards = new Set(placed.boxes.filter((b) => b.box.kind === 'block').map((b) => b.box.key));
  const boxes = placed.boxes.filter((b) => b.box.kind !== 'frame' && b.box.kind !== 'entry' && b.box.kind !== 'exit');
  const props = (b: PlacedBox): BoxProps => ({
    b,
    id: `${prefix}${placed.boxes.indexOf(b)}`,
    title: b.box.kind === 'frame' ? foldMark(placed, b) : undefined,
    selected: b.box.key === selected,
    marked: isMarked(b),
  });
  return (
    <>
      {frames.map((b) => (
        <Frame key={b.box.key} {...props(b)} />
      ))}
      <g class="bands">
        {placed.bands.map((b, i) => (
          <path key={i} class={`band${b.identity ? ' identity' : ''}${b.failed ? ' failed' : ''}`} d={bandPath(b)} />
        ))}
        {placed.steps.map((s) => (
          <path key={`${s.x},${s.y}`} class="step" d={`M${s.x - s.width / 2},${s.y - 1.5}h${s.width}m0,3h${-s.width}`} />
        ))}
      </g>
      {boxes.map((b) => (
        <Box key={b.box.key} {...props(b)} />
      ))}
      <g class="texts">
        {placed.texts.map((t) => (
          <text
            key={`${t.key} ${t.text} ${t.y}`}
            x={t.x}
            y={t.y}
            data-key={t.key}
            class={`${t.style}${t.inside ? ' inside' : ''}${t.strong ? ' strong' : ''}${cards.has(t.key) ? ' on-card' : ''}`}
            text-anchor={t.anchor}
          >
            {t.text}
          </text>
        ))}
      </g>
    </>
  );
});
