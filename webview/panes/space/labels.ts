/** Places names beside points so that none lies on another, on a point, or beyond the edge. */

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** In bold, which is wider. */
  readonly isBold?: boolean;
}
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** It stands at a corner or farther off, where a line tells whose it is. */
  readonly isLed: boolean;
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of the type in which they are set; measured wider than it is, since fonts differ. */
const CHARACTER = 6.6;
const BOLD = 7.7;
const LINE = 14;
const RADIUS = 8;
/** Where a label may stand, the best first: the sides, then the corners, then farther off. */
const PLACES: readonly (readonly [dx: number, dy: number])[] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [0.8, -0.9],
  [-0.8, -0.9],
  [0.8, 0.9],
  [-0.8, 0.9],
  [0.8, -2],
  [-0.8, -2],
  [0.8, 2],
  [-0.8, 2],
];

const overlap = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function boxOf(l: Label, { text, isBold }: Spot): Box {
  const width = text.length * (isBold ? BOLD : CHARACTER);
  const left = l.anchor === 'start' ? l.x : l.anchor === 'end' ? l.x - width : l.x - width / 2;
  return { left, right: left + width, top: l.y - LINE / 2, bottom: l.y + LINE / 2 };
}

function at({ x, y }: Spot, [dx, dy]: readonly [number, number]): Label {
  const anchor = dx > 0 ? 'start' : dx < 0 ? 'end' : 'middle';
  return { x: x + dx * (RADIUS + 6), y: y + dy * (RADIUS + LINE / 2), anchor, isLed: dx !== 0 && dy !== 0 };
}

/** A place for the name of each spot, the first before the others; undefined where there is none. */
export function placeLabels(spots: readonly Spot[], width: number, height: number): readonly (Label | undefined)[] {
  const taken: Box[] = spots.map(({ x, y }) => ({ left: x - RADIUS, right: x + RADIUS, top: y - RADIUS, bottom: y + RADIUS }));
  return spots.map((spot) => {
    for (const place of PLACES) {
      const label = at(spot, place);
      const box = boxOf(label, spot);
      const inside = box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height;
      if (!inside || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return label;
    }
    return undefined;
  });
}
