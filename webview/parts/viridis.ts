/** Viridis (Smith and van der Walt 2015): perceptually even, and legible to the colour-blind. */

/** Nine points of the map; between them straight lines are close enough. */
const POINTS = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725] as const;
type Colour = readonly [red: number, green: number, blue: number];

/** The colour of each byte, dark to light. */
export const VIRIDIS: readonly Colour[] = Array.from({ length: 256 }, (_, i) => {
  const at = (i / 255) * (POINTS.length - 1);
  const k = Math.min(POINTS.length - 2, Math.floor(at));
  const [a, b] = [POINTS[k] as number, POINTS[k + 1] as number];
  const [red, green, blue] = [16, 8, 0].map((shift) =>
    Math.round(((a >> shift) & 255) + (((b >> shift) & 255) - ((a >> shift) & 255)) * (at - k)),
  ) as [number, number, number];
  return [red, green, blue];
});

/** Paints bytes as pixels of a picture, at a place of it. */
export function paintBytes(to: ImageData, bytes: Uint8Array, width: number, left: number, top: number): void {
  for (const [i, b] of bytes.entries()) {
    const [red, green, blue] = VIRIDIS[b] as Colour;
    const at = ((top + Math.floor(i / width)) * to.width + left + (i % width)) * 4;
    to.data.set([red, green, blue, 255], at);
  }
}

/** Numbers as bytes between the least and the greatest that is finite. */
export function bytesOf(numbers: Float32Array): { readonly bytes: Uint8Array; readonly from: number; readonly to: number } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of numbers) {
    if (!Number.isFinite(v)) continue;
    from = Math.min(from, v);
    to = Math.max(to, v);
  }
  const byte = (v: number): number => (to > from && Number.isFinite(v) ? Math.round((255 * (v - from)) / (to - from)) : 0);
  return { bytes: Uint8Array.from(numbers, byte), from, to };
}
