/** Pan and zoom of a canvas, as a hook: d3-zoom moves the world directly, so that a drag needs no render. */
import { select } from 'd3-selection';
import { type D3ZoomEvent, type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Placed, PlacedBox, Room } from '../../../src/diagram/index.ts';
import { CORNER, type Extent, fitScale, fitted, kept, LEGEND, PAD, shifted, wayTo, wheelDelta } from './view.ts';

/** A picture is laid out anew only where the pane has changed by so many pixels. */
const ROOM_STEP = 24;
/** Milliseconds in which the picture moves to what is shown by itself. */
const GENTLE = 160;

/** Panes side by side that move together: scale, height, and the way from the middle. */
export interface Linked {
  readonly panes: Set<(k: number, y: number, dx: number) => void>;
  /** The scale at which all of them fit. */
  readonly fits: Map<object, number>;
}
export const link = (): Linked => ({ panes: new Set(), fits: new Map() });

/** What the hook reads when something moves; the newest of each render. */
export interface Seen {
  readonly placed: Placed | undefined;
  /** Whether something stands in the upper corner. */
  readonly hasCorner: boolean;
  onRoom?: ((room: Room) => void) | undefined;
  /** The picture is seen at another place or scale; by hand, or by itself. */
  onMove(byHand: boolean): void;
}

/** Where one is in a picture, and the ways to be elsewhere. */
export interface Eye {
  readonly at: RefObject<ZoomTransform>;
  /** Someone has moved or zoomed: what comes next is not fitted any more. */
  readonly moved: RefObject<boolean>;
  /** Of the pane. */
  size(): Extent;
  move(t: ZoomTransform): void;
  /** Moves by pixels of the screen; gently: so that the eye can follow. */
  pan(dx: number, dy: number, gently?: boolean): void;
  fit(whole: boolean): void;
  scaleBy(factor: number): void;
  /** Brings a box into view, where it is not. */
  show(b: PlacedBox): void;
  /** Puts a point of the picture in the middle. */
  centre(x: number, y: number): void;
}

/** Whether things should rather not move by themselves. */
export const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

export function useZoom(
  svg: RefObject<SVGSVGElement | null>,
  world: RefObject<SVGGElement | null>,
  latest: RefObject<Seen>,
  linked: Linked | undefined,
): Eye {
  const behaviour = useRef<ZoomBehavior<SVGSVGElement, unknown>>(undefined);
  const at = useRef<ZoomTransform>(zoomIdentity);
  const moved = useRef(false);

  const eye = useMemo((): Eye => {
    const placed = (): Placed | undefined => latest.current?.placed;
    const size = (): Extent => ({ width: svg.current?.clientWidth ?? 0, height: svg.current?.clientHeight ?? 0 });
    const move = (t: ZoomTransform): void => {
      if (svg.current && behaviour.current) select(svg.current).call(behaviour.current.transform, kept(t, placed(), size()));
    };
    const glide = (t: ZoomTransform): void => {
      const gently = !isStill();
      if (world.current && gently) world.current.style.transition = `transform ${GENTLE}ms ease-out`;
      move(t);
      if (gently)
        setTimeout(() => {
          if (world.current) world.current.style.transition = '';
        }, GENTLE);
    };
    const pan = (dx: number, dy: number, gently = false): void => {
      (gently ? glide : move)(shifted(at.current, dx, dy));
      moved.current = true;
    };
    return {
      at,
      moved,
      size,
      move,
      pan,
      fit: (whole) => {
        const p = placed();
        const pane = { ...size(), legend: svg.current?.parentElement?.querySelector<HTMLElement>('.legend')?.offsetHeight ?? 0 };
        if (!p || pane.width === 0 || pane.height === 0) return;
        let k = fitScale(p, pane, { whole, linked: linked !== undefined });
        if (linked && svg.current) {
          linked.fits.set(svg.current, k);
          k = Math.min(...linked.fits.values());
        }
        move(fitted(p, pane, k, linked !== undefined));
        moved.current = false;
      },
      scaleBy: (factor) => {
        if (!svg.current || !behaviour.current) return;
        select(svg.current).call(behaviour.current.scaleBy, factor);
        moved.current = true;
      },
      show: (b) => {
        const way = wayTo(b, at.current, size());
        if (way) pan(way[0], way[1], true);
      },
      centre: (x, y) => {
        const [px, py] = at.current.apply([x, y]);
        const { width, height } = size();
        pan(width / 2 - px, height / 2 - py);
      },
    };
  }, []);

  useLayoutEffect(() => {
    const node = svg.current;
    if (!node) return;
    /** How far the middle of the picture is from that of the pane, at a scale. */
    const middle = (k: number): number => (eye.size().width - (latest.current?.placed?.width ?? 0) * k) / 2;
    /** The panes beside it go along. */
    const tell = (): void => {
      if (!linked || !latest.current?.placed) return;
      const { x, y, k } = at.current;
      for (const pane of linked.panes) if (pane !== follow) pane(k, y, x - middle(k));
    };
    const follow = (k: number, y: number, dx: number): void => {
      if (latest.current?.placed) eye.move(zoomIdentity.translate(middle(k) + dx, y).scale(k));
      moved.current = true;
    };
    linked?.panes.add(follow);
    behaviour.current = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.04, 4])
      .filter((e: Event) => (e.type === 'wheel' ? (e as WheelEvent).ctrlKey || (e as WheelEvent).metaKey : !(e as MouseEvent).button))
      .clickDistance(4)
      .wheelDelta(wheelDelta)
      .constrain((t) => kept(t, latest.current?.placed, eye.size()))
      .on('zoom', (e: D3ZoomEvent<SVGSVGElement, unknown>) => {
        at.current = e.transform;
        const { x, y, k } = e.transform;
        if (world.current) world.current.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
        latest.current?.onMove(Boolean(e.sourceEvent));
        if (!e.sourceEvent) return;
        moved.current = true;
        tell();
      });
    select(node).call(behaviour.current).on('dblclick.zoom', null);
    // A plain wheel scrolls, as everywhere in VS Code; with Ctrl, or a pinch, it zooms.
    const wheel = (e: WheelEvent): void => {
      if (e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      const unit = e.deltaMode === 1 ? 20 : 1;
      const [dx, dy] = e.shiftKey && e.deltaX === 0 ? [e.deltaY, 0] : [e.deltaX, e.deltaY];
      eye.pan(-dx * unit, -dy * unit);
      latest.current?.onMove(true);
      tell();
    };
    node.addEventListener('wheel', wheel, { passive: false });
    const tellRoom = (): void => {
      const { width, height } = eye.size();
      const step = (pixels: number): number => Math.max(ROOM_STEP, Math.floor(pixels / ROOM_STEP) * ROOM_STEP);
      latest.current?.onRoom?.({
        width: step(width - 2 * PAD),
        height: step(height - (latest.current.hasCorner ? CORNER : PAD) - PAD - LEGEND),
      });
    };
    // The first picture is asked for with its room.
    tellRoom();
    const watch = new ResizeObserver(() => {
      tellRoom();
      if (!moved.current) eye.fit(false);
    });
    watch.observe(node);
    return () => {
      node.removeEventListener('wheel', wheel);
      watch.disconnect();
      linked?.panes.delete(follow);
      linked?.fits.delete(node);
    };
  }, []);
  return eye;
}
