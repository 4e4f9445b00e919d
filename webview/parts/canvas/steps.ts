/** Where an arrow key leads from a box: along the flow to what reads it or feeds it, across it to what stands beside it. */
import type { Placed, PlacedBox, Ways } from '../../../src/diagram/index.ts';

/** What one can select; nothing is drawn where values enter and leave an open block. */
export const selectable = (b: PlacedBox): boolean => b.box.kind !== 'entry' && b.box.kind !== 'exit' && b.box.kind !== 'output';

export const middle = (b: PlacedBox): readonly [x: number, y: number] => [
  b.axis[0],
  b.box.kind === 'frame' ? b.y + 10 : b.y + b.height / 2,
];

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
export const isArrow = (key: string): key is Arrow => key.startsWith('Arrow');

/** The next box in a direction; the first where nothing is selected. */
export function step(placed: Placed, ways: Ways, from: PlacedBox | undefined, key: Arrow): PlacedBox | undefined {
  const boxes = placed.boxes.filter(selectable);
  const right = placed.bands.some((b) => b.flow === 'right');
  if (!from) return boxes.reduce<PlacedBox | undefined>((a, b) => (a && (right ? a.x <= b.x : a.y <= b.y) ? a : b), undefined);
  const [forward, back]: readonly [Arrow, Arrow] = right ? ['ArrowRight', 'ArrowLeft'] : ['ArrowDown', 'ArrowUp'];
  if (key === forward || key === back) {
    const keys = new Set(key === forward ? ways.after(from.box.key) : ways.before(from.box.key));
    const along = boxes.filter((b) => keys.has(b.box.key));
    // Of several branches the one that lies straight ahead.
    if (along.length > 0)
      return nearest(along, from, (dx, dy) => (right ? Math.abs(dy) + Math.abs(dx) / 100 : Math.abs(dx) + Math.abs(dy) / 100));
  }
  const across = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1;
  return nearest(boxes, from, (dx, dy) => {
    const [ahead, aside] = across ? [dx * sign, Math.abs(dy)] : [dy * sign, Math.abs(dx)];
    return ahead > (across ? 8 : 0.5) ? ahead + 2 * aside : Number.POSITIVE_INFINITY;
  });
}

function nearest(boxes: readonly PlacedBox[], from: PlacedBox, cost: (dx: number, dy: number) => number): PlacedBox | undefined {
  const [x, y] = middle(from);
  let best: PlacedBox | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const b of boxes) {
    if (b === from) continue;
    const [bx, by] = middle(b);
    const c = cost(bx - x, by - y);
    if (c < least) [best, least] = [b, c];
  }
  return best;
}
