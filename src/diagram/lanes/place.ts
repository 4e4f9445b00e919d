/**
 * Lanes → Placed. Cards stand at the crossing of their lane and their rank; between two ranks nothing stands, so that ribbons change lanes there. A
 * ribbon that passes other ranks runs level in a row that is free: that of the card where it ends, or that of the card where it began, else
 * on a track of its own above the cards. All of it is reckoned along and across the flow, which goes right or, where that fits better, down.
 */
import type { PlacedLevel } from '../column.ts';
import type { Box } from '../diagram.ts';
import type { Layered } from '../layered.ts';
import { placeLevel } from '../layout.ts';
import { append, noPieces, Pen, type Pieces } from '../pen.ts';
import type { Placed, PlacedLane, Stretch } from '../placed.ts';
import { bandWidth, type Scale } from '../scale.ts';
import { textWidth } from '../text.ts';
import type { LaneCard, LaneDiagram, LaneLink } from './lanes.ts';
import { type Routes, routesOf } from './routes.ts';
import { titlesOf } from './titles.ts';

export type Flow = 'right' | 'down';

/** How much a card says: less of it where there is less room, so that what is said can be read. */
export type Density = 'full' | 'short' | 'bare';
export const DENSITIES: readonly Density[] = ['full', 'short', 'bare'];

const MARGIN = 16;
/** The widest ribbon; on one card it is as wide as on any other. */
const WIDEST = 26;
/** A card's least size, and the room behind it in which ribbons change lanes: more where they go far. */
const SIZES = {
  full: { width: 104, height: 58, gap: { least: 32, most: 76, part: 0.11 } },
  short: { width: 62, height: 54, gap: { least: 24, most: 48, part: 0.07 } },
  bare: { width: 50, height: 36, gap: { least: 20, most: 36, part: 0.05 } },
} as const satisfies Record<Density, unknown>;
const INPUT = 40;
const OUTPUT = 32;
const PAD = 10;
const SLOT_GAP = 10;
const LANE_PAD = 12;
const TRACK = 14;
/** The row of a frame's title. */
const HEAD = 34;
const LABEL = 13;
const MOST_SPARE = 120;
const BAR = 3;

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Gives every card, ribbon and text of some lanes its place. Lanes are as wide as lets the picture fill its room, within reason. */
export async function placeLanes(d: LaneDiagram, flow: Flow, density: Density, layered: Layered, room?: Extent): Promise<Placed> {
  const scale: Scale = { kind: d.scale.kind, factor: (d.scale.factor * WIDEST) / bandWidth(d.scale, widest(d)) };
  const opened = new Map<Box, PlacedLevel>();
  for (const { box } of d.cards) if (box.level) opened.set(box, await placeLevel(box.level, d.scale, layered, false));
  const extents = d.cards.map(({ box }) => extentOf(box, opened.get(box), density));
  const routes = routesOf(d);
  const plain = gridOf(d, extents, routes, { flow, density, more: 0 });
  const spare = room ? spareOf(plain, d.lanes.length, flow, room) : 0;
  const grid = spare > 0 ? gridOf(d, extents, routes, { flow, density, more: spare }) : plain;
  const pieces = noPieces();
  d.cards.forEach(({ box }, i) => {
    drawCard(pieces, box, grid.cards[i] as Spot, opened.get(box), scale, flow, density);
  });
  if (density === 'bare' && flow === 'right') {
    const names = d.cards.map(({ box }) => (box.kind === 'output' ? '' : titleOf(box)));
    // Only where nothing else stands or runs above and beneath the cards of a lane.
    const free = (lane: number): number => (routes.slots[lane] === 1 && routes.tracks[lane] === 0 ? spare : 0);
    const titles = titlesOf(d, grid.cards, names, free);
    d.cards.forEach(({ box }, i) => {
      const t = titles[i];
      if (!t || box.level || box.kind === 'output') return;
      const pen = new Pen(scale);
      pen.text(box.key, names[i] ?? '', 'name', t.x, t.y, t.anchor);
      append(pieces, pen.pieces, 0, 0);
    });
  }
  for (const [i, link] of d.links.entries()) drawRibbon(pieces, d, link, i, grid, routes, scale, flow);
  const lanes = grid.lanes.map((r, i): PlacedLane => ({ ...r, label: d.lanes[i]?.label ?? '' }));
  d.lanes.forEach((lane, i) => {
    const r = lanes[i] as PlacedLane;
    const pen = new Pen(scale);
    const [x, y] = flow === 'right' ? [r.x + 4, r.y + r.height / 2] : [r.x + r.width / 2, r.y + 14];
    const anchor = flow === 'right' ? 'start' : 'middle';
    pen.text(`lane:${i}`, lane.label, 'name', x, lane.sum ? y - LABEL / 2 - 1 : y, anchor, false);
    if (lane.sum) pen.text(`lane:${i}`, lane.sum, 'figure', x, y + LABEL / 2 + 2, anchor);
    append(pieces, pen.pieces, 0, 0);
  });
  return {
    name: d.name,
    scale,
    ...(d.metric ? { metric: d.metric } : {}),
    width: grid.width,
    height: grid.height,
    ...pieces,
    boxes: [...pieces.boxes].sort((a, b) => Number(b.box.kind === 'frame') - Number(a.box.kind === 'frame') || b.height - a.height),
    lanes,
  };
}

const widest = (d: LaneDiagram): number => Math.max(1, ...d.links.map((l) => l.channels));

/** What stands right of a card's title: the last of its figures, which is its share. */
const shareOf = (b: Box): string => b.figures.at(-1)?.split(' · ').at(-1) ?? '';
const titleOf = (b: Box): string => (b.times > 1 ? `${b.title} ×${b.times}` : b.title);

function extentOf(box: Box, level: PlacedLevel | undefined, density: Density): Extent {
  const title = textWidth(titleOf(box), 'name');
  const share = textWidth(shareOf(box), 'figure');
  if (box.kind === 'input') return { width: Math.max(title, textWidth(box.shape, 'figure')) + 16, height: INPUT };
  if (box.kind === 'output') return { width: Math.max(title, textWidth(box.shape, 'figure')) + 14, height: OUTPUT };
  if (level) return { width: Math.max(title + share + 2 * PAD + 30, level.width + 2 * PAD), height: HEAD + level.height + PAD };
  const least = SIZES[density];
  const needs = {
    full: Math.max(title + share + 12, textWidth(box.figures[0] ?? '', 'figure') + 20),
    short: Math.max(title, share + 22),
    bare: share,
  }[density];
  const stacked = box.times > 1 ? 8 : 0;
  return { width: Math.max(least.width, needs + 2 * PAD) + stacked, height: least.height + stacked };
}

/** What each lane may take more, across the flow, where the room is too wide for the picture. */
function spareOf({ width, height }: Extent, lanes: number, flow: Flow, room: Extent): number {
  const [along, across, roomAlong, roomAcross] =
    flow === 'right' ? [width, height, room.width, room.height] : [height, width, room.height, room.width];
  const zoom = Math.min(1, roomAlong / along);
  return Math.max(0, Math.min(MOST_SPARE, (roomAcross / zoom - across) / lanes));
}

interface Spot extends Extent {
  readonly x: number;
  readonly y: number;
}

interface Look {
  readonly flow: Flow;
  readonly density: Density;
  /** What each lane takes more, across the flow. */
  readonly more: number;
}

interface Grid {
  readonly width: number;
  readonly height: number;
  readonly cards: readonly Spot[];
  readonly lanes: readonly Spot[];
  /** Along the flow: where the room behind a rank begins and ends. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
  /** Across the flow: the middle of a row of a lane, and of a track. */
  row(lane: number, slot: number): number;
  track(lane: number, track: number): number;
}

const sumOf = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

function gridOf(d: LaneDiagram, extents: readonly Extent[], routes: Routes, { flow, density, more }: Look): Grid {
  const [alongOf, acrossOf] =
    flow === 'right' ? [(e: Extent) => e.width, (e: Extent) => e.height] : [(e: Extent) => e.height, (e: Extent) => e.width];
  const ranks = Math.max(0, ...d.cards.map((c) => c.rank)) + 1;
  const most = (of: (c: LaneCard, i: number) => number | undefined): number => Math.max(0, ...d.cards.flatMap((c, i) => of(c, i) ?? []));
  const header =
    flow === 'right' ? Math.max(...d.lanes.map((l) => Math.max(textWidth(l.label, 'name'), textWidth(l.sum, 'figure')))) + 32 : 44;
  // Across: lanes, each with its tracks and rows.
  const rows = d.lanes.map((l, lane) => {
    const slots = Array.from({ length: routes.slots[lane] ?? 1 }, (_, slot) =>
      most((c, i) => (c.lane === lane && routes.slotOf[i] === slot ? acrossOf(extents[i] as Extent) : undefined)),
    );
    const label = flow === 'right' ? 0 : Math.max(textWidth(l.label, 'name'), textWidth(l.sum, 'figure')) + 8;
    const inner = (routes.tracks[lane] ?? 0) * TRACK + sumOf(slots) + SLOT_GAP * (slots.length - 1);
    const size = Math.max(inner, label, 30) + more;
    return { slots, size: size + 2 * LANE_PAD, spare: (size - inner) / 2 };
  });
  const laneAt = starts(
    rows.map((r) => r.size),
    MARGIN,
  );
  const track = (lane: number, t: number): number => (laneAt[lane] ?? 0) + LANE_PAD + (rows[lane]?.spare ?? 0) + (t + 0.5) * TRACK;
  const row = (lane: number, slot: number): number => {
    const slots = rows[lane]?.slots ?? [];
    const before = sumOf(slots.slice(0, slot)) + SLOT_GAP * slot;
    return (laneAt[lane] ?? 0) + LANE_PAD + (rows[lane]?.spare ?? 0) + (routes.tracks[lane] ?? 0) * TRACK + before + (slots[slot] ?? 0) / 2;
  };
  // Along: ranks, and between them the room to change lanes.
  const steep = Array.from({ length: ranks }, () => 0);
  d.links.forEach((link, i) => {
    for (const { gap, from, to } of routes.turns(link, i)) {
      const at = ([lane, slot, t]: typeof from): number => (t === undefined ? row(lane, slot) : track(lane, t));
      steep[gap] = Math.max(steep[gap] ?? 0, Math.abs(at(to) - at(from)));
    }
  });
  const sizes = Array.from({ length: ranks }, (_, rank) => most((c, i) => (c.rank === rank ? alongOf(extents[i] as Extent) : undefined)));
  const { gap } = SIZES[density];
  let along = MARGIN + header;
  const begins: number[] = [];
  const gaps = sizes.map((size, rank): readonly [number, number] => {
    begins.push(along);
    const from = along + size;
    along = from + (rank + 1 < ranks ? Math.min(gap.most, gap.least + gap.part * (steep[rank] ?? 0)) : 0);
    return [from, along];
  });
  const total = along + MARGIN;
  const across = MARGIN + sumOf(rows.map((r) => r.size)) + MARGIN;
  const cards = d.cards.map((c, i): Spot => {
    const e = extents[i] as Extent;
    // In the middle of its rank; what enters stands at the end, beside what reads it, and what leaves at the beginning.
    const spare = (sizes[c.rank] ?? 0) - alongOf(e);
    const a = (begins[c.rank] ?? 0) + (c.box.kind === 'input' ? spare : c.box.kind === 'output' ? 0 : spare / 2);
    const b = row(c.lane, routes.slotOf[i] ?? 0) - acrossOf(e) / 2;
    return flow === 'right' ? { x: a, y: b, ...e } : { x: b, y: a, ...e };
  });
  const lanes = rows.map(({ size }, lane): Spot => {
    const at = laneAt[lane] ?? 0;
    return flow === 'right'
      ? { x: MARGIN, y: at, width: total - 2 * MARGIN, height: size }
      : { x: at, y: MARGIN, width: size, height: total - 2 * MARGIN };
  });
  return {
    width: flow === 'right' ? total : across,
    height: flow === 'right' ? across : total,
    cards,
    lanes,
    gaps,
    row,
    track,
  };
}

function starts(sizes: readonly number[], from: number): readonly number[] {
  let at = from;
  return sizes.map((s) => {
    const start = at;
    at += s;
    return start;
  });
}

function drawCard(pieces: Pieces, box: Box, spot: Spot, level: PlacedLevel | undefined, scale: Scale, flow: Flow, density: Density): void {
  const pen = new Pen(scale);
  const { level: _level, ...plain } = box;
  if (box.kind === 'output') {
    // Its ribbon ends where its name begins.
    const [x, anchor] = flow === 'right' ? ([spot.x + 6, 'start'] as const) : ([spot.x + spot.width / 2, 'middle'] as const);
    pen.pieces.boxes.push({ box: plain, ...spot, axis: [x, x], top: 0, bottom: 0 });
    pen.text(box.key, box.title, 'name', x, spot.y + 13, anchor);
    pen.text(box.key, box.shape, 'figure', x, spot.y + 27, anchor);
    append(pieces, pen.pieces, 0, 0);
    return;
  }
  const stacked = !level && box.times > 1 ? 8 : 0;
  const [width, height] = [spot.width - stacked, spot.height - stacked];
  const middle = spot.x + width / 2;
  const at = { axis: [middle, middle], top: 0, bottom: 0 } as const;
  if (box.kind !== 'input') pen.pieces.boxes.push({ box: plain, x: spot.x, y: spot.y, width, height, ...at });
  else {
    // A bar where the ribbon leaves.
    const bar =
      flow === 'right'
        ? { x: spot.x + width - BAR, y: spot.y, width: BAR, height }
        : { x: spot.x, y: spot.y + height - BAR, width, height: BAR };
    pen.pieces.boxes.push({ box: plain, ...bar, ...at });
    const clear = flow === 'right' ? middle - BAR : middle;
    pen.text(box.key, box.title, 'name', clear, spot.y + 11, 'middle');
    pen.text(box.key, box.shape, 'figure', clear, spot.y + 26, 'middle');
    append(pieces, pen.pieces, 0, 0);
    return;
  }
  const left = spot.x + PAD + (level ? 18 : 0);
  const right = spot.x + width - PAD;
  const share = shareOf(box);
  if (level || density !== 'bare') pen.text(box.key, titleOf(box), 'name', left, spot.y + 15);
  if (level) {
    pen.text(box.key, share, 'figure', right, spot.y + 15, 'end');
    append(pen.pieces, level.pieces, middle - level.width / 2, spot.y + HEAD);
  } else {
    if (density === 'full') {
      pen.text(box.key, share, 'figure', right, spot.y + 15, 'end');
      pen.text(box.key, box.figures[0] ?? '', 'figure', left, spot.y + 31);
    } else pen.text(box.key, share, 'figure', left, spot.y + (density === 'bare' ? 13 : 30));
    pen.bar(box, left, spot.y + height - 15, right - left);
  }
  append(pieces, pen.pieces, 0, 0);
}

function drawRibbon(
  pieces: Pieces,
  d: LaneDiagram,
  link: LaneLink,
  index: number,
  grid: Grid,
  routes: Routes,
  scale: Scale,
  flow: Flow,
): void {
  const [from, to] = [d.cards[link.from] as LaneCard, d.cards[link.to] as LaneCard];
  const [a, b] = [grid.cards[link.from] as Spot, grid.cards[link.to] as Spot];
  const right = flow === 'right';
  const end = (s: Spot): number => (right ? s.x + s.width : s.y + s.height);
  const start = (s: Spot): number => (right ? s.x : s.y);
  const middle = (s: Spot): number => (right ? s.y + s.height / 2 : s.x + s.width / 2);
  const width = bandWidth(scale, link.channels);
  const arrives = middle(b) + portAt(d, link, routes, scale, (right ? b.height : b.width) * 0.8);
  const points: [along: number, across: number][] = [[end(a), middle(a)]];
  const add = (along: number, across: number): void => {
    points.push([along, across]);
  };
  const turns = routes.turns(link, index);
  turns.forEach(({ gap, to: [lane, slot, track] }, k) => {
    const [begin, finish] = grid.gaps[gap] ?? [0, 0];
    const last = k === turns.length - 1;
    const across = last ? arrives : track === undefined ? grid.row(lane, slot) : grid.track(lane, track);
    add(begin, points[points.length - 1]?.[1] ?? 0);
    add(finish, across);
  });
  if (turns.length === 0) add(grid.gaps[from.rank]?.[0] ?? end(a), middle(a));
  add(start(b), arrives);
  const stretches = points.slice(1).flatMap(([along, across], k): readonly Stretch[] => {
    const [x, y] = points[k] as [number, number];
    if (x === along && y === across) return [];
    return [right ? { x0: x, y0: y, x1: along, y1: across } : { x0: y, y0: x, x1: across, y1: along }];
  });
  pieces.bands.push({
    width,
    channels: link.channels,
    identity: false,
    failed: false,
    stretches,
    ...(right ? { flow: 'right' as const } : {}),
    joins: [from.box.key, to.box.key],
  });
}

/** Where a ribbon arrives beside the others of its card: side by side, in the order in which they come. */
function portAt(d: LaneDiagram, link: LaneLink, routes: Routes, scale: Scale, room: number): number {
  const all = d.links.map((l, i) => ({ l, i })).filter(({ l }) => l.to === link.to);
  const order = [...all].sort((a, b) => routes.comes(a.l, a.i) - routes.comes(b.l, b.i));
  const widths = order.map(({ l }) => bandWidth(scale, l.channels) + 2);
  const total = sumOf(widths);
  const squeezed = Math.min(1, room / total);
  let at = (-total * squeezed) / 2;
  for (const [k, { l }] of order.entries()) {
    const w = (widths[k] ?? 0) * squeezed;
    if (l === link) return at + w / 2;
    at += w;
  }
  return 0;
}
