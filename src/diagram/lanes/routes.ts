/** The ways of ribbons through lanes: which cards share a lane and a rank, which rows are free, and who needs a track of its own. */
import { addTo } from '../../graph/add-to.ts';
import type { LaneCard, LaneDiagram, LaneLink } from './lanes.ts';

/** A row of a lane, or a track of it. */
export type Row = readonly [lane: number, slot: number, track?: number];

/** In the room behind a rank a ribbon goes from one row to another. */
export interface Turn {
  readonly gap: number;
  readonly from: Row;
  readonly to: Row;
}

export interface Routes {
  /** By card: which row of its lane. */
  readonly slotOf: readonly number[];
  /** By lane: how many rows and tracks. */
  readonly slots: readonly number[];
  readonly tracks: readonly number[];
  turns(link: LaneLink, index: number): readonly Turn[];
  /** From where a ribbon comes, as an order among those of one card. */
  comes(link: LaneLink, index: number): number;
}

type Way =
  | { readonly by: 'next' }
  | { readonly by: 'row'; readonly row: Row }
  | { readonly by: 'track'; readonly lane: number; readonly track: number };

/** Ranks that a ribbon passes, and whose it is: those of one value may lie on each other. */
interface Taken {
  readonly from: number;
  readonly to: number;
  readonly owner: number;
}

const free = (taken: readonly Taken[], from: number, to: number, owner: number): boolean =>
  taken.every((t) => t.owner === owner || t.to <= from || t.from >= to);

/** Finds a way for each link. */
export function routesOf(d: LaneDiagram): Routes {
  const slotOf = slotsOf(d);
  const slots = d.lanes.map((_, lane) => 1 + Math.max(0, ...d.cards.flatMap((c, i) => (c.lane === lane ? (slotOf[i] ?? 0) : []))));
  const at = new Map(d.cards.map((c, i) => [`${c.lane} ${c.rank} ${slotOf[i]}`, i]));
  const rows = new Map<string, Taken[]>();
  const tracks: Taken[][][] = d.lanes.map(() => []);
  const isClear = (lane: number, slot: number, from: number, to: number): boolean => {
    for (let rank = from + 1; rank < to; rank++) if (at.has(`${lane} ${rank} ${slot}`)) return false;
    return true;
  };
  const take = (row: Row, from: number, to: number, owner: number): boolean => {
    const key = row.join(' ');
    const taken = rows.get(key) ?? [];
    if (!isClear(row[0], row[1], from, to) || !free(taken, from, to, owner)) return false;
    rows.set(key, [...taken, { from, to, owner }]);
    return true;
  };
  const ways: Way[] = [];
  // Short ones first: they have the best claim to a straight way.
  const order = d.links
    .map((l, i) => ({ i, l, a: d.cards[l.from] as LaneCard, b: d.cards[l.to] as LaneCard }))
    .sort((x, y) => x.b.rank - x.a.rank - (y.b.rank - y.a.rank) || x.i - y.i);
  for (const { i, l, a, b } of order) {
    if (b.rank <= a.rank + 1) {
      ways[i] = { by: 'next' };
      continue;
    }
    const here: Row = [a.lane, slotOf[l.from] ?? 0];
    const there: Row = [b.lane, slotOf[l.to] ?? 0];
    // In the lane of larger maps there is more room, and what a ribbon skips is seen.
    const row = [...(a.lane <= b.lane ? [here, there] : [there, here])].find((r) =>
      take(r, a.rank, b.rank, r === here ? l.from : d.cards.length + l.to),
    );
    if (row) {
      ways[i] = { by: 'row', row };
      continue;
    }
    const lane = Math.min(a.lane, b.lane);
    const lines = tracks[lane] as Taken[][];
    let track = lines.findIndex((t) => free(t, a.rank, b.rank, l.from));
    if (track < 0) track = lines.push([]) - 1;
    lines[track]?.push({ from: a.rank, to: b.rank, owner: l.from });
    ways[i] = { by: 'track', lane, track };
  }
  // The first track lies next to the cards.
  const count = tracks.map((t) => t.length);
  const trackRow = (lane: number, track: number): Row => [lane, 0, (count[lane] ?? 0) - 1 - track];
  const turns = (link: LaneLink, index: number): readonly Turn[] => {
    const [a, b] = [d.cards[link.from] as LaneCard, d.cards[link.to] as LaneCard];
    const here: Row = [a.lane, slotOf[link.from] ?? 0];
    const there: Row = [b.lane, slotOf[link.to] ?? 0];
    const way = ways[index] ?? { by: 'next' };
    switch (way.by) {
      case 'next':
        return [{ gap: a.rank, from: here, to: there }];
      case 'row':
      case 'track': {
        const middle = way.by === 'row' ? way.row : trackRow(way.lane, way.track);
        return [
          { gap: a.rank, from: here, to: middle },
          { gap: b.rank - 1, from: middle, to: there },
        ];
      }
      default:
        return way satisfies never;
    }
  };
  const comes = (link: LaneLink, index: number): number => {
    const last = turns(link, index).at(-1);
    if (!last) return 0;
    const [lane, slot, track] = last.from;
    return lane * 1000 + (track === undefined ? 500 + slot : track);
  };
  return { slotOf, slots, tracks: count, turns, comes };
}

/** Cards of one lane and rank, one beneath the other: in the order of what they read. */
function slotsOf(d: LaneDiagram): readonly number[] {
  const slots: number[] = d.cards.map(() => 0);
  const height = (i: number): number => (d.cards[i]?.lane ?? 0) * 100 + (slots[i] ?? 0);
  const into = (i: number): readonly number[] => d.links.filter((l) => l.to === i).map((l) => height(l.from));
  const mean = (list: readonly number[]): number => (list.length > 0 ? list.reduce((a, b) => a + b, 0) / list.length : 0);
  const cells = new Map<string, number[]>();
  d.cards.forEach((c, i) => {
    const key = `${c.rank} ${c.lane}`;
    addTo(cells, key, i);
  });
  // By ranks, so that what is read has its row.
  for (const [, cell] of [...cells].sort(([, [a = 0]], [, [b = 0]]) => (d.cards[a]?.rank ?? 0) - (d.cards[b]?.rank ?? 0))) {
    const order = cell.map((i) => ({ i, at: mean(into(i)) })).sort((x, y) => x.at - y.at || x.i - y.i);
    order.forEach(({ i }, slot) => {
      slots[i] = slot;
    });
  }
  return slots;
}
