/** The diagram with everything in its place: plain data that the page draws, and that a file exporter can draw just so. */
import type { MetricName } from '../graph/metrics.ts';
import type { Tone } from '../graph/tone.ts';
import type { Box } from './diagram.ts';
import type { Scale } from './scale.ts';
import type { TextStyle } from './text.ts';

export interface PlacedBox {
  readonly box: Omit<Box, 'level'>;
  /** The rectangle that is drawn or clicked. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where the band runs: its middle at the top and at the bottom (they differ for a frame only), and its widths there. */
  readonly axis: readonly [top: number, bottom: number];
  readonly top: number;
  readonly bottom: number;
  /** Left edges and widths of a concat's parts. */
  readonly parts?: readonly (readonly [x: number, width: number])[];
}

/** One stretch of a band: straight along its flow, or in an S from one axis to another. */
export interface Stretch {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}
export interface PlacedBand {
  readonly width: number;
  readonly channels: number;
  readonly identity: boolean;
  readonly failed: boolean;
  /** Between the boxes of one column, which a repeat doubles. */
  readonly stretches: readonly Stretch[];
  /** The way it flows, where that is not down. */
  readonly flow?: 'right';
  /** The keys of the boxes that it joins, where it joins two. */
  readonly joins?: readonly [from: string, to: string];
}

/** A lane of a whole network: all maps of a size. */
export interface PlacedLane extends Rect {
  readonly label: string;
}

export interface PlacedText {
  readonly text: string;
  readonly style: TextStyle;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Where the anchor stands, on the baseline. */
  readonly x: number;
  readonly y: number;
  /** Written on the fill of a box rather than on the ground. */
  readonly inside: boolean;
  /** The box that it tells of. */
  readonly key: string;
  /** Emphasised though a figure: a change of resolution. */
  readonly strong: boolean;
  /** The room that it takes at most. */
  readonly bounds: Rect;
}
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** A bar beneath a figure: how much a box costs beside the heaviest. */
export interface PlacedBar {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  /** Of the whole; what is filled are its parts, from the left. */
  readonly width: number;
  readonly height: number;
  readonly parts: readonly { readonly tone: Tone; readonly x: number; readonly width: number }[];
}

/** A pair of lines across a band where the resolution changes. */
export interface PlacedStep {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Placed {
  readonly name: string;
  readonly scale: Scale;
  /** What its ink tells. */
  readonly metric?: MetricName;
  readonly width: number;
  readonly height: number;
  /** Frames before what is in them. */
  readonly boxes: readonly PlacedBox[];
  readonly bands: readonly PlacedBand[];
  readonly steps: readonly PlacedStep[];
  readonly texts: readonly PlacedText[];
  readonly bars: readonly PlacedBar[];
  /** Where it is laid out by map sizes. */
  readonly lanes?: readonly PlacedLane[];
}

const n = (v: number): string => String(Math.round(v * 100) / 100);

/** The outline of a band, as an SVG path. Its S keeps the band's width along the whole way. */
export function bandPath(band: PlacedBand): string {
  const h = band.width / 2;
  const right = band.flow === 'right';
  /** A point that is moved across the flow. */
  const point = (x: number, y: number, by: number): string => (right ? `${n(x)},${n(y + by)}` : `${n(x + by)},${n(y)}`);
  const side = (by: number, back: boolean): string => {
    const list = back ? [...band.stretches].reverse() : band.stretches;
    return list
      .map((s) => {
        const [a, b] = back
          ? [
              { x: s.x1, y: s.y1 },
              { x: s.x0, y: s.y0 },
            ]
          : [
              { x: s.x0, y: s.y0 },
              { x: s.x1, y: s.y1 },
            ];
        if (right ? a.y === b.y : a.x === b.x) return `L${point(b.x, b.y, by)}`;
        const [mx, my] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
        const [from, to] = right ? [point(mx, a.y, by), point(mx, b.y, by)] : [point(a.x, my, by), point(b.x, my, by)];
        return `C${from} ${to} ${point(b.x, b.y, by)}`;
      })
      .join('');
  };
  const [first] = band.stretches;
  const last = band.stretches[band.stretches.length - 1];
  if (!first || !last) return '';
  return `M${point(first.x0, first.y0, -h)}${side(-h, false)}L${point(last.x1, last.y1, h)}${side(h, true)}Z`;
}
