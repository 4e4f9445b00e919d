/** The pen that draws down a column, and the pieces that it leaves. */
import type { Box } from './diagram.ts';
import type { Placed, PlacedBand, PlacedBar, PlacedBox, PlacedStep, PlacedText } from './placed.ts';
import { bandWidth, type Scale } from './scale.ts';
import { FONT_SIZE, LINE_HEIGHT, type TextStyle, textWidth } from './text.ts';

/** What has been placed so far; coordinates relative to the column's axis at its top, or absolute once moved. */
export interface Pieces {
  readonly boxes: PlacedBox[];
  readonly bands: PlacedBand[];
  readonly steps: PlacedStep[];
  readonly texts: PlacedText[];
  readonly bars: PlacedBar[];
}
export const noPieces = (): Pieces => ({ boxes: [], bands: [], steps: [], texts: [], bars: [] });

/** Adds pieces, moved. */
export function append(to: Pieces, from: Pieces | Placed, dx: number, dy: number): void {
  for (const b of from.boxes)
    to.boxes.push({
      ...b,
      x: b.x + dx,
      y: b.y + dy,
      axis: [b.axis[0] + dx, b.axis[1] + dx],
      ...(b.parts ? { parts: b.parts.map(([x, w]) => [x + dx, w] as const) } : {}),
    });
  for (const b of from.bands)
    to.bands.push({ ...b, stretches: b.stretches.map((s) => ({ x0: s.x0 + dx, y0: s.y0 + dy, x1: s.x1 + dx, y1: s.y1 + dy })) });
  for (const s of from.steps) to.steps.push({ ...s, x: s.x + dx, y: s.y + dy });
  for (const b of from.bars) to.bars.push({ ...b, x: b.x + dx, y: b.y + dy, parts: b.parts.map((p) => ({ ...p, x: p.x + dx })) });
  for (const t of from.texts)
    to.texts.push({ ...t, x: t.x + dx, y: t.y + dy, bounds: { ...t.bounds, x: t.bounds.x + dx, y: t.bounds.y + dy } });
}

/** A bar is so wide where it is full. */
export const BAR = 86;
const BAR_HEIGHT = 6;
/** What a bar takes beneath the lines that it belongs to. */
export const BAR_ROOM = BAR_HEIGHT + 5;

/** Draws down the column; a small machine with a pen. */
export class Pen {
  readonly pieces = noPieces();
  axis = 0;
  y = 0;
  left = 0;
  right = 0;
  readonly scale: Scale;
  /** The boxes between which bands are drawn now. */
  joins: readonly [from: string, to: string] | undefined;

  constructor(scale: Scale) {
    this.scale = scale;
  }

  reach(from: number, to: number): void {
    this.left = Math.max(this.left, -from);
    this.right = Math.max(this.right, to);
  }

  text(
    key: string,
    text: string,
    style: TextStyle,
    x: number,
    middle: number,
    anchor: PlacedText['anchor'] = 'start',
    inside = false,
    strong = false,
  ): void {
    const width = textWidth(text, style);
    const size = FONT_SIZE[style];
    const left = x - { start: 0, middle: width / 2, end: width }[anchor];
    const bounds = { x: left, y: middle - size * 0.6, width, height: size * 1.2 };
    this.pieces.texts.push({ text, style, anchor, x, y: middle + size * 0.36, inside, key, strong, bounds });
    this.reach(left, left + width);
  }

  /** A title and its figures as lines whose middle is at `middle`. */
  lines(
    box: Box,
    title: string,
    figures: readonly string[],
    x: number,
    middle: number,
    anchor: PlacedText['anchor'] = 'start',
    inside = false,
  ): void {
    const top = middle - (figures.length * LINE_HEIGHT + (box.ink ? BAR_ROOM : 0)) / 2;
    this.text(box.key, title, 'name', x, top, anchor, inside);
    for (const [i, f] of figures.entries()) this.text(box.key, f, 'figure', x, top + (i + 1) * LINE_HEIGHT, anchor, inside);
    this.bar(box, x, top + figures.length * LINE_HEIGHT + 9);
  }

  /** A bar whose top is at `y`. */
  bar(box: Box, x: number, y: number, full = BAR): void {
    if (!box.ink) return;
    let at = x;
    const parts = box.ink.parts.map(({ tone, share }) => {
      // What costs anything at all is seen.
      const part = { tone, x: at, width: Math.max(1, full * (box.ink?.share ?? 0) * share) };
      at += part.width;
      return part;
    });
    this.pieces.bars.push({ key: box.key, x, y, width: full, height: BAR_HEIGHT, parts });
    this.reach(x, x + full);
  }

  band(channels: number, length: number, width = bandWidth(this.scale, channels)): void {
    const x = this.axis;
    this.pieces.bands.push({
      width,
      channels,
      identity: false,
      failed: false,
      stretches: [{ x0: x, y0: this.y, x1: x, y1: this.y + length }],
      ...(this.joins ? { joins: this.joins } : {}),
    });
    this.reach(x - width / 2, x + width / 2);
    this.y += length;
  }

  place(
    box: Box,
    width: number,
    height: number,
    top: number,
    bottom: number,
    extra: Partial<Pick<PlacedBox, 'parts'>> = {},
    x = this.axis - width / 2,
  ): void {
    const { level: _level, ...plain } = box;
    this.pieces.boxes.push({ box: plain, x, y: this.y, width, height, axis: [this.axis, this.axis], top, bottom, ...extra });
    this.reach(x, x + width);
  }
}
