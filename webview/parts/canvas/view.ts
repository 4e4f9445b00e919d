/** Where a picture is seen: what fits, how far one may go, and how much a wheel or a pinch zooms. Pure arithmetic over d3's transforms. */
import { type ZoomTransform, zoomIdentity } from 'd3-zoom';
import type { Placed, PlacedBox } from '../../../src/diagram/index.ts';

/** Below this scale labels cannot be read: a first view prefers to show the beginning. */
const READABLE = 0.6;
/** Of two that are compared one wants to see the whole a little longer. */
const READABLE_LINKED = 0.42;
export const PAD = 12;
/** The legend's row, which a fitted picture leaves free, and that of what stands in the upper corners. */
export const LEGEND = 34;
export const CORNER = 40;
/** A small picture is drawn larger in a large pane, up to this. */
const LARGEST = 1.3;
/** So much of a picture stays in view, in pixels. */
const KEPT = 80;

export interface Extent {
  readonly width: number;
  readonly height: number;
  /** The height of the legend, which may take several lines. */
  readonly legend?: number;
}

/** Beside an editor two pictures have no legend: there is no room for it. */
const NARROW = 760;
const footOf = ({ width, legend = 0 }: Extent, linked: boolean): number =>
  Math.max(linked && width <= NARROW ? PAD : LEGEND, legend > 0 ? legend + PAD + 4 : 0);

/** The scale at which a picture is seen as a whole, or, where it would be too small, from its beginning. */
export function fitScale(p: Placed, pane: Extent, o: { readonly whole: boolean; readonly linked: boolean }): number {
  const { width, height } = pane;
  const top = p.lanes ? CORNER : PAD;
  const all = Math.min(o.linked ? 1 : LARGEST, (width - 2 * PAD) / p.width, (height - top - PAD - footOf(pane, o.linked)) / p.height);
  if (o.whole || all >= (o.linked ? READABLE_LINKED : READABLE)) return all;
  return Math.max(all, Math.min(1, (width - 2 * PAD) / p.width, READABLE + 0.15));
}

/** A picture at a scale, in the middle and near the top. */
export function fitted(p: Placed, pane: Extent, k: number, linked: boolean): ZoomTransform {
  const { width, height } = pane;
  const middle = (height - footOf(pane, linked) - p.height * k) / 2;
  const y = p.lanes ? CORNER : Math.max(PAD, Math.min(middle, linked ? PAD : 48));
  return zoomIdentity.translate((width - p.width * k) / 2, y).scale(k);
}

/** The nearest transform at which some of the picture is still in view. */
export function kept(t: ZoomTransform, p: Pick<Placed, 'width' | 'height'> | undefined, { width, height }: Extent): ZoomTransform {
  if (!p || width === 0 || height === 0) return t;
  const clamp = (v: number, size: number, room: number): number => {
    const least = Math.min(KEPT, size * t.k, room);
    return Math.max(least - size * t.k, Math.min(room - least, v));
  };
  const [x, y] = [clamp(t.x, p.width, width), clamp(t.y, p.height, height)];
  return x === t.x && y === t.y ? t : zoomIdentity.translate(x, y).scale(t.k);
}

/** A transform, moved by pixels of the screen. */
export const shifted = ({ x, y, k }: ZoomTransform, dx: number, dy: number): ZoomTransform =>
  zoomIdentity.translate(x + dx, y + dy).scale(k);

/** Of a notch of a wheel: ×1.2. */
const NOTCH = Math.log2(1.2);
/** What d3 takes the power of 2 of. A notch is 100 pixels or 3 lines, a pinch some pixels at a time, which a finger wants to follow. */
export function wheelDelta(e: Pick<WheelEvent, 'deltaY' | 'deltaMode'>): number {
  const pixels = -e.deltaY * (e.deltaMode === 1 ? 33 : e.deltaMode === 2 ? 100 : 1);
  return Math.max(-NOTCH, Math.min(NOTCH, pixels * 0.0144));
}

/** How far a picture has to move until a box is in view; nothing where it is. */
export function wayTo(b: PlacedBox, t: ZoomTransform, { width, height }: Extent): readonly [dx: number, dy: number] | undefined {
  const isFrame = b.box.kind === 'frame';
  const [x0, y0] = t.apply([b.x, b.y]);
  const [x1, y1] = t.apply([b.x + b.width, b.y + (isFrame ? 24 : b.height)]);
  const toSide = (from: number, to: number, least: number, most: number): number => {
    if (from >= least && to <= most) return 0;
    // What is larger than the pane begins at its edge.
    return to - from > most - least ? least - from : (least + most) / 2 - (from + to) / 2;
  };
  const dx = toSide(x0, x1, 20, width - 20);
  const dy = toSide(y0, y1, CORNER, height - LEGEND - 20);
  return dx === 0 && dy === 0 ? undefined : [dx, dy];
}
