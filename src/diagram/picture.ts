/** How a picture is wanted as a file, where not as it would open. */
import type { Placed } from './placed.ts';

/** `auto` is as the reader of the picture has it, which only SVG can tell. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Picture {
  readonly theme?: Theme;
  /** As it is shown, with what is folded there, and the metric. */
  readonly placed?: Placed;
}
