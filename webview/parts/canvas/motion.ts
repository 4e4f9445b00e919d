/** An edit moves what stays to its new place, and what is new appears: so that the eye keeps what it looked at. */
import type { ZoomTransform } from 'd3-zoom';
import { bandPath, type Placed, type PlacedBox, type PlacedText } from '../../../src/diagram/index.ts';
import { bandsBefore, partnersOf } from './partners.ts';
import type { Extent } from './view.ts';

const HOW = { duration: 200, easing: 'ease-out' } as const;
/** Where more than this has to move nobody can follow it, and it costs time. */
const MOST = 700;

export interface Shown {
  readonly placed: Placed;
  readonly at: ZoomTransform;
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Whether a rectangle of the picture is seen at a transform. */
function isSeen(r: Rect, t: ZoomTransform, { width, height }: Extent): boolean {
  const [x0, y0] = t.apply([r.x, r.y]);
  const [x1, y1] = t.apply([r.x + r.width, r.y + r.height]);
  return x1 >= 0 && y1 >= 0 && x0 <= width && y0 <= height;
}

const css = ({ x, y, k }: ZoomTransform): string => `translate(${x}px, ${y}px) scale(${k})`;

/** By the key of a box its texts or bars, in their order. */
function byKey<T extends { readonly key: string }>(all: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const t of all) {
    const list = found.get(t.key);
    if (list) list.push(t);
    else found.set(t.key, [t]);
  }
  return found;
}

/**
 * Plays the way from one picture to the next, which is drawn already, inside `world`. Gives what ends it at once: whoever takes the picture
 * in hand must not wait for it.
 */
export function playMotion(world: SVGGElement, before: Shown, now: Shown, pane: Extent): () => void {
  const partners = partnersOf(before.placed, now.placed);
  const playing: Animation[] = [];
  const play = (e: Element | null | undefined, from: Keyframe, to: Keyframe): void => {
    if (e) playing.push(e.animate([from, to], HOW));
  };
  const shift = (e: Element | null | undefined, dx: number, dy: number): void => {
    if (Math.abs(dx) + Math.abs(dy) > 0.5) play(e, { transform: `translate(${dx}px, ${dy}px)` }, { transform: 'none' });
  };
  const appear = (e: Element | null | undefined): void => play(e, { opacity: 0 }, {});
  const seen = (b: Rect, was: Rect | undefined): boolean => isSeen(b, now.at, pane) || (was !== undefined && isSeen(was, before.at, pane));
  const moving = new Map<string, PlacedBox | undefined>();
  for (const b of now.placed.boxes) {
    const was = partners.get(b.box.key);
    if (seen(b, was)) moving.set(b.box.key, was);
  }
  if (moving.size > MOST) return () => undefined;

  const boxes = new Map([...world.querySelectorAll<SVGElement>(':scope > g[data-key]')].map((e) => [e.dataset.key ?? '', e]));
  for (const b of now.placed.boxes) {
    if (!moving.has(b.box.key)) continue;
    const was = moving.get(b.box.key);
    const e = boxes.get(b.box.key);
    if (was) shift(e, was.axis[0] - b.axis[0], was.y - b.y);
    else appear(e);
  }
  /** Texts and bars go from where those of the box stood that theirs was. */
  const follow = <T extends { readonly key: string; readonly x: number; readonly y: number }>(
    old: readonly T[],
    all: readonly T[],
    elementsOf: (index: number) => readonly Element[],
  ): void => {
    const waiting = byKey(old);
    const nth = new Map<string, number>();
    all.forEach((t, i) => {
      const n = nth.get(t.key) ?? 0;
      nth.set(t.key, n + 1);
      // What belongs to no box is a lane's.
      const was = moving.has(t.key) ? moving.get(t.key) : undefined;
      if (!moving.has(t.key) && !t.key.startsWith('lane:')) return;
      const partner = waiting.get(was?.box.key ?? t.key)?.[n];
      for (const e of elementsOf(i)) {
        if (partner && (was || t.key.startsWith('lane:'))) shift(e, partner.x - t.x, partner.y - t.y);
        else appear(e);
      }
    });
  };
  const words = world.querySelector('.texts')?.children;
  follow<PlacedText>(before.placed.texts, now.placed.texts, (i) => [words?.[i]].flatMap((e) => e ?? []));
  const bars = byKey([...world.querySelectorAll<SVGElement>('.bars > *')].map((e) => ({ key: e.dataset.key ?? '', e })));
  follow(before.placed.bars, now.placed.bars, (i) => bars.get(now.placed.bars[i]?.key ?? '')?.map(({ e }) => e) ?? []);
  const ribbons = world.querySelector('.bands')?.children;
  bandsBefore(before.placed, now.placed, partners).forEach((old, i) => {
    const band = now.placed.bands[i];
    if (!band || !(band.joins ?? []).some((k) => moving.has(k))) return;
    const d = bandPath(band);
    if (old === undefined) appear(ribbons?.[i]);
    else if (old !== d) play(ribbons?.[i], { d: `path("${old}")` }, { d: `path("${d}")` });
  });
  if (css(before.at) !== css(now.at)) play(world, { transform: css(before.at) }, { transform: css(now.at) });
  return () => {
    for (const a of playing) a.cancel();
  };
}
