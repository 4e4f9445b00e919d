/** How many pixels wide a band of n channels is: one scale for a whole view, so that widths can be compared by eye. */
import type { Graph } from '../graph/graph.ts';

export interface Scale {
  /** `sqrt` where the channels span too far for one linear scale; the legend says so. */
  readonly kind: 'linear' | 'sqrt';
  /** Pixels per channel, or per square root of a channel. */
  readonly factor: number;
}

/** The narrowest band, in pixels. */
export const FLOOR = 2;
const WIDEST = 192;
const MOST_PER_CHANNEL = 8;
/** Images have three channels; they take the floor rather than decide the scale. */
const IMAGE_CHANNELS = 4;
/** Beyond this ratio the narrow bands of a linear scale would all sit on the floor. */
const LINEAR_SPAN = 160;

/** The scale for one view of these graphs; graphs that are shown side by side are given together. */
export function chooseScale(graphs: readonly Graph[]): Scale {
  let most = 1;
  let least = Number.POSITIVE_INFINITY;
  for (const graph of graphs)
    for (const { shape } of graph.nodes) {
      most = Math.max(most, shape[0]);
      if (shape[0] > IMAGE_CHANNELS) least = Math.min(least, shape[0]);
    }
  if (most / least > LINEAR_SPAN) return { kind: 'sqrt', factor: WIDEST / Math.sqrt(most) };
  return { kind: 'linear', factor: Math.min(MOST_PER_CHANNEL, WIDEST / most) };
}

/** The width of a band of so many channels. */
export const bandWidth = (scale: Scale, channels: number): number =>
  Math.max(FLOOR, scale.factor * (scale.kind === 'linear' ? channels : Math.sqrt(channels)));
