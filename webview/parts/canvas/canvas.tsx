/** The canvas of a diagram: pan, zoom, fit, selection by mouse and keyboard. */
import { select } from 'd3-selection';
import { type D3ZoomEvent, type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Placed, PlacedBox, Room } from '../../src/diagram/index.ts';
import { Drawing } from './drawing.tsx';
import { Legend } from './legend.tsx';

/** Below this scale labels cannot be read: a first view prefers to show the beginning. */
const READABLE = 0.6;
/** Of two that are compared one wants to see the whole a little longer. */
const READABLE_LINKED = 0.5;
const PAD = 12;
/** The legend's row, which a fitted picture leaves free. */
const LEGEND = 34;

/** A picture is laid out anew only where the pane has changed by so many pixels. */
const ROOM_STEP = 24;
/** A small picture is drawn larger in a large pane, up to this. */
const LARGEST = 1.3;

/** Panes side by side that move together: scale, height, and the way from the middle. */
export interface Linked {
  readonly panes: Set<(k: number, y: number, dx: number) => void>;
  /** The scale at which all of them fit. */
  readonly fits: Map<object, number>;
}
export const link = (): Linked => ({ panes: new Set(), fits: new Map() });

export interface CanvasProps {
  readonly placed: Placed | undefined;
  /** What is shown: another subject is fitted anew, an edited one stays where it is. */
  readonly subject: string;
  readonly selected: string | undefined;
  readonly marked: ReadonlySet<number>;
  readonly stale: boolean;
  readonly label: string;
  readonly linked?: Linked;
  readonly legend?: boolean;
  /** What stands in the upper corner. */
  readonly corner?: ComponentChildren;
  /** Told in how many pixels the picture is seen, in steps. */
  onRoom?(room: Room): void;
  onSelect(box: PlacedBox | undefined): void;
  onFold(path: string, open: boolean): void;
}

const selectable = (b: PlacedBox): boolean => b.box.kind !== 'entry' && b.box.kind !== 'exit' && b.box.kind !== 'output';
const middle = (b: PlacedBox): readonly [number, number] => [b.axis[0], b.box.kind === 'frame' ? b.y + 10 : b.y + b.height / 2];

/** The next box in a direction: the nearest, where to the side counts double. */
function neighbour(placed: Placed, from: PlacedBox | undefined, key: string): PlacedBox | undefined {
  const boxes = placed.boxes.filter(selectable);
  if (!from) return boxes.reduce<PlacedBox | undefined>((a, b) => (a && a.y <= b.y ? a : b), undefined);
  const [x, y] = middle(from);
  const across = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1;
  let best: PlacedBox | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const b of boxes) {
    const [bx, by] = middle(b);
    const [along, aside] = across ? [(bx - x) * sign, Math.abs(by - y)] : [(by - y) * sign, Math.abs(bx - x)];
    const cost = along + 2 * aside;
    if (b !== from && along > (across ? 8 : 0.5) && cost < least) [best, least] = [b, cost];
  }
  return best;
}

export function Canvas(props: CanvasProps): JSX.Element {
  const { placed, subject, selected, marked, linked } = props;
  const svg = useRef<SVGSVGElement>(null);
  const world = useRef<SVGGElement>(null);
  const behaviour = useRef<ZoomBehavior<SVGSVGElement, unknown>>(undefined);
  const at = useRef<ZoomTransform>(zoomIdentity);
  const shown = useRef<{ placed: Placed; subject: string } | undefined>(undefined);
  const moved = useRef(false);
  const anchor = useRef<string | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const prefix = useRef(`d${Math.random().toString(36).slice(2, 8)}-`).current;

  const size = (): { width: number; height: number } => ({ width: svg.current?.clientWidth ?? 0, height: svg.current?.clientHeight ?? 0 });
  const move = (t: ZoomTransform): void => {
    if (svg.current && behaviour.current) select(svg.current).call(behaviour.current.transform, t);
  };
  const fitView = (whole: boolean): void => {
    const p = latest.current.placed;
    const { width, height } = size();
    if (!p || width === 0 || height === 0) return;
    const all = Math.min(linked ? 1 : LARGEST, (width - 2 * PAD) / p.width, (height - 2 * PAD - LEGEND) / p.height);
    let k =
      whole || all >= (linked ? READABLE_LINKED : READABLE)
        ? all
        : Math.max(all, Math.min(1, (width - 2 * PAD) / p.width, READABLE + 0.15));
    if (linked && svg.current) {
      linked.fits.set(svg.current, k);
      k = Math.min(...linked.fits.values());
    }
    const y = Math.max(PAD, Math.min((height - LEGEND - p.height * k) / 2, linked ? PAD : 48));
    move(zoomIdentity.translate((width - p.width * k) / 2, y).scale(k));
    moved.current = false;
  };

  // d3-zoom moves the world directly: no render for a drag.
  useEffect(() => {
    const node = svg.current;
    if (!node) return;
    const z = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.04, 4])
      .filter((e: Event) => (e.type === 'wheel' ? (e as WheelEvent).ctrlKey || (e as WheelEvent).metaKey : !(e as MouseEvent).button))
      .clickDistance(4)
      .on('zoom', (e: D3ZoomEvent<SVGSVGElement, unknown>) => {
        at.current = e.transform;
        world.current?.setAttribute('transform', e.transform.toString());
        if (e.sourceEvent) {
          moved.current = true;
          tell();
        }
      });
    behaviour.current = z;
    const tell = (): void => {
      const p = latest.current.placed;
      if (!linked || !p) return;
      const dx = at.current.x - (size().width - p.width * at.current.k) / 2;
      for (const pane of linked.panes) if (pane !== follow) pane(at.current.k, at.current.y, dx);
    };
    const follow = (k: number, y: number, dx: number): void => {
      const p = latest.current.placed;
      if (p) move(zoomIdentity.translate((size().width - p.width * k) / 2 + dx, y).scale(k));
      moved.current = true;
    };
    linked?.panes.add(follow);
    select(node).call(z).on('dblclick.zoom', null);
    // A plain wheel scrolls, as everywhere in VS Code; with Ctrl, or a pinch, it zooms.
    const wheel = (e: WheelEvent): void => {
      if (e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      const unit = e.deltaMode === 1 ? 20 : 1;
      const { x, y, k } = at.current;
      const [dx, dy] = e.shiftKey && e.deltaX === 0 ? [e.deltaY, 0] : [e.deltaX, e.deltaY];
      move(zoomIdentity.translate(x - dx * unit, y - dy * unit).scale(k));
      moved.current = true;
      tell();
    };
    node.addEventListener('wheel', wheel, { passive: false });
    const watch = new ResizeObserver(() => {
      const { width, height } = size();
      const step = (pixels: number): number => Math.max(ROOM_STEP, Math.floor(pixels / ROOM_STEP) * ROOM_STEP);
      latest.current.onRoom?.({ width: step(width - 2 * PAD), height: step(height - 2 * PAD - LEGEND) });
      if (!moved.current) fitView(false);
    });
    watch.observe(node);
    return () => {
      node.removeEventListener('wheel', wheel);
      watch.disconnect();
      linked?.panes.delete(follow);
      linked?.fits.delete(node);
    };
  }, []);

  // A new picture of the same subject keeps the box in question where it stood, once someone has moved or folded; before, it is fitted.
  useLayoutEffect(() => {
    if (!placed) return;
    const old = shown.current;
    shown.current = { placed, subject };
    if (!old || old.subject !== subject) return fitView(false);
    const key = anchor.current ?? (moved.current ? selected : undefined);
    anchor.current = undefined;
    const [a, b] = [old.placed, placed].map((p) => p.boxes.find((x) => x.box.key === key));
    if (a && b) {
      const { x, y, k } = at.current;
      move(zoomIdentity.translate(x + (a.axis[0] - b.axis[0]) * k, y + (a.y - b.y) * k).scale(k));
    } else if (!moved.current) fitView(false);
  }, [placed, subject]);

  const boxAt = (key: string | undefined): PlacedBox | undefined => placed?.boxes.find((b) => b.box.key === key && selectable(b));
  const toggle = (b: PlacedBox): void => {
    anchor.current = b.box.key;
    moved.current = true;
    props.onFold(b.box.key, b.box.kind === 'block');
  };
  const choose = (b: PlacedBox): void => {
    props.onSelect(b);
    const { x, y, k } = at.current;
    const { width, height } = size();
    const [sx, sy] = [b.axis[0] * k + x, b.y * k + y];
    if (sx < 20 || sx > width - 20 || sy < 20 || sy > height - 60) {
      move(
        zoomIdentity
          .translate(x + (sx < 20 || sx > width - 20 ? width / 2 - sx : 0), y + (sy < 20 || sy > height - 60 ? height / 2 - sy : 0))
          .scale(k),
      );
      moved.current = true;
    }
  };
  const onClick = (e: MouseEvent): void => {
    const target = (e.target as Element).closest('[data-key]');
    const b = boxAt(target?.getAttribute('data-key') ?? undefined);
    props.onSelect(b);
    // The area of a frame is no button; its title and the mark beside it fold.
    const folds = b?.box.kind === 'block' || (b?.box.kind === 'frame' && !(e.target as Element).classList.contains('frame-area'));
    if (b && folds) toggle(b);
  };
  const scaleBy = (f: number): void => {
    if (!svg.current || !behaviour.current) return;
    select(svg.current).call(behaviour.current.scaleBy, f);
    moved.current = true;
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    if (!placed || e.ctrlKey || e.metaKey || e.altKey) return;
    const current = boxAt(selected);
    const act: Readonly<Record<string, () => void>> = {
      Enter: () => current && (current.box.kind === 'block' || current.box.kind === 'frame') && toggle(current),
      Escape: () => props.onSelect(undefined),
      '+': () => scaleBy(1.25),
      '=': () => scaleBy(1.25),
      '-': () => scaleBy(0.8),
      '0': () => fitView(true),
    };
    const arrow = e.key.startsWith('Arrow');
    if (!arrow && !act[e.key]) return;
    e.preventDefault();
    if (!arrow) {
      act[e.key]?.();
      return;
    }
    const next = neighbour(placed, current, e.key);
    if (next) choose(next);
  };
  const index = placed?.boxes.findIndex((b) => b.box.key === selected && selectable(b)) ?? -1;
  return (
    <div class={`pane${props.stale ? ' stale' : ''}`}>
      <svg
        ref={svg}
        class="diagram"
        role="application"
        aria-label={`${props.label}. Arrow keys move between layers, Enter opens a block.`}
        {...(index >= 0 ? { 'aria-activedescendant': `${prefix}${index}` } : {})}
        // Lower case: Preact sets attributes of SVG elements as they are written.
        tabindex={0}
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        <g ref={world}>{placed && <Drawing placed={placed} selected={selected} marked={marked} prefix={prefix} />}</g>
      </svg>
      {placed && props.legend !== false && <Legend placed={placed} />}
      {placed && props.corner}
      <div class="tools">
        <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => scaleBy(1.25)}>
          <span class="codicon codicon-zoom-in" />
        </button>
        <button type="button" title="Zoom out (−)" aria-label="Zoom out" onClick={() => scaleBy(0.8)}>
          <span class="codicon codicon-zoom-out" />
        </button>
        <button type="button" title="Fit the whole diagram (0)" aria-label="Fit the whole diagram" onClick={() => fitView(true)}>
          <span class="codicon codicon-screen-full" />
        </button>
      </div>
    </div>
  );
}
