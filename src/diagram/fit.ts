/** A diagram that fits a width: its bands are drawn narrower, on one scale still, before its labels would have to shrink. */
import type { Facts } from '../graph/facts.ts';
import type { Graph } from '../graph/graph.ts';
import { buildDiagram, type DiagramOptions } from './build.ts';
import { buildLanes, type Density, type Flow, hasLanes, type LaneDiagram, placeLanes } from './lanes/index.ts';
import type { Layered } from './layered.ts';
import { layoutDiagram } from './layout.ts';
import type { Placed } from './placed.ts';
import { chooseScale, type Scale } from './scale.ts';

/** Bands are drawn at least so wide, in parts of what they are where there is room: less hardly tells 64 channels from 96. */
const NARROWEST = 0.3;
/** A picture that would have to be drawn so small to be seen whole is scrolled instead: its height decides nothing. */
const UNREADABLE = 0.6;

/** Larger pictures are scrolled in any case, and laying them out takes its time. */
const MOST_BOXES = 200;
const MOST_TRIES = 3;
/** Pixels that a picture may stay narrower than its room. */
const NEAR = 24;
/** And that it may after an edit, before its scale changes. */
const STILL_NEAR = 96;

/** How much smaller than drawn a picture of such a ratio is shown. */
const shrunk = (ratio: number): number => (ratio < UNREADABLE ? 1 : Math.min(1, ratio));

/** One above the other, or by the sizes of maps. */
export type Arrangement = 'column' | 'lanes';

/** The arrangement that suits a graph where nobody has chosen one. */
export const arrangementOf = (graph: Graph): Arrangement => (hasLanes(graph) ? 'lanes' : 'column');

export interface FitOptions extends DiagramOptions {
  /** The scale of the picture before an edit: it is kept where the picture still fills its room with it. */
  readonly before?: Scale;
  /** What the reader chose; lanes only where they suit. */
  readonly arrangement?: Arrangement;
}

/** Pixels in which a picture should be seen whole. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/**
 * Places a graph's diagram, a whole network by its lanes, so that it fills `room` with labels as large as can be had: where the width is what makes it small, bands are
 * drawn narrower. A scale that is given is kept. Throws `DiagramTooLarge`.
 */
export async function layoutWithin(
  graph: Graph,
  facts: Facts,
  options: FitOptions,
  room: Room | undefined,
  layered: Layered,
): Promise<Placed> {
  // Pictures that are compared are on one scale, and in columns.
  const arrangement = options.scale || options.arrangement === 'column' ? 'column' : arrangementOf(graph);
  if (arrangement === 'lanes') return lanesWithin(buildLanes(graph, facts, options), room, layered);
  const full = options.scale ?? chooseScale([graph]);
  const at = (part: number, tight: boolean): Promise<Placed> =>
    layoutDiagram(buildDiagram(graph, facts, { ...options, scale: { ...full, factor: full.factor * part } }), layered, tight);
  const kept = options.before && (await again(options.before, full, at, room));
  if (kept) return kept;
  let wide = await at(1, false);
  if (options.scale || !room || wide.boxes.length > MOST_BOXES) return wide;
  const tight = wide.height > room.height;
  if (tight) wide = await at(1, tight);
  const widest = (p: Placed): number => widestIn(room, p);
  if (wide.width <= widest(wide)) return wide;
  let best = { part: NARROWEST, placed: await at(NARROWEST, tight) };
  if (best.placed.width >= wide.width) return wide;
  let over = { part: 1, width: wide.width };
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const spare = widest(best.placed) - best.placed.width;
    if (spare < NEAR) break;
    // A picture's width is nearly linear in the factor: bands take their part, labels theirs.
    const share = Math.min(1, spare / (over.width - best.placed.width));
    const part = best.part + (over.part - best.part) * share * 0.96;
    const placed = await at(part, tight);
    if (placed.width <= widest(placed)) best = { part, placed };
    else over = { part, width: placed.width };
  }
  return best.placed;
}

/** How wide a picture may be: one that is small for its height is small whatever its width. */
const widestIn = (room: Room, { height }: Placed): number => room.width / shrunk(room.height / height);

/** A picture on the scale of the one before it; undefined where it would not fit, or be too narrow. */
async function again(
  before: Scale,
  full: Scale,
  at: (part: number, tight: boolean) => Promise<Placed>,
  room: Room | undefined,
): Promise<Placed | undefined> {
  const part = before.factor / full.factor;
  if (!room || before.kind !== full.kind || part < NARROWEST || part > 1) return undefined;
  const loose = await at(part, false);
  const placed = loose.height > room.height ? await at(part, true) : loose;
  const spare = widestIn(room, placed) - placed.width;
  return spare >= 0 && (spare < STILL_NEAR || part === 1) && placed.boxes.length <= MOST_BOXES ? placed : undefined;
}

/** At this scale there is room for labels that can be read; in a smaller picture cards have to say less. */
const LEGIBLE = 0.78;
/** A picture that would be this small is panned in any case. */
const PANNED = 0.5;

/** What is tried, best first: the flow goes right, as papers have it, where the room is wide, and cards say as much as can be read. */
const WIDE: readonly (readonly [Flow, Density])[] = [
  ['right', 'full'],
  ['right', 'short'],
  ['down', 'full'],
  ['down', 'short'],
  ['right', 'bare'],
  ['down', 'bare'],
];
const TALL: typeof WIDE = [
  ['down', 'full'],
  ['right', 'full'],
  ['down', 'short'],
  ['right', 'short'],
  ['down', 'bare'],
  ['right', 'bare'],
];
/** A room is wide that is so many times as wide as high. */
const IS_WIDE = 1.15;

async function lanesWithin(d: LaneDiagram, room: Room | undefined, layered: Layered): Promise<Placed> {
  if (!room) return placeLanes(d, 'right', 'full', layered);
  const zoom = (p: Placed): number => Math.min(1, room.width / p.width, room.height / p.height);
  let [best, first]: (Placed | undefined)[] = [];
  for (const [flow, density] of room.width > IS_WIDE * room.height ? WIDE : TALL) {
    const placed = await placeLanes(d, flow, density, layered, room);
    if (zoom(placed) >= LEGIBLE) return placed;
    first ??= placed;
    if (!best || zoom(placed) > zoom(best) * 1.1) best = placed;
  }
  if (!best || !first) throw new Error('a picture has densities');
  return zoom(best) < PANNED ? first : best;
}
