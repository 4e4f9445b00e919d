/** Places the boxes of one column beneath each other, with the labels beside them; the ground of the layout. */
import type { Box, Column } from './diagram.ts';
import { append, BAR, BAR_ROOM, Pen, type Pieces } from './pen.ts';
import { bandWidth, type Scale } from './scale.ts';
import { LINE_HEIGHT, textWidth } from './text.ts';

/** A column whose axis is at x = 0 at its top. */
export interface PlacedColumn {
  readonly pieces: Pieces;
  /** How far it reaches to both sides of x = 0, and down. */
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** Where its last band leaves. */
  readonly out: number;
  /** Where each input arrives. */
  readonly ports: readonly number[];
}

/** An open block's level, placed: its size, and where the band enters and leaves. */
export interface PlacedLevel {
  readonly pieces: Pieces;
  readonly width: number;
  readonly height: number;
  readonly into: number;
  readonly out: number;
}

const HEIGHT = {
  input: 6,
  output: 0,
  entry: 0,
  exit: 0,
  conv: 48,
  pointwise: 48,
  pool: 24,
  norm: 4,
  activation: 4,
  noop: 4,
  concat: 10,
  add: 8,
  mul: 8,
  other: 16,
  block: 62,
  frame: 0,
} as const satisfies Record<Box['kind'], number>;
const LABEL_GAP = 10;
const STRIPE_GAP = 2;
/** A merge's label is at its bar, which is thin, and a card or frame has an edge: a stripe behind them keeps its own label clear. */
const MERGE_GAP = 11;
const OTHER_GAP = 7;
const STRIPE_OVERHANG = 3;
/** Band between two boxes; longer where a label is beside it. */
const SHORT = 14;
const LONG = 34;
const OUTPUT_BAND = 30;
const CARD_PAD = 12;
/** Room for the mark that opens a card. */
const CARD_MARK = 20;
const STACK = 4;
/** A frame's row for its title, and the room around what is in it. */
const FRAME_HEAD = 30;
const FRAME_PAD = 14;

const isStripe = (b: Box): boolean => b.kind === 'norm' || b.kind === 'activation' || b.kind === 'noop';
const isMerge = (b: Box): boolean => b.kind === 'concat' || b.kind === 'add' || b.kind === 'mul';

/** The band between a box and a stripe behind it. */
const gapBehind = (b: Box): number =>
  isMerge(b) || b.kind === 'block' || b.kind === 'frame' ? MERGE_GAP : b.kind === 'other' ? OTHER_GAP : STRIPE_GAP;

/** Places a column. `exits` says that its last value forks, so that its shape should be shown; `open` gives the levels of frames. */
export function placeColumn(
  column: Column,
  scale: Scale,
  inputs: readonly number[],
  forks: boolean,
  open: (box: Box) => PlacedLevel,
): PlacedColumn {
  const pen = new Pen(scale);
  let ports: readonly number[] = inputs.map(() => 0);
  column.boxes.forEach((box, i) => {
    const before = column.boxes[i - 1];
    const after = column.boxes[i + 1];
    pen.joins = before ? [before.key, box.key] : undefined;
    if (before && isStripe(box) && before.kind !== 'entry' && before.kind !== 'input') pen.band(before.channels[1], gapBehind(before));
    else if (before) joint(pen, column.boxes, i);
    if (isStripe(box)) drawStripe(pen, box, stripesLabel(column.boxes, i));
    else ports = drawBox(pen, box, inputs, open) ?? ports;
    // Towards a merge, which says the shape itself, only a change of resolution is worth a word.
    const steps = (isStripe(box) ? headBefore(column.boxes, i) : box)?.step !== undefined;
    pen.joins = undefined;
    if (!after && (forks || steps) && !isMerge(box) && box.kind !== 'input' && box.kind !== 'entry' && box.kind !== 'exit')
      shapeBeside(pen, column.boxes, i, LONG - 6);
  });
  return { pieces: pen.pieces, left: pen.left, right: pen.right, height: pen.y, out: pen.axis, ports };
}

/** The box whose work the stripes before `i` dress. */
function headBefore(boxes: readonly Box[], i: number): Box | undefined {
  let at = i - 1;
  while (at > 0 && isStripe(boxes[at] as Box)) at--;
  return boxes[at];
}

/** The band between two boxes, with the shape beside it. */
function joint(pen: Pen, boxes: readonly Box[], i: number): void {
  const box = boxes[i] as Box;
  const before = boxes[i - 1] as Box;
  if (before.kind === 'entry' || before.kind === 'input' || box.kind === 'exit') pen.band(before.channels[1], SHORT);
  else if (box.kind === 'output') pen.band(before.channels[1], OUTPUT_BAND);
  else shapeBeside(pen, boxes, i - 1, LONG);
}

function shapeBeside(pen: Pen, boxes: readonly Box[], i: number, length: number): void {
  const before = boxes[i] as Box;
  const head = isStripe(before) ? headBefore(boxes, i) : before;
  const [y, width] = [pen.y, bandWidth(pen.scale, before.channels[1])];
  // A card and a frame say their shape themselves.
  const said = head?.kind === 'block' || head?.kind === 'frame';
  pen.band(before.channels[1], said && !head.step ? SHORT : length);
  const middle = (y + pen.y) / 2;
  if (head?.step) pen.pieces.steps.push({ x: pen.axis, y: middle, width: width + 12 });
  if (head?.step || !said)
    pen.text(
      before.key,
      head?.step && said ? head.step : before.shape,
      'figure',
      pen.axis + width / 2 + LABEL_GAP,
      middle,
      'start',
      false,
      head?.step !== undefined,
    );
}

/** One label for a run of stripes, at the first of them. */
function stripesLabel(boxes: readonly Box[], i: number): { readonly text: string; readonly stripes: number } | undefined {
  if (i > 0 && isStripe(boxes[i - 1] as Box)) return undefined;
  const run = boxes.slice(
    i,
    boxes.findIndex((b, j) => j >= i && !isStripe(b)) === -1 ? undefined : boxes.findIndex((b, j) => j >= i && !isStripe(b)),
  );
  return { text: run.map((b) => b.title).join(' · '), stripes: run.length };
}

function drawStripe(pen: Pen, box: Box, label: ReturnType<typeof stripesLabel>): void {
  const width = bandWidth(pen.scale, box.channels[1]) + 2 * STRIPE_OVERHANG;
  const height = HEIGHT[box.kind];
  if (pen.y === 0) pen.band(box.channels[0], STRIPE_GAP);
  if (label) {
    const middle = pen.y + (label.stripes * height + (label.stripes - 1) * STRIPE_GAP) / 2;
    pen.text(box.key, label.text, 'figure', pen.axis + width / 2 + LABEL_GAP - STRIPE_OVERHANG, middle);
  }
  pen.place(box, width, height, width, width);
  pen.y += height;
}

/** Draws anything but a stripe; gives the places of its inputs where they are not all at the axis. */
function drawBox(pen: Pen, box: Box, inputs: readonly number[], open: (box: Box) => PlacedLevel): readonly number[] | undefined {
  const [top, bottom] = [bandWidth(pen.scale, box.channels[0]), bandWidth(pen.scale, box.channels[1])];
  const widest = Math.max(top, bottom);
  const height = HEIGHT[box.kind];
  switch (box.kind) {
    case 'entry':
    case 'exit':
      pen.reach(pen.axis - widest / 2, pen.axis + widest / 2);
      return undefined;
    case 'input':
      pen.lines(box, box.title, box.figures, pen.axis, 16, 'middle');
      pen.y += 34;
      pen.place(box, bottom, height, bottom, bottom);
      pen.y += height;
      return undefined;
    case 'output':
      pen.place(box, Math.max(bottom, textWidth(box.shape, 'name')), 2 + LINE_HEIGHT * (box.title ? 2 : 1), bottom, bottom);
      pen.text(box.key, box.shape, 'name', pen.axis, pen.y + 14, 'middle');
      if (box.title) pen.text(box.key, box.title, 'figure', pen.axis, pen.y + 14 + LINE_HEIGHT, 'middle');
      pen.y += box.title ? 38 : 24;
      return undefined;
    case 'concat':
    case 'add':
    case 'mul':
      return drawMerge(pen, box, inputs, bottom);
    case 'conv':
    case 'pointwise':
    case 'pool':
    case 'other': {
      pen.place(box, widest, height, top, bottom);
      const { figures } = box;
      const room = Math.max(textWidth(box.title, 'name'), ...figures.map((f) => textWidth(f, 'figure'))) + 12;
      // Nobody could read it across strands.
      // On pale ink it could not be read either.
      const fitsInside = room <= Math.min(top, bottom) && height >= 20 && !box.strands && !box.ink;
      if (fitsInside) pen.lines(box, box.title, figures, pen.axis, pen.y + height / 2, 'middle', true);
      else pen.lines(box, box.title, figures, pen.axis + widest / 2 + LABEL_GAP, pen.y + height / 2 - (height > 40 ? 4 : 0));
      pen.y += height;
      return undefined;
    }
    case 'block':
      return drawCard(pen, box, top, bottom);
    case 'frame':
      return drawFrame(pen, box, top, open(box));
    case 'norm':
    case 'activation':
    case 'noop':
      return undefined;
    default:
      return box.kind satisfies never;
  }
}

function drawMerge(pen: Pen, box: Box, inputs: readonly number[], width: number): readonly number[] {
  const height = HEIGHT[box.kind];
  const widths = inputs.map((c) => bandWidth(pen.scale, c));
  // The floor can make parts wider than the whole: the bar is as wide as what arrives on it.
  const total = box.kind === 'concat' ? Math.max(width, sum(pen.scale.kind === 'linear' ? widths : scaledTo(widths, width))) : width;
  const laid = box.kind === 'concat' ? scaledTo(widths, total) : widths;
  let x = pen.axis - total / 2;
  const parts = laid.map((w) => {
    const part = [x, w] as const;
    x += w;
    return part;
  });
  pen.y += 6;
  pen.place(box, total, height, total, width, box.kind === 'concat' ? { parts } : {});
  const right = Math.max(total, ...(box.kind === 'concat' ? [] : widths)) / 2;
  pen.reach(-right, right);
  const at = pen.axis + right + LABEL_GAP;
  pen.text(box.key, box.title, 'name', at, pen.y + height / 2);
  if (box.figures[0]) pen.text(box.key, box.figures[0], 'figure', at + textWidth(box.title, 'name') + 6, pen.y + height / 2);
  pen.y += height;
  return box.kind === 'concat' ? parts.map(([px, w]) => px + w / 2) : inputs.map(() => pen.axis);
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const scaledTo = (widths: readonly number[], total: number): readonly number[] => {
  const all = sum(widths);
  return all > 0 ? widths.map((w) => (w * total) / all) : widths;
};

/** A folded block: a card with the silhouette from its input's to its output's width, and its name, shape and share. */
function drawCard(pen: Pen, box: Box, top: number, bottom: number): undefined {
  const title = box.times > 1 ? `${box.title} ×${box.times}` : box.title;
  const widest = Math.max(top, bottom);
  const room = Math.max(textWidth(title, 'name'), box.ink ? BAR : 0, ...box.figures.map((f) => textWidth(f, 'figure')));
  const left = pen.axis - widest / 2 - CARD_PAD;
  const width = widest + 2 * CARD_PAD + LABEL_GAP + room + CARD_MARK;
  const height = HEIGHT.block + (box.ink ? BAR_ROOM : 0);
  pen.place(box, width, height, top, bottom, {}, left);
  pen.lines(box, title, box.figures, pen.axis + widest / 2 + LABEL_GAP + 2, pen.y + height / 2);
  pen.y += height;
  if (box.times > 1) {
    pen.reach(left, left + width + 2 * STACK);
    pen.y += 2 * STACK;
  }
  return undefined;
}

/** An open block: a frame with its title in the row where the band enters. */
function drawFrame(pen: Pen, box: Box, top: number, level: PlacedLevel): undefined {
  const title = box.times > 1 ? `${box.title} ×${box.times}` : box.title;
  const room = textWidth(title, 'name') + CARD_MARK + 8;
  let left = pen.axis - level.into - FRAME_PAD;
  let right = left + level.width + 2 * FRAME_PAD;
  const onLeft = pen.axis - top / 2 - left >= room + 10;
  const at = onLeft ? left + 10 + CARD_MARK : pen.axis + top / 2 + 12 + CARD_MARK;
  if (!onLeft && right < at + room) right = at + room;
  left = Math.min(left, pen.axis - top / 2 - 8);
  const y0 = pen.y;
  const height = FRAME_HEAD + level.height + FRAME_PAD;
  const { level: _level, ...plain } = box;
  const out = pen.axis - level.into + level.out;
  pen.pieces.boxes.push({
    box: plain,
    x: left,
    y: y0,
    width: right - left,
    height,
    axis: [pen.axis, out],
    top,
    bottom: bandWidth(pen.scale, box.channels[1]),
  });
  pen.reach(left, right + (box.times > 1 ? 2 * STACK : 0));
  pen.text(box.key, title, 'name', at, y0 + 15);
  pen.joins = [box.key, `${box.key}/`];
  pen.band(box.channels[0], FRAME_HEAD);
  append(pen.pieces, level.pieces, pen.axis - level.into, pen.y);
  pen.y += level.height;
  pen.axis = out;
  pen.joins = [`${box.key}//`, box.key];
  pen.band(box.channels[1], FRAME_PAD + (box.times > 1 ? 2 * STACK : 0));
  return undefined;
}
