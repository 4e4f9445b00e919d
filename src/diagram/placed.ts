/** The diagram with everything in its place: plain data that the page draws, and that a file exporter can draw just so. */
import type { MetricName } from '../graph/metrics.ts';
import type { Box, Tone } from './diagram.ts';
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

/** One stretch of a band: straight down, or in an S from one axis to another. */
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
}

export interface PlacedText {
  readonly text: string;
  readonly style: TextStyle;
  readonly anchor: 'start' | 'middle';
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
}

const n = (v: number): string => String(Math.round(v * 100) / 100);

/** The outline of a band, as an SVG path. Its S keeps the band's width along the whole way. */
export function bandPath(band: PlacedBand): string {
  const h = band.width / 2;
  const side = (dx: number, back: boolean): string => {
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
        if (a.x === b.x) return `L${n(b.x + dx)},${n(b.y)}`;
        const m = (a.y + b.y) / 2;
        return `C${n(a.x + dx)},${n(m)} ${n(b.x + dx)},${n(m)} ${n(b.x + dx)},${n(b.y)}`;
      })
      .join('');
  };
  const [first] = band.stretches;
  const last = band.stretches[band.stretches.length - 1];
  if (!first || !last) return '';
  return `M${n(first.x0 - h)},${n(first.y0)}${side(-h, false)}L${n(last.x1 + h)},${n(last.y1)}${side(h, true)}Z`;
}
