/**
 * Text widths without a browser, so that labels can be placed in a worker and in Node.
 *
 * The figures are those of DejaVu Sans, the widest of the fonts that VS Code's interface uses by default (Segoe UI, SF and Ubuntu are
 * narrower), so that a label never needs more room than was kept for it.
 */

const NARROW = new Set("ijl.,:;|'!()[] I·-");
const WIDE = new Set('mwMW@%…');
/** Signs as wide as a plus. */
const SIGNS = new Set('×+=→÷~√');

/** The two voices of a diagram: names, and the figures beneath them. */
export type TextStyle = 'name' | 'figure';

/** Font sizes in diagram pixels. */
export const FONT_SIZE = { name: 12, figure: 11 } as const satisfies Record<TextStyle, number>;
/** Distance between baselines. */
export const LINE_HEIGHT = 15;

/** An upper bound of the width of `text` in pixels. */
export function textWidth(text: string, style: TextStyle): number {
  let em = 0;
  for (const c of text) em += NARROW.has(c) ? 0.42 : WIDE.has(c) ? 1 : SIGNS.has(c) ? 0.84 : c >= 'A' && c <= 'Z' ? 0.72 : 0.64;
  return Math.ceil(em * FONT_SIZE[style] * (style === 'name' ? 1.1 : 1));
}
