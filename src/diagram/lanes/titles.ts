/**
 * Names beside the smallest cards, which have no room for them within: above or beneath a card, to the side where no ribbon comes or goes, as
 * far as the next card of its lane. A stair, for one, has all the room that it needs.
 */
import { textWidth } from '../text.ts';
import type { LaneDiagram } from './lanes.ts';

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Title {
  readonly x: number;
  /** Its middle. */
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

/** Above and beneath a card a line of text takes so much. */
const LINE = 9;
const APART = 12;

/** Where the name of each card has room; nothing where it has none. `free` says how far a lane reaches beyond its cards. */
export function titlesOf(
  d: LaneDiagram,
  cards: readonly Rect[],
  names: readonly string[],
  free: (lane: number) => number,
): readonly (Title | undefined)[] {
  return d.cards.map(({ lane, box }, i): Title | undefined => {
    const card = cards[i];
    if (!card || box.kind === 'input' || free(lane) < 2 * LINE) return undefined;
    const width = textWidth(names[i] ?? '', 'name');
    const laneOf = (at: number): number => d.cards[at]?.lane ?? lane;
    const [into, out] = [
      d.links.filter((l) => l.to === i).map((l) => laneOf(l.from)),
      d.links.filter((l) => l.from === i).map((l) => laneOf(l.to)),
    ];
    const others = cards.filter((_, k) => k !== i && laneOf(k) === lane);
    const left = Math.max(0, ...others.filter((o) => o.x < card.x).map((o) => o.x + o.width + APART));
    const right = Math.min(Number.POSITIVE_INFINITY, ...others.filter((o) => o.x > card.x).map((o) => o.x - APART));
    const fits = width <= card.width;
    const toRight = card.x + width <= right;
    const toLeft = card.x + card.width - width >= left;
    const [above, beneath] = [card.y - LINE, card.y + card.height + LINE];
    const start = { x: card.x, anchor: 'start' } as const;
    const end = { x: card.x + card.width, anchor: 'end' } as const;
    if (toRight && (fits || !out.some((l) => l < lane))) return { ...start, y: above };
    if (toLeft && (fits || !into.some((l) => l < lane))) return { ...end, y: above };
    if (toRight && (fits || !out.some((l) => l > lane))) return { ...start, y: beneath };
    if (toLeft && (fits || !into.some((l) => l > lane))) return { ...end, y: beneath };
    return undefined;
  });
}
